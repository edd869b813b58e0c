//! Organisations that come, change their keys, are suspended, and leave.
//! Whoever left gives its place to another, so that there are always some.

use ktr_core::{
    Command,
    id::{CountyId, MemberId},
    key::{KeyBody, RevocationReason, Role},
    membership::{self, Proof, Standing},
    time::Secs,
};
use ktr_testkit::Actor;
use ktr_wire::signature::fingerprint;

use crate::world::{Sending, World};

/// The county that answers for every member.
const HOME: CountyId = CountyId(1);

impl World {
    pub(crate) fn new_member(&mut self) -> MemberId {
        self.last_member = self.last_member.wrapping_add(1);
        MemberId([self.last_member; 16])
    }

    /// A county admits a member with a new key that proves itself.
    pub(crate) fn admit(&mut self, member: MemberId, sender: Actor) -> Sending {
        let (key, now) = (self.new_key(), self.chain.now());
        let command = Command::Membership(membership::Command::Admit {
            member,
            home: HOME,
            key: key.body,
            fingerprint: key.fingerprint,
            valid_from: now,
            valid_until: now.plus(Secs(86_400 * 900)),
            proof: Proof::Holds,
        });
        Sending {
            proof: key.prove(self.chain.id(), &member, now),
            ..Sending::by(sender, command)
        }
    }

    /// How often it was suspended and reinstated, plus one.
    pub(crate) fn turn(&self, member: &MemberId) -> u32 {
        let known = self.chain.state().membership.member(member);
        known.map_or(1, |known| known.turns.saturating_add(1))
    }

    pub(crate) fn membership(&mut self) -> Sending {
        let place = usize::from(self.dice.small(6));
        let member = self.members[place];
        let county = self.holder(|role| role == Role::County(HOME));
        let known = self.chain.state().membership.member(&member);
        match known.map(|known| known.standing) {
            None => return self.admit(member, county),
            Some(Standing::Left { .. }) => {
                let next = self.new_member();
                self.members[place] = next;
                return self.admit(next, county);
            }
            Some(Standing::Active | Standing::Suspended { .. }) => {}
        }
        let turn = self.turn(&member);
        let own = self.holder(|role| role == Role::Member(member));
        let (sender, command) = match self.dice.throw(40) {
            0 => (own, membership::Command::Leave { member }),
            1..=2 => {
                let revoke = membership::Command::RevokeKey {
                    member,
                    fingerprint: own.fingerprint,
                    reason: RevocationReason::Superseded,
                };
                (county, revoke)
            }
            3..=8 => return self.member_key(member, own),
            9..=10 => return self.member_key(member, county),
            11..=14 => (county, membership::Command::Suspend { member, turn }),
            _ => (county, membership::Command::Reinstate { member, turn }),
        };
        Sending::by(sender, Command::Membership(command))
    }

    /// A member gets a key for its room, one more for itself, or one in the place of another.
    fn member_key(&mut self, member: MemberId, sender: Actor) -> Sending {
        let (key, now) = (self.new_key(), self.chain.now());
        let (valid_from, valid_until) = (now, now.plus(Secs(86_400 * 300)));
        let olds = self.holders(|role| role == Role::Member(member));
        let add = |body: KeyBody| membership::Command::AddKey {
            member,
            body,
            fingerprint: fingerprint(&body),
            valid_from,
            valid_until,
            proof: Proof::Holds,
        };
        let proof = key.prove(self.chain.id(), &member, now);
        let (command, proof) = match self.dice.throw(3) {
            0 => {
                let name = format!("room {}", self.keys);
                let body = KeyBody::Room(Actor::encryption(&name, now));
                (add(body), Vec::new())
            }
            1 => (add(KeyBody::Sign(key.body)), proof),
            _ => {
                let old = olds.first().unwrap_or(&sender).fingerprint;
                let rotate = membership::Command::RotateKey {
                    member,
                    old,
                    key: key.body,
                    fingerprint: key.fingerprint,
                    valid_from,
                    valid_until,
                    proof: Proof::Holds,
                };
                (rotate, proof)
            }
        };
        Sending {
            proof,
            ..Sending::by(sender, Command::Membership(command))
        }
    }
}
