//! An alliance that lives on an in-process chain: who holds which key today, and what each of them does in a month.
//! Every transaction must be accepted unless its caller says which code refuses it; what a year must add up to is judged elsewhere.

use std::collections::BTreeMap;

use ktr_core::{
    Command,
    board::{self, Appointee, Pair},
    bundle,
    governance::{self, Host, Subject},
    id::{
        Commitment, CountyId, MemberId, ProposalId, ReleaseId, SeatId, SessionId, Sha256, TermId,
        ValidatorKey,
    },
    ingestion::{self, Bucket},
    key::{Key, KeyBody, Role},
    limits::PROFILE,
    membership::{self, Proof},
    nomination::{self, Severity},
    session::{self, Cause, Hours, LanguageTag, Seeded, Testimony},
    time::{Secs, Time},
};
use ktr_ledger::{Batch, results_hash};
use ktr_testkit::{Actor, Cast, Chain, sample::emptied, year::Fate};
use ktr_wire::{digest, recorded::UsedNonce, signature::fingerprint, transaction::Draft};

use crate::trouble::Trouble;

pub(crate) const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;
/// A key of a role is renewed once a year, with a month in hand.
const KEY_DAYS: u64 = 400;

/// A block as the engine would store it, and the hash that its successor's header carries.
pub(crate) struct Made {
    pub(crate) time: Time,
    pub(crate) txs: Vec<Vec<u8>>,
    pub(crate) app_hash: Sha256,
    pub(crate) results_hash: Sha256,
    pub(crate) used: Vec<UsedNonce>,
    /// How many leaves it has.
    pub(crate) leaves: usize,
}

/// Everybody, with the keys they hold today.
pub(crate) struct Alliance {
    pub(crate) chain: Chain,
    pub(crate) blocks: Vec<Made>,
    /// Events by name.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) cast: Cast,
    /// What comes into blocks beside what is meant.
    pub(crate) trouble: Option<Trouble>,
    members: Vec<(MemberId, Actor)>,
    board: [Actor; 3],
    /// The next board, and since when it votes.
    next_board: Option<(Time, [Actor; 3])>,
    proposals: u32,
    sessions: u32,
    terms: u32,
    named: u32,
}

impl Alliance {
    /// Three counties, a board and twelve members; the first block is made.
    pub(crate) fn founded() -> Self {
        let chain = Chain::unborn();
        let cast = chain.cast.clone();
        let mut founded = Self {
            chain,
            blocks: Vec::new(),
            counts: BTreeMap::new(),
            members: Vec::new(),
            board: cast.seats.clone(),
            next_board: None,
            cast,
            trouble: None,
            proposals: 0,
            sessions: 0,
            terms: 1,
            named: 0,
        };
        founded.block(Vec::new());
        for n in 1..=12 {
            founded.admit(n);
        }
        founded
    }

    pub(crate) const fn now(&self) -> Time {
        self.chain.now()
    }

    pub(crate) fn wait_until(&mut self, time: Time) {
        let secs = time.since(self.now());
        self.chain.wait(secs.0);
    }

    /// Makes a block a second later.
    pub(crate) fn block(&mut self, txs: Vec<Vec<u8>>) -> Batch {
        self.chain.wait(1);
        let time = self.now();
        let meant = txs.len();
        let txs = match &mut self.trouble {
            Some(trouble) => trouble.beside(txs),
            None => txs,
        };
        let batch = self.chain.block(&txs);
        for (number, result) in batch.results.iter().enumerate().skip(meant) {
            assert!(
                result.refusal.is_some(),
                "trouble {number} of {meant} meant was accepted at {}",
                time.0
            );
        }
        for leaf in &batch.leaves {
            let count = self.counts.entry(leaf.recorded.name()).or_default();
            *count = count.saturating_add(1);
        }
        let app_hash = batch.app_hash;
        self.blocks.push(Made {
            time,
            txs,
            app_hash,
            results_hash: results_hash(&batch.results),
            used: batch.used.clone(),
            leaves: batch.leaves.len(),
        });
        batch
    }

    /// The code of a transaction in a block of its own; 0 is accepted.
    fn code(&mut self, tx: Vec<u8>) -> u32 {
        let batch = self.block(vec![tx]);
        let result = batch.results.first().expect("one transaction");
        result.refusal.map_or(0, ktr_wire::Refusal::code)
    }

    fn put(&mut self, tx: Vec<u8>, what: &str) {
        let code = self.code(tx);
        assert_eq!(code, 0, "{what} at {}", self.now().0);
    }

    /// Somebody's command, which must be accepted.
    pub(crate) fn act(&mut self, who: &Actor, command: Command) {
        let what = format!("{command:?}");
        let tx = self.chain.tx(who, command);
        self.put(tx, &what);
    }

    /// Somebody's command, and the code that refuses it.
    pub(crate) fn refused(&mut self, who: &Actor, command: Command) -> u32 {
        let tx = self.chain.tx(who, command);
        self.code(tx)
    }

    /// Somebody with a key that nobody had before, made today.
    pub(crate) fn fresh(&mut self, what: &str) -> Actor {
        self.named = self.named.saturating_add(1);
        Actor::named(&format!("{what}, {}", self.named), self.now())
    }

    fn admit(&mut self, n: u8) {
        let (id, key) = (MemberId([n; 16]), self.fresh("member"));
        let home = n % 3;
        let command = Command::Membership(membership::Command::Admit {
            member: id,
            home: CountyId(home.saturating_add(1)),
            key: key.body,
            fingerprint: key.fingerprint,
            valid_from: self.now(),
            valid_until: self.now().plus(Secs(KEY_DAYS * DAY)),
            proof: Proof::Holds,
        });
        let sender = self.cast.counties[usize::from(home)].clone();
        let tx = self.chain.registering(&sender, &key, &id, command);
        self.put(tx, "admit");
        self.members.push((id, key));
    }

    /// Every member replaces its key by one of its own making.
    pub(crate) fn renew_members(&mut self) {
        for place in 0..self.members.len() {
            let (id, old) = self.members[place].clone();
            let key = self.fresh("member");
            let command = Command::Membership(membership::Command::RotateKey {
                member: id,
                old: old.fingerprint,
                key: key.body,
                fingerprint: key.fingerprint,
                valid_from: self.now(),
                valid_until: self.now().plus(Secs(KEY_DAYS * DAY)),
                proof: Proof::Holds,
            });
            let tx = self.chain.registering(&old, &key, &id, command);
            self.put(tx, "rotate a member's key");
            self.members[place].1 = key;
        }
    }

    /// County 1 proposes, county 2 approves, and so it is resolved.
    pub(crate) fn resolve(&mut self, subject: Subject) -> ProposalId {
        self.proposals = self.proposals.saturating_add(1);
        let proposal = ProposalId(self.proposals);
        let digest = digest::proposal(self.chain.id(), &subject);
        let [one, two, _] = self.cast.counties.clone();
        let propose = governance::Command::Propose {
            proposal,
            subject,
            digest,
            until: self.now().plus(Secs(DAY)),
        };
        self.act(&one, Command::Governance(propose));
        let approve = governance::Command::Approve { proposal, digest };
        self.act(&two, Command::Governance(approve));
        proposal
    }

    /// A county's command that rests on a proposal of this very command.
    fn mandated(&mut self, sender: &Actor, draft: Draft) {
        let proposal = self.resolve(Subject::Act(draft.command_digest()));
        let draft = Draft {
            proposal: Some(proposal),
            expires_at: self.now().plus(Secs(HOUR)),
            ..draft
        };
        let tx = sender.sign(&draft, self.now());
        self.put(tx, &format!("{:?}", draft.command));
    }

    /// The keys of every role but the studio's are replaced; that of county 3 is lost, so the others do it for it.
    pub(crate) fn renew_roles(&mut self) {
        let until = self.now().plus(Secs(KEY_DAYS * DAY));
        self.cast.releaser = self.renew(Role::Releaser, until);
        self.cast.collector = self.renew(Role::Collector, until);
        for (place, county) in [CountyId(1), CountyId(2), CountyId(3)]
            .into_iter()
            .enumerate()
        {
            self.cast.sidecars[place] = self.renew(Role::Sidecar(county), until);
        }
        for place in 0..3 {
            self.renew_county(place, until);
        }
    }

    /// The keys to which the release desk and the rooms are written are replaced.
    pub(crate) fn renew_boxes(&mut self) {
        let until = self.now().plus(Secs(KEY_DAYS * DAY));
        let rooms = [CountyId(1), CountyId(2), CountyId(3)].map(Role::Sidecar);
        for role in rooms.into_iter().chain([Role::Releaser]) {
            self.named = self.named.saturating_add(1);
            let body = Actor::encryption(&format!("box, {}", self.named), self.now());
            self.register(KeyBody::Encrypt(body), role, until);
        }
    }

    /// The engine of a county signs with another key; the set of validators stays what it is otherwise.
    pub(crate) fn renew_validator(&mut self, county: CountyId) {
        self.named = self.named.saturating_add(1);
        let key = digest::sha256(&[b"validator", &self.named.to_be_bytes()]);
        let mut set = self.chain.state().governance.validators().to_vec();
        let mut engines = set.iter_mut();
        let engine = engines.find(|engine| engine.county == Some(county));
        engine.expect("a county's engine").key = ValidatorKey(key.0);
        self.resolve(Subject::Validators {
            set,
            accepts_halt: false,
        });
    }

    /// A role's new key, by a proposal.
    fn renew(&mut self, role: Role, valid_until: Time) -> Actor {
        let new = self.fresh("role");
        self.register(KeyBody::Sign(new.body), role, valid_until);
        new
    }

    fn register(&mut self, body: KeyBody, role: Role, valid_until: Time) {
        self.resolve(Subject::Keys(Key {
            fingerprint: fingerprint(&body),
            body,
            role,
            valid_from: self.now(),
            valid_until,
            revoked: None,
            expired: false,
        }));
    }

    fn renew_county(&mut self, place: usize, until: Time) {
        let county = [CountyId(1), CountyId(2), CountyId(3)][place];
        let new = self.fresh("county");
        let command = Command::Governance(governance::Command::RotateKey {
            county,
            key: new.body,
            fingerprint: new.fingerprint,
            valid_from: self.now(),
            valid_until: until,
            proof: Proof::Holds,
        });
        let proof = new.prove_as(self.chain.id(), Role::County(county), self.now());
        let draft = self.chain.draft(command, proof);
        if county == CountyId(3) {
            let sender = self.cast.counties[0].clone();
            self.mandated(&sender, draft);
        } else {
            let tx = self.cast.counties[place].sign(&draft, self.now());
            self.put(tx, &format!("{:?}", draft.command));
        }
        self.cast.counties[place] = new;
    }

    /// The studio moves to another county tomorrow, with a key of its own.
    pub(crate) fn move_studio(&mut self, region: CountyId) {
        let (studio, from) = (self.fresh("studio"), self.now().plus(Secs(DAY)));
        self.resolve(Subject::Host(Host {
            region,
            studio: studio.body,
            fingerprint: studio.fingerprint,
            from,
            key_until: from.plus(Secs(KEY_DAYS * DAY)),
        }));
        self.wait_until(from);
        self.cast.studio = studio;
    }

    /// The counties appoint a board for these 180 days.
    pub(crate) fn appoint(&mut self, from: Time) {
        self.terms = self.terms.saturating_add(1);
        let pair = |new: &mut Self| {
            let (sign, named) = (new.fresh("seat"), new.named);
            let encrypt = Actor::encryption(&format!("seat, {named}"), new.now());
            let pair = Pair {
                sign: sign.body,
                sign_fingerprint: sign.fingerprint,
                encrypt,
                encrypt_fingerprint: fingerprint(&KeyBody::Encrypt(encrypt)),
            };
            (sign, pair)
        };
        let (mut holders, mut seats) = (Vec::new(), Vec::new());
        for seat in 1..=3 {
            let (holder, keys) = pair(self);
            let (_, deputy) = pair(self);
            holders.push(holder);
            seats.push(Appointee {
                seat: SeatId(seat),
                holder: keys,
                deputy,
            });
        }
        let command = Command::Board(board::Command::Appoint {
            term: TermId(self.terms),
            from,
            until: from.plus(Secs(180 * DAY)),
            seats,
        });
        let draft = self.chain.draft(command, Vec::new());
        let sender = self.cast.counties[1].clone();
        self.mandated(&sender, draft);
        let holders = holders.try_into().expect("three seats");
        self.next_board = Some((from, holders));
    }

    /// Those who vote today.
    fn board(&mut self) -> [Actor; 3] {
        if let Some((_, next)) = self
            .next_board
            .take_if(|(from, _)| *from <= self.chain.now())
        {
            self.board = next;
        }
        self.board.clone()
    }

    /// A case from its nomination to the last vote.
    pub(crate) fn nominate(&mut self, n: usize, fate: Fate) -> Commitment {
        self.named = self.named.saturating_add(1);
        let commitment = Commitment(digest::sha256(&[b"case", &self.named.to_be_bytes()]).0);
        let severity = if n.is_multiple_of(3) {
            Severity::Critical
        } else {
            Severity::High
        };
        let members = self.members.len();
        let (_, member) = self.members[n % members].clone();
        let submit = nomination::Command::Submit {
            commitment,
            severity,
            matrix_version: 1,
            decide_by: self.now().plus(Secs(12 * DAY)),
        };
        self.act(&member, Command::Nomination(submit));
        for (seat, verdict) in self.board().iter().zip(fate.verdicts()) {
            let verdict = *verdict;
            let vote = nomination::Command::Vote {
                commitment,
                verdict,
            };
            self.act(seat, Command::Nomination(vote));
        }
        commitment
    }

    /// The studio announces the hour of this month.
    pub(crate) fn schedule(&mut self, seeds_at: Time, languages: &[&str]) -> (SessionId, Hours) {
        self.sessions = self.sessions.saturating_add(1);
        let (session, hours) = (SessionId(self.sessions), hours(seeds_at));
        let studio = self.cast.studio.clone();
        self.act(&studio, schedule(session, hours, languages));
        (session, hours)
    }

    /// The release desk seals what was cleared.
    pub(crate) fn seal(&mut self, session: SessionId, cleared: &[Commitment]) -> Sha256 {
        let beacon = digest::sha256(&[b"beacon", &session.0.to_be_bytes()]);
        let mut nominations = cleared.to_vec();
        nominations.sort_unstable();
        let mut release = [0; 16];
        release[..4].copy_from_slice(&session.0.to_be_bytes());
        let seal = bundle::Command::Seal {
            release: ReleaseId(release),
            session,
            sha256: digest::sha256(&[b"bundle", &session.0.to_be_bytes()]),
            size: 70_000,
            profile: PROFILE,
            beacon,
            nominations,
        };
        let desk = self.cast.releaser.clone();
        self.act(&desk, Command::Bundle(seal));
        beacon
    }

    /// Rooms are seeded, the hour is held, the rooms go, and each county finds the others' doors shut.
    pub(crate) fn hold(&mut self, session: SessionId, hours: Hours) {
        self.hold_without(session, hours, None);
    }

    /// The same, while the sidecar of one county is silent from the beginning to the end.
    pub(crate) fn hold_without(
        &mut self,
        session: SessionId,
        hours: Hours,
        silent: Option<CountyId>,
    ) {
        let studio = self.cast.studio.clone();
        let sidecars = self.cast.sidecars.clone();
        let rooms = [CountyId(1), CountyId(2), CountyId(3)];
        let report = |of: &mut Self, make: &dyn Fn(CountyId) -> session::Command| {
            let speak = sidecars.iter().zip(rooms);
            for (sidecar, county) in speak.filter(|(_, county)| Some(*county) != silent) {
                of.act(sidecar, Command::Session(make(county)));
            }
        };
        self.wait_until(hours.seeds_at);
        report(self, &|county| session::Command::ReportSeeded {
            session,
            county,
            seeded: Seeded {
                room: digest::sha256(&[b"room", &[county.0]]),
                post: digest::sha256(&[b"post"]),
            },
        });
        self.wait_until(hours.opens_at);
        let open = session::Command::Open { session };
        self.act(&studio, Command::Session(open));
        let close = session::Command::Close {
            session,
            attendance: Some(42),
        };
        self.act(&studio, Command::Session(close));
        let count = Some(12);
        report(self, &|county| session::Command::ReportJoined {
            session,
            county,
            count,
        });
        self.wait_until(hours.dissolves_at);
        report(self, &|county| session::Command::ReportDissolved {
            session,
            county,
            dissolved: emptied(hours.dissolves_at, Cause::Time),
        });
        let is_silent = |county: &CountyId| Some(*county) == silent;
        for (witness, home) in sidecars.iter().zip(rooms) {
            let others = rooms.iter().filter(|other| **other != home);
            for county in others.filter(|other| !is_silent(other) && !is_silent(&home)) {
                let seen = session::Command::Witness {
                    session,
                    county: *county,
                    attempt: 1,
                    testimony: Testimony::Gone,
                };
                self.act(witness, Command::Session(seen));
            }
        }
    }

    /// The collector publishes these buckets.
    pub(crate) fn publish(&mut self, session: SessionId, beacon: Sha256, buckets: &[u8]) {
        let collector = self.cast.collector.clone();
        for bucket in buckets {
            let publish = ingestion::Command::Publish {
                session,
                bucket: Bucket::new(*bucket).expect("a plain bucket"),
                beacon,
                hits: Some(30),
                interrupted: false,
            };
            self.act(&collector, Command::Ingestion(publish));
        }
    }
}

/// The hour of a month, from when its rooms may be seeded.
pub(crate) const fn hours(seeds_at: Time) -> Hours {
    Hours {
        seeds_at,
        opens_at: seeds_at.plus(Secs(600)),
        dissolves_at: seeds_at.plus(Secs(600 + HOUR)),
    }
}

/// The command that announces a session.
pub(crate) fn schedule(session: SessionId, hours: Hours, languages: &[&str]) -> Command {
    let tag = |text: &&str| LanguageTag::parse(text).expect("a tag");
    Command::Session(session::Command::Schedule {
        session,
        hours,
        languages: languages.iter().map(tag).collect(),
    })
}
