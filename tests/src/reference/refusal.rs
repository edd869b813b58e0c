//! The page of result codes: every number with its name and what it says.
//! The order of the checks stands in the specification.

use ktr_core::{Rejection, bundle, governance, ingestion, membership, nomination, session};
use ktr_wire::{
    Refusal,
    refusal::{Envelope, Signature, Wire},
};

use super::page::{head, section};

const WIRE: [Wire; 6] = [
    Wire::TooLarge,
    Wire::NotProtobuf,
    Wire::NotCanonical,
    Wire::OutOfRange,
    Wire::NoCommand,
    Wire::Unknown,
];

const SIGNATURE: [Signature; 10] = [
    Signature::Shape,
    Signature::Subpacket,
    Signature::Unhashed,
    Signature::LeftBits,
    Signature::Hash,
    Signature::UnknownSigner,
    Signature::Validity,
    Signature::Revoked,
    Signature::Bad,
    Signature::Time,
];

const ENVELOPE: [Envelope; 5] = [
    Envelope::WrongChain,
    Envelope::Expired,
    Envelope::ExpiryTooFar,
    Envelope::Replayed,
    Envelope::TooMany,
];

/// The page `rejections`.
#[must_use]
pub fn rejections() -> String {
    let mut page = head(
        "Rejections",
        "Every number by which a transaction can be refused. Code 0 is acceptance. Numbers are consensus and never reused; texts are \
         free. The order in which the checks are made is in [Result codes](../spec/result-codes.md).",
    );
    for refusals in subjects() {
        page.push_str(&table(&refusals));
    }
    page
}

/// All refusals, by codespace, in the order of their numbers.
fn subjects() -> [Vec<Refusal>; 9] {
    [
        WIRE.map(Refusal::Wire).to_vec(),
        SIGNATURE.map(Refusal::Signature).to_vec(),
        ENVELOPE.map(Refusal::Envelope).to_vec(),
        every(membership::Rejection::ALL, Rejection::Membership),
        every(nomination::Rejection::ALL, Rejection::Nomination),
        every(bundle::Rejection::ALL, Rejection::Bundle),
        every(session::Rejection::ALL, Rejection::Session),
        every(ingestion::Rejection::ALL, Rejection::Ingestion),
        every(governance::Rejection::ALL, Rejection::Governance),
    ]
}

fn every<R: Copy>(rules: &[R], subject: fn(R) -> Rejection) -> Vec<Refusal> {
    let rules = rules.iter().copied().map(subject);
    rules.map(Refusal::Rule).collect()
}

fn table(refusals: &[Refusal]) -> String {
    let codespace = refusals.first().map_or("", |refusal| refusal.codespace());
    let rows: Vec<_> = refusals
        .iter()
        .map(|refusal| {
            vec![
                refusal.code().to_string(),
                format!("`{}`", refusal.name()),
                explain(*refusal).to_owned(),
            ]
        })
        .collect();
    section(
        codespace,
        consequence(refusals),
        &["code", "name", "what it says"],
        &rows,
    )
}

/// What such a refusal means for the block and for the nonce.
fn consequence(refusals: &[Refusal]) -> &'static str {
    if refusals.iter().all(|refusal| refusal.refuses_block()) {
        "No honest proposer includes such a transaction: a proposed block that holds one is refused. No nonce is used up."
    } else if refusals.iter().all(|refusal| refusal.uses_nonce()) {
        "The transaction stands in the block, changes nothing, and has used up its nonce."
    } else {
        "The transaction may stand in a block, changes nothing, and uses up no nonce."
    }
}

fn explain(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Wire(wire) => explain_wire(wire),
        Refusal::Signature(signature) => explain_signature(signature),
        Refusal::Envelope(envelope) => explain_envelope(envelope),
        Refusal::Rule(rule) => rule.explain(),
    }
}

const fn explain_wire(wire: Wire) -> &'static str {
    match wire {
        Wire::TooLarge => "More than 16,384 octets.",
        Wire::NotProtobuf => "Not protobuf of the schema.",
        Wire::NotCanonical => "Not the one encoding of its content.",
        Wire::OutOfRange => "A length or number outside its bounds.",
        Wire::NoCommand => "A body without command.",
        Wire::Unknown => "A command, verdict or other enumeration that is not in force.",
    }
}

const fn explain_signature(signature: Signature) -> &'static str {
    match signature {
        Signature::Shape => "Not one packet of the frozen shape.",
        Signature::Subpacket => {
            "A hashed subpacket that is not allowed, or twice, or of a wrong length."
        }
        Signature::Unhashed => "Something stands in the unhashed area.",
        Signature::LeftBits => "The left 16 bits are not the digest's.",
        Signature::Hash => "Not SHA-256 or SHA-512.",
        Signature::UnknownSigner => "No such signing key is registered.",
        Signature::Validity => "Header time lies outside the key's validity.",
        Signature::Revoked => "The key was revoked.",
        Signature::Bad => "Ed25519 says no.",
        Signature::Time => {
            "The signature's own time is absent, outside the key's validity, or too far ahead; try again."
        }
    }
}

const fn explain_envelope(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::WrongChain => "Made for another chain.",
        Envelope::Expired => "`expires_at` has passed.",
        Envelope::ExpiryTooFar => "`expires_at` lies too far ahead; try again.",
        Envelope::Replayed => "The signer used this nonce before.",
        Envelope::TooMany => "The signer has too many transactions in this block.",
    }
}
