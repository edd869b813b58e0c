//! The messages of the board, field by field.
//! Their passage to and from the core stands beside them in `command` and `record`.

use crate::schema::key::Key;

/// Command 121.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Appoint {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) from: u64,
    #[prost(uint64, tag = "3")]
    pub(crate) until: u64,
    /// By rising seat.
    #[prost(message, repeated, tag = "4")]
    pub(crate) seats: Vec<Appointee>,
}

/// Who takes one seat, as key bodies.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Appointee {
    #[prost(uint32, tag = "1")]
    pub(crate) seat: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) sign: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) encrypt: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) deputy_sign: Vec<u8>,
    #[prost(bytes = "vec", tag = "5")]
    pub(crate) deputy_encrypt: Vec<u8>,
}

/// Command 122.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Recuse {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
}

/// Command 123, and with `at` event 123.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Vacate {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) seat: u32,
    /// 0 in the command.
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
}

/// Command 124.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RotateKey {
    #[prost(uint32, tag = "1")]
    pub(crate) seat: u32,
    /// 1 holder, 2 deputy.
    #[prost(uint32, tag = "2")]
    pub(crate) voter: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    /// A packet of the frozen profile by the new key.
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) proof: Vec<u8>,
}

/// Event 121.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Appointed {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) from: u64,
    #[prost(uint64, tag = "3")]
    pub(crate) until: u64,
    /// By rising number.
    #[prost(message, repeated, tag = "4")]
    pub(crate) seats: Vec<Seat>,
    #[prost(message, repeated, tag = "5")]
    pub(crate) keys: Vec<Key>,
}

/// Event 122.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Recused {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
    #[prost(message, optional, tag = "2")]
    pub(crate) recusal: Option<Recusal>,
}

/// That a seat stands back from a nomination.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Recusal {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) seat: u32,
}

/// Event 124.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SeatKeyRotated {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
    /// The key that ended.
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) old: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    #[prost(message, optional, tag = "4")]
    pub(crate) key: Option<Key>,
}

/// Events 126 and 127.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct TermPassed {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
}

/// The two keys of a seat or deputy.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Holder {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) sign: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) encrypt: Vec<u8>,
}

/// One seat in one term.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Seat {
    #[prost(uint32, tag = "1")]
    pub(crate) id: u32,
    #[prost(message, optional, tag = "2")]
    pub(crate) holder: Option<Holder>,
    #[prost(message, optional, tag = "3")]
    pub(crate) deputy: Option<Holder>,
    /// Unix seconds, or 0 while the holder has it.
    #[prost(uint64, tag = "4")]
    pub(crate) vacated_at: u64,
}

/// The value of a term's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Term {
    #[prost(uint32, tag = "1")]
    pub(crate) id: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) from: u64,
    #[prost(uint64, tag = "3")]
    pub(crate) until: u64,
    /// 1 appointed, 2 began, 3 ended.
    #[prost(uint32, tag = "4")]
    pub(crate) status: u32,
    /// By rising number.
    #[prost(message, repeated, tag = "5")]
    pub(crate) seats: Vec<Seat>,
    /// By rising commitment and seat.
    #[prost(message, repeated, tag = "6")]
    pub(crate) recusals: Vec<Recusal>,
}
