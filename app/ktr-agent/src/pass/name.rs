//! The name under which a pass is laid out: it tells nobody whose it is.
//! The room's sidecar derives the same.

use ktr_core::id::{MemberId, SessionId};
use ktr_wire::digest;

/// 32 hex digits: the first 16 octets of SHA-256("ktr/pass/1\n" ‖ chain id ‖ 0x0A ‖ u32be session ‖ member id)
/// (design: rulings, section 1).
#[must_use]
pub fn name(chain: &str, session: SessionId, member: MemberId) -> String {
    let digest = digest::sha256(&[
        b"ktr/pass/1\n",
        chain.as_bytes(),
        b"\n",
        &session.0.to_be_bytes(),
        member.as_bytes(),
    ]);
    hex::encode(digest.0.get(..16).unwrap_or(&[]))
}
