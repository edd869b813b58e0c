//! What the chain decided about a session, as plain values.
//! It says nothing about the homeserver (that is `seen.rs`) or about what was done (that is the journal).

use std::collections::BTreeMap;

use ktr_core::bundle::Release;
use ktr_core::id::{CountyId, EncryptionKey, MemberId, SessionId, SigningKey};
use ktr_core::key::Key;
use ktr_core::time::Time;
use serde::{Deserialize, Serialize};

use crate::door::Gate;
use crate::matrix_id::Account;

/// Everything the sidecar takes from the chain at one look, proven by the adapter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlook {
    /// The chain's id, as it stands in every hash and pass.
    pub chain_id: String,
    /// Time of the newest verified header.
    pub newest: Time,
    /// Clock skew in milliseconds from a pair that arrived live (design: room, section 7.2); `None` before the first.
    pub skew_ms: Option<u64>,
    /// The county whose members this one serves if their own does not (design: room, rule 11); `None` where there is no other.
    pub ward: Option<CountyId>,
    /// Counts of members below this are withheld, by the genesis.
    pub count_min: u32,
    /// Sessions that are not over for good, or that ended lately, in order.
    pub sessions: Vec<Session>,
    /// The other counties.
    pub neighbours: Vec<Neighbour>,
    /// Members that are not suspended and have not left, of all counties.
    pub members: Vec<Member>,
}

/// A session as the chain knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// Its three times.
    pub times: Times,
    /// Where it stands.
    pub status: Status,
    /// When the studio opened it, in seconds.
    pub opened_at: Option<u64>,
    /// Whether the county whose fallback this one is has reported that its room is seeded.
    pub ward_seeded: bool,
    /// The release sealed for it, if any.
    pub sealed: Option<Sealed>,
    /// What this county has already reported.
    pub reported: Reported,
    /// What the other counties have reported about the end of their rooms, and whether this one has testified about it.
    pub gates: Vec<Gate>,
}

/// Another county's sidecar, as the ledger knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Neighbour {
    /// The county.
    pub county: CountyId,
    /// The keys to which the pass of its probe is encrypted.
    pub encryption_keys: Vec<EncryptionKey>,
    /// The keys by which it signs the passes that it lays out.
    pub signing_keys: Vec<SigningKey>,
}

/// The times of a session, in seconds; seeds < opens < dissolves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// From then on the room may be seeded.
    pub seeds_at: u64,
    /// The hour begins.
    pub opens_at: u64,
    /// T: the room is dissolved.
    pub dissolves_at: u64,
}

/// Where a session stands on the chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// Scheduled; not opened yet.
    Scheduled,
    /// Opened by the studio.
    Opened,
    /// The live part is over; nothing changes for the room.
    Closed,
    /// Cancelled: a room goes at once.
    Cancelled,
}

/// The release of a session, from `bundle.sealed.v1`, with the key that sealed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The ledger's record of the release.
    pub release: Release,
    /// The ledger's record of the key that the release names.
    pub key: Key,
}

/// This county's reports that are on chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of the chain"
)]
pub struct Reported {
    /// `session.seeded` is there.
    pub seeded: bool,
    /// `session.joined` is there.
    pub joined: bool,
    /// Number of the last `session.dissolved` attempt; 0 before the first.
    pub attempts: u8,
    /// `session.overdue` names this county.
    pub overdue: bool,
    /// The session moved after the last attempt: nothing that was reported says anything of its hour.
    pub moved: bool,
}

/// A member organisation with its live keys of purpose `room`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// Its home county.
    pub home: CountyId,
    /// Key bodies of its live `room` keys, at most 4.
    pub room_keys: Vec<EncryptionKey>,
}

/// One session's share of an outlook, for this county: the policy's first argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The session.
    pub session: Session,
    /// Members of this county with at least one live `room` key, by account.
    pub guests: BTreeMap<Account, Guest>,
    /// Members of the county whose fallback this one is, likewise; they are guests only once rule 11 takes them in.
    pub wards: BTreeMap<Account, Guest>,
    /// Probes of the other counties, by account: in the room, never among those that are counted or posted to.
    pub probes: BTreeMap<Account, Probe>,
    /// How many members of this county have no such key and are left out.
    pub keyless: u32,
}

/// A member to be invited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guest {
    /// Who it is on the ledger.
    pub member: MemberId,
    /// To which keys its pass and the posts are encrypted.
    pub keys: Vec<EncryptionKey>,
}

/// Another county's probe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Probe {
    /// The county.
    pub county: CountyId,
    /// To which keys its pass is encrypted.
    pub keys: Vec<EncryptionKey>,
}

impl Plan {
    /// The keys to which an account's pass is encrypted, and a member's posts; none of nobody of this plan.
    #[must_use]
    pub fn keys_of(&self, account: &Account) -> &[EncryptionKey] {
        let member = self.member(account).map(|guest| guest.keys.as_slice());
        let probe = || self.probes.get(account).map(|probe| probe.keys.as_slice());
        member.or_else(probe).unwrap_or(&[])
    }

    /// The keys of everybody in it.
    pub fn keys(&self) -> impl Iterator<Item = &EncryptionKey> {
        let guests = self.guests.values().chain(self.wards.values());
        let guests = guests.flat_map(|guest| &guest.keys);
        guests.chain(self.probes.values().flat_map(|probe| &probe.keys))
    }

    /// A member by its account, of this county or of the one whose fallback it is.
    #[must_use]
    pub fn member(&self, account: &Account) -> Option<&Guest> {
        self.guests.get(account).or_else(|| self.wards.get(account))
    }
}

impl Times {
    /// T, in milliseconds.
    #[must_use]
    pub const fn dissolves_ms(&self) -> u64 {
        self.dissolves_at.saturating_mul(1_000)
    }
}
