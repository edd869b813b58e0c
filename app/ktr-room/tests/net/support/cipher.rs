//! A stand-in for OpenPGP, so that these tests judge the homeserver and nothing else: a random pad in front, octets
//! turned with it, and the recipients' key octets. OpenPGP itself is judged by gpg and sq where it is written.

use ktr_core::id::{EncryptionKey, SessionId, SigningKey};
use ktr_os::entropy;
use ktr_room::CipherError;
use ktr_room::plan::Sealed;
use ktr_room::port::Cipher;
use zeroize::Zeroizing;

/// The stand-in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Veil;

/// A release's archive that holds a canary.
pub(crate) fn archive() -> Vec<u8> {
    [b"CANARY-PLAINTEXT ".repeat(64), vec![b'x'; 200_000]].concat()
}

/// The first octet of a key that nothing can be encrypted to.
pub(crate) const UNUSABLE: u8 = 255;

impl Veil {
    pub(crate) fn lift(octets: &[u8], key: u8) -> Option<Vec<u8>> {
        let (pad, rest) = octets.split_at_checked(32)?;
        let count = usize::from(*rest.first()?);
        let keys = rest.get(1..=count)?;
        keys.contains(&key)
            .then(|| turned(rest.get(count + 1..).unwrap_or(&[]), pad))
    }
}

fn veil(plain: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError> {
    if !keys.iter().all(is_usable) {
        return Err(CipherError::Key);
    }
    let pad = entropy::draw::<32>();
    let count = u8::try_from(keys.len()).map_err(|_many| CipherError::Key)?;
    Ok([
        pad.to_vec(),
        vec![count],
        keys.iter().map(|key| key.0[0]).collect(),
        turned(plain, &pad),
    ]
    .concat())
}

fn is_usable(key: &EncryptionKey) -> bool {
    key.0[0] != UNUSABLE
}

fn turned(octets: &[u8], pad: &[u8]) -> Vec<u8> {
    octets
        .iter()
        .zip(pad.iter().cycle())
        .map(|(octet, pad)| octet ^ pad)
        .collect()
}

impl Cipher for Veil {
    fn open_release(
        &self,
        file: &[u8],
        sealed: &Sealed,
        _: SessionId,
    ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        let plain = Self::lift(file, 0).ok_or(CipherError::NotForUs)?;
        if ktr_room::name::sha256(&plain) == sealed.release.sha256 {
            return Ok(Zeroizing::new(plain));
        }
        Err(CipherError::Release("hash".to_owned()))
    }

    fn is_usable(&self, key: &EncryptionKey) -> bool {
        is_usable(key)
    }

    fn encrypt_post(&self, archive: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError> {
        veil(archive, keys)
    }

    fn encrypt_pass(&self, pass: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError> {
        veil(pass, keys)
    }

    /// The stand-in signs nothing: the first octet of a signer's key is that of the only key it opens for.
    fn open_pass(
        &self,
        sealed: &[u8],
        by: &[SigningKey],
    ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        let key = by.first().ok_or(CipherError::NotForUs)?.0[0];
        Self::lift(sealed, key)
            .map(Zeroizing::new)
            .ok_or(CipherError::NotForUs)
    }
}
