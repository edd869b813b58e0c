//! The proof operations of answers: their names and octets.
//! They are verified by `ktr-proof`, never here.

use ktr_core::id::Sha256;
use tendermint_proto::v0_38::crypto::ProofOp;

use crate::store::Meta;

/// An ics23 proof over the state tree.
pub const ICS23: &str = "ics23:jmt";
/// A path through the log (RFC 6962, section 2.1.1).
pub const RFC6962: &str = "ktr:rfc6962:1";
/// A proof that the log only grew (RFC 6962, section 2.1.2).
pub const CONSISTENCY: &str = "ktr:rfc6962-consistency:1";
/// What the app hash is made of.
pub const APP_HASH: &str = "ktr:app-hash:1";

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
