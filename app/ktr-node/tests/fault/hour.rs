//! The one session of a run: announced with a roll and a release of a cleared case, opened, its rooms counted, its buckets published, its
//! rooms gone and found gone. One act comes after the other, each again if no block has it after a while.
//! What became of its counts is judged in `invariant.rs`.

use ktr_core::{
    Command, bundle,
    id::{Commitment, CountyId, ReleaseId, SessionId, Sha256},
    ingestion::{self, Bucket},
    limits::PROFILE,
    session::{self, Cause, Hours, LanguageTag, Testimony},
    time::{Secs, Time},
};
use ktr_testkit::{Actor, Cast, sample::emptied};
use ktr_wire::digest;

/// What somebody does for the session; rooms are counted from 0, and so are buckets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Act {
    Schedule,
    FileRoll,
    Seal,
    Open,
    Publish(usize),
    Join(usize),
    Dissolve(usize),
    /// Whose sidecar looked for whose room.
    Witness(usize, usize),
}

/// How far the session is.
pub(super) struct Hour {
    /// A cleared case, and when the studio heard of it.
    begun: Option<(Commitment, Time)>,
    /// Acts that blocks have.
    done: usize,
    /// How often the next one was signed, and since when.
    signed: u64,
    since: Time,
}

impl Hour {
    pub(super) const fn new() -> Self {
        Self {
            begun: None,
            done: 0,
            signed: 0,
            since: Time(0),
        }
    }

    /// A case is cleared; the first one is for the session.
    pub(super) const fn begin(&mut self, commitment: Commitment, at: Time) {
        if self.begun.is_none() {
            self.begun = Some((commitment, at));
        }
    }

    /// A block has accepted this act.
    pub(super) const fn follow(&mut self, act: usize) {
        if act == self.done {
            self.done += 1;
            self.signed = 0;
        }
    }

    /// Who acts next, with which command, and the number of the act.
    ///
    /// A bucket is published three times at once: with fewer hits than may be told, with many, and with half of them. The first is refused, the
    /// second counts, and nothing may fall.
    pub(super) fn due(&mut self, cast: &Cast, at: Time) -> Option<(Actor, Command, usize)> {
        let (commitment, begun) = self.begun?;
        let act = *ACTS.get(self.done)?;
        if at.since(self.since) >= AGAIN {
            self.signed = 0;
        }
        let times = if matches!(act, Act::Publish(_)) { 3 } else { 1 };
        if self.signed == times {
            return None;
        }
        if self.signed == 0 {
            self.since = at;
        }
        self.signed += 1;
        let hits = match self.signed {
            1 => FEW,
            2 => MANY,
            _ => MANY / 2,
        };
        let (actor, command) = match act {
            Act::Schedule => (&cast.studio, Command::Session(scheduled(begun))),
            Act::FileRoll => (&cast.studio, Command::Session(ROLL)),
            Act::Open => (&cast.studio, Command::Session(OPEN)),
            Act::Seal => (&cast.releaser, Command::Bundle(sealed(commitment))),
            Act::Publish(bucket) => {
                let publish = published(bucket, hits);
                (&cast.collector, Command::Ingestion(publish))
            }
            Act::Join(room) => (&cast.sidecars[room], Command::Session(joined(room))),
            Act::Dissolve(room) => (&cast.sidecars[room], Command::Session(gone(room, at))),
            Act::Witness(by, room) => (&cast.sidecars[by], Command::Session(witnessed(room))),
        };
        Some((actor.clone(), command, self.done))
    }
}

/// Its rooms may be reported of from the first second on, it may be opened as soon as it is sealed, and it lasts longer than a run.
fn scheduled(begun: Time) -> session::Command {
    let seeds_at = begun.plus(Secs(300));
    let opens_at = seeds_at.plus(Secs(300));
    session::Command::Schedule {
        session: SESSION,
        hours: Hours {
            seeds_at,
            opens_at,
            dissolves_at: opens_at.plus(Secs(7_200)),
        },
        languages: vec![LanguageTag::parse("de").unwrap()],
    }
}

fn sealed(commitment: Commitment) -> bundle::Command {
    bundle::Command::Seal {
        release: ReleaseId([0x5E; 16]),
        session: SESSION,
        sha256: digest::sha256(&[b"bundle"]),
        size: 70_000,
        profile: PROFILE,
        beacon: digest::sha256(&[b"beacon"]),
        nominations: vec![commitment],
    }
}

fn published(bucket: usize, hits: u64) -> ingestion::Command {
    ingestion::Command::Publish {
        session: SESSION,
        bucket: Bucket::ALL[bucket],
        beacon: digest::sha256(&[b"beacon"]),
        hits: Some(hits),
        interrupted: false,
    }
}

fn joined(room: usize) -> session::Command {
    session::Command::ReportJoined {
        session: SESSION,
        county: county(room),
        count: Some(12),
    }
}

fn gone(room: usize, at: Time) -> session::Command {
    let dissolved = emptied(at, Cause::Operator);
    session::Command::ReportDissolved {
        session: SESSION,
        county: county(room),
        dissolved,
    }
}

fn witnessed(room: usize) -> session::Command {
    session::Command::Witness {
        session: SESSION,
        county: county(room),
        attempt: 1,
        testimony: Testimony::Gone,
    }
}

fn county(room: usize) -> CountyId {
    CountyId(u8::try_from(room).unwrap() + 1)
}

/// The first count is published before the first death comes; what follows comes between deaths.
const ACTS: [Act; 21] = [
    Act::Schedule,
    Act::FileRoll,
    Act::Seal,
    Act::Open,
    Act::Join(0),
    Act::Join(1),
    Act::Join(2),
    Act::Publish(0),
    Act::Publish(1),
    Act::Publish(2),
    Act::Publish(3),
    Act::Publish(4),
    Act::Dissolve(0),
    Act::Dissolve(1),
    Act::Dissolve(2),
    Act::Witness(0, 1),
    Act::Witness(0, 2),
    Act::Witness(1, 0),
    Act::Witness(1, 2),
    Act::Witness(2, 0),
    Act::Witness(2, 1),
];

const SESSION: SessionId = SessionId(1);

const OPEN: session::Command = session::Command::Open { session: SESSION };

const ROLL: session::Command = session::Command::FileRoll {
    session: SESSION,
    revision: 1,
    roll: Sha256([0xB0; 32]),
};

/// One hit less than may be told.
const FEW: u64 = 4;
/// Hits of a bucket.
const MANY: u64 = 40;

/// After so long an act is signed once more: a site that died may have swallowed it, or it came too early.
const AGAIN: Secs = Secs(5);
