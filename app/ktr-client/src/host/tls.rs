//! TLS 1.3 with a host whose key is pinned: who proves to hold the key is the host, whatever else its certificate says.
//! Names, dates and authorities of a certificate are not looked at (ADR 0046); nothing is resumed, so each connection proves the key.

use std::sync::Arc;

use ktr_wire::digest;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
    version::TLS13,
};

use super::pin::Pins;

/// What a handshake with one of these keys needs.
pub(super) fn config(pins: &Pins) -> Result<ClientConfig, Error> {
    let provider = ring::default_provider();
    let judge = PinnedKey {
        pins: pins.clone(),
        algorithms: provider.signature_verification_algorithms,
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(judge))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// Judges a certificate by its key, and the handshake by its signature.
#[derive(Debug)]
struct PinnedKey {
    pins: Pins,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for PinnedKey {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // One that cannot be read, as of another version of X.509 than 3, says nothing of its key.
        let unreadable = |_why| Error::General("a certificate that cannot be read".to_owned());
        let certificate = ParsedCertificate::try_from(end_entity).map_err(unreadable)?;
        let key = certificate.subject_public_key_info();
        if self.pins.hold(&digest::sha256(&[key.as_ref()])) {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
