//! Hosts that speak TLS: a key from one octet, a certificate that it signed itself, and the pin of it.
//! A certificate names nobody, and its own signature is none: who pins the key looks at neither.

use std::sync::Arc;

use ktr_wire::digest;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
        sign::{CertifiedKey, SingleCertAndKey},
        version::TLS13,
    },
};

/// What stands before the 32 octets of a secret Ed25519 key (RFC 8410, section 7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The algorithm Ed25519 (RFC 8410, section 3).
const ED25519: [u8; 7] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

/// A host's key and certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HostKey {
    seed: u8,
    ends: &'static str,
}

impl HostKey {
    /// The key of this octet, with a certificate that is good until 2049.
    #[must_use]
    pub const fn of(seed: u8) -> Self {
        Self {
            seed,
            ends: "491231235959Z",
        }
    }

    /// The same key with a certificate that ended in the year 2001.
    #[must_use]
    pub const fn expired(self) -> Self {
        Self {
            seed: self.seed,
            ends: "010101000000Z",
        }
    }

    /// SHA-256 over the certificate's `SubjectPublicKeyInfo`, in hex.
    #[must_use]
    pub fn pin(&self) -> String {
        digest::sha256(&[&self.public()]).to_string()
    }

    /// What answers handshakes with it.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .expect("a version")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate()], self.secret())
            .expect("a pair");
        TlsAcceptor::from(Arc::new(config))
    }

    /// What answers with this certificate and signs with another key: somebody who has copied a certificate.
    #[must_use]
    pub fn shown_by(&self, thief: Self) -> TlsAcceptor {
        let key = ring::sign::any_supported_type(&thief.secret()).expect("a key");
        let copied = CertifiedKey::new(vec![self.certificate()], key);
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .expect("a version")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(copied)));
        TlsAcceptor::from(Arc::new(config))
    }

    /// The secret key, PKCS 8.
    #[must_use]
    pub fn secret(&self) -> PrivateKeyDer<'static> {
        let octets = [&PKCS8[..], &[self.seed; 32]].concat();
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(octets))
    }

    /// The `SubjectPublicKeyInfo`.
    fn public(&self) -> Vec<u8> {
        let key = ring::sign::any_supported_type(&self.secret()).expect("a key");
        let public = key.public_key().expect("Ed25519 knows it");
        public.as_ref().to_vec()
    }

    /// The certificate: version 3, no name, no extension.
    #[must_use]
    pub fn certificate(&self) -> CertificateDer<'static> {
        let version = [0xa0, 0x03, 0x02, 0x01, 0x02];
        let serial = [0x02, 0x01, 0x01];
        let nobody = [0x30, 0x00];
        let dates = der(
            0x30,
            &[
                &der(0x17, &[b"000101000000Z"]),
                &der(0x17, &[self.ends.as_bytes()]),
            ],
        );
        let signed = der(
            0x30,
            &[
                &version,
                &serial,
                &ED25519,
                &nobody,
                &dates,
                &nobody,
                &self.public(),
            ],
        );
        let signature = der(0x03, &[&[0; 65]]);
        CertificateDer::from(der(0x30, &[&signed, &ED25519, &signature]))
    }
}

/// A tag, the length and the parts, joined.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let inner = parts.concat();
    let length = u8::try_from(inner.len()).expect("a short one");
    let mut octets = vec![tag];
    if length >= 0x80 {
        octets.push(0x81);
    }
    octets.push(length);
    octets.extend(inner);
    octets
}
