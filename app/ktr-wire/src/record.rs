//! Keys and values of the state tree.
//! The tree itself is `jmt`'s; which records exist is the core's affair.

use ktr_core::{
    Record, RecordKey,
    id::{Commitment, Fingerprint, MemberId, ProposalId, ReleaseId, SessionId, TermId},
};
use prost::Message;

use crate::{
    canonical,
    refusal::Wire,
    schema::{
        board, bundle, governance, ingestion, key, membership, nomination, proposal, resolved,
        session,
    },
};

/// The kinds of records by the name that queries use, with the tag octet of their keys.
pub const KINDS: [(&str, u8); 12] = [
    ("network", b'g'),
    ("parameters", b'p'),
    ("validators", b'v'),
    ("member", b'o'),
    ("key", b'k'),
    ("term", b't'),
    ("nomination", b'n'),
    ("release", b'b'),
    ("session", b's'),
    ("ingestion", b'i'),
    ("proposal", b'q'),
    ("resolved", b'a'),
];

/// The octets of a key in the tree: tag ‖ id.
#[must_use]
pub fn key_octets(key: RecordKey) -> Vec<u8> {
    let mut octets = vec![tag(key)];
    octets.extend(id(key));
    octets
}

/// The id alone: octets of an identifier, `u32be` of a counter, nothing for those that exist once.
#[must_use]
pub fn id(key: RecordKey) -> Vec<u8> {
    match key {
        RecordKey::Network
        | RecordKey::Parameters
        | RecordKey::Validators
        | RecordKey::Resolved => Vec::new(),
        RecordKey::Member(id) => id.0.to_vec(),
        RecordKey::Key(fingerprint) => fingerprint.0.to_vec(),
        RecordKey::Term(id) => id.0.to_be_bytes().to_vec(),
        RecordKey::Nomination(commitment) => commitment.0.to_vec(),
        RecordKey::Release(id) => id.0.to_vec(),
        RecordKey::Session(id) | RecordKey::Ingestion(id) => id.0.to_be_bytes().to_vec(),
        RecordKey::Proposal(id) => id.0.to_be_bytes().to_vec(),
    }
}

const fn tag(key: RecordKey) -> u8 {
    match key {
        RecordKey::Network => b'g',
        RecordKey::Parameters => b'p',
        RecordKey::Validators => b'v',
        RecordKey::Member(_) => b'o',
        RecordKey::Key(_) => b'k',
        RecordKey::Term(_) => b't',
        RecordKey::Nomination(_) => b'n',
        RecordKey::Release(_) => b'b',
        RecordKey::Session(_) => b's',
        RecordKey::Ingestion(_) => b'i',
        RecordKey::Proposal(_) => b'q',
        RecordKey::Resolved => b'a',
    }
}

/// The key of a kind and an id, as queries name them.
///
/// # Errors
/// [`Wire::Unknown`] for a foreign kind, [`Wire::OutOfRange`] for an id of the wrong length.
pub fn key_of(kind: &str, id: &[u8]) -> Result<RecordKey, Wire> {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    let (_, tag) = known.ok_or(Wire::Unknown)?;
    from_parts(*tag, id).ok_or(Wire::OutOfRange)
}

/// Reads the octets of a key.
///
/// # Errors
/// [`Wire::OutOfRange`] for anything but a known tag and an id of its length.
pub fn decode_key(octets: &[u8]) -> Result<RecordKey, Wire> {
    let (tag, id) = octets.split_first().ok_or(Wire::OutOfRange)?;
    from_parts(*tag, id).ok_or(Wire::OutOfRange)
}

fn from_parts(tag: u8, id: &[u8]) -> Option<RecordKey> {
    let counter = || <[u8; 4]>::try_from(id).ok().map(u32::from_be_bytes);
    let once = |key| id.is_empty().then_some(key);
    match tag {
        b'g' => once(RecordKey::Network),
        b'p' => once(RecordKey::Parameters),
        b'v' => once(RecordKey::Validators),
        b'o' => MemberId::from_slice(id).map(RecordKey::Member),
        b'k' => Fingerprint::from_slice(id).map(RecordKey::Key),
        b't' => counter().map(TermId).map(RecordKey::Term),
        b'n' => Commitment::from_slice(id).map(RecordKey::Nomination),
        b'b' => ReleaseId::from_slice(id).map(RecordKey::Release),
        b's' => counter().map(SessionId).map(RecordKey::Session),
        b'i' => counter().map(SessionId).map(RecordKey::Ingestion),
        b'a' => once(RecordKey::Resolved),
        b'q' => counter().map(ProposalId).map(RecordKey::Proposal),
        _ => None,
    }
}

/// The canonical octets of a value: at least one.
#[must_use]
pub fn encode(record: &Record) -> Vec<u8> {
    match record {
        Record::Network(network) => governance::Network::from(network).encode_to_vec(),
        Record::Parameters(parameters) => governance::Parameters::from(parameters).encode_to_vec(),
        Record::Validators(validators) => {
            governance::Validators::from(validators.as_slice()).encode_to_vec()
        }
        Record::Member(member) => membership::Member::from(member).encode_to_vec(),
        Record::Key(key) => key::Key::from(*key).encode_to_vec(),
        Record::Term(term) => board::Term::from(term).encode_to_vec(),
        Record::Nomination(nomination) => nomination::Nomination::from(nomination).encode_to_vec(),
        Record::Release(release) => bundle::Release::from(release).encode_to_vec(),
        Record::Session(session) => session::Session::from(session).encode_to_vec(),
        Record::Ingestion(ingestion) => ingestion::Ingestion::from(ingestion).encode_to_vec(),
        Record::Proposal(proposal) => proposal::Proposal::from(proposal).encode_to_vec(),
        Record::Resolved(resolved) => resolved::Resolved::from(resolved).encode_to_vec(),
    }
}

/// Reads the value that stands under a key.
///
/// # Errors
/// Codes 2 to 4 and 6 of `ktr.wire`; [`Wire::OutOfRange`] too if the value belongs under another key, and if it is empty: ics23 proves
/// no such value, and a snapshot takes it for the end of its list.
pub fn decode(key: RecordKey, octets: &[u8]) -> Result<Record, Wire> {
    if octets.is_empty() {
        return Err(Wire::OutOfRange);
    }
    let record = match key {
        RecordKey::Network => {
            Record::Network(canonical::decode::<governance::Network>(octets)?.try_into()?)
        }
        RecordKey::Parameters => {
            Record::Parameters(canonical::decode::<governance::Parameters>(octets)?.try_into()?)
        }
        RecordKey::Validators => {
            Record::Validators(canonical::decode::<governance::Validators>(octets)?.try_into()?)
        }
        RecordKey::Member(_) => {
            Record::Member(canonical::decode::<membership::Member>(octets)?.try_into()?)
        }
        RecordKey::Key(_) => Record::Key(canonical::decode::<key::Key>(octets)?.try_into()?),
        RecordKey::Term(_) => Record::Term(canonical::decode::<board::Term>(octets)?.try_into()?),
        RecordKey::Nomination(_) => {
            Record::Nomination(canonical::decode::<nomination::Nomination>(octets)?.try_into()?)
        }
        RecordKey::Release(_) => {
            Record::Release(canonical::decode::<bundle::Release>(octets)?.try_into()?)
        }
        RecordKey::Session(_) => {
            Record::Session(canonical::decode::<session::Session>(octets)?.try_into()?)
        }
        RecordKey::Ingestion(_) => {
            Record::Ingestion(canonical::decode::<ingestion::Ingestion>(octets)?.try_into()?)
        }
        RecordKey::Proposal(_) => {
            Record::Proposal(canonical::decode::<proposal::Proposal>(octets)?.try_into()?)
        }
        RecordKey::Resolved => {
            Record::Resolved(canonical::decode::<resolved::Resolved>(octets)?.try_into()?)
        }
    };
    if record.key() == key {
        Ok(record)
    } else {
        Err(Wire::OutOfRange)
    }
}
