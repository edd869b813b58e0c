//! The proof operations of answers: their octets.
//! They are verified by `ktr-proof`, never here.

use ktr_core::id::Sha256;
use tendermint_proto::v0_38::crypto::ProofOp;

use super::operation::{APP_HASH, CONSISTENCY, ICS23, RFC6962};
use crate::store::Meta;

pub(super) fn ics23(key: Vec<u8>, data: Vec<u8>) -> ProofOp {
    ProofOp {
        r#type: ICS23.to_owned(),
        key,
        data,
    }
}

pub(super) fn rfc6962(index: u64, path: &[Sha256]) -> ProofOp {
    hashes(RFC6962, &index.to_be_bytes(), path)
}

/// The key is what was asked: the size of the earlier log, and that of the later one unless it is the last.
pub(super) fn consistency(sizes: &[u8], steps: &[Sha256]) -> ProofOp {
    hashes(CONSISTENCY, sizes, steps)
}

fn hashes(kind: &str, key: &[u8], steps: &[Sha256]) -> ProofOp {
    ProofOp {
        r#type: kind.to_owned(),
        key: key.to_vec(),
        data: steps.iter().flat_map(|step| step.0).collect(),
    }
}

pub(super) fn app_hash(meta: &Meta) -> ProofOp {
    let size = meta.log_size.to_be_bytes();
    ProofOp {
        r#type: APP_HASH.to_owned(),
        key: Vec::new(),
        data: [&size[..], &meta.log_root.0, &meta.state_root.0].concat(),
    }
}
