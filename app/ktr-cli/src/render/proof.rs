//! Headers and openings as JSON.
//! They were verified before they came here.

use ktr_client::{Opening, ProvenHeader};
use serde_json::{Value, json};

/// A verified header.
pub(crate) fn header(header: &ProvenHeader) -> Value {
    json!({
        "height": header.height.0,
        "time": header.time.0,
        "app_hash": header.app_hash.to_string(),
        "signed": header.committed.signed,
        "total": header.committed.total,
        "signers": header.committed.signers,
    })
}

/// What an app hash opens to.
pub(crate) fn opening(opening: &Opening) -> Value {
    json!({
        "log_size": opening.log_size,
        "log_root": opening.log_root.to_string(),
        "state_root": opening.state_root.to_string(),
    })
}
