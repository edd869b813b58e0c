//! Samples of what changes members, boards, releases and sessions after they stand.
//! They are part of `sample`, which stands for all of them; here they have their place.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    Command, Event, Record,
    board::{self, Appointee, Holder, Pair, Seat, Term, TermStatus, Voter},
    bundle::{self, Release, Retraction, RetractionReason},
    id::{Commitment, CountyId, SeatId, Sha256, TermId},
    key::{Key, KeyBody, Role},
    membership::{self, Member, Proof, Standing},
    session::{self, Cause, Hours, LanguageTag, Reports, Session, Testimony},
    time::Time,
};
use ktr_wire::signature::fingerprint;

use crate::{
    Actor,
    sample::{self, CASE, COUNTY, MEMBER, RELEASE, SESSION, START, later},
    sample_session,
};

const TERM: TermId = TermId(2);
const SEAT: SeatId = SeatId(3);
const ROLL: Sha256 = Sha256([0x36; 32]);

/// The owner of every new key in these samples, and who holds it.
#[must_use]
pub(crate) fn prover(command: &Command) -> Option<(Actor, Role)> {
    if let Command::Membership(membership::Command::RotateKey { .. }) = command {
        return Some((successor(), Role::Member(MEMBER)));
    }
    if let Command::Board(board::Command::RotateKey { .. }) = command {
        return Some((successor(), Role::Deputy(SEAT)));
    }
    None
}

fn successor() -> Actor {
    Actor::named("successor", START)
}

fn hours() -> Hours {
    Hours {
        seeds_at: later(176_400),
        opens_at: later(176_700),
        dissolves_at: later(180_300),
    }
}

fn pair(name: &str) -> Pair {
    let sign = Actor::named(name, START);
    let encrypt = Actor::encryption(&format!("{name}-box"), START);
    Pair {
        sign: sign.body,
        sign_fingerprint: sign.fingerprint,
        encrypt,
        encrypt_fingerprint: fingerprint(&KeyBody::Encrypt(encrypt)),
    }
}

fn appointees() -> [Appointee; 3] {
    [1, 2, 3].map(|n| Appointee {
        seat: SeatId(n),
        holder: pair(&format!("next-seat-{n}")),
        deputy: pair(&format!("next-deputy-{n}")),
    })
}

/// The next board; `vacated_at` is of its third seat.
fn term(status: TermStatus, vacated_at: Option<Time>, recusals: &[(Commitment, SeatId)]) -> Term {
    let holder = |pair: Pair| Holder {
        sign: pair.sign_fingerprint,
        encrypt: pair.encrypt_fingerprint,
    };
    let seats = appointees().map(|appointee| Seat {
        id: appointee.seat,
        holder: holder(appointee.holder),
        deputy: holder(appointee.deputy),
        vacated_at: vacated_at.filter(|_| appointee.seat == SEAT),
    });
    Term {
        id: TERM,
        from: later(86_400 * 200),
        until: later(86_400 * 380),
        status,
        seats: seats.to_vec(),
        recusals: recusals.iter().copied().collect::<BTreeSet<_>>(),
    }
}

fn key(body: KeyBody, role: Role, expired: bool) -> Key {
    Key {
        fingerprint: fingerprint(&body),
        body,
        role,
        valid_from: START,
        valid_until: later(86_400 * 422),
        revoked: None,
        expired,
    }
}

fn keys() -> Vec<Key> {
    let of = |role, pair: Pair| {
        [
            key(KeyBody::Sign(pair.sign), role, false),
            key(KeyBody::Encrypt(pair.encrypt), role, false),
        ]
    };
    let keys = appointees().into_iter().flat_map(|appointee| {
        let holder = of(Role::Seat(appointee.seat), appointee.holder);
        let deputy = of(Role::Deputy(appointee.seat), appointee.deputy);
        holder.into_iter().chain(deputy)
    });
    keys.collect()
}

/// The commands.
pub(crate) fn commands() -> Vec<(&'static str, Command)> {
    let mut commands = of_membership();
    commands.extend(of_board());
    commands.push((
        "bundle.retract",
        Command::Bundle(bundle::Command::Retract {
            release: RELEASE,
            reason: RetractionReason::Quality,
        }),
    ));
    commands.extend(of_session());
    commands
}

fn of_membership() -> Vec<(&'static str, Command)> {
    let (member, new) = (MEMBER, successor());
    let rotate = membership::Command::RotateKey {
        member,
        old: sample::member().fingerprint,
        key: new.body,
        fingerprint: new.fingerprint,
        valid_from: START,
        valid_until: later(86_400 * 300),
        proof: Proof::Holds,
    };
    let commands = [
        ("membership.rotate_key", rotate),
        (
            "membership.suspend",
            membership::Command::Suspend { member, turn: 1 },
        ),
        (
            "membership.reinstate",
            membership::Command::Reinstate { member, turn: 2 },
        ),
        ("membership.leave", membership::Command::Leave { member }),
    ];
    let commands = commands.map(|(name, command)| (name, Command::Membership(command)));
    commands.to_vec()
}

fn of_board() -> Vec<(&'static str, Command)> {
    let new = successor();
    let term = term(TermStatus::Appointed, None, &[]);
    let appoint = board::Command::Appoint {
        term: TERM,
        from: term.from,
        until: term.until,
        seats: appointees().to_vec(),
    };
    let rotate = board::Command::RotateKey {
        seat: SEAT,
        voter: Voter::Deputy,
        key: new.body,
        fingerprint: new.fingerprint,
        proof: Proof::Holds,
    };
    let commands = [
        ("board.appoint", appoint),
        ("board.recuse", board::Command::Recuse { commitment: CASE }),
        (
            "board.vacate",
            board::Command::Vacate {
                term: TERM,
                seat: SEAT,
            },
        ),
        ("board.rotate_key", rotate),
    ];
    let commands = commands.map(|(name, command)| (name, Command::Board(command)));
    commands.to_vec()
}

fn of_session() -> Vec<(&'static str, Command)> {
    let session = SESSION;
    let witness = |testimony| session::Command::Witness {
        session,
        county: COUNTY,
        attempt: 1,
        testimony,
    };
    let commands = [
        (
            "session.reschedule",
            session::Command::Reschedule {
                session,
                revision: 1,
                hours: hours(),
            },
        ),
        (
            "session.file_roll",
            session::Command::FileRoll {
                session,
                revision: 2,
                roll: ROLL,
            },
        ),
        ("session.cancel", session::Command::Cancel { session }),
        ("session.witness gone", witness(Testimony::Gone)),
        ("session.witness standing", witness(Testimony::Standing)),
    ];
    let commands = commands.map(|(name, command)| (name, Command::Session(command)));
    commands.to_vec()
}

/// The events.
pub(crate) fn events() -> Vec<Event> {
    let (member, at, new) = (MEMBER, START, KeyBody::Sign(successor().body));
    let old = sample::member().fingerprint;
    let membership = [
        membership::Event::KeyRotated {
            member,
            old,
            at,
            key: key(new, Role::Member(member), false),
        },
        membership::Event::Suspended { member, at },
        membership::Event::Reinstated { member, at },
        membership::Event::Left { member, at },
        membership::Event::KeyExpired {
            member,
            fingerprint: old,
        },
    ];
    let board = [
        board::Event::Appointed {
            term: term(TermStatus::Appointed, None, &[]),
            keys: keys(),
        },
        board::Event::Recused {
            term: TERM,
            seat: SEAT,
            commitment: CASE,
        },
        board::Event::Vacated {
            term: TERM,
            seat: SEAT,
            at,
        },
        board::Event::KeyRotated {
            term: TERM,
            old: pair("next-deputy-3").sign_fingerprint,
            at,
            key: key(new, Role::Deputy(SEAT), false),
        },
    ];
    let reason = RetractionReason::VictimIdentifiable;
    let retracted = bundle::Event::Retracted {
        release: RELEASE,
        retraction: Retraction { at, reason },
    };
    let mut events: Vec<Event> = membership.map(Event::Membership).to_vec();
    events.extend(board.map(Event::Board));
    events.push(Event::Bundle(retracted));
    events.extend(session_events().map(Event::Session));
    events
}

fn session_events() -> [session::Event; 6] {
    let (session, county, attempt) = (SESSION, COUNTY, 1);
    [
        session::Event::Rescheduled {
            session,
            hours: hours(),
        },
        session::Event::RollFiled {
            session,
            roll: ROLL,
        },
        session::Event::Cancelled { session, at: START },
        session::Event::Witnessed {
            session,
            county,
            attempt,
            by: CountyId(1),
            testimony: Testimony::Gone,
        },
        session::Event::DissolutionConfirmed {
            session,
            county,
            attempt,
        },
        session::Event::Unwitnessed { session, county },
    ]
}

/// The records, each with what these commands and events can leave in it.
pub(crate) fn records() -> Vec<Record> {
    let member = |standing, turns| {
        Record::Member(Member {
            id: MEMBER,
            home: CountyId(1),
            admitted_at: START,
            standing,
            turns,
        })
    };
    let (at, recusals) = (later(5), [(CASE, SeatId(1)), (CASE, SEAT)]);
    let retraction = Retraction {
        at,
        reason: RetractionReason::Other,
    };
    vec![
        member(Standing::Suspended { at }, 1),
        member(Standing::Left { at }, 2),
        Record::Key(key(sample::room_key(), Role::Member(MEMBER), true)),
        Record::Term(term(TermStatus::Began, Some(at), &recusals)),
        Record::Release(Release {
            retracted: Some(retraction),
            ..sample::release()
        }),
        Record::Session(session(
            session::Status::Cancelled { at },
            None,
            BTreeMap::new(),
        )),
        Record::Session(session(
            session::Status::Scheduled,
            Some(ROLL),
            [(CountyId(1), witnessed()), (COUNTY, unwitnessed())].into(),
        )),
    ]
}

fn session(
    status: session::Status,
    roll: Option<Sha256>,
    reports: BTreeMap<CountyId, Reports>,
) -> Session {
    Session {
        id: SESSION,
        hours: hours(),
        languages: LanguageTag::parse("de").into_iter().collect(),
        revision: 2,
        roll,
        status,
        ended: false,
        reports,
    }
}

fn witnessed() -> Reports {
    let dissolved = sample_session::dissolved();
    let again = session::Dissolved {
        attempt: 2,
        cause: Cause::Operator,
        ..dissolved
    };
    Reports {
        dissolved: vec![dissolved, again],
        witnessed: [
            ((1, CountyId(2)), Testimony::Gone),
            ((1, CountyId(3)), Testimony::Standing),
            ((2, CountyId(2)), Testimony::Gone),
        ]
        .into(),
        superseded: 1,
        ..Reports::default()
    }
}

fn unwitnessed() -> Reports {
    Reports {
        overdue: true,
        unwitnessed: true,
        ..Reports::default()
    }
}
