//! Commands of the core that both `tx build` and the words for people make from their parts.
//! Flags and files are read elsewhere.

use ktr_core::{
    Command,
    id::{CountyId, MemberId, SessionId, SigningKey},
    key::KeyBody,
    membership::{self, Proof},
    session::{self, Hours, LanguageTag},
    time::Time,
};
use ktr_wire::signature;

/// Announces a session; its languages in rising order, each once.
pub(crate) fn schedule(
    session: SessionId,
    hours: Hours,
    mut languages: Vec<LanguageTag>,
) -> session::Command {
    languages.sort();
    languages.dedup();
    session::Command::Schedule {
        session,
        hours,
        languages,
    }
}

/// The admission of an organisation with its first key.
pub(crate) fn admit(
    member: MemberId,
    home: CountyId,
    key: SigningKey,
    (valid_from, valid_until): (Time, Time),
) -> Command {
    Command::Membership(membership::Command::Admit {
        member,
        home,
        key,
        fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
        valid_from,
        valid_until,
        // What the chain makes of the proof's octets; it does not travel.
        proof: Proof::Holds,
    })
}

/// One key more.
pub(crate) fn add_key(
    member: MemberId,
    body: KeyBody,
    (valid_from, valid_until): (Time, Time),
) -> Command {
    Command::Membership(membership::Command::AddKey {
        member,
        body,
        fingerprint: signature::fingerprint(&body),
        valid_from,
        valid_until,
        proof: Proof::Holds,
    })
}
