//! A random network: who acts, with which key, and what is drawn first.
//! What is drawn of members, of an hour and of the counties' own affairs is in the files beside it.

use ktr_core::{
    Command,
    board::{self, Voter},
    bundle::{self, RetractionReason},
    governance::Misbehaviour,
    id::{Commitment, MemberId, ProposalId, ReleaseId, SeatId, SessionId, Sha256, TermId},
    ingestion::{self, Bucket, Rm1, WindowId},
    key::Role,
    limits::PROFILE,
    membership::Proof,
    nomination::{self, Severity, Verdict, VetoCategory},
    time::{Secs, Time},
};
use ktr_testkit::{Actor, Chain};
use ktr_wire::{digest, transaction::Draft};

/// Actors that are known before those whose keys are over are forgotten.
const ACTORS: usize = 400;
/// Actors that stay whatever became of their keys: the counties may still resolve them.
const ACTORS_NEW: usize = 100;

/// Seconds of the longest silence: terms, keys and sessions end in it.
const SILENCE_SECS: u64 = 86_400 * 60;
/// From here on no silence is drawn any more: a million blocks end before OpenPGP's own time does.
const SILENT_BEFORE: Time = Time(3_200_000_000);

/// A stream of choices that is the same for the same seed.
pub(crate) struct Dice {
    seed: String,
    thrown: u64,
}

impl Dice {
    /// A number below `sides`.
    pub(crate) fn throw(&mut self, sides: u64) -> u64 {
        self.thrown = self.thrown.wrapping_add(1);
        let hash = digest::sha256(&[self.seed.as_bytes(), &self.thrown.to_be_bytes()]);
        let (first, _) = hash.0.split_first_chunk().expect("32 octets");
        u64::from_be_bytes(*first).checked_rem(sides).unwrap_or(0)
    }

    pub(crate) fn small(&mut self, sides: u8) -> u8 {
        u8::try_from(self.throw(u64::from(sides))).expect("below a small number")
    }

    pub(crate) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let place = self.throw(of.len().try_into().expect("few"));
        &of[usize::try_from(place).expect("few")]
    }
}

/// What somebody is about to sign.
pub(crate) struct Sending {
    pub(crate) sender: Actor,
    pub(crate) command: Command,
    /// What a new key signed.
    pub(crate) proof: Vec<u8>,
    /// The proposal on which it rests.
    pub(crate) proposal: Option<ProposalId>,
}

impl Sending {
    pub(crate) fn by(sender: Actor, command: Command) -> Self {
        Self {
            sender,
            command,
            proof: Vec::new(),
            proposal: None,
        }
    }
}

/// A random network: whoever acts, acts at random, and so does the clock.
pub(crate) struct World {
    pub(crate) chain: Chain,
    pub(crate) dice: Dice,
    /// Everybody whose key counts, may come to count, or counted lately.
    actors: Vec<Actor>,
    /// Keys that were made for somebody.
    pub(crate) keys: u32,
    sent: Vec<Vec<u8>>,
    /// The last cases that somebody nominated.
    cases: Vec<Commitment>,
    /// Six organisations; whoever left gives way to another.
    pub(crate) members: Vec<MemberId>,
    /// The number of the last of them.
    pub(crate) last_member: u8,
    /// The last commands that were put before the counties, with their proposals and digests.
    pub(crate) acts: Vec<(ProposalId, Sha256, Command)>,
}

impl World {
    pub(crate) fn new(seed: &str, in_bulk: bool) -> Self {
        // Every version's program, so that upgrades are reached and the chain goes on.
        let mut chain = Chain::begun().run_by(u64::MAX);
        if in_bulk {
            chain = chain.judged_in_bulk();
        }
        let cast = chain.cast.clone();
        let home = cast.counties[0].clone();
        let mut actors = vec![cast.studio, cast.releaser, cast.collector];
        for group in [cast.counties, cast.sidecars, cast.seats, cast.deputies] {
            actors.extend(group);
        }
        let mut world = Self {
            chain,
            dice: Dice {
                seed: seed.to_owned(),
                thrown: 0,
            },
            actors,
            keys: 0,
            sent: Vec::new(),
            cases: vec![Commitment([0; 32])],
            members: Vec::new(),
            last_member: 0,
            acts: Vec::new(),
        };
        for _ in 0..6 {
            let member = world.new_member();
            world.members.push(member);
            let admit = world.admit(member, home.clone());
            let tx = world.signed(admit);
            world.chain.block(&[tx]);
        }
        world
    }

    /// The time to the next block: minutes, and now and then weeks in which nobody sends.
    pub(crate) fn pause(&mut self) -> u64 {
        let is_long = self.dice.throw(700) == 0 && self.chain.now() < SILENT_BEFORE;
        let most = if is_long { SILENCE_SECS } else { 1_500 };
        self.dice.throw(most)
    }

    /// A transaction of somebody; now and then octets that are none, or the ones of before.
    pub(crate) fn tx(&mut self) -> Vec<u8> {
        match self.dice.throw(20) {
            0 => vec![self.dice.small(255); usize::from(self.dice.small(40))],
            1 if !self.sent.is_empty() => self.dice.one_of(&self.sent).clone(),
            2 if self.dice.throw(40) == 0 => {
                let sending = self.seat_rotates();
                self.signed(sending)
            }
            _ => {
                let sending = self.sending();
                let tx = self.signed(sending);
                self.sent.push(tx.clone());
                tx
            }
        }
    }

    fn signed(&mut self, sending: Sending) -> Vec<u8> {
        let draft = Draft {
            proposal: sending.proposal,
            ..self.chain.draft(sending.command, sending.proof)
        };
        sending.sender.sign(&draft, self.chain.now())
    }

    /// Now and then the engine has caught a validator.
    pub(crate) fn caught(&mut self) -> Vec<Misbehaviour> {
        if self.dice.throw(200) != 0 {
            return Vec::new();
        }
        let sites = self.chain.state().governance.validators().to_vec();
        let address = digest::address(&self.dice.one_of(&sites).key);
        let height = self.chain.ledger().height();
        vec![Misbehaviour { address, height }]
    }

    /// Those whose keys have such a role today.
    pub(crate) fn holders(&self, is: impl Fn(Role) -> bool) -> Vec<Actor> {
        let (state, now) = (self.chain.state(), self.chain.now());
        let holds = |actor: &&Actor| {
            let key = state.key(&actor.fingerprint);
            key.is_some_and(|key| key.is_live(now) && is(key.role))
        };
        self.actors.iter().filter(holds).cloned().collect()
    }

    /// Mostly somebody who may, so that most histories go on.
    pub(crate) fn holder(&mut self, is: impl Fn(Role) -> bool) -> Actor {
        let likely = self.holders(is);
        let of = if likely.is_empty() || self.dice.throw(8) == 0 {
            &self.actors
        } else {
            &likely
        };
        self.dice.one_of(of).clone()
    }

    /// A key that nobody knows yet.
    pub(crate) fn new_key(&mut self) -> Actor {
        if self.actors.len() > ACTORS {
            let (state, now) = (self.chain.state(), self.chain.now());
            let lasts = |actor: &Actor| {
                let key = state.key(&actor.fingerprint);
                key.is_some_and(|key| key.revoked.is_none() && now < key.valid_until)
            };
            let old = self.actors.len().saturating_sub(ACTORS_NEW);
            let mut place = 0_usize;
            self.actors.retain(|actor| {
                place = place.saturating_add(1);
                place > old || lasts(actor)
            });
        }
        self.keys = self.keys.saturating_add(1);
        let key = Actor::named(&format!("key {}", self.keys), self.chain.now());
        self.actors.push(key.clone());
        key
    }

    fn sending(&mut self) -> Sending {
        let case = *self.dice.one_of(&self.cases);
        match self.dice.throw(30) {
            0..=1 => self.membership(),
            2..=4 => {
                let submit = nomination::Command::Submit {
                    commitment: self.case(),
                    severity: *self.dice.one_of(&[Severity::High, Severity::Critical]),
                    matrix_version: 1,
                    decide_by: self.later(86_400),
                };
                self.of_member(submit)
            }
            5..=13 => self.vote(case),
            14 => self.of_member(nomination::Command::Withdraw { commitment: case }),
            15..=20 => self.session(),
            21..=25 => self.governance(),
            26 => self.board(case),
            27..=28 => self.bundle(),
            _ => self.ingestion(),
        }
    }

    fn of_member(&mut self, command: nomination::Command) -> Sending {
        let sender = self.holder(|role| matches!(role, Role::Member(_)));
        Sending::by(sender, Command::Nomination(command))
    }

    fn vote(&mut self, commitment: Commitment) -> Sending {
        let verdict = match self.dice.throw(9) {
            0 => Verdict::Veto(VetoCategory::Quality),
            _ => Verdict::Approve,
        };
        let sender = self.voter(&commitment);
        let vote = nomination::Command::Vote {
            commitment,
            verdict,
        };
        Sending::by(sender, Command::Nomination(vote))
    }

    /// Mostly somebody of the board that decides the case.
    fn voter(&mut self, case: &Commitment) -> Actor {
        let is_deputy = self.dice.throw(6) == 0;
        let state = self.chain.state();
        let known = state.nomination.get(case);
        let term = known.and_then(|known| state.board.term(known.term));
        let decides = |actor: &&Actor| {
            let voter = term.and_then(|term| term.voter(&actor.fingerprint));
            voter.is_some_and(|(_, voter)| (voter == Voter::Deputy) == is_deputy)
        };
        let likely: Vec<_> = self.actors.iter().filter(decides).cloned().collect();
        if likely.is_empty() || self.dice.throw(8) == 0 {
            return self.seat_or_deputy();
        }
        self.dice.one_of(&likely).clone()
    }

    fn seat_or_deputy(&mut self) -> Actor {
        match self.dice.throw(6) {
            0 => self.holder(|role| matches!(role, Role::Deputy(_))),
            _ => self.holder(|role| matches!(role, Role::Seat(_))),
        }
    }

    fn ingestion(&mut self) -> Sending {
        let command = match self.dice.throw(4) {
            0 => ingestion::Command::Rm1(Rm1::Extend {
                session: self.session_id(),
                window: WindowId::new(1).expect("a window"),
                closes_at: self.later(86_400),
            }),
            _ => ingestion::Command::Publish {
                session: self.session_id(),
                bucket: Bucket::new(64).expect("a bucket"),
                beacon: Sha256([1; 32]),
                hits: Some(self.dice.throw(50)),
                interrupted: false,
            },
        };
        let sender = self.holder(|role| role == Role::Collector);
        Sending::by(sender, Command::Ingestion(command))
    }

    /// A case that nobody nominated yet.
    fn case(&mut self) -> Commitment {
        let case = Commitment(digest::sha256(&[b"case", &self.dice.thrown.to_be_bytes()]).0);
        self.cases.push(case);
        if self.cases.len() > 6 {
            self.cases.remove(0);
        }
        case
    }

    /// A seat's own key gives way to another that proves itself.
    fn seat_rotates(&mut self) -> Sending {
        let seat = SeatId(self.three());
        let sender = self.holder(|role| role == Role::Seat(seat));
        let key = self.new_key();
        let command = Command::Board(board::Command::RotateKey {
            seat,
            voter: Voter::Holder,
            key: key.body,
            fingerprint: key.fingerprint,
            proof: Proof::Holds,
        });
        Sending {
            proof: key.prove_as(self.chain.id(), Role::Seat(seat), self.chain.now()),
            ..Sending::by(sender, command)
        }
    }

    /// A seat gives itself up, in the term of its key.
    fn vacates(&mut self) -> Sending {
        let sender = self.holder(|role| matches!(role, Role::Seat(_)));
        let state = self.chain.state();
        let term = state.board.term_of(&sender.fingerprint);
        let term = term.map_or(TermId(1), |term| term.id);
        let role = state.key(&sender.fingerprint).map(|key| key.role);
        let seat = if let Some(Role::Seat(seat)) = role {
            seat
        } else {
            SeatId(1)
        };
        Sending::by(
            sender,
            Command::Board(board::Command::Vacate { term, seat }),
        )
    }

    /// A seat recuses itself; seldom one is given up, or a county appoints without a mandate.
    fn board(&mut self, commitment: Commitment) -> Sending {
        let command = match self.dice.throw(1_000) {
            0..=19 => return self.vacates(),
            20..=100 => {
                let appoint = board::Command::Appoint {
                    term: TermId(2),
                    from: self.later(86_400),
                    until: self.chain.now().plus(Secs(86_400 * 90)),
                    seats: Vec::new(),
                };
                let sender = self.holder(|role| matches!(role, Role::County(_)));
                return Sending::by(sender, Command::Board(appoint));
            }
            _ => board::Command::Recuse { commitment },
        };
        Sending::by(self.voter(&commitment), Command::Board(command))
    }

    /// The desk seals what is cleared and in no release, or retracts.
    fn bundle(&mut self) -> Sending {
        let session = self.session_id();
        let sender = self.holder(|role| role == Role::Releaser);
        if self.dice.throw(24) == 0 {
            let releases = self.chain.state().bundle.iter();
            let sealed: Vec<_> = releases.map(|release| release.session).collect();
            let of = if sealed.is_empty() {
                session
            } else {
                *self.dice.one_of(&sealed)
            };
            return Sending::by(sender, retraction(of));
        }
        let state = self.chain.state();
        let is_free = |case: &&Commitment| {
            let known = state.nomination.get(case);
            known.is_some_and(|known| known.status == nomination::Status::Cleared)
                && state.bundle.sealed_in(case).is_none()
        };
        let mut nominations: Vec<_> = self.cases.iter().filter(is_free).copied().collect();
        nominations.sort_unstable();
        let seal = bundle::Command::Seal {
            release: release_of(session),
            session,
            sha256: digest::sha256(&[b"bundle", &session.0.to_be_bytes()]),
            size: self.dice.throw(70_000).saturating_add(1),
            profile: PROFILE,
            beacon: Sha256([1; 32]),
            nominations,
        };
        Sending::by(sender, Command::Bundle(seal))
    }

    pub(crate) fn later(&mut self, most: u64) -> Time {
        let secs = self.dice.throw(most);
        self.chain.now().plus(Secs(secs))
    }

    /// A county or a seat.
    pub(crate) fn three(&mut self) -> u8 {
        self.dice.small(3).saturating_add(1)
    }

    pub(crate) fn session_id(&mut self) -> SessionId {
        let last = self
            .chain
            .state()
            .session
            .last()
            .map_or(0, |last| last.id.0);
        SessionId(last.saturating_add(u32::from(self.dice.small(2))))
    }
}

fn release_of(session: SessionId) -> ReleaseId {
    ReleaseId([u8::try_from(session.0 % 251).expect("small"); 16])
}

pub(crate) fn retraction(session: SessionId) -> Command {
    Command::Bundle(bundle::Command::Retract {
        release: release_of(session),
        reason: RetractionReason::Quality,
    })
}
