//! Members and their keys as remembered.
//! Which keys a member may have is not decided here.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::{
    Record,
    id::{CountyId, Fingerprint, MemberId},
    key::{Key, Purpose, Role},
    lasting::{EVERY_KEY, Lasting},
    time::Time,
};

/// Whether a member takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It nominates and receives.
    Active,
    /// It does neither.
    Suspended {
        /// Header time.
        at: Time,
    },
    /// It does neither, for good.
    Left {
        /// Header time.
        at: Time,
    },
}

/// A member organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its random id.
    pub id: MemberId,
    /// The county that answers for it.
    pub home: CountyId,
    /// Header time of its admission.
    pub admitted_at: Time,
    /// Whether it takes part.
    pub standing: Standing,
    /// How often it was suspended and reinstated.
    pub turns: u32,
}

/// All members and all their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    members: BTreeMap<MemberId, Member>,
    keys: BTreeMap<Fingerprint, Key>,
    /// Index over `keys`: the cost of a command must not grow with the number of members. In one set: one for each member takes several times
    /// the room, because a member has few.
    keys_of: BTreeSet<(MemberId, Fingerprint)>,
    /// Index over `keys`: nor may it grow with the number of those that a member once had.
    lasting: Lasting,
    /// Index over the keys whose end by time is still to come or to be said: what falls due next costs no search.
    expiring: BTreeSet<(Time, Fingerprint)>,
}

impl State {
    /// One member.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// All members, by id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// One key of any member.
    #[must_use]
    pub fn key(&self, fingerprint: &Fingerprint) -> Option<&Key> {
        self.keys.get(fingerprint)
    }

    /// The keys of one member, by fingerprint, revoked and expired ones included.
    pub fn keys_of(&self, member: &MemberId) -> impl Iterator<Item = &Key> {
        let (first, last) = EVERY_KEY;
        let of_member = self.keys_of.range((*member, first)..=(*member, last));
        of_member.filter_map(|(_, fingerprint)| self.keys.get(fingerprint))
    }

    /// The member's keys of one purpose that are live at `at`; none while it is suspended or after it left, so that nothing is sent to it.
    pub fn live_keys(
        &self,
        member: &MemberId,
        purpose: Purpose,
        at: Time,
    ) -> impl Iterator<Item = &Key> {
        let is_active = self
            .member(member)
            .is_some_and(|member| member.standing == Standing::Active);
        self.lasting_keys(member, purpose, at)
            .filter(move |key| is_active && key.is_live(at))
    }

    /// The keys whose validity is over at `at` without the log having said so, the earliest first.
    pub(crate) fn newly_expired(&self, at: Time) -> impl Iterator<Item = &Key> {
        let over = self.expiring.iter().take_while(move |(end, _)| *end <= at);
        over.filter_map(|(_, fingerprint)| self.keys.get(fingerprint))
    }

    /// The member's keys of one purpose that are live at `at` or will be, by fingerprint: not revoked and not over.
    pub fn lasting_keys(
        &self,
        member: &MemberId,
        purpose: Purpose,
        at: Time,
    ) -> impl Iterator<Item = &Key> {
        let lasting = self.lasting.of(Role::Member(*member), at).into_iter();
        let keys = lasting.filter_map(|fingerprint| self.keys.get(&fingerprint));
        keys.filter(move |key| key.body.purpose() == purpose)
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        let members = self.members.values().cloned().map(Record::Member);
        members.chain(self.keys.values().copied().map(Record::Key))
    }

    pub(crate) fn put_member(&mut self, member: Member) {
        self.members.insert(member.id, member);
    }

    pub(crate) fn put_key(&mut self, key: Key) {
        if let Role::Member(owner) = key.role {
            self.keys_of.insert((owner, key.fingerprint));
        }
        let end = (key.valid_until, key.fingerprint);
        if key.revoked.is_none() && !key.expired {
            self.expiring.insert(end);
        } else {
            self.expiring.remove(&end);
        }
        let old = self.keys.insert(key.fingerprint, key);
        self.lasting.put(old.as_ref(), &key);
    }
}
