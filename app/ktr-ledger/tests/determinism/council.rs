//! What the counties resolve: every subject, their own keys, and what one of them does for all.
//! None of it stops the chain for good: or nothing would happen after it.

use ktr_core::{
    Command,
    board::{self, Appointee, Pair},
    governance::{self, Federation, Host, Parameters, Subject, Upgrade, Validator},
    id::{CountyId, Height, ProposalId, SeatId, Sha256, TermId, ValidatorKey},
    key::{Key, KeyBody, Role},
    membership::{self, Proof},
    session,
    time::Secs,
};
use ktr_testkit::Actor;
use ktr_wire::{digest, signature::fingerprint};

use crate::world::{Sending, World, retraction};

impl World {
    pub(crate) fn governance(&mut self) -> Sending {
        let sender = self.holder(|role| matches!(role, Role::County(_)));
        let open = self.chain.state().governance.open();
        let mut open: Vec<_> = open.map(|one| (one.id, one.digest)).collect();
        if open.is_empty() {
            open.push((ProposalId(1), Sha256([1; 32])));
        }
        let (proposal, digest) = *self.dice.one_of(&open);
        let command = match self.dice.throw(12) {
            0..=4 => return self.propose(sender),
            5..=8 => governance::Command::Approve { proposal, digest },
            9 => match self.dice.throw(3) {
                0 => governance::Command::Withdraw { proposal },
                1 => governance::Command::Decline { proposal },
                _ => governance::Command::Approve {
                    proposal,
                    digest: Sha256([1; 32]),
                },
            },
            10 if !self.acts.is_empty() => return self.on_an_act(sender),
            _ => return self.county_rotates(),
        };
        Sending::by(sender, Command::Governance(command))
    }

    /// A county sends what the counties resolved last; now and then another act, which serves no more or never did.
    fn on_an_act(&mut self, sender: Actor) -> Sending {
        let governance = &self.chain.state().governance;
        let last = governance.last_act().and_then(|id| governance.proposal(id));
        let serves = |(id, digest, _): &&(ProposalId, Sha256, Command)| {
            last.is_some_and(|last| (last.id, last.digest) == (*id, *digest))
        };
        let serving = self.acts.iter().find(serves).cloned();
        let serving = serving.filter(|_| self.dice.throw(4) != 0);
        let act = serving.unwrap_or_else(|| self.dice.one_of(&self.acts).clone());
        let (proposal, _, command) = act;
        Sending {
            proposal: Some(proposal),
            ..Sending::by(sender, command)
        }
    }

    /// A county's own key gives way to another that proves itself.
    fn county_rotates(&mut self) -> Sending {
        let county = CountyId(self.three());
        let sender = self.holder(|role| role == Role::County(county));
        let (key, now) = (self.new_key(), self.chain.now());
        let command = Command::Governance(governance::Command::RotateKey {
            county,
            key: key.body,
            fingerprint: key.fingerprint,
            valid_from: now,
            valid_until: now.plus(Secs(86_400 * 900)),
            proof: Proof::Holds,
        });
        Sending {
            proof: key.prove_as(self.chain.id(), Role::County(county), now),
            ..Sending::by(sender, command)
        }
    }

    fn propose(&mut self, sender: Actor) -> Sending {
        let last = self.chain.state().governance.last_proposal();
        let is_next = self.dice.throw(8) != 0;
        let proposal = ProposalId(last.saturating_add(u32::from(is_next)));
        let subject = self.subject(proposal);
        let command = governance::Command::Propose {
            proposal,
            digest: digest::proposal(self.chain.id(), &subject),
            subject,
            until: self.later(86_400 * 3),
        };
        Sending::by(sender, Command::Governance(command))
    }

    fn subject(&mut self, proposal: ProposalId) -> Subject {
        let governance = &self.chain.state().governance;
        let version = governance.app_version();
        let federation = governance.resolved().and_then(|known| known.federation);
        let height = self.chain.ledger().height().0;
        match self.dice.throw(12) {
            0 => {
                let (key, from) = (self.new_key(), self.later(86_400 * 4));
                Subject::Host(Host {
                    region: CountyId(self.three()),
                    studio: key.body,
                    fingerprint: key.fingerprint,
                    from,
                    key_until: from.plus(Secs(86_400 * 900)),
                })
            }
            1 => self.validators(),
            2 => self.parameters(),
            3..=4 => self.role_key(),
            5 => Subject::Roots(Sha256([self.dice.small(4); 32])),
            6 => Subject::Federation(Federation {
                sha256: Sha256([self.dice.small(4); 32]),
                sequence: federation
                    .map_or(0, |known| known.sequence)
                    .saturating_add(u32::from(self.dice.small(3))),
            }),
            7 => Subject::Upgrade(Upgrade {
                app_version: version.saturating_add(self.dice.throw(3)),
                height: Height(height.saturating_add(self.dice.throw(1_000))),
            }),
            _ => {
                let command = self.act();
                let draft = self.chain.draft(command.clone(), Vec::new());
                let digest = draft.command_digest();
                self.acts.push((proposal, digest, command));
                if self.acts.len() > 6 {
                    self.acts.remove(0);
                }
                Subject::Act(digest)
            }
        }
    }

    /// Four sites with new keys, of which the witness may have more power than is good.
    fn validators(&mut self) -> Subject {
        let first = self.dice.small(30).saturating_mul(8);
        let site = |n: u8, power: u64| Validator {
            key: ValidatorKey([first.saturating_add(n); 32]),
            power,
            county: (n < 4).then_some(CountyId(n)),
        };
        let witness = self.dice.throw(300).saturating_add(1);
        Subject::Validators {
            set: vec![site(1, 100), site(2, 100), site(3, 100), site(4, witness)],
            accepts_halt: self.dice.throw(2) == 0,
        }
    }

    /// Bounds under which the transactions of this test still count, or none that a network could have.
    fn parameters(&mut self) -> Subject {
        Subject::Parameters(Parameters {
            tx_window_secs: Secs(*self.dice.one_of(&[299, 3_600, 7_200, 86_400, 86_400])),
            signer_txs_max: *self.dice.one_of(&[0, 1, 2, 64, 64]),
            count_min: self.dice.throw(9).saturating_add(1),
            attendance_min: self.dice.throw(40).saturating_add(1),
            decide_min_secs: Secs(self.dice.throw(7_200)),
            ..Parameters::default()
        })
    }

    /// A key of a role of the network; only those that sign can send.
    fn role_key(&mut self) -> Subject {
        let county = CountyId(self.three());
        let role = *self.dice.one_of(&[
            Role::County(county),
            Role::Sidecar(county),
            Role::Studio,
            Role::Releaser,
            Role::Collector,
        ]);
        let body = if self.dice.throw(4) == 0 {
            let name = format!("box {}", self.dice.throw(1 << 40));
            KeyBody::Encrypt(Actor::encryption(&name, self.chain.now()))
        } else {
            KeyBody::Sign(self.new_key().body)
        };
        let valid_from = self.later(86_400);
        Subject::Keys(Key {
            fingerprint: fingerprint(&body),
            body,
            role,
            valid_from,
            valid_until: valid_from.plus(Secs(86_400 * 900)),
            revoked: None,
            expired: false,
        })
    }

    /// What a county may do only for all of them.
    fn act(&mut self) -> Command {
        let soon = self.chain.now().plus(Secs(86_400 * 20));
        let last = self.chain.state().board.last();
        let is_due = last.is_none_or(|last| last.until <= soon);
        if is_due && self.dice.throw(2) == 0 {
            return self.appointment();
        }
        let session = self.session_id();
        let member = *self.dice.one_of(&self.members);
        match self.dice.throw(4) {
            0 => Command::Session(session::Command::Cancel { session }),
            1 => Command::Session(self.reschedule(session)),
            2 => Command::Membership(membership::Command::Suspend {
                member,
                turn: self.turn(&member),
            }),
            _ => retraction(session),
        }
    }

    /// The next board, with keys of its own: from the end of the last one, for some months.
    fn appointment(&mut self) -> Command {
        let now = self.chain.now();
        let last = self.chain.state().board.last();
        let (before, ends_at) = last.map_or((0, now), |last| (last.id.0, last.until));
        let from = ends_at.max(now);
        let days = self.dice.throw(90).saturating_add(100);
        let seats = [1, 2, 3].map(|n| Appointee {
            seat: SeatId(n),
            holder: self.pair(),
            deputy: self.pair(),
        });
        Command::Board(board::Command::Appoint {
            term: TermId(before.saturating_add(1)),
            from,
            until: from.plus(Secs(days.saturating_mul(86_400))),
            seats: seats.to_vec(),
        })
    }

    /// The keys of a seat or a deputy.
    fn pair(&mut self) -> Pair {
        let sign = self.new_key();
        let name = format!("seat {}", self.keys);
        let encrypt = Actor::encryption(&name, self.chain.now());
        Pair {
            sign: sign.body,
            sign_fingerprint: sign.fingerprint,
            encrypt,
            encrypt_fingerprint: fingerprint(&KeyBody::Encrypt(encrypt)),
        }
    }
}
