//! Who answers: a folder whose node stands still, or an engine's RPC. Both take the same queries.
//! How an answer is read is `answer.rs`'s, and what it means `compare.rs`'s.

use std::path::Path;

use tendermint_proto::v0_38::abci::RequestQuery;

use super::answer::{self, Said};
use crate::{
    engine::rpc,
    home::Home,
    query::{self, At, Branch},
    store::{Store, StoreError},
};

/// Why two nodes cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum Undecided {
    /// Nobody answers.
    #[error("no engine answers at {0}")]
    NoNode(String),
    /// The folder's store cannot be read.
    #[error("the store of {name} cannot be read: {source}")]
    Store {
        /// The folder.
        name: String,
        /// Why.
        source: StoreError,
    },
    /// A node says no. Its words are another's, and are shown escaped: a terminal would obey what else is in them.
    #[error("{name} does not answer {path}: code {code}, {log:?}")]
    Refused {
        /// Which node.
        name: String,
        /// What it was asked.
        path: String,
        /// Of codespace `ktr.query`.
        code: u64,
        /// In words.
        log: String,
    },
    /// A node contradicts itself: an answer is none, or does not fit the one before.
    #[error("what {name} answers to {path} makes no sense")]
    Malformed {
        /// Which node.
        name: String,
        /// What it was asked.
        path: String,
    },
}

/// A node to compare.
#[derive(Debug)]
pub struct Source {
    name: String,
    kind: Kind,
    asked: u64,
}

#[derive(Debug)]
enum Kind {
    Folder(Store),
    Rpc,
}

impl Source {
    /// The node of a home folder, or the one behind an engine's RPC at `host:port`: what is a folder is taken for one.
    ///
    /// # Errors
    /// [`Undecided::Store`] for a folder without a store that can be read.
    pub fn of(name: &str) -> Result<Self, Undecided> {
        let path = Path::new(name);
        let kind = if path.is_dir() {
            let store = Store::read_only(&Home::new(path.to_owned()).store());
            Kind::Folder(store.map_err(|source| Undecided::Store {
                name: name.to_owned(),
                source,
            })?)
        } else {
            Kind::Rpc
        };
        Ok(Self {
            name: name.to_owned(),
            kind,
            asked: 0,
        })
    }

    /// What it was called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many questions it was asked.
    #[must_use]
    pub const fn asked(&self) -> u64 {
        self.asked
    }

    /// What a height led to; the last one for `None`.
    pub(super) fn at(&mut self, height: Option<u64>) -> Result<At, Undecided> {
        let path = "/height";
        let data = height.map(|height| height.to_be_bytes().to_vec());
        let value = self.ask(path, &data.unwrap_or_default())?;
        answer::at(&value, height).ok_or_else(|| self.malformed(path))
    }

    /// A node of the state tree.
    pub(super) fn branch(&mut self, version: u64, nibbles: &[u8]) -> Result<Branch, Undecided> {
        let path = "/tree/node";
        let data = [&version.to_be_bytes()[..], nibbles].concat();
        let value = self.ask(path, &data)?;
        answer::branch(&value).ok_or_else(|| self.malformed(path))
    }

    /// A complete subtree of the log.
    pub(super) fn subtree(&mut self, level: u8, index: u64) -> Result<Vec<u8>, Undecided> {
        let data = [&[level][..], &index.to_be_bytes()].concat();
        self.ask("/log/node", &data)
    }

    /// The octets of one leaf of the log.
    pub(super) fn event(&mut self, index: u64) -> Result<Vec<u8>, Undecided> {
        self.ask("/event", &index.to_be_bytes())
    }

    pub(super) fn malformed(&self, path: &str) -> Undecided {
        Undecided::Malformed {
            name: self.name.clone(),
            path: path.to_owned(),
        }
    }

    fn ask(&mut self, path: &str, data: &[u8]) -> Result<Vec<u8>, Undecided> {
        self.asked = self.asked.saturating_add(1);
        let said = match &self.kind {
            Kind::Folder(store) => {
                let request = RequestQuery {
                    path: path.to_owned(),
                    data: data.to_vec().into(),
                    ..RequestQuery::default()
                };
                let response = query::answer(&store.view(), &request);
                Said {
                    code: u64::from(response.code),
                    log: response.log,
                    value: response.value.to_vec(),
                }
            }
            Kind::Rpc => {
                let data = hex::encode(data);
                let question = format!("/abci_query?path=%22{path}%22&data=0x{data}");
                let answered = rpc::ask(&self.name, &question);
                let answered = answered.ok_or_else(|| Undecided::NoNode(self.name.clone()))?;
                answer::said(&answered.result).ok_or_else(|| self.malformed(path))?
            }
        };
        if said.code == 0 {
            return Ok(said.value);
        }
        Err(Undecided::Refused {
            name: self.name.clone(),
            path: path.to_owned(),
            code: said.code,
            log: said.log,
        })
    }
}
