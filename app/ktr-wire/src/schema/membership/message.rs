//! The messages of membership, field by field.
//! Their passage to and from the core stands beside them in `command` and `record`.

use crate::schema::key::Key;

/// Command 101.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Admit {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) home: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) valid_from: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) valid_until: u64,
    /// A packet of the frozen profile by the new key.
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) proof: Vec<u8>,
}

/// Command 102.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AddKey {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    /// 1 sign, 2 room.
    #[prost(uint32, tag = "2")]
    pub(crate) purpose: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) valid_from: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) valid_until: u64,
    /// Empty for a room key, which cannot sign.
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) proof: Vec<u8>,
}

/// Command 103.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RevokeKey {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) fingerprint: Vec<u8>,
    #[prost(uint32, tag = "3")]
    pub(crate) reason: u32,
}

/// Command 104.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RotateKey {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    /// The key that ends.
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) old: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) valid_from: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) valid_until: u64,
    /// A packet of the frozen profile by the new key.
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) proof: Vec<u8>,
}

/// Commands 105 and 106.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Turned {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    /// The member's turns before, plus one.
    #[prost(uint32, tag = "2")]
    pub(crate) turn: u32,
}

/// Command 107: a member and nothing else.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Named {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
}

/// Event 101.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Admitted {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) home: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    #[prost(message, optional, tag = "4")]
    pub(crate) key: Option<Key>,
}

/// Event 102.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyAdded {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub(crate) key: Option<Key>,
}

/// Event 103.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyRevoked {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) fingerprint: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    #[prost(uint32, tag = "4")]
    pub(crate) reason: u32,
}

/// Event 104.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyRotated {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    /// The key that ended.
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) old: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    #[prost(message, optional, tag = "4")]
    pub(crate) key: Option<Key>,
}

/// Events 105, 106 and 107.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Stood {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(uint64, tag = "2")]
    pub(crate) at: u64,
}

/// Event 108.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyExpired {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) fingerprint: Vec<u8>,
}

/// The value of a member's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Member {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) id: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) home: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) admitted_at: u64,
    /// Unix seconds, or 0 while it is not suspended.
    #[prost(uint64, tag = "4")]
    pub(crate) suspended_at: u64,
    /// Unix seconds, or 0 while it has not left.
    #[prost(uint64, tag = "5")]
    pub(crate) left_at: u64,
    /// How often it was suspended and reinstated.
    #[prost(uint32, tag = "6")]
    pub(crate) turns: u32,
}
