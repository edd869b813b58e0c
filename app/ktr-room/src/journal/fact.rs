//! What can happen to a journal: one fact per outward step, applied without fail.
//! Facts are never refused here; the policy decides whether a step is taken.

use std::collections::BTreeSet;

use super::entry::{
    Bare, Dissolving, Joined, Journal, Pass, Phase, Post, ReportState, Scan, Sweep,
};
use crate::action::{Mark, Step};
use crate::limits::ARM_TRIES;
use crate::matrix_id::{Account, EventId, MediaUri, RoomId};
use crate::plan::Times;
use crate::receipt::Sought;
use crate::report::{Cause, Kind};

/// Something that happened and must survive a crash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fact {
    /// The chain names other times.
    Rescheduled(Times),
    /// The room stands.
    Room(RoomId),
    /// A pass was minted.
    Pass(Account, Pass),
    /// Nets were tried for these, from then on (milliseconds).
    Tried(BTreeSet<Account>, u64),
    /// A look showed these without a net, and nobody else.
    Netless(BTreeSet<Account>),
    /// These are put out of the room for want of a net.
    PutOut(BTreeSet<Account>),
    /// Nothing can be encrypted to keys with these digests.
    Unusable(BTreeSet<String>),
    /// The ciphertext of a post lies in the spool.
    Spooled(Post),
    /// A media id was given for post `n`.
    Named(u32, MediaUri),
    /// The bytes of post `n` are up.
    Uploaded(u32),
    /// The spooled bytes of post `n` are lost, and nothing was sent under its number: it is no post.
    Dropped(u32),
    /// Post `n` is in the room since then (milliseconds).
    Posted(u32, EventId, u64),
    /// So many had joined, as it is told.
    Joined(Option<u32>),
    /// A report was signed.
    Signed(Kind, Vec<u8>),
    /// Signed bytes will never be accepted: sign anew.
    Unsigned(Kind),
    /// A report is on chain.
    Settled(Kind),
    /// A report was refused for good.
    Refused(Kind),
    /// A stray room is gone.
    StrayGone(RoomId),
    /// The end begins, with the number of its report.
    Dissolving(Cause, Vec<Mark>, u64, u8),
    /// What is seen later than the end began and must not be hidden.
    Marked(Vec<Mark>),
    /// These are in the room or invited, and are to be kicked.
    Emptying(BTreeSet<Account>),
    /// A step of the destruction is done.
    Step(Done),
    /// A step did so much and is not done.
    Counted(Done),
    /// Rooms that are no more, and that only the homeserver's database named.
    Past(BTreeSet<RoomId>),
    /// A sweep ended.
    Swept(Sweep),
    /// A scan ended.
    Scanned(Scan),
    /// Nothing is left to do.
    Finished,
}

impl Fact {
    /// Whether it is kept in memory when the disk does not take it: nothing is lost if it is forgotten, for what it says is found or done again.
    /// A stray that is gone is not found again, but memory remembers it as long as it can.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        matches!(
            self,
            Self::Rescheduled(_)
                | Self::Tried(..)
                | Self::Netless(_)
                | Self::Unusable(_)
                | Self::Dissolving(..)
                | Self::Marked(_)
                | Self::Emptying(_)
                | Self::Past(_)
                | Self::Step(_)
                | Self::Counted(_)
                | Self::StrayGone(_)
        )
    }
}

/// A step of the destruction that is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    /// Which.
    pub step: Step,
    /// When, in milliseconds.
    pub at_ms: u64,
    /// Members who are out by it, those of earlier tries among them.
    pub kicked: u32,
    /// Nets cancelled by it.
    pub cancelled: u32,
    /// Media deleted by it.
    pub deleted: u32,
}

impl Done {
    /// Whether there is anything to count.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.kicked > 0 || self.cancelled > 0 || self.deleted > 0
    }
}

impl Dissolving {
    /// Adds up what a step did. Who is out is counted in the room and not by the kick, so that each try counts all of them.
    fn count(&mut self, done: Done) {
        self.kicked = self.kicked.max(done.kicked);
        self.cancelled = self.cancelled.saturating_add(done.cancelled);
        self.media_deleted = self.media_deleted.saturating_add(done.deleted);
    }
}

impl Journal {
    /// Writes a fact down.
    pub fn note(&mut self, fact: Fact) {
        match fact {
            Fact::Rescheduled(times) => self.times = times,
            Fact::Room(room) => self.stand(room),
            Fact::Pass(account, pass) => {
                self.passes.insert(account, pass);
            }
            Fact::Tried(accounts, at_ms) => self.tried(accounts, at_ms),
            Fact::Netless(accounts) => self.bare.retain(|account, _| accounts.contains(account)),
            Fact::PutOut(accounts) => self.put_out.extend(accounts),
            Fact::Unusable(digests) => self.unusable.extend(digests),
            Fact::Spooled(post) => self.posts.push(post),
            Fact::Named(n, media) => self.on_post(n, |post| post.media = Some(media)),
            Fact::Uploaded(n) => self.on_post(n, |post| post.uploaded = true),
            Fact::Dropped(n) => self.drop_post(n),
            Fact::Posted(n, event, at_ms) => self.sent(n, event, at_ms),
            Fact::Joined(count) => self.joined = Some(Joined { count }),
            Fact::Signed(kind, octets) => {
                self.reports.insert(kind, ReportState::Signed(octets));
            }
            Fact::Unsigned(kind) => {
                self.reports.remove(&kind);
            }
            Fact::Settled(kind) => {
                self.reports.insert(kind, ReportState::Settled);
            }
            Fact::Refused(kind) => {
                self.reports.insert(kind, ReportState::Refused);
            }
            Fact::StrayGone(room) => {
                self.strays.insert(room);
                // A scan of before did not look for it.
                self.on_end(|end| end.scans.clear());
            }
            Fact::Dissolving(cause, marks, at_ms, attempt) => {
                self.end_begins(cause, marks, at_ms, attempt);
            }
            Fact::Marked(marks) => self.on_end(|end| {
                end.marks.remove(&Mark::Unseen);
                end.marks.extend(marks);
            }),
            Fact::Emptying(company) => {
                self.on_end(|end| end.company.get_or_insert_default().extend(company));
            }
            Fact::Step(done) => self.step(done),
            Fact::Counted(done) => self.on_end(|end| end.count(done)),
            Fact::Past(rooms) => self.recall(&rooms),
            Fact::Swept(sweep) => self.on_end(|end| end.sweep = Some(sweep)),
            Fact::Scanned(scan) => self.on_end(|end| end.scans.push(scan)),
            Fact::Finished => self.phase = Phase::Done,
        }
    }

    /// The room stands: the one way out of `Absent`.
    fn stand(&mut self, room: RoomId) {
        self.room = Some(room);
        if self.phase == Phase::Absent {
            self.phase = Phase::Gathering;
        }
    }

    /// Nets were tried; what is past the limit changes nothing, so that it makes no pass come sooner.
    fn tried(&mut self, accounts: BTreeSet<Account>, at_ms: u64) {
        for account in accounts {
            let fresh = Bare {
                since_ms: at_ms,
                tries: 0,
            };
            let bare = self.bare.entry(account).or_insert(fresh);
            bare.tries = bare.tries.saturating_add(1).min(ARM_TRIES);
        }
    }

    /// Rooms that are no more are looked for, now and by every later attempt.
    fn recall(&mut self, rooms: &BTreeSet<RoomId>) {
        let words = rooms.iter().map(|room| room.bare().to_owned());
        self.sought.words.extend(words);
    }

    /// A post that is not out is none. What it may have left on the homeserver is looked for all the same.
    fn drop_post(&mut self, n: u32) {
        self.sought = Sought::of(self);
        self.posts
            .retain(|post| post.n != n || post.event.is_some());
    }

    /// A post is out; post 0 makes the room seeded.
    fn sent(&mut self, n: u32, event: EventId, at_ms: u64) {
        self.on_post(n, |post| {
            post.event = Some(event);
            post.sent_ms = at_ms;
        });
        if self.phase == Phase::Gathering {
            self.phase = Phase::Seeded;
        }
    }

    /// The end begins; a second beginning changes nothing.
    fn end_begins(&mut self, cause: Cause, marks: Vec<Mark>, at_ms: u64, attempt: u8) {
        if self.end.is_none() {
            self.phase = Phase::Dissolving;
            self.end = Some(Dissolving {
                cause,
                started_ms: at_ms,
                emptied_ms: 0,
                purged_ms: 0,
                steps: BTreeSet::new(),
                kicked: 0,
                cancelled: 0,
                media_deleted: 0,
                company: None,
                marks: marks.into_iter().collect(),
                sweep: None,
                scans: Vec::new(),
                attempt,
            });
        }
    }

    /// A step is done; the last one makes the room purged.
    fn step(&mut self, done: Done) {
        self.on_end(|end| {
            end.steps.insert(done.step);
            end.count(done);
            if done.step == Step::Kicks {
                // Nobody has been in the room since it was purged, whenever that is found.
                let is_gone = end.purged_ms > 0;
                end.emptied_ms = if is_gone { end.purged_ms } else { done.at_ms };
            }
            if done.step == Step::Purge {
                end.purged_ms = done.at_ms;
            }
        });
        let all = self
            .end
            .as_ref()
            .is_some_and(|end| Step::ALL.iter().all(|step| end.steps.contains(step)));
        if all && self.phase == Phase::Dissolving {
            self.phase = Phase::Purged;
        }
    }

    fn on_post(&mut self, n: u32, change: impl FnOnce(&mut Post)) {
        if let Some(post) = self.posts.iter_mut().find(|post| post.n == n) {
            change(post);
        }
    }

    fn on_end(&mut self, change: impl FnOnce(&mut Dissolving)) {
        if let Some(end) = self.end.as_mut() {
            change(end);
        }
    }
}
