//! A chain in memory behind the port: one session, members, and the reports that arrived.
//! It refuses what the core's rules refuse: a second report, one whose number is not the next, and a dissolution before T
//! that nobody ordered.

use std::sync::{Arc, Mutex};

use ktr_core::bundle::Release;
use ktr_core::id::{
    CountyId, EncryptionKey, Fingerprint, MemberId, ReleaseId, SessionId, Sha256, SigningKey,
};
use ktr_core::key::{Key, KeyBody, Role};
use ktr_core::session::Rejection;
use ktr_core::time::Time;
use ktr_room::ChainError;
use ktr_room::plan::{Member, Neighbour, Outlook, Reported, Sealed, Session, Status, Times};
use ktr_room::port::{Chain, Clock, Sent};
use ktr_room::report::{Cause, Report};

use super::poll::clock_ms;

/// The chain as the test holds it; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) session: Session,
    /// Other sessions: no report changes them.
    pub(crate) others: Vec<Session>,
    pub(crate) members: Vec<Member>,
    pub(crate) reports: Vec<Report>,
    pub(crate) signed: Vec<Report>,
    pub(crate) silent: bool,
    /// Whether reports are lost on their way to it, though it is heard.
    pub(crate) lost: bool,
    /// How many of the reports that were signed first have run out: it never takes them.
    pub(crate) ran_out: usize,
    /// How often it was looked at.
    pub(crate) asked: u64,
    /// How far the machine's clock is from its blocks, once two of them came.
    pub(crate) skew_ms: Option<u64>,
    pub(crate) neighbours: Vec<Neighbour>,
    /// How far its time is ahead of the machine's, in milliseconds: a test that goes by it waits for nothing.
    pub(crate) ahead_ms: u64,
    /// How far this machine's clock is wrong, in milliseconds.
    pub(crate) off_ms: i64,
    /// How old the newest state is that its node proves, in seconds: it catches up, or was restored.
    pub(crate) behind_secs: u64,
    /// The smallest count of members that is told.
    pub(crate) count_min: u32,
    /// With which code it refuses reports of a room's end, whatever they say; it takes them without one.
    pub(crate) refuses: Option<u32>,
}

impl Inner {
    fn now_ms(&self) -> u64 {
        clock_ms() + self.ahead_ms
    }
}

impl Ledger {
    /// A session that seeds, opens and dissolves so many seconds from now, with so many members of county 1.
    pub(crate) fn with(members: u8, [seeds, opens, dissolves]: [u64; 3], bundle: &[u8]) -> Self {
        let now = clock_ms() / 1_000;
        let times = Times {
            seeds_at: now + seeds,
            opens_at: now + opens,
            dissolves_at: now + dissolves,
        };
        let release = Release {
            id: ReleaseId([7; 16]),
            session: SessionId(4),
            sha256: ktr_room::name::sha256(bundle),
            size: u64::try_from(bundle.len()).expect("small"),
            profile: 1,
            key: Fingerprint([4; 20]),
            beacon: Sha256([5; 32]),
            nominations: Vec::new(),
            sealed_at: Time(now),
            retracted: None,
        };
        let key = Key {
            fingerprint: release.key,
            body: KeyBody::Sign(SigningKey([6; 51])),
            role: Role::Releaser,
            valid_from: Time(0),
            valid_until: Time(u64::MAX),
            revoked: None,
            expired: false,
        };
        let sealed = Sealed { release, key };
        let session = Session {
            id: SessionId(4),
            times,
            status: Status::Scheduled,
            opened_at: None,
            ward_seeded: true,
            sealed: Some(sealed),
            reported: Reported::default(),
            gates: Vec::new(),
        };
        let members = (1..=members)
            .map(|n| Member {
                id: MemberId([n; 16]),
                home: CountyId(1),
                room_keys: vec![EncryptionKey([n; 56])],
            })
            .collect();
        let inner = Inner {
            session,
            others: Vec::new(),
            members,
            reports: Vec::new(),
            signed: Vec::new(),
            silent: false,
            lost: false,
            ran_out: 0,
            asked: 0,
            skew_ms: Some(0),
            neighbours: Vec::new(),
            ahead_ms: 0,
            off_ms: 0,
            behind_secs: 0,
            count_min: 5,
            refuses: None,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().expect("lock"))
    }

    pub(crate) fn times(&self) -> Times {
        self.change(|inner| inner.session.times)
    }

    pub(crate) fn open(&self) {
        self.change(|inner| inner.session.status = Status::Opened);
    }
}

/// The chain's time as a sidecar's own.
impl Clock for Ledger {
    fn local_ms(&self) -> u64 {
        self.change(|inner| inner.now_ms().saturating_add_signed(inner.off_ms))
    }
}

impl Chain for Ledger {
    async fn outlook(&self) -> Result<Outlook, ChainError> {
        self.change(|inner| {
            inner.asked += 1;
            if inner.silent {
                return Err(ChainError::Silent);
            }
            let sessions = std::iter::once(&inner.session).chain(&inner.others);
            Ok(Outlook {
                chain_id: "ktr-test".to_owned(),
                newest: Time(inner.now_ms() / 1_000 - inner.behind_secs),
                skew_ms: inner.skew_ms,
                ward: Some(CountyId(2)),
                count_min: inner.count_min,
                neighbours: inner.neighbours.clone(),
                sessions: sessions.cloned().collect(),
                members: inner.members.clone(),
            })
        })
    }

    fn sign(&self, report: &Report) -> Result<Vec<u8>, ChainError> {
        self.change(|inner| {
            inner.signed.push(report.clone());
            Ok(u32::try_from(inner.signed.len() - 1)
                .expect("few")
                .to_be_bytes()
                .to_vec())
        })
    }

    async fn send(&self, signed: &[u8]) -> Result<Sent, ChainError> {
        self.change(|inner| {
            if inner.silent || inner.lost {
                return Err(ChainError::Silent);
            }
            let index = u32::from_be_bytes(signed.try_into().expect("four octets"));
            let index = usize::try_from(index).expect("small");
            if index < inner.ran_out {
                return Ok(Sent::NotYet);
            }
            let report = inner.signed[index].clone();
            let (now, is_repeated) = (inner.now_ms() / 1_000, inner.reports.contains(&report));
            let refuses = inner.refuses;
            let mut sessions = std::iter::once(&mut inner.session).chain(&mut inner.others);
            let session = sessions.find(|session| session.id == session_of(&report));
            let session = session.expect("a session of the chain");
            let early = now < session.times.dissolves_at;
            let reported = &mut session.reported;
            let fresh = match &report {
                Report::Seeded { .. } => !std::mem::replace(&mut reported.seeded, true),
                Report::Joined { .. } => !std::mem::replace(&mut reported.joined, true),
                Report::Dissolved {
                    attempt,
                    dissolution,
                    ..
                } => {
                    if early && !matches!(dissolution.cause, Cause::Early | Cause::Operator) {
                        return Ok(Sent::NotYet);
                    }
                    if let Some(code) = refuses {
                        return Ok(Sent::Refused(code));
                    }
                    if reported.attempts + 1 != *attempt {
                        return Ok(Sent::Refused(Rejection::AttemptNotNext.code()));
                    }
                    reported.attempts = *attempt;
                    true
                }
                Report::Witness { attempt, .. } => {
                    let known = u32::from(reported.attempts) == *attempt;
                    known && !is_repeated
                }
            };
            if !fresh {
                return Ok(Sent::Already);
            }
            inner.reports.push(report);
            Ok(Sent::Accepted)
        })
    }
}

/// The digest of a post in a report.
pub(crate) fn seeded_post(report: &Report) -> Option<Sha256> {
    if let Report::Seeded { post, .. } = report {
        Some(*post)
    } else {
        None
    }
}

const fn session_of(report: &Report) -> SessionId {
    match report {
        Report::Seeded { session, .. }
        | Report::Joined { session, .. }
        | Report::Dissolved { session, .. }
        | Report::Witness { session, .. } => *session,
    }
}
