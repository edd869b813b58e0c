//! `receipt.json`: what proves that the filed bytes are the sealed ones, for whoever looks later.
//! It names no member and no server.

use serde_json::{Value, json};

use super::{Proven, Trusted};

/// The receipt of a filed release. Octets are lower-case hex, times seconds since 1970.
#[must_use]
pub fn receipt(trusted: &Trusted, proven: &Proven) -> Value {
    let Proven {
        release,
        key,
        header,
        opening,
        value,
        proof,
    } = proven;
    json!({
        "v": 1,
        "chain": trusted.chain.as_str(),
        "release": release.id.to_string(),
        "session": release.session.0,
        "sha256": release.sha256.to_string(),
        "beacon": release.beacon.to_string(),
        "sealed_at": release.sealed_at.0,
        "key": key.fingerprint.to_string(),
        "alliance": trusted.pinned.to_string(),
        "header": {
            "height": header.height.0,
            "time": header.time.0,
            "app_hash": header.app_hash.to_string(),
        },
        "opening": {
            "log_size": opening.log_size,
            "log_root": opening.log_root.to_string(),
            "state_root": opening.state_root.to_string(),
        },
        "record": hex::encode(value),
        "proof": hex::encode(proof),
    })
}
