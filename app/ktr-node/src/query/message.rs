//! The values of `/height` and `/tree/node`, as they are written and as another node's are read.
//! What stands in them is `tree.rs`'s, and what another node's are good for is [`crate::diff`]'s.

use prost::Message;

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
