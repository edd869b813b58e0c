//! What the counties have resolved beyond the network's own records: who hosts next, federation, roots, upgrades.
//! One record; it comes into being with the first such resolution.

use crate::{
    id::{CountyId, Height, Sha256},
    limits::APP_VERSION_FIRST,
    time::Time,
};

/// The list of federated networks, by digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Federation {
    /// SHA-256 of the list.
    pub sha256: Sha256,
    /// Its number; it rises.
    pub sequence: u32,
}

/// A new version of the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Upgrade {
    /// The application version that goes on after `height`.
    pub app_version: u64,
    /// The last height of the version before.
    pub height: Height,
}

/// Who hosts the studio next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextHost {
    /// The county.
    pub region: CountyId,
    /// Its first second as host.
    pub from: Time,
}

/// What the counties have resolved, each the latest of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Resolved {
    /// Who hosts next, until it does.
    pub next_host: Option<NextHost>,
    /// Roots of authenticators.
    pub roots: Option<Sha256>,
    /// Federated networks.
    pub federation: Option<Federation>,
    /// The upgrade that is planned, until its height is reached.
    pub planned: Option<Upgrade>,
    /// The last upgrade whose height was reached.
    pub reached: Option<Upgrade>,
}

impl Resolved {
    /// The version of the rules in force, `version.app` of the next header; `None` is before the first resolution. The chain's own record
    /// says it and not the program, so that a later version judges the history of the earlier ones as they did. In the block of an upgrade's
    /// height this says the next one from `due` on, while that block's transactions are judged by the rules of before: a rule that differs
    /// asks for the version of the block's own header, as it stood before `due` (the ledger's `Run::version`).
    #[must_use]
    pub fn app_version(resolved: Option<&Self>) -> u64 {
        let reached = resolved.and_then(|resolved| resolved.reached);
        reached.map_or(APP_VERSION_FIRST, |upgrade| upgrade.app_version)
    }
}
