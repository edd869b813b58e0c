//! Strict verification: the steps in their order, all of them before any product sees a byte.
//! What each step asks stands in `step.rs`.

use ktr_core::time::Time;

use super::{Facts, step};
use crate::{
    finding::Finding,
    openpgp::{Certificate, time_of},
    stix::{Checked, Contents},
};

/// A release that passed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// What is in it.
    pub contents: Contents,
    /// What it says of itself.
    pub checked: Checked,
    /// When it was signed.
    pub signed_at: Time,
}

/// What is checked, in this order.
pub const STEPS: [&str; 7] = [
    "sizes, octets, profile and key are those sealed on the chain, and not retracted",
    "the seal is one packet in our armour",
    "its algorithm, subpackets and notations are of the profile",
    "it was made around the time of sealing",
    "its key was live on the chain and lives in the certificate at hand",
    "the signature holds",
    "the bundle follows the STIX profile and names this chain, release and session",
];

/// The whole of strict verification (design: bundle, section 7.3).
///
/// # Errors
/// The first finding, in the order of the steps: ledger facts, packet, parameters, time, keys, signature, contents.
pub fn verify(
    facts: &Facts<'_>,
    bundle: &[u8],
    seal: &[u8],
    certificate: &Certificate,
) -> Result<Verified, Finding> {
    step::ledger(facts, bundle, seal)?;
    let signature = step::packet(seal)?;
    let signed_at = step::parameters(facts, &signature)?;
    step::time(facts, time_of(signed_at))?;
    let key = step::keys(facts, &signature, signed_at, certificate)?;
    step::signature(&signature, &key, bundle)?;
    let (contents, checked) = step::contents(facts, facts.release.sealed_at, bundle)?;
    Ok(Verified {
        contents,
        checked,
        signed_at: time_of(signed_at),
    })
}

/// What the release desk runs before it sends `Seal`: all but the ledger's own word. A seal that was made elsewhere must be young enough to be
/// in its window still when `Seal` comes into a block, since a session has one release; so must the day of the build.
///
/// `facts.release` holds the intended values; `sealed_at` is when `Seal` is sent.
///
/// # Errors
/// As [`verify`].
pub fn verify_intended(
    facts: &Facts<'_>,
    bundle: &[u8],
    seal: &[u8],
    certificate: &Certificate,
) -> Result<Verified, Finding> {
    step::sizes(bundle, seal)?;
    let signature = step::packet(seal)?;
    let signed_at = step::parameters(facts, &signature)?;
    step::time_to_send(facts, time_of(signed_at))?;
    let key = step::keys(facts, &signature, signed_at, certificate)?;
    step::signature(&signature, &key, bundle)?;
    let (contents, checked) = step::contents(facts, facts.release.sealed_at, bundle)?;
    step::day_to_send(facts, &checked)?;
    Ok(Verified {
        contents,
        checked,
        signed_at: time_of(signed_at),
    })
}
