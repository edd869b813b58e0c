//! A homeserver, a chain and members in memory, for the policy's own tests.
//! It knows the facts the design measured: a join cancels the kick armed for it; due nets fire; ids never repeat.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "test code with small numbers and a few cases"
)]

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::bundle::Release;
use ktr_core::id::{
    EncryptionKey, Fingerprint, MemberId, ReleaseId, SessionId, Sha256, SigningKey,
};
use ktr_core::key::{Key, KeyBody, Role};
use ktr_core::time::Time;

use crate::action::{Action, Alarm, Step, Strand};
use crate::journal::{Done, Fact, Journal, Pass, Phase, Post, Scan, Sweep};
use crate::limits::LEASE_SECS;
use crate::matrix_id::{Account, DelayId, EventId, MediaUri, RoomId, Token};
use crate::plan::{Guest, Plan, Reported, Sealed, Session, Status, Times};
use crate::policy::{RoomPolicy, seen_late};
use crate::report::{Cause, Kind};
use crate::seen::{Inbox, Joins, Link, Message, Net, Now, Pending, Presence, Seen, Sight};
use crate::timing::Timing;

/// What goes wrong while an action is performed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// The sidecar dies before anything goes out.
    Before,
    /// It goes out, and the sidecar dies before it knows.
    After,
    /// It is refused, and the sidecar goes on with what does not build on it.
    Fails,
    /// If it restarts a lease, that one ran out after the look.
    Lapsed,
}

/// The session's room on the server.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "three independent facts about a room"
)]
pub(super) struct Hall {
    pub(super) id: String,
    pub(super) members: BTreeMap<Account, Presence>,
    pub(super) pending: BTreeMap<Net, Vec<Pending>>,
    pub(super) posts: BTreeMap<u32, BTreeSet<Account>>,
    pub(super) closed: bool,
    pub(super) leases: Vec<Pending>,
    pub(super) was_leased: bool,
    /// The bot is out while somebody is in: it sees nothing of the room, and the room stands.
    pub(super) left: bool,
}

/// Everything outside the policy.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about a homeserver, a chain and an operator"
)]
pub(super) struct World {
    pub(super) policy: RoomPolicy,
    pub(super) plan: Plan,
    pub(super) hall: Option<Hall>,
    pub(super) alias: bool,
    pub(super) strays: BTreeSet<RoomId>,
    pub(super) media: BTreeSet<MediaUri>,
    pub(super) tokens: BTreeSet<String>,
    pub(super) disk: Option<Journal>,
    pub(super) spool: BTreeMap<u32, BTreeSet<Account>>,
    pub(super) ms: u64,
    pub(super) local_ahead_ms: i64,
    pub(super) silent: bool,
    /// The operator ordered the room to be dissolved.
    pub(super) ordered: bool,
    /// The homeserver lets nobody look at it.
    pub(super) blind: bool,
    /// No two blocks came while the sidecar lives: it cannot compare its clock.
    pub(super) skew_unknown: bool,
    pub(super) rooms_made: u32,
    pub(super) history: BTreeMap<u32, BTreeSet<Account>>,
    pub(super) performed: usize,
    pub(super) ids: u64,
    pub(super) alarms: BTreeSet<Alarm>,
    /// Accounts for which no net can be armed.
    pub(super) stubborn: BTreeSet<Account>,
    /// Accounts that cannot be put out before the end.
    pub(super) clinging: BTreeSet<Account>,
    /// The sidecar is dead before this second.
    pub(super) asleep_until: u64,
}

/// The times of the session under test.
pub(super) const TIMES: Times = Times {
    seeds_at: 1_030,
    opens_at: 1_040,
    dissolves_at: 1_100,
};

fn guest(n: u8) -> Guest {
    Guest {
        member: MemberId([n; 16]),
        keys: vec![EncryptionKey([n; 56])],
    }
}

/// The account of the member with this number.
pub(super) fn account(n: u8) -> Account {
    Account(format!("m-{n:020x}"))
}

/// The account, on this county's homeserver, of the ward with this number.
pub(super) fn ward(n: u8) -> Account {
    account(100 + n)
}

impl World {
    /// So many members of the county whose fallback this one is; their own has not seeded.
    pub(super) fn with_wards(&mut self, count: u8) {
        self.plan.session.ward_seeded = false;
        self.plan.wards = (1..=count).map(|n| (ward(n), guest(100 + n))).collect();
    }

    /// The studio opens the session at a second.
    pub(super) fn open(&mut self, second: u64) {
        self.plan.session.status = Status::Opened;
        self.plan.session.opened_at = Some(second);
    }

    /// What the policy asks for, without performing it.
    pub(super) fn asked(&self) -> Vec<Action> {
        let begun = || Journal::begin(self.plan.session.id, TIMES, [1; 32]);
        let journal = self.disk.clone().unwrap_or_else(begun);
        self.policy
            .next(&self.plan, &self.seen(), &journal, self.now())
    }

    /// A ward joins, if it may.
    pub(super) fn join_ward(&mut self, n: u8) {
        self.join(100 + n);
    }

    /// A session with so many members, at second 1,000.
    pub(super) fn with_members(count: u8) -> Self {
        let guests = (1..=count).map(|n| (account(n), guest(n))).collect();
        let release = Release {
            id: ReleaseId([1; 16]),
            session: SessionId(1),
            sha256: Sha256([2; 32]),
            size: 3,
            profile: 1,
            key: Fingerprint([4; 20]),
            beacon: Sha256([5; 32]),
            nominations: Vec::new(),
            sealed_at: Time(900),
            retracted: None,
        };
        let key = Key {
            fingerprint: release.key,
            body: KeyBody::Sign(SigningKey([6; 51])),
            role: Role::Releaser,
            valid_from: Time(0),
            valid_until: Time(2_000),
            revoked: None,
            expired: false,
        };
        let sealed = Sealed { release, key };
        let session = Session {
            id: SessionId(1),
            times: TIMES,
            status: Status::Scheduled,
            opened_at: None,
            ward_seeded: true,
            sealed: Some(sealed),
            reported: Reported::default(),
            gates: Vec::new(),
        };
        Self {
            policy: RoomPolicy {
                timing: Timing::localnet(),
            },
            plan: Plan {
                session,
                guests,
                wards: BTreeMap::new(),
                probes: BTreeMap::new(),
                keyless: 0,
            },
            hall: None,
            alias: false,
            strays: BTreeSet::new(),
            media: BTreeSet::new(),
            tokens: BTreeSet::new(),
            disk: None,
            spool: BTreeMap::new(),
            ms: 1_000_000,
            local_ahead_ms: 0,
            silent: false,
            ordered: false,
            blind: false,
            skew_unknown: false,
            rooms_made: 0,
            history: BTreeMap::new(),
            performed: 0,
            ids: 0,
            alarms: BTreeSet::new(),
            stubborn: BTreeSet::new(),
            clinging: BTreeSet::new(),
            asleep_until: 0,
        }
    }

    /// The clock of the machine that sidecar and homeserver share.
    pub(super) fn local_ms(&self) -> u64 {
        self.ms.saturating_add_signed(self.local_ahead_ms)
    }

    pub(super) fn now(&self) -> Now {
        Now {
            local_ms: self.local_ms(),
            block: Some(Time(self.ms / 1_000)),
            skew_ms: (!self.skew_unknown).then_some(self.local_ahead_ms.unsigned_abs()),
            chain: if self.silent {
                Link::Silent
            } else {
                Link::Proven
            },
        }
    }

    pub(super) fn seen(&self) -> Seen {
        let found = self
            .hall
            .as_ref()
            .filter(|_| self.alias || self.disk.as_ref().is_some_and(|j| j.room.is_some()));
        Seen {
            capable: true,
            room: found.filter(|hall| !hall.left).map(|hall| Sight {
                id: RoomId(hall.id.clone()),
                members: hall.members.clone(),
                pending: hall.pending.clone(),
                leases: hall.leases.clone(),
                posts: hall
                    .posts
                    .keys()
                    .map(|n| {
                        (
                            *n,
                            Message {
                                event: EventId(format!("${n}")),
                                sha256: Sha256([0; 32]),
                            },
                        )
                    })
                    .collect(),
                joins: if hall.closed {
                    Joins::Closed
                } else {
                    Joins::Open
                },
            }),
            stands: found.map(|hall| RoomId(hall.id.clone())),
            strays: self.strays.clone(),
            inbox: Inbox::Good,
            ordered: self.ordered,
            blind: false,
        }
    }

    /// A member joins, if it may; its own join cancels the kick armed for it.
    pub(super) fn join(&mut self, n: u8) {
        let Some(hall) = self.hall.as_mut().filter(|hall| !hall.closed) else {
            return;
        };
        if hall.members.get(&account(n)) == Some(&Presence::Invited) {
            assert!(
                !hall.was_leased || !hall.leases.is_empty(),
                "joins stand open without a lease"
            );
            hall.members.insert(account(n), Presence::Joined);
            hall.pending.remove(&Net::Kick(account(n)));
        }
    }

    /// A member leaves by itself.
    pub(super) fn leave(&mut self, n: u8) {
        let Some(hall) = self.hall.as_mut() else {
            return;
        };
        if hall.members.get(&account(n)) == Some(&Presence::Joined) {
            hall.members.insert(account(n), Presence::Left);
            hall.pending.remove(&Net::Kick(account(n)));
        }
    }

    /// A member renames itself, which cancels its kick.
    pub(super) fn rename(&mut self, n: u8) {
        if let Some(hall) = self.hall.as_mut() {
            hall.pending.remove(&Net::Kick(account(n)));
        }
    }

    /// Nets that are due go out; after the bot's leave an empty room is forgotten.
    pub(super) fn fire(&mut self) {
        let ms = self.local_ms();
        let Some(hall) = self.hall.as_mut() else {
            return;
        };
        hall.closed |= hall.leases.iter().any(|lease| lease.due_ms <= ms);
        hall.leases.retain(|lease| lease.due_ms > ms);
        let due: Vec<Net> = hall
            .pending
            .iter()
            .filter(|(_, p)| p.iter().any(|p| p.due_ms <= ms))
            .map(|(net, _)| net.clone())
            .collect();
        for net in due {
            hall.pending.remove(&net);
            if let Net::Kick(account) = &net {
                hall.members.insert(account.clone(), Presence::Kicked);
            } else if hall.members.values().any(|p| *p == Presence::Joined) {
                hall.left = true;
            } else {
                self.hall = None;
                return;
            }
        }
    }

    /// One pass of the loop: look, absorb, decide, perform. `fault` strikes at the action with that running number.
    pub(super) fn pass(&mut self, fault: impl Fn(usize) -> Fault) {
        self.judge_joins();
        let now = self.now();
        let Some(seen) = self.look(now) else {
            return;
        };
        let mut journal = self
            .disk
            .clone()
            .unwrap_or_else(|| Journal::begin(self.plan.session.id, TIMES, [1; 32]));
        if journal.times != self.plan.session.times {
            journal.note(Fact::Rescheduled(self.plan.session.times));
        }
        if let Some(marks) = seen_late(&self.plan, &seen, &journal) {
            journal.note(Fact::Marked(marks));
        }
        journal.absorb(&seen, now.local_ms);
        if let Some(room) = &seen.room {
            journal.note(Fact::Netless(self.policy.netless(&self.plan, room, now)));
        }
        self.disk = Some(journal.clone());
        let actions = self.policy.next(&self.plan, &seen, &journal, now);
        Self::judge(&seen, &journal, &actions);
        self.judge_wards(&journal, &actions, now);
        self.judge_end(&seen, &journal, &actions, now);
        let mut torn: BTreeSet<Strand> = BTreeSet::new();
        for action in actions {
            let strand = action.strand();
            let is_torn = strand.is_some_and(|strand| torn.contains(&strand));
            if is_torn || !self.may(&action, &journal, now) {
                continue;
            }
            let kind = fault(self.performed);
            self.performed += 1;
            if kind == Fault::Before {
                return;
            }
            if self.fails(&action, kind) {
                torn.extend(strand);
                continue;
            }
            Self::judge_close(&action, &journal);
            let facts = self.perform(&action, &journal);
            if kind == Fault::After {
                return;
            }
            for fact in facts {
                journal.note(fact);
            }
            self.disk = Some(journal.clone());
            self.judge_joins();
        }
    }

    /// Whether an action does not come off. A stray that resists is no failure: it rings.
    fn fails(&mut self, action: &Action, kind: Fault) -> bool {
        let is_refused = kind == Fault::Fails && !matches!(action, Action::DestroyStray(_));
        let (Action::RestartLease(id), Some(hall)) = (action, self.hall.as_mut()) else {
            return is_refused;
        };
        if kind == Fault::Lapsed {
            hall.closed |= !hall.leases.is_empty();
            hall.leases.clear();
        }
        is_refused || hall.leases.iter().all(|lease| lease.id != *id)
    }

    /// Joins that were leased once stand open on a lease alone, as long as the room lives.
    fn judge_joins(&self) {
        let lives = matches!(self.phase(), Phase::Gathering | Phase::Seeded);
        let open = self.hall.as_ref().filter(|hall| !hall.closed);
        if let Some(hall) = open.filter(|_| lives) {
            assert!(
                !hall.was_leased || !hall.leases.is_empty(),
                "joins stand open without a lease"
            );
        }
    }

    /// The properties that hold at every pass.
    fn judge(seen: &Seen, journal: &Journal, actions: &[Action]) {
        for action in actions {
            if matches!(action, Action::Post(_)) {
                let room = seen.room.as_ref().expect("a post needs a room");
                for joined in room.joined() {
                    assert!(
                        room.pending.contains_key(&Net::Kick(joined.clone()))
                            || journal.put_out.contains(joined),
                        "post while a member is unarmed"
                    );
                }
            }
        }
    }

    /// Nobody is taken in whose own county is proven to have seeded, or may still do so in time.
    fn judge_wards(&self, journal: &Journal, actions: &[Action], now: Now) {
        for action in actions {
            let (Action::Invite(accounts) | Action::WritePasses(accounts)) = action else {
                continue;
            };
            let mut wards = accounts
                .iter()
                .filter(|who| self.plan.wards.contains_key(*who));
            if wards.any(|who| !journal.passes.contains_key(who)) {
                let due = TIMES
                    .seeds_at
                    .max(self.plan.session.opened_at.unwrap_or(u64::MAX));
                let due_ms = (due + self.policy.timing.fallback_after_secs) * 1_000;
                assert!(!self.silent, "taken in without a proof");
                assert!(!self.plan.session.ward_seeded, "taken in although served");
                assert!(now.judged_ms() >= due_ms, "taken in too early");
            }
        }
    }

    fn fresh(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Carries an action out and says what happened, as the runner does.
    fn perform(&mut self, action: &Action, journal: &Journal) -> Vec<Fact> {
        match action {
            Action::DestroyStray(room) => {
                self.strays.remove(room);
                if self
                    .hall
                    .as_ref()
                    .is_some_and(|hall| hall.id == room.as_str())
                {
                    (self.hall, self.alias) = (None, false);
                }
                vec![Fact::StrayGone(room.clone())]
            }
            Action::BeginDissolution(cause, marks) => {
                vec![Fact::Dissolving(
                    *cause,
                    marks.clone(),
                    self.now().local_ms,
                    1,
                )]
            }
            Action::Destroy(step) => vec![self.destroy(*step, journal)],
            Action::Sweep => vec![Fact::Swept(swept(self.now().local_ms))],
            Action::Scan => vec![Fact::Scanned(Scan {
                at_ms: self.now().local_ms,
                residue: self.residue(),
            })],
            Action::Report(kind) => self.report(*kind),
            Action::Finish => vec![Fact::Finished],
            Action::Alarm(alarm) => {
                self.alarms.insert(*alarm);
                Vec::new()
            }
            Action::CreateRoom(guests) => vec![self.create(guests)],
            Action::Invite(_) | Action::WritePasses(_) => self.welcome(action),
            Action::PutOut(accounts) => self.put_out(accounts),
            Action::Cancel(_)
            | Action::Arm(_)
            | Action::ArmLease
            | Action::RestartLease(_)
            | Action::OpenJoins
            | Action::CloseJoins => self.guard(action),
            Action::Encrypt(..) | Action::NameMedia(_) | Action::Upload(_) | Action::Post(_) => {
                self.seed(action, journal)
            }
        }
    }

    fn report(&mut self, kind: Kind) -> Vec<Fact> {
        if self.silent {
            return Vec::new();
        }
        let journal = self.disk.as_ref();
        let end = journal.and_then(|journal| journal.end.as_ref());
        let is_early = end.is_some_and(|end| matches!(end.cause, Cause::Early | Cause::Operator));
        let t_ms = self.plan.session.times.dissolves_ms();
        if kind == Kind::Dissolved && !is_early && self.ms < t_ms {
            return vec![Fact::Unsigned(kind)];
        }
        let reported = &mut self.plan.session.reported;
        match kind {
            Kind::Seeded => reported.seeded = true,
            Kind::Joined => reported.joined = true,
            Kind::Dissolved => reported.attempts = 1,
        }
        vec![Fact::Settled(kind)]
    }

    fn create(&mut self, guests: &[Account]) -> Fact {
        if self.hall.is_none() {
            self.rooms_made += 1;
            self.alias = true;
            let members = guests
                .iter()
                .map(|guest| (guest.clone(), Presence::Invited))
                .collect();
            self.hall = Some(Hall {
                id: format!("!{}", self.rooms_made),
                members,
                ..Hall::default()
            });
        }
        Fact::Room(RoomId(format!("!{}", self.rooms_made)))
    }

    fn welcome(&mut self, action: &Action) -> Vec<Fact> {
        if let (Action::Invite(guests), Some(hall)) = (action, self.hall.as_mut()) {
            for guest in guests {
                hall.members.insert(guest.clone(), Presence::Invited);
            }
        }
        let mut facts = Vec::new();
        if let Action::WritePasses(guests) = action {
            for guest in guests {
                let journal = self.disk.as_ref();
                if let Some(old) = journal.and_then(|journal| journal.passes.get(guest)) {
                    self.tokens.remove(old.token.as_str());
                }
                let token = format!("t{}", self.fresh());
                self.tokens.insert(token.clone());
                let expires = self.policy.pass_expires(&self.plan, guest);
                facts.push(Fact::Pass(
                    guest.clone(),
                    Pass {
                        name: String::new(),
                        token: Token(token),
                        expires,
                    },
                ));
            }
        }
        facts
    }

    fn guard(&mut self, action: &Action) -> Vec<Fact> {
        let id = self.fresh();
        let lease_due_ms = self.local_ms() + LEASE_SECS * 1_000;
        let (local_ms, judged_ms) = (self.local_ms(), self.now().judged_ms());
        let Some(hall) = self.hall.as_mut() else {
            return Vec::new();
        };
        match action {
            Action::Cancel(ids) => {
                hall.pending
                    .values_mut()
                    .for_each(|pending| pending.retain(|p| !ids.contains(&p.id)));
                hall.pending.retain(|_, pending| !pending.is_empty());
                hall.leases.retain(|lease| !ids.contains(&lease.id));
            }
            Action::ArmLease => {
                hall.was_leased = true;
                hall.leases.push(Pending {
                    id: DelayId(format!("d{id}")),
                    due_ms: lease_due_ms,
                });
            }
            Action::RestartLease(id) => {
                for lease in hall.leases.iter_mut().filter(|lease| lease.id == *id) {
                    lease.due_ms = lease_due_ms;
                }
            }
            Action::OpenJoins => hall.closed = false,
            Action::Arm(nets) => {
                let tried = nets.iter().filter_map(Net::account).cloned().collect();
                let stubborn = |net: &&Net| {
                    let account = net.account();
                    account.is_some_and(|account| self.stubborn.contains(account))
                };
                for net in nets.iter().filter(|net| !stubborn(net)) {
                    let delay_ms = self
                        .policy
                        .due_ms(&self.plan, net)
                        .saturating_sub(judged_ms);
                    let due_ms = local_ms + delay_ms.max(1);
                    hall.pending.entry(net.clone()).or_default().push(Pending {
                        id: DelayId(format!("d{id}")),
                        due_ms,
                    });
                }
                return vec![Fact::Tried(tried, local_ms)];
            }
            _ => hall.closed = true,
        }
        Vec::new()
    }

    /// Who clings stays, and it is written down all the same.
    fn put_out(&mut self, accounts: &[Account]) -> Vec<Fact> {
        let hall = self.hall.as_mut().expect("a room");
        for account in accounts.iter().filter(|who| !self.clinging.contains(*who)) {
            hall.members.insert(account.clone(), Presence::Kicked);
        }
        vec![Fact::PutOut(accounts.iter().cloned().collect())]
    }

    fn seed(&mut self, action: &Action, journal: &Journal) -> Vec<Fact> {
        match action {
            Action::Encrypt(n, to) => {
                let recipients: BTreeSet<Account> = to.iter().cloned().collect();
                self.spool.insert(*n, recipients.clone());
                vec![Fact::Spooled(Post {
                    n: *n,
                    sha256: [0; 32],
                    middle: vec![1; 32],
                    size: 1,
                    recipients,
                    media: None,
                    uploaded: false,
                    event: None,
                    sent_ms: 0,
                    transaction: String::new(),
                })]
            }
            Action::NameMedia(n) => {
                let media = MediaUri(format!("mxc://s/{}", self.fresh()));
                self.media.insert(media.clone());
                vec![Fact::Named(*n, media)]
            }
            Action::Upload(n) => vec![Fact::Uploaded(*n)],
            Action::Post(n) => {
                assert!(
                    journal
                        .posts
                        .iter()
                        .any(|post| post.n == *n && post.uploaded),
                    "post before upload"
                );
                let recipients = self.spool.get(n).cloned().expect("spooled");
                let hall = self.hall.as_mut().expect("a room");
                assert!(
                    hall.posts.insert(*n, recipients.clone()).is_none(),
                    "post {n} twice"
                );
                assert!(
                    self.history.insert(*n, recipients).is_none(),
                    "post {n} twice"
                );
                vec![Fact::Posted(
                    *n,
                    EventId(format!("${n}")),
                    self.now().local_ms,
                )]
            }
            _ => Vec::new(),
        }
    }

    fn destroy(&mut self, step: Step, journal: &Journal) -> Fact {
        let mut done = Done {
            step,
            at_ms: self.now().local_ms,
            kicked: 0,
            cancelled: 0,
            deleted: 0,
        };
        match step {
            Step::Media => self.media.clear(),
            Step::Alias => self.alias = false,
            Step::Reports | Step::Gone => {}
            Step::Kicks => {
                if let Some(hall) = self.hall.as_mut().filter(|hall| !hall.left) {
                    for presence in hall
                        .members
                        .values_mut()
                        .filter(|p| matches!(p, Presence::Joined | Presence::Invited))
                    {
                        *presence = Presence::Kicked;
                        done.kicked += 1;
                    }
                    hall.pending.retain(|net, _| *net == Net::OwnLeave);
                }
            }
            Step::Nets => {
                if let Some(hall) = self.hall.as_mut() {
                    hall.pending.clear();
                    hall.leases.clear();
                }
            }
            Step::Purge => {
                // A homeserver that refuses to cancel nets keeps no room from its purge.
                let end = journal.end.as_ref();
                let disarmed = end.is_some_and(|end| end.steps.contains(&Step::Nets));
                if let Some(hall) = self.hall.as_ref().filter(|_| disarmed) {
                    assert!(
                        hall.pending.is_empty() && hall.leases.is_empty(),
                        "a net may fall due during the purge"
                    );
                }
                self.hall = None;
            }
            Step::Passes => {
                let known: BTreeSet<&str> = journal
                    .passes
                    .values()
                    .map(|pass| pass.token.as_str())
                    .collect();
                self.tokens.retain(|token| !known.contains(token.as_str()));
                self.spool.clear();
            }
        }
        Fact::Step(done)
    }

    /// What a scan would find: the room, the alias, media, the spool.
    fn residue(&self) -> [u32; 8] {
        let count = |n: usize| u32::try_from(n).expect("few");
        [
            u32::from(self.alias),
            u32::from(self.hall.is_some()),
            0,
            count(self.media.len()),
            0,
            count(self.spool.len()),
            0,
            0,
        ]
    }

    /// Where the session stands.
    pub(super) fn phase(&self) -> Phase {
        self.disk
            .as_ref()
            .map_or(Phase::Absent, |journal| journal.phase)
    }
}

fn swept(at_ms: u64) -> Sweep {
    Sweep {
        swept: true,
        wal_truncated: true,
        secure_delete: true,
        version_known: true,
        server_version: [1, 163, 2],
        at_ms,
    }
}
