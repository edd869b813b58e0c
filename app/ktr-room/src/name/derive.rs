//! Names that follow from facts: accounts, passes, aliases, transaction ids and the room's commitment.
//! Every hash input is the one of the design pages (rulings, section 1); nothing here is random.

use hmac::{Hmac, Mac};
use ktr_core::id::{CountyId, EncryptionKey, MemberId, ReleaseId, SessionId, Sha256};
use sha2::{Digest, Sha256 as Hash};

use crate::matrix_id::{Account, RoomId};

/// The bot's localpart.
pub const BOT: &str = "ktr-room";

/// How the localparts of probes begin.
pub(crate) const PROBE: &str = "p-";

/// A member's account: `m-` and 20 hex of HMAC-SHA-256(county secret, "ktr/account/1\n" ‖ member id).
///
/// What a homeserver leaves behind can so not be mapped to entries of the ledger without the county's secret.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "HMAC accepts keys of any length (RFC 2104)"
)]
pub fn account(county_secret: &[u8; 32], member: MemberId) -> Account {
    let mut mac = Hmac::<Hash>::new_from_slice(county_secret).expect("HMAC takes any key length");
    mac.update(b"ktr/account/1\n");
    mac.update(member.as_bytes());
    let tag = mac.finalize().into_bytes();
    Account(format!("m-{}", hex::encode(tag.get(..10).unwrap_or(&[]))))
}

/// The file name of a pass: 32 hex of SHA-256("ktr/pass/1\n" ‖ chain id ‖ 0x0A ‖ session ‖ member id).
#[must_use]
pub fn pass(chain_id: &str, session: SessionId, member: MemberId) -> String {
    let digest = Hash::new()
        .chain_update(b"ktr/pass/1\n")
        .chain_update(chain_id.as_bytes())
        .chain_update(b"\n")
        .chain_update(session.0.to_be_bytes())
        .chain_update(member.as_bytes())
        .finalize();
    hex::encode(digest.get(..16).unwrap_or(&[]))
}

/// The account of another county's probe: `p-` and the county's number. It belongs to no member.
#[must_use]
pub fn probe(county: CountyId) -> Account {
    Account(format!("{PROBE}{county}"))
}

/// The file name of a probe's pass: 32 hex of SHA-256("ktr/probe/1\n" ‖ chain id ‖ 0x0A ‖ session ‖ county).
#[must_use]
pub fn probe_pass(chain_id: &str, session: SessionId, county: CountyId) -> String {
    let digest = Hash::new()
        .chain_update(b"ktr/probe/1\n")
        .chain_update(chain_id.as_bytes())
        .chain_update(b"\n")
        .chain_update(session.0.to_be_bytes())
        .chain_update([county.0])
        .finalize();
    hex::encode(digest.get(..16).unwrap_or(&[]))
}

/// The localpart of a session's alias, without `#` and server name.
#[must_use]
pub fn alias(session: SessionId) -> String {
    format!("ktr-{session}")
}

/// The transaction id of post `n`: 26 characters of base32(SHA-256("ktr/post/1\n" ‖ session ‖ release ‖ n)).
#[must_use]
pub fn transaction(session: SessionId, release: ReleaseId, n: u32) -> String {
    let digest = Hash::new()
        .chain_update(b"ktr/post/1\n")
        .chain_update(session.0.to_be_bytes())
        .chain_update(release.as_bytes())
        .chain_update(n.to_be_bytes())
        .finalize();
    base32(&digest).chars().take(26).collect()
}

/// What the chain learns of a room: SHA-256("ktr/room-commit/1\n" ‖ 32-byte salt ‖ room id).
#[must_use]
pub fn room_commit(salt: &[u8; 32], room: &RoomId) -> Sha256 {
    let digest = Hash::new()
        .chain_update(b"ktr/room-commit/1\n")
        .chain_update(salt)
        .chain_update(room.as_str().as_bytes())
        .finalize();
    Sha256(digest.into())
}

/// SHA-256 of some bytes.
#[must_use]
pub fn sha256(octets: &[u8]) -> Sha256 {
    Sha256(Hash::digest(octets).into())
}

/// What the journal remembers an encryption key by: its SHA-256, in hex.
#[must_use]
pub fn key_digest(key: &EncryptionKey) -> String {
    sha256(key.as_bytes()).to_string()
}

/// HMAC-SHA1 over the parts of a registration, in hex (Synapse's shared-secret registration).
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "HMAC accepts keys of any length (RFC 2104)"
)]
pub fn registration_mac(secret: &[u8], nonce: &str, localpart: &str, password: &str) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret).expect("HMAC takes any key length");
    for part in [nonce, "\0", localpart, "\0", password, "\0", "admin"] {
        mac.update(part.as_bytes());
    }
    hex::encode(mac.finalize().into_bytes())
}

/// RFC 4648 base32 without padding.
pub(super) fn base32(octets: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in octets.chunks(5) {
        let mut block = [0u8; 8];
        for (to, from) in block.iter_mut().skip(3).zip(chunk) {
            *to = *from;
        }
        let bits = u64::from_be_bytes(block);
        let letters = [0, 2, 4, 5, 7, 8].get(chunk.len()).copied().unwrap_or(8);
        for place in 0..letters {
            let shift = 35u32.saturating_sub(5u32.saturating_mul(place));
            let index = usize::try_from((bits >> shift) & 31).unwrap_or(0);
            text.push(LETTERS.get(index).copied().map_or('A', char::from));
        }
    }
    text
}
