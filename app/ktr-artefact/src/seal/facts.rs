//! What the ledger and the member's own trust say of a release.
//! Where the facts come from, and that they are proven, is the shells' affair.

use ktr_core::{bundle::Release, id::Fingerprint, key::Key};

use crate::{alliance::Alliance, stix::ChainId};

/// All facts that a verdict needs.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The chain.
    pub chain: &'a ChainId,
    /// The Alliance, as the genesis pins it.
    pub alliance: &'a Alliance,
    /// Fingerprint of the Alliance's primary key, as the member pins it.
    pub pinned: Fingerprint,
    /// The release as sealed on the ledger, proven by receipt, with its retraction if there is one; before sealing, as intended.
    pub release: &'a Release,
    /// The ledger's record of the key that the release names.
    pub key: &'a Key,
}
