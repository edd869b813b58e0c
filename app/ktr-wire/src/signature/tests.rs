//! Sentences about equations: one verdict, whether judged alone or in bulk.
//! The packets' own rows stand in the table of bad input.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "points and scalars of a curve do not overflow"
)]

use curve25519_dalek::{
    Scalar,
    constants::{ED25519_BASEPOINT_POINT as BASE, EIGHT_TORSION},
    edwards::EdwardsPoint,
};
use rand_core::OsRng;
use sha2::{Digest, Sha512};

use super::Equation;

/// A signature over `message` whose R carries a point of small order: only a judge that multiplies by the cofactor accepts it.
fn twisted(message: &[u8], twist: EdwardsPoint) -> Equation {
    let (secret, nonce) = (Scalar::from(7_u64), Scalar::from(11_u64));
    let key = (BASE * secret).compress().to_bytes();
    let r = (BASE * nonce + twist).compress().to_bytes();
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice((nonce + k * secret).as_bytes());
    Equation((key.into(), signature.into(), message).into())
}

#[test]
fn a_twisted_signature_gets_the_same_verdict_alone_and_in_bulk() {
    for twist in EIGHT_TORSION {
        let equation = twisted(b"one", twist);
        assert!(equation.clone().holds());
        let bulk = [equation, twisted(b"two", EIGHT_TORSION[0])];
        assert!(Equation::all_hold(bulk, OsRng));
    }
}

#[test]
fn one_bad_signature_spoils_the_bulk() {
    let bad = Equation(([1; 32].into(), [2; 64].into(), b"one".as_slice()).into());
    assert!(!bad.clone().holds());
    let bulk = [twisted(b"two", EIGHT_TORSION[0]), bad];
    assert!(!Equation::all_hold(bulk, OsRng));
}
