//! The table of paths: how the data of each are read, and what the reference says of it.
//! A path that is not in it, or below `/state/`, does not exist. Like `question` it knows no store.

use super::{
    operation::{APP_HASH, CONSISTENCY, ICS23, RFC6962},
    question::{self, Question, Wrong},
};

/// What the reference says of a path.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The path.
    pub path: &'static str,
    /// The query's data.
    pub argument: &'static str,
    /// The answer's value.
    pub value: &'static str,
    /// The proof operations in the order in which they are applied; none where the answer is this node's word.
    pub operations: &'static [&'static str],
}

/// A path and how its data are read.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// What the reference says of it.
    pub described: Described,
    pub(super) read: fn(&[u8]) -> Result<Question, Wrong>,
}

/// Records by kind and id: the kinds are those of [`ktr_wire::record::KINDS`].
pub const STATE: Described = Described {
    path: "/state/<kind>",
    argument: "id, raw",
    value: "octets of the record; empty if there is none, and that is proven",
    operations: OF_RECORDS,
};

const OF_RECORDS: &[&str] = &[ICS23, APP_HASH];

/// Every other path.
pub const PATHS: [Known; 12] = [
    Known {
        described: Described {
            path: "/store",
            argument: "key of the tree",
            value: "the same as below `/state/`",
            operations: OF_RECORDS,
        },
        read: question::by_key,
    },
    Known {
        described: Described {
            path: "/store/key",
            argument: "key of the tree",
            value: "the same",
            operations: OF_RECORDS,
        },
        read: question::by_key,
    },
    Known {
        described: Described {
            path: "/validators",
            argument: "none",
            value: "octets of the record of validators",
            operations: OF_RECORDS,
        },
        read: |data| question::by_kind("validators", data),
    },
    Known {
        described: Described {
            path: "/parameters",
            argument: "none",
            value: "octets of the record of parameters",
            operations: OF_RECORDS,
        },
        read: |data| question::by_kind("parameters", data),
    },
    Known {
        described: Described {
            path: "/event",
            argument: "index, u64be",
            value: "octets of `Recorded`",
            operations: &[RFC6962, APP_HASH],
        },
        read: question::event,
    },
    Known {
        described: Described {
            path: "/events",
            argument: "from, u64be ‖ count, u32be, at most 256",
            value: "protobuf, field 1 repeated: octets of `Recorded`",
            operations: &[APP_HASH],
        },
        read: question::events,
    },
    Known {
        described: Described {
            path: "/log/consistency",
            argument: "size of an earlier log, u64be; then nothing, or the size of a later one, u64be",
            value: "none: the operations are the proof that this log, or the later one, begins with that one; between two sizes the first alone",
            operations: &[CONSISTENCY, APP_HASH],
        },
        read: question::consistency,
    },
    Known {
        described: Described {
            path: "/tx",
            argument: "hash of a transaction, 32 octets",
            value: "protobuf: height 1, position 2, code 3, first 4, count 5",
            operations: &[],
        },
        read: question::tx,
    },
    Known {
        described: Described {
            path: "/height",
            argument: "height, u64be; none is the last one",
            value: "protobuf: height 1, app hash 2, version of the tree 3, state root 4, log size 5, log root 6",
            operations: &[],
        },
        read: question::height,
    },
    Known {
        described: Described {
            path: "/tree/node",
            argument: "version of the tree, u64be ‖ path, an octet for each nibble",
            value: "protobuf: children 1 (nibble 1, version 2, hash 3), or key 2 of the record",
            operations: &[],
        },
        read: question::tree_node,
    },
    Known {
        described: Described {
            path: "/log/node",
            argument: "level, one octet ‖ index, u64be",
            value: "hash of the complete subtree, 32 octets",
            operations: &[],
        },
        read: question::log_node,
    },
    Known {
        described: Described {
            path: "/status",
            argument: "none",
            value: "JSON",
            operations: &[],
        },
        // Where the node stands is told whatever else was said.
        read: |_| Ok(Question::Status),
    },
];

/// The question that a path and the data with it ask.
pub(super) fn asked(path: &str, data: &[u8]) -> Result<Question, Wrong> {
    if let Some(kind) = path.strip_prefix("/state/") {
        return question::by_kind(kind, data);
    }
    let known = PATHS.iter().find(|known| known.described.path == path);
    let known = known.ok_or(Wrong::Path)?;
    (known.read)(data)
}
