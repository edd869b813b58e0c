//! What the verdict stands on: what the member pinned, and what the chain proved.
//! A server's word is not among it.

use ktr_artefact::{alliance::Alliance, openpgp::Certificate, stix::ChainId};
use ktr_client::{Opening, ProvenHeader};
use ktr_core::{bundle::Release, id::Fingerprint, key::Key};

/// What the member trusts before anything is asked.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// The chain.
    pub chain: ChainId,
    /// The Alliance, as the genesis pins it.
    pub alliance: Alliance,
    /// Fingerprint of the Alliance's primary key.
    pub pinned: Fingerprint,
    /// The Alliance's certificate.
    pub certificate: Certificate,
}

/// A release's record and its key's, each proven under a verified header.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The release as sealed.
    pub release: Release,
    /// The key that sealed it.
    pub key: Key,
    /// The header over the release's record.
    pub header: ProvenHeader,
    /// What its app hash opens to.
    pub opening: Opening,
    /// The record's octets.
    pub value: Vec<u8>,
    /// Octets of its ics23 proof.
    pub proof: Vec<u8>,
}
