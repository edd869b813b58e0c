//! Answers about what a height led to and about single nodes of the state tree, by which two nodes are compared.
//! They are the node's word: whoever wants a proof asks for a record.

use jmt::storage::{HasPreimage, Node};
use prost::Message;
use tendermint_proto::v0_38::abci::ResponseQuery;

use super::{
    Unanswered,
    message::{At, Branch, Child},
};
use crate::store::{Family, Meta, StoreError, View};

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
