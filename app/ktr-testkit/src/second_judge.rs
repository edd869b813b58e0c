//! A second judge of commits: the light-client verifier that others use, with the height before trusted.
//! It does not check every signature; `ktr-proof` does, and the product uses that alone.
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at what cannot be"
)]

use core::time::Duration;

use tendermint::{block::signed_header::SignedHeader, chain, validator::Set};
use tendermint_light_client_verifier::{
    ProdVerifier, Verdict, Verifier,
    options::Options,
    types::{TrustThreshold, TrustedBlockState, UntrustedBlockState},
};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);

/// Whether the light-client verifier accepts a commit of these validators; they are trusted since the height before.
#[must_use]
pub fn accepts(chain_id: &chain::Id, set: &Set, header: &SignedHeader) -> bool {
    let time = header.header.time;
    let before = header.header.height.value().saturating_sub(1);
    let trusted = TrustedBlockState {
        chain_id,
        header_time: (time - SECOND).expect("a time after the first second"),
        height: before.try_into().expect("a height below the header's"),
        next_validators: set,
        next_validators_hash: set.hash(),
    };
    let untrusted = UntrustedBlockState {
        signed_header: header,
        validators: set,
        next_validators: None,
    };
    let options = Options {
        trust_threshold: TrustThreshold::TWO_THIRDS,
        trusting_period: HOUR,
        clock_drift: SECOND,
    };
    let now = (time + SECOND).expect("a time before the last second");
    let verifier = ProdVerifier::default();
    verifier.verify_update_header(untrusted, trusted, &options, now) == Verdict::Success
}
