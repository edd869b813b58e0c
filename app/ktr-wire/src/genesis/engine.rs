//! What the engine is told of consensus in `genesis.json`: once for all who write such a file or judge one.
//! Its other fields (chain id, time, validators) are written beside the file that they stand in.

use serde_json::{Value, json};

/// The engine's parameters of consensus, the same on every chain (design: ledger, section 1.2).
#[must_use]
pub fn consensus_params() -> Value {
    json!({
        "block": {"max_bytes": "1048576", "max_gas": "-1"},
        "evidence": {
            "max_age_num_blocks": "30240",
            "max_age_duration": "1814400000000000",
            "max_bytes": "65536",
        },
        "validator": {"pub_key_types": ["ed25519"]},
        "version": {"app": "1"},
        "abci": {"vote_extensions_enable_height": "0"},
    })
}
