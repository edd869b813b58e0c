//! The column families and the octets of their keys.
//! What stands under a key is in `row.rs`.

use jmt::storage::NodeKey;

/// One column family (design: ledger, section 9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// What was committed last, and what this node's validator signed last.
    Meta,
    /// `u64be` index → octets of `Recorded`.
    Events,
    /// `u8` level ‖ `u64be` index → 32 octets.
    LogNodes,
    /// Octets of a record's key → octets of its latest value.
    Records,
    /// `u64be` height ‖ `u32be` position → fingerprint ‖ nonce ‖ `u64be` expiry.
    Nonces,
    /// `u64be` version ‖ `u8` count of nibbles ‖ the octets that hold them → borsh node.
    TreeNodes,
    /// Key hash ‖ inverted `u64be` version → 1 ‖ value, or 0 for a deletion.
    TreeValues,
    /// Key hash → key.
    TreePreimages,
    /// `u64be` version ‖ key of `TreeNodes` → nothing.
    TreeStale,
    /// Transaction hash → where it stands.
    Txs,
    /// `u64be` height → the row of what was committed then, as `Meta` had it.
    Heights,
    /// `u64be` height → what the rows of its Commit were before; the last height alone.
    Undo,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 12] = [
        Self::Meta,
        Self::Events,
        Self::LogNodes,
        Self::Records,
        Self::Nonces,
        Self::TreeNodes,
        Self::TreeValues,
        Self::TreePreimages,
        Self::TreeStale,
        Self::Txs,
        Self::Heights,
        Self::Undo,
    ];

    /// Whether no Commit ever writes a key that is there: taking such a row back is deleting it. What a Commit removes is another matter.
    #[must_use]
    pub const fn is_written_once(self) -> bool {
        match self {
            Self::Events
            | Self::LogNodes
            | Self::Nonces
            | Self::TreeNodes
            | Self::TreeValues
            | Self::TreePreimages
            | Self::TreeStale
            | Self::Heights
            | Self::Undo => true,
            Self::Meta | Self::Records | Self::Txs => false,
        }
    }

    /// Its name on disk.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Events => "events",
            Self::LogNodes => "log_nodes",
            Self::Records => "records",
            Self::Nonces => "nonces",
            Self::TreeNodes => "tree_nodes",
            Self::TreeValues => "tree_values",
            Self::TreePreimages => "tree_preimages",
            Self::TreeStale => "tree_stale",
            Self::Txs => "txs",
            Self::Heights => "heights",
            Self::Undo => "undo",
        }
    }
}

/// The key in `meta` of what was committed last.
pub(super) const META: &[u8] = b"last";
/// The key in `meta` of what this node's validator signed last.
pub(super) const SIGNED: &[u8] = b"signed";

pub(super) fn log_node(level: u8, index: u64) -> Vec<u8> {
    [&[level][..], &index.to_be_bytes()].concat()
}

pub(super) fn nonce(height: u64, position: u32) -> Vec<u8> {
    [&height.to_be_bytes()[..], &position.to_be_bytes()].concat()
}

/// What one version wrote lies together, and behind all that was written before: a Commit appends.
pub(super) fn tree_node(version: u64, nibbles: &[u8]) -> Vec<u8> {
    let pack = |pair: &[u8]| {
        let half = |at: usize| pair.get(at).copied().unwrap_or(0) & 0x0F;
        half(0) << 4 | half(1)
    };
    let mut key = version.to_be_bytes().to_vec();
    key.push(u8::try_from(nibbles.len()).unwrap_or(u8::MAX));
    key.extend(nibbles.chunks(2).map(pack));
    key
}

/// The same for a key as the tree names it.
pub(super) fn tree_node_of(key: &NodeKey) -> Vec<u8> {
    let nibbles: Vec<u8> = key.nibble_path().nibbles().map(u8::from).collect();
    tree_node(key.version(), &nibbles)
}

/// The newest version of a key comes first, so that the newest one not above a bound is one seek away.
pub(super) fn tree_value(key_hash: &[u8; 32], version: u64) -> Vec<u8> {
    [&key_hash[..], &(!version).to_be_bytes()].concat()
}

pub(super) fn stale(version: u64, node_key: &[u8]) -> Vec<u8> {
    [&version.to_be_bytes()[..], node_key].concat()
}
