//! What the counties resolve: every subject, their own keys, and what one of them does for all.
//! None of it stops the chain for good: or nothing would happen after it.

use ktr_core::{
    Command,
    governance::{self, Federation, Host, Parameters, Subject, Upgrade, Validator},
    id::{CountyId, Height, ProposalId, Sha256, ValidatorKey},
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
            10 if !self.acts.is_empty() => {
                let (proposal, command) = self.dice.one_of(&self.acts).clone();
                return Sending {
                    proposal: Some(proposal),
                    ..Sending::by(sender, command)
                };
            }
            _ => return self.county_rotates(),
        };
        Sending::by(sender, Command::Governance(command))
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
        match self.dice.throw(9) {
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
                self.acts.push((proposal, command));
                if self.acts.len() > 6 {
                    self.acts.remove(0);
                }
                Subject::Act(draft.command_digest())
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
}
