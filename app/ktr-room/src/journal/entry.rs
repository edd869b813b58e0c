//! The journal's shape: the one thing a sidecar that comes back after a crash has to go on from.
//! It is changed by `fact.rs` only, so that every change is a fact that was written down.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::id::{EncryptionKey, SessionId, Sha256};
use serde::{Deserialize, Serialize};

use crate::action::{Mark, Step};
use crate::limits::ARM_TRIES;
use crate::matrix_id::{Account, DelayId, EventId, MediaUri, RoomId, Token};
use crate::name;
use crate::plan::Times;
use crate::receipt::Sought;
use crate::report::{Cause, Kind};

/// A session's journal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// The session.
    pub session: u32,
    /// Its times when last proven, so that T is met with the chain silent.
    pub times: Times,
    /// The salt of the room's commitment.
    #[serde(with = "hex::serde")]
    pub salt: [u8; 32],
    /// Where the room stands.
    pub phase: Phase,
    /// The room, once there is one.
    pub room: Option<RoomId>,
    /// The posts, by number without gaps.
    pub posts: Vec<Post>,
    /// The passes that were minted.
    pub passes: BTreeMap<Account, Pass>,
    /// Accounts whose net was tried and not seen since.
    #[serde(default)]
    pub bare: BTreeMap<Account, Bare>,
    /// Accounts put out of the room because no net could be armed for them: nobody invites them again.
    #[serde(default)]
    pub put_out: BTreeSet<Account>,
    /// Digests of keys that nothing can be encrypted to.
    #[serde(default)]
    pub unusable: BTreeSet<String>,
    /// Every delayed event that was ever seen: canaries of the scan.
    pub delay_ids: BTreeSet<DelayId>,
    /// The reports.
    pub reports: BTreeMap<Kind, ReportState>,
    /// How many had joined when that was last reported, or was to be: nobody can be counted once the room is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Joined>,
    /// Stray rooms that were destroyed.
    pub strays: BTreeSet<RoomId>,
    /// What an earlier attempt at this session's end looked for, from its receipt, and what posts that were dropped may have left.
    #[serde(default)]
    pub sought: Sought,
    /// The end, once it has begun.
    pub end: Option<Dissolving>,
}

/// Where a session's room stands (design: room, section 7.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No room yet.
    Absent,
    /// The room stands; members gather.
    Gathering,
    /// Post 0 is out.
    Seeded,
    /// The destruction runs.
    Dissolving,
    /// The room is gone; sweep, scan and receipt follow.
    Purged,
    /// Reported; nothing is left to do.
    Done,
}

/// A post and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Its number, from 0.
    pub n: u32,
    /// SHA-256 of the ciphertext.
    #[serde(with = "hex::serde")]
    pub sha256: [u8; 32],
    /// 32 octets from the middle of the ciphertext, a canary of the scan; empty if the post was found, not made.
    #[serde(with = "hex::serde")]
    pub middle: Vec<u8>,
    /// Octets of the ciphertext.
    pub size: u64,
    /// To whom it is encrypted; empty if the post was found, not made.
    pub recipients: BTreeSet<Account>,
    /// Its media id, once asked for.
    pub media: Option<MediaUri>,
    /// Whether the bytes are up.
    pub uploaded: bool,
    /// Its event, once sent.
    pub event: Option<EventId>,
    /// When it was sent, in milliseconds; 0 before.
    pub sent_ms: u64,
    /// The transaction id it is sent with, which the homeserver keeps beside its event; empty if the post was found, not made.
    #[serde(default)]
    pub transaction: String,
}

/// A pass that was minted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// Its file name.
    pub name: String,
    /// The token in it.
    pub token: Token,
    /// When it expires, in seconds; another T needs another pass.
    pub expires: u64,
}

/// How long an account is without a net that was tried for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bare {
    /// When its net was first tried, in milliseconds.
    pub since_ms: u64,
    /// How often it was tried; more than the limit is not counted.
    pub tries: u32,
}

/// How far a report has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Signed; these bytes go out, now and after a crash.
    Signed(#[serde(with = "hex::serde")] Vec<u8>),
    /// On chain, by us or by a rule that says it already was.
    Settled,
    /// Refused for good.
    Refused,
}

/// How many had joined, as it is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The count; `None` below the smallest one that is told.
    pub count: Option<u32>,
}

/// The end of a room.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dissolving {
    /// Why.
    pub cause: Cause,
    /// When it began, in milliseconds.
    pub started_ms: u64,
    /// When the last member was out; 0 before.
    pub emptied_ms: u64,
    /// When the room was purged; 0 before.
    pub purged_ms: u64,
    /// The steps that are done.
    pub steps: BTreeSet<Step>,
    /// Members kicked.
    pub kicked: u32,
    /// Nets cancelled.
    pub cancelled: u32,
    /// Media deleted.
    pub media_deleted: u32,
    /// Who was in the room or invited when its end was first seen: whom step 4 kicks, and who is counted as kicked by it, however often it
    /// is begun. `None` before.
    #[serde(default)]
    pub company: Option<BTreeSet<Account>>,
    /// What the report must not hide.
    pub marks: BTreeSet<Mark>,
    /// The last sweep.
    pub sweep: Option<Sweep>,
    /// The scans, at most two.
    pub scans: Vec<Scan>,
    /// Number of the dissolution report.
    pub attempt: u8,
}

/// What a sweep could do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent findings of one sweep"
)]
pub struct Sweep {
    /// Private tables were cleaned.
    pub swept: bool,
    /// The write-ahead log was cut to nothing.
    pub wal_truncated: bool,
    /// The homeserver's own `SQLite` overwrites what it frees.
    pub secure_delete: bool,
    /// The homeserver's version was swept clean before.
    pub version_known: bool,
    /// The homeserver's version as three numbers.
    pub server_version: [u16; 3],
    /// When it ended, in milliseconds.
    pub at_ms: u64,
}

/// What a scan counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// When it ended, in milliseconds.
    pub at_ms: u64,
    /// Hits per class: live, db, wal, media, log, spool, pass, pending.
    pub residue: [u32; 8],
}

impl Journal {
    /// A journal of a session nothing was done for.
    #[must_use]
    pub fn begin(session: SessionId, times: Times, salt: [u8; 32]) -> Self {
        Self {
            session: session.0,
            times,
            salt,
            phase: Phase::Absent,
            room: None,
            posts: Vec::new(),
            passes: BTreeMap::new(),
            bare: BTreeMap::new(),
            put_out: BTreeSet::new(),
            unusable: BTreeSet::new(),
            delay_ids: BTreeSet::new(),
            reports: BTreeMap::new(),
            joined: None,
            strays: BTreeSet::new(),
            sought: Sought::default(),
            end: None,
        }
    }

    /// Whether something went out for this session; one that is done has only to be put away.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.phase != Phase::Absent || !self.passes.is_empty() || self.end.is_some()
    }

    /// Whether inbox, spool and passes were emptied to the last file: what lies there now came later, and is another session's.
    #[must_use]
    pub fn emptied(&self) -> bool {
        matches!(self.phase, Phase::Purged | Phase::Done)
    }

    /// The post that is not out yet, if any: only the last can be.
    #[must_use]
    pub fn unfinished(&self) -> Option<&Post> {
        self.posts.last().filter(|post| post.event.is_none())
    }

    /// The number of the next post.
    #[must_use]
    pub fn next_post(&self) -> u32 {
        self.posts.last().map_or(0, |post| post.n.saturating_add(1))
    }

    /// Whether somebody is among the recipients of a post that is out or on its way.
    #[must_use]
    pub fn covers(&self, account: &Account) -> bool {
        self.posts
            .iter()
            .any(|post| post.recipients.contains(account))
    }

    /// Whether a report needs nothing more.
    #[must_use]
    pub fn settled(&self, kind: Kind) -> bool {
        matches!(
            self.reports.get(&kind),
            Some(ReportState::Settled | ReportState::Refused)
        )
    }

    /// Whether the chain refused a report for good.
    #[must_use]
    pub fn is_refused(&self, kind: Kind) -> bool {
        matches!(self.reports.get(&kind), Some(ReportState::Refused))
    }

    /// How many accounts were put out for want of a net, or have had all their tries.
    #[must_use]
    pub fn unarmed(&self) -> u32 {
        let spent = self
            .bare
            .iter()
            .filter(|(account, bare)| bare.tries >= ARM_TRIES && !self.put_out.contains(*account));
        let all = self.put_out.len().saturating_add(spent.count());
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// Whether it is known that nothing can be encrypted to a key.
    #[must_use]
    pub fn is_unusable(&self, key: &EncryptionKey) -> bool {
        !self.unusable.is_empty() && self.unusable.contains(&name::key_digest(key))
    }

    /// Whether there is one of these keys to which something can be encrypted, as far as is known.
    #[must_use]
    pub fn reaches(&self, keys: &[EncryptionKey]) -> bool {
        keys.iter().any(|key| !self.is_unusable(key))
    }

    /// Posts that went out.
    #[must_use]
    pub fn posted(&self) -> u32 {
        u32::try_from(
            self.posts
                .iter()
                .filter(|post| post.event.is_some())
                .count(),
        )
        .unwrap_or(u32::MAX)
    }
}

impl Post {
    /// The digest as the chain and the post name it.
    #[must_use]
    pub const fn digest(&self) -> Sha256 {
        Sha256(self.sha256)
    }
}

impl Scan {
    /// Whether nothing was found.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.residue.iter().all(|hits| *hits == 0)
    }
}
