//! Sessions from their announcement to what the counties report and testify of their rooms.
//! They move and are called off seldom, so that some come to their hour.

use ktr_core::{
    Command,
    id::{CountyId, SessionId, Sha256},
    key::Role,
    session::{
        self, Cause, Dissolved, Engine, Flags, Hours, LanguageTag, Seeded, ServerVersion, Session,
        Testimony,
    },
    time::Secs,
};

use crate::world::{Sending, World};

impl World {
    fn hours(&mut self) -> Hours {
        let seeds_at = self.later(86_400 * 10);
        Hours {
            seeds_at,
            opens_at: seeds_at.plus(Secs(600)),
            dissolves_at: seeds_at.plus(Secs(4_200)),
        }
    }

    pub(crate) fn session(&mut self) -> Sending {
        let running = self.running().filter(|_| self.dice.throw(4) != 0);
        if let Some(session) = running {
            return self.report(session);
        }
        let session = self.session_id();
        let command = match self.dice.throw(8) {
            0..=2 => session::Command::Schedule {
                session,
                hours: self.hours(),
                languages: vec![LanguageTag::parse("de").expect("a tag")],
            },
            3 if self.dice.throw(10) == 0 => session::Command::Cancel { session },
            4 if self.dice.throw(3) == 0 => self.reschedule(session),
            5 => session::Command::Open { session },
            _ => session::Command::FileRoll {
                session,
                revision: self.revision(session),
                roll: Sha256([self.dice.small(9); 32]),
            },
        };
        let sender = self.holder(|role| role == Role::Studio);
        Sending::by(sender, Command::Session(command))
    }

    pub(crate) fn reschedule(&mut self, session: SessionId) -> session::Command {
        session::Command::Reschedule {
            session,
            revision: self.revision(session),
            hours: self.hours(),
        }
    }

    /// How often it was changed, plus one.
    fn revision(&self, session: SessionId) -> u32 {
        let known = self.chain.state().session.get(session);
        known.map_or(1, |known| known.revision.saturating_add(1))
    }

    /// The last session whose rooms may be reported on, unless it is long over.
    fn running(&self) -> Option<SessionId> {
        let (sessions, now) = (&self.chain.state().session, self.chain.now());
        let is_running = |one: &&Session| {
            one.hours.seeds_at <= now.plus(Secs(300))
                && now < one.hours.dissolves_at.plus(Secs(30_000))
        };
        let last = sessions.last()?.id.0;
        let mut ids = (0..20).filter_map(|back| last.checked_sub(back));
        let running = ids.find_map(|id| sessions.get(SessionId(id)).filter(is_running));
        running.map(|one| one.id)
    }

    /// What the studio or a sidecar says of a session that runs or is just over.
    fn report(&mut self, session: SessionId) -> Sending {
        let county = CountyId(self.three());
        let known = self.chain.state().session.get(session);
        let reports = known.and_then(|known| known.reports.get(&county));
        let attempts = reports.map_or(0, |reports| reports.dissolved.len());
        let attempt = u32::try_from(attempts).expect("at most eight");
        let thrown = self.dice.throw(8);
        let command = match thrown {
            0..=1 => session::Command::Open { session },
            2 => session::Command::Close {
                session,
                attendance: Some(self.dice.throw(60)),
            },
            3 => session::Command::ReportSeeded {
                session,
                county,
                seeded: Seeded {
                    room: Sha256([self.dice.small(9); 32]),
                    post: Sha256([self.dice.small(9); 32]),
                },
            },
            4 => session::Command::ReportJoined {
                session,
                county,
                count: Some(self.dice.throw(40)),
            },
            5 => session::Command::ReportDissolved {
                session,
                county,
                dissolved: self.dissolved(attempt.saturating_add(1)),
            },
            _ => session::Command::Witness {
                session,
                county,
                attempt,
                testimony: *self.dice.one_of(&[
                    Testimony::Gone,
                    Testimony::Gone,
                    Testimony::Standing,
                ]),
            },
        };
        let sender = match thrown {
            0..=2 => self.holder(|role| role == Role::Studio),
            3..=5 => self.holder(|role| role == Role::Sidecar(county)),
            _ => self.holder(|role| matches!(role, Role::Sidecar(by) if by != county)),
        };
        Sending::by(sender, Command::Session(command))
    }

    fn dissolved(&mut self, attempt: u32) -> Dissolved {
        let at = self.chain.now();
        Dissolved {
            attempt,
            cause: *self.dice.one_of(&[
                Cause::Time,
                Cause::Early,
                Cause::Overdue,
                Cause::DeadMan,
                Cause::Operator,
            ]),
            started_at: at,
            emptied_at: at,
            purged_at: at.plus(Secs(self.dice.throw(60))),
            scanned_at: at.plus(Secs(60)),
            kicked: Some(self.dice.throw(300)),
            posts: self.dice.throw(4),
            media_deleted: self.dice.throw(4),
            cancelled: None,
            strays: self.dice.throw(2),
            residue: [self.dice.throw(2); 8],
            flags: Flags(u32::from(self.dice.small(255))),
            engine: Engine::Synapse,
            version: ServerVersion {
                major: 1,
                minor: 163,
                patch: 2,
            },
            receipt: Sha256([self.dice.small(9); 32]),
        }
    }
}
