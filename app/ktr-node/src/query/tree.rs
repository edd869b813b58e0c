//! Answers about what a height led to and about single nodes of the state tree, by which two nodes are compared.
//! They are the node's word: whoever wants a proof asks for a record.

use jmt::storage::{HasPreimage, Node};
use prost::Message;
use tendermint_proto::v0_38::abci::ResponseQuery;

use super::Unanswered;
use crate::store::{Family, Meta, StoreError, View};

/// What a height led to.
#[derive(Clone, PartialEq, Eq, Message)]
pub(crate) struct At {
    #[prost(uint64, tag = "1")]
    pub(crate) height: u64,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) app_hash: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) tree_version: u64,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) state_root: Vec<u8>,
    #[prost(uint64, tag = "5")]
    pub(crate) log_size: u64,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) log_root: Vec<u8>,
}

/// A node of the state tree: its children by rising nibble, or a record.
#[derive(Clone, PartialEq, Eq, Message)]
pub(crate) struct Branch {
    #[prost(message, repeated, tag = "1")]
    pub(crate) children: Vec<Child>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) key: Vec<u8>,
}

/// A child: the version that put it there, and its hash.
#[derive(Clone, PartialEq, Eq, Message)]
pub(crate) struct Child {
    #[prost(uint32, tag = "1")]
    pub(crate) nibble: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) version: u64,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) hash: Vec<u8>,
}

pub(super) fn height(
    view: &View<'_>,
    last: &Meta,
    height: Option<u64>,
) -> Result<ResponseQuery, Unanswered> {
    let meta = match height {
        None => last.clone(),
        Some(height) => view.height(height)?.ok_or(Unanswered::NotFound)?,
    };
    let at = At {
        height: meta.height,
        app_hash: meta.app_hash.0.to_vec(),
        tree_version: meta.tree_version,
        state_root: meta.state_root.0.to_vec(),
        log_size: meta.log_size,
        log_root: meta.log_root.0.to_vec(),
    };
    Ok(answered(&at))
}

/// A node of an old version may be one that the last one still has: only what is not there is judged by its version.
pub(super) fn node(
    view: &View<'_>,
    last: &Meta,
    version: u64,
    nibbles: &[u8],
) -> Result<ResponseQuery, Unanswered> {
    let oldest = last.tree_oldest;
    let branch = match view.tree_node(version, nibbles)? {
        None if version < oldest => return Err(Unanswered::TreePruned { oldest }),
        None | Some(Node::Null) => return Err(Unanswered::NotFound),
        Some(Node::Internal(node)) => Branch {
            children: node
                .children_sorted()
                .map(|(nibble, child)| Child {
                    nibble: u32::from(u8::from(nibble)),
                    version: child.version,
                    hash: child.hash.to_vec(),
                })
                .collect(),
            ..Branch::default()
        },
        Some(Node::Leaf(leaf)) => {
            let key = view.preimage(leaf.key_hash()).ok().flatten();
            let damage = StoreError::Row(Family::TreePreimages.name());
            Branch {
                key: key.ok_or(damage)?,
                ..Branch::default()
            }
        }
    };
    Ok(answered(&branch))
}

fn answered(value: &impl Message) -> ResponseQuery {
    ResponseQuery {
        value: value.encode_to_vec().into(),
        ..ResponseQuery::default()
    }
}
