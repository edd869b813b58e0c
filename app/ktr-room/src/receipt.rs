//! The receipt file: all of a dissolution report, and what opens the room's commitment (design: room, section 11).
//! It stays at the county, mode 0600; the chain holds its hash only.

use std::collections::BTreeSet;
use std::path::Path;

use ktr_core::id::CountyId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::RoomError;
use crate::file;
use crate::journal::{Dissolving, Journal};
use crate::matrix_id::RoomId;
use crate::name;
use crate::report::Dissolution;

/// What a later attempt needs from a receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opening {
    /// The session.
    pub session: u32,
    /// The room.
    pub room: Option<RoomId>,
    /// The salt of its commitment.
    #[serde(with = "hex::serde")]
    pub salt: [u8; 32],
    /// What was found in the end.
    pub dissolution: Found,
    /// What an auditor looks for besides the room's id and alias. Absent in receipts of before.
    #[serde(default)]
    pub sought: Sought,
}

/// What was on the homeserver once and must be nowhere: texts that name nobody, and pieces of ciphertext.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sought {
    /// Event ids, media ids, transaction ids, digests of ciphertexts, other rooms. Not what would tell how many members there were.
    pub words: BTreeSet<String>,
    /// Pieces from the middle of each ciphertext, in hex.
    pub pieces: BTreeSet<String>,
}

impl Sought {
    /// What a journal knows of its room.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        let posts = &journal.posts;
        let media = posts.iter().filter_map(|post| post.media.as_ref());
        let media = media.filter_map(|media| Some(media.parts()?.1.to_owned()));
        let events = posts.iter().filter_map(|post| post.event.as_ref());
        let events = events.map(|event| event.as_str().trim_start_matches('$').to_owned());
        let digests = posts.iter().map(|post| hex::encode(post.sha256));
        let strays = journal.strays.iter().map(|room| room.bare().to_owned());
        let transactions = posts.iter().map(|post| post.transaction.clone());
        let transactions = transactions.filter(|transaction| !transaction.is_empty());
        let words = media.chain(events).chain(digests).chain(transactions);
        let pieces = posts.iter().filter(|post| !post.middle.is_empty());
        let mut all: BTreeSet<String> = words.chain(strays).collect();
        all.extend(journal.sought.words.iter().cloned());
        let pieces = pieces.map(|post| hex::encode(&post.middle));
        let earlier = journal.sought.pieces.iter().cloned();
        Self {
            words: all,
            pieces: pieces.chain(earlier).collect(),
        }
    }
}

/// What a receipt says about the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Found {
    /// Hits per class of the last scan.
    pub residue: [u32; 8],
}

impl Found {
    /// Whether nothing was found.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.residue.iter().all(|hits| *hits == 0)
    }
}

/// Reads what a receipt file remembers of its room.
///
/// # Errors
/// The file cannot be read or is no receipt.
pub fn read(path: &Path) -> Result<Opening, RoomError> {
    let wrong = |reason: &str| RoomError::Config {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let octets = file::find(path)?.ok_or_else(|| wrong("there is no such file"))?;
    serde_json::from_slice(&octets).map_err(|_content_inside| wrong("not a receipt"))
}

/// The receipt in canonical bytes (RFC 8785).
///
/// # Errors
/// Never in practice: all of it are numbers and ASCII texts.
pub fn compose(
    county: CountyId,
    journal: &Journal,
    end: &Dissolving,
    dissolution: &Dissolution,
) -> Result<Vec<u8>, RoomError> {
    let commit = journal
        .room
        .as_ref()
        .map(|room| name::room_commit(&journal.salt, room).to_string());
    let receipt = json!({
        "v": 1,
        "county": county.0,
        "session": journal.session,
        "attempt": end.attempt,
        "dissolution": dissolution,
        "room": journal.room,
        "salt": hex::encode(journal.salt),
        "room_commit": commit,
        "purge": if end.purged_ms > 0 { Value::from("complete") } else { Value::Null },
        "scans": end.scans,
        "sought": Sought::of(journal),
    });
    serde_json_canonicalizer::to_vec(&receipt).map_err(|_opaque| RoomError::Journal)
}
