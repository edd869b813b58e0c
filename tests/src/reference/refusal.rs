//! The page of result codes: every number with its name, what it says, who meets it and what to do next.
//! The order of the checks stands in the specification.

use ktr_core::{Rejection, board, bundle, governance, ingestion, membership, nomination, session};
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
fn subjects() -> [Vec<Refusal>; 10] {
    [
        WIRE.map(Refusal::Wire).to_vec(),
        SIGNATURE.map(Refusal::Signature).to_vec(),
        ENVELOPE.map(Refusal::Envelope).to_vec(),
        every(membership::Rejection::ALL, Rejection::Membership),
        every(board::Rejection::ALL, Rejection::Board),
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
                refusal.explain().to_owned(),
                refusal.met_by().to_owned(),
                refusal.remedy().to_owned(),
            ]
        })
        .collect();
    section(
        codespace,
        consequence(refusals),
        &[
            "code",
            "name",
            "what it says",
            "who meets it",
            "what to do next",
        ],
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
