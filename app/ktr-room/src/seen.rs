//! What one look at the homeserver, the inbox and the clocks showed: the policy's other facts.
//! Nothing here is remembered; the next look replaces it.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::id::Sha256;
use ktr_core::time::Time;

use crate::limits::{CURRENT_MS_MAX, SKEW_MS_MAX};
use crate::matrix_id::{Account, DelayId, EventId, RoomId};

/// The homeserver and the inbox at one look.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "three independent findings of one look"
)]
pub struct Seen {
    /// Whether the homeserver announces delayed events of the length and number needed.
    pub capable: bool,
    /// The session's room, by alias or by the journal's id.
    pub room: Option<Sight>,
    /// That room as the server lists it, even if the bot is in it no more and nothing of it is seen.
    pub stands: Option<RoomId>,
    /// Rooms on the server that are not the session's.
    pub strays: BTreeSet<RoomId>,
    /// The release in the inbox.
    pub inbox: Inbox,
    /// The operator ordered the room to be dissolved.
    pub ordered: bool,
    /// The homeserver would not be looked at, so what is missing here says nothing; only an end goes on so.
    pub blind: bool,
}

/// The session's room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sight {
    /// Its id.
    pub id: RoomId,
    /// Everybody who was ever in it or invited, but the bot.
    pub members: BTreeMap<Account, Presence>,
    /// Delayed events that wait, by what they will do.
    pub pending: BTreeMap<Net, Vec<Pending>>,
    /// Ends of joins that wait: the lease, and more of them only after a crash.
    pub leases: Vec<Pending>,
    /// Posts of releases in the timeline, by number.
    pub posts: BTreeMap<u32, Message>,
    /// Whether an invited member may still join.
    pub joins: Joins,
}

/// A member's relation to the room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Invited and not there yet.
    Invited,
    /// There.
    Joined,
    /// Gone by itself.
    Left,
    /// Removed.
    Kicked,
}

/// A net: what happens when nobody is alive (design: room, section 10).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Net {
    /// The kick of one account.
    Kick(Account),
    /// The bot's own leave, after which Synapse forgets the room.
    OwnLeave,
}

/// A net that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The key that cancels it.
    pub id: DelayId,
    /// When it falls due, by the homeserver's clock.
    pub due_ms: u64,
}

/// A post as the timeline has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its event.
    pub event: EventId,
    /// SHA-256 of the ciphertext it names.
    pub sha256: Sha256,
}

/// The join rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joins {
    /// Who is invited may join.
    Open,
    /// Nobody joins any more.
    Closed,
}

/// The release that was handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Inbox {
    /// Nothing there yet, or nothing is sealed yet.
    #[default]
    Empty,
    /// A file is there and fails the check of section 5.
    Bad,
    /// Verified and in memory.
    Good,
}

/// The clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Now {
    /// The local clock, in milliseconds.
    pub local_ms: u64,
    /// Time of the newest verified header; `None` if the chain was never reached.
    pub block: Option<Time>,
    /// Clock skew from a live pair; `None` if there was none yet.
    pub skew_ms: Option<u64>,
    /// Whether the chain answered this time.
    pub chain: Link,
}

/// Whether the chain answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    /// The plan is fresh and proven.
    Proven,
    /// The plan is what the journal remembers.
    Silent,
}

impl Now {
    /// The later of local clock and block time: a slow local clock must not keep a room alive.
    #[must_use]
    pub fn judged_ms(&self) -> u64 {
        self.local_ms.max(self.block_ms())
    }

    /// Block time in milliseconds; 0 if there is none.
    #[must_use]
    pub fn block_ms(&self) -> u64 {
        self.block.map_or(0, |time| time.0.saturating_mul(1_000))
    }

    /// Whether the newest proven state is one of now, so that what it lacks is not there. A node that catches up, or was restored, proves an
    /// old state as well as a new one.
    #[must_use]
    pub fn current(&self) -> bool {
        self.chain == Link::Proven
            && self.local_ms.saturating_sub(self.block_ms()) <= CURRENT_MS_MAX
    }

    /// Whether the skew is known and small enough to seed.
    #[must_use]
    pub fn steady(&self) -> bool {
        self.skew_ms.is_some_and(|skew| skew <= SKEW_MS_MAX)
    }
}

impl Net {
    /// Whose kick it is; `None` of the bot's own leave.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        match self {
            Self::Kick(account) => Some(account),
            Self::OwnLeave => None,
        }
    }
}

impl Sight {
    /// The accounts that are in the room.
    pub fn joined(&self) -> impl Iterator<Item = &Account> {
        self.members
            .iter()
            .filter(|(_, presence)| **presence == Presence::Joined)
            .map(|(account, _)| account)
    }

    /// The accounts that are in the room or may come.
    pub fn present(&self) -> impl Iterator<Item = &Account> {
        self.members
            .iter()
            .filter(|(_, presence)| matches!(presence, Presence::Joined | Presence::Invited))
            .map(|(account, _)| account)
    }
}
