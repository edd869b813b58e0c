//! Every rule of membership, and no change.
//! Order of checks: signer live, object exists, role, standing, then the command's own rules as written.

use alloc::{vec, vec::Vec};

use super::{Command, Event, Member, Proof, Rejection, Standing};
use crate::{
    Context, State,
    id::{CountyId, Fingerprint, MemberId},
    key::{Key, KeyBody, Purpose, Role},
    limits::LIVE_KEYS_MAX,
    time::Time,
};

/// Judges a command about a member.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let sender = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    let asked = Asked {
        state,
        context,
        sender,
    };
    let event = match *command {
        Command::Admit {
            member,
            home,
            key,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        } => {
            let body = KeyBody::Sign(key);
            let key = key_of(member, body, fingerprint, (valid_from, valid_until));
            asked.admit(home, member, key, proof)
        }
        Command::AddKey {
            member,
            body,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        } => {
            let key = key_of(member, body, fingerprint, (valid_from, valid_until));
            asked.add_key(member, key, proof)
        }
        Command::RevokeKey {
            member,
            fingerprint,
            reason,
        } => {
            asked.may_change_keys(&member)?;
            asked.unrevoked(member, &fingerprint)?;
            Ok(Event::KeyRevoked {
                member,
                fingerprint,
                at: context.block.time,
                reason,
            })
        }
        Command::RotateKey {
            member,
            old,
            key,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        } => {
            let body = KeyBody::Sign(key);
            let key = key_of(member, body, fingerprint, (valid_from, valid_until));
            asked.rotate(member, old, key, proof)
        }
        Command::Suspend { member, turn } => asked.suspend(member, turn),
        Command::Reinstate { member, turn } => asked.reinstate(member, turn),
        Command::Leave { member } => asked.leave(member),
    };
    event.map(|event| vec![event])
}

fn is_active(member: &Member) -> Result<(), Rejection> {
    match member.standing {
        Standing::Active => Ok(()),
        Standing::Suspended { .. } => Err(Rejection::MemberSuspended),
        Standing::Left { .. } => Err(Rejection::MemberLeft),
    }
}

fn key_of(
    owner: MemberId,
    body: KeyBody,
    fingerprint: Fingerprint,
    (valid_from, valid_until): (Time, Time),
) -> Key {
    Key {
        fingerprint,
        body,
        role: Role::Member(owner),
        valid_from,
        valid_until,
        revoked: None,
        expired: false,
    }
}

/// What was asked, in which block, and by whom.
struct Asked<'a> {
    state: &'a State,
    context: &'a Context,
    sender: Role,
}

impl<'a> Asked<'a> {
    fn admit(
        &self,
        home: CountyId,
        member: MemberId,
        key: Key,
        proof: Proof,
    ) -> Result<Event, Rejection> {
        if self.sender != Role::County(home) {
            return Err(Rejection::CountyRequired);
        }
        if self.state.membership.member(&member).is_some() {
            return Err(Rejection::MemberKnown);
        }
        self.may_be_registered(&key, proof)?;
        Ok(Event::Admitted {
            member,
            home,
            at: self.context.block.time,
            key,
        })
    }

    fn add_key(&self, member: MemberId, key: Key, proof: Proof) -> Result<Event, Rejection> {
        self.may_change_keys(&member)?;
        self.may_be_registered(&key, proof)?;
        // A key that is dated ahead counts too: otherwise any number of them would be live a little later.
        let now = self.context.block.time;
        let members = &self.state.membership;
        let lasting = members.lasting_keys(&member, key.body.purpose(), now);
        if lasting.count() >= LIVE_KEYS_MAX {
            return Err(Rejection::KeysTooMany);
        }
        Ok(Event::KeyAdded { member, key })
    }

    fn rotate(
        &self,
        member: MemberId,
        old: Fingerprint,
        key: Key,
        proof: Proof,
    ) -> Result<Event, Rejection> {
        self.may_change_keys(&member)?;
        let known = self.unrevoked(member, &old)?;
        if known.body.purpose() != Purpose::Sign {
            return Err(Rejection::KeyUnknown);
        }
        self.may_be_registered(&key, proof)?;
        let now = self.context.block.time;
        let members = &self.state.membership;
        let others = members.lasting_keys(&member, Purpose::Sign, now);
        let others = others.filter(|key| key.fingerprint != old);
        if others.count() >= LIVE_KEYS_MAX {
            return Err(Rejection::KeysTooMany);
        }
        Ok(Event::KeyRotated {
            member,
            old,
            at: now,
            key,
        })
    }

    fn suspend(&self, member: MemberId, turn: u32) -> Result<Event, Rejection> {
        let known = self.member(&member)?;
        self.may_judge(known)?;
        is_active(known)?;
        is_next(known, turn)?;
        let at = self.context.block.time;
        Ok(Event::Suspended { member, at })
    }

    fn reinstate(&self, member: MemberId, turn: u32) -> Result<Event, Rejection> {
        let known = self.member(&member)?;
        self.may_judge(known)?;
        match known.standing {
            Standing::Suspended { .. } => {}
            Standing::Left { .. } => return Err(Rejection::MemberLeft),
            Standing::Active => return Err(Rejection::MemberNotSuspended),
        }
        is_next(known, turn)?;
        let at = self.context.block.time;
        Ok(Event::Reinstated { member, at })
    }

    fn leave(&self, member: MemberId) -> Result<Event, Rejection> {
        let known = self.member(&member)?;
        if self.sender != Role::Member(member) {
            return Err(Rejection::MemberRequired);
        }
        if let Standing::Left { .. } = known.standing {
            return Err(Rejection::MemberLeft);
        }
        let at = self.context.block.time;
        Ok(Event::Left { member, at })
    }

    fn member(&self, member: &MemberId) -> Result<&'a Member, Rejection> {
        let member = self.state.membership.member(member);
        member.ok_or(Rejection::MemberUnknown)
    }

    /// The member itself while it takes part; its home county until it has left.
    fn may_change_keys(&self, id: &MemberId) -> Result<(), Rejection> {
        let member = self.member(id)?;
        if self.sender == Role::Member(*id) {
            return is_active(member);
        }
        if self.sender != Role::County(member.home) {
            return Err(Rejection::OwnerRequired);
        }
        match member.standing {
            Standing::Active | Standing::Suspended { .. } => Ok(()),
            Standing::Left { .. } => Err(Rejection::MemberLeft),
        }
    }

    /// The home county; another county only with a mandate of the counties.
    fn may_judge(&self, member: &Member) -> Result<(), Rejection> {
        let Role::County(county) = self.sender else {
            return Err(Rejection::MandateRequired);
        };
        let has_mandate = self.state.governance.mandate(self.context).is_ok();
        if county == member.home || has_mandate {
            Ok(())
        } else {
            Err(Rejection::MandateRequired)
        }
    }

    fn unrevoked(&self, member: MemberId, fingerprint: &Fingerprint) -> Result<&'a Key, Rejection> {
        let key = self.state.membership.key(fingerprint);
        let key = key
            .filter(|key| key.role == Role::Member(member))
            .ok_or(Rejection::KeyUnknown)?;
        if key.revoked.is_some() {
            return Err(Rejection::KeyRevoked);
        }
        Ok(key)
    }

    fn may_be_registered(&self, key: &Key, proof: Proof) -> Result<(), Rejection> {
        let now = self.context.block.time;
        let parameters = self.state.governance.parameters();
        if self.state.key(&key.fingerprint).is_some() {
            return Err(Rejection::KeyKnown);
        }
        if proof == Proof::Fails {
            return Err(Rejection::KeyProofFails);
        }
        if key.valid_until <= key.valid_from || key.valid_until <= now {
            return Err(Rejection::ValidityEmpty);
        }
        if key.valid_from > now.plus(parameters.skew_secs) {
            return Err(Rejection::ValidityTooSoon);
        }
        if key.valid_until.since(key.valid_from) > parameters.key_validity_max_secs {
            return Err(Rejection::ValidityTooLong);
        }
        Ok(())
    }
}

fn is_next(member: &Member, turn: u32) -> Result<(), Rejection> {
    if turn == member.turns.saturating_add(1) {
        Ok(())
    } else {
        Err(Rejection::TurnNotNext)
    }
}
