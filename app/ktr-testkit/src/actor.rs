//! Somebody with a signing key, made from a seed so that every run has the same octets.
//! It signs in the frozen profile by itself; that gpg, sq and sequoia do it too is shown elsewhere.

use ed25519_consensus::SigningKey;
use ktr_core::{
    Command,
    id::{EncryptionKey, Fingerprint, MemberId, Nonce, SigningKey as Body},
    key::{KeyBody, Role},
    time::Time,
};
use ktr_wire::{
    digest::sha256,
    signature::{KeyProof, fingerprint},
    transaction::{Draft, assemble, signed},
};
use sha2::{Digest, Sha256};

/// Somebody with a key.
#[derive(Clone, Debug)]
pub struct Actor {
    secret: SigningKey,
    /// The key body that the ledger knows.
    pub body: Body,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Whether its packets are as long as those of `sq`.
    is_long: bool,
}

/// What `sq` adds to a packet: the key id, and a notation with 32 octets drawn anew, which are the same here each time.
const ISSUER: [u8; 2] = [9, 16];
const SALT: &[u8] = b"\x47\x14\0\0\0\0\0\x1E\0\x20salt@notations.sequoia-pgp.org";

impl Actor {
    /// The actor of this name; equal names have equal keys.
    #[must_use]
    pub fn named(name: &str, created: Time) -> Self {
        let secret = SigningKey::from(sha256(&[b"ktr-testkit/actor\n", name.as_bytes()]).0);
        let mut octets = vec![4];
        octets.extend(seconds(created));
        octets.extend([22, 9, 0x2B, 6, 1, 4, 1, 0xDA, 0x47, 0x0F, 1, 1, 7, 0x40]);
        octets.extend(secret.verification_key().as_bytes());
        let body = Body::from_slice(&octets).expect("1 + 4 + 14 + 32 octets");
        Self {
            secret,
            body,
            fingerprint: fingerprint(&KeyBody::Sign(body)),
            is_long: false,
        }
    }

    /// The same, whose packets are as long as those of `sq`: 82 octets longer than they need be.
    #[must_use]
    pub fn signing_like_sq(self) -> Self {
        Self {
            is_long: true,
            ..self
        }
    }

    /// A cv25519 key body of this name. Nobody holds its secret.
    #[must_use]
    pub fn encryption(name: &str, created: Time) -> EncryptionKey {
        let mut octets = vec![4];
        octets.extend(seconds(created));
        octets.extend([18, 10, 0x2B, 6, 1, 4, 1, 0x97, 0x55, 1, 5, 1, 1, 7, 0x40]);
        octets.extend(sha256(&[b"ktr-testkit/encryption\n", name.as_bytes()]).0);
        octets.extend([3, 1, 8, 7]);
        EncryptionKey::from_slice(&octets).expect("1 + 4 + 15 + 32 + 4 octets")
    }

    /// A whole transaction.
    #[must_use]
    pub fn transact(&self, chain_id: &str, nonce: u64, now: Time, command: Command) -> Vec<u8> {
        let draft = Draft {
            chain_id: chain_id.to_owned(),
            nonce: nonce_of(nonce),
            expires_at: now.plus(ktr_core::time::Secs(3_600)),
            command,
            proposal: None,
            key_proof: Vec::new(),
        };
        self.sign(&draft, now)
    }

    /// Signs a draft as it is.
    #[must_use]
    pub fn sign(&self, draft: &Draft, now: Time) -> Vec<u8> {
        let body = draft.body();
        let signature = self.packet(&signed(&body), now);
        assemble(body, signature)
    }

    /// The proof that this actor's key asks to belong to the member `owner`.
    #[must_use]
    pub fn prove(&self, chain_id: &str, owner: &MemberId, now: Time) -> Vec<u8> {
        self.prove_as(chain_id, Role::Member(*owner), now)
    }

    /// The proof that this actor's key asks to act in the role `owner`.
    #[must_use]
    pub fn prove_as(&self, chain_id: &str, owner: Role, now: Time) -> Vec<u8> {
        self.packet(
            &KeyProof {
                chain_id,
                owner,
                key: &self.body,
            }
            .signed(),
            now,
        )
    }

    /// A signature packet of the frozen profile over `octets`, SHA-256, dated `now`.
    #[must_use]
    pub fn packet(&self, octets: &[u8], now: Time) -> Vec<u8> {
        let mut area = vec![22, 33, 4];
        area.extend(self.fingerprint.0);
        area.extend([5, 2]);
        area.extend(seconds(now));
        if self.is_long {
            area.extend(ISSUER);
            area.extend(self.fingerprint.0.iter().skip(12));
            area.extend(SALT);
            area.extend([0x5A; 32]);
        }
        let octets_of = |len: usize| u8::try_from(len).unwrap_or(u8::MAX);
        let mut hashed = vec![4, 0, 22, 8, 0, octets_of(area.len())];
        hashed.extend(area);
        let trailer = [4, 0xFF, 0, 0, 0, octets_of(hashed.len())];
        let digest = Sha256::new()
            .chain_update(octets)
            .chain_update(&hashed)
            .chain_update(trailer);
        let digest = digest.finalize();
        let signature = self.secret.sign(&digest).to_bytes();
        let mut packet = hashed;
        packet.extend([0, 0]);
        packet.extend(digest.iter().take(2));
        let (r, s) = signature.split_at(32);
        packet.extend(integer(r));
        packet.extend(integer(s));
        [vec![0xC2, octets_of(packet.len())], packet].concat()
    }
}

/// A nonce from a number, for tests that count.
fn nonce_of(n: u64) -> Nonce {
    let digest = sha256(&[b"ktr-testkit/nonce\n", &n.to_be_bytes()]);
    let mut octets = [0; 16];
    octets
        .iter_mut()
        .zip(digest.0)
        .for_each(|(to, from)| *to = from);
    Nonce(octets)
}

fn seconds(time: Time) -> [u8; 4] {
    u32::try_from(time.0).unwrap_or(u32::MAX).to_be_bytes()
}

/// A multiprecision integer: exact bit count, no leading zero octet.
fn integer(octets: &[u8]) -> Vec<u8> {
    let short: Vec<u8> = octets
        .iter()
        .copied()
        .skip_while(|octet| *octet == 0)
        .collect();
    let leading = short.first().map_or(0, |first| first.leading_zeros());
    let bits = u32::try_from(short.len())
        .unwrap_or(0)
        .saturating_mul(8)
        .saturating_sub(leading);
    let count = u16::try_from(bits).unwrap_or(u16::MAX).to_be_bytes();
    [count.to_vec(), short].concat()
}
