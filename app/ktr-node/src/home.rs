//! Where everything of a node lies, below one folder.
//! What is in the files is other modules' affair.

use std::path::{Path, PathBuf};

/// The folder of one node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home(PathBuf);

impl Home {
    /// The folder at `path`.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The node's configuration.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.0.join("node.toml")
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    /// The snapshots that it offers to nodes that join.
    #[must_use]
    pub fn snapshots(&self) -> PathBuf {
        self.0.join("snapshots")
    }

    /// Held as long as a node runs here.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.0.join("node.lock")
    }

    /// The process id of the engine.
    #[must_use]
    pub fn engine_pid(&self) -> PathBuf {
        self.0.join("engine.pid")
    }

    /// The engine's own home.
    #[must_use]
    pub fn engine(&self) -> PathBuf {
        self.0.join("engine")
    }

    /// The engine's configuration, written anew at each start.
    #[must_use]
    pub fn engine_config(&self) -> PathBuf {
        self.engine().join("config/config.toml")
    }

    /// The engine's genesis.
    #[must_use]
    pub fn genesis(&self) -> PathBuf {
        self.engine().join("config/genesis.json")
    }

    /// The digest of the genesis that the folder was made with.
    #[must_use]
    pub fn genesis_digest(&self) -> PathBuf {
        self.0.join("genesis.digest")
    }

    /// The key that names the node among its peers.
    #[must_use]
    pub fn node_key(&self) -> PathBuf {
        self.engine().join("config/node_key.json")
    }

    /// The key that votes.
    #[must_use]
    pub fn validator_key(&self) -> PathBuf {
        self.engine().join("config/priv_validator_key.json")
    }

    /// What that key signed last. **Never reset, restored or copied.**
    #[must_use]
    pub fn validator_state(&self) -> PathBuf {
        self.engine().join("data/priv_validator_state.json")
    }

    /// The engine's blocks.
    #[must_use]
    pub fn block_store(&self) -> PathBuf {
        self.engine().join("data/blockstore.db")
    }
}
