//! Nets are armed, and tried again; whoever can have none is put out (design: room, sections 7.1 and 10).
//! When that has to be is the policy's business.

use std::collections::BTreeSet;

use super::sidecar::Sidecar;
use crate::error::RoomError;
use crate::journal::{Fact, Journal};
use crate::matrix_id::{Account, DelayId};
use crate::plan::Plan;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::seen::{Link, Net};
use crate::setback::Setbacks;

/// What came of arming some nets.
#[derive(Debug, Default)]
struct Round {
    setbacks: Setbacks,
    /// Whose nets were tried.
    tried: BTreeSet<Account>,
    armed: u32,
}

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Rule 7.
    pub(super) async fn arm(&mut self, plan: &Plan, nets: &[Net]) -> Result<(), RoomError> {
        let mut round = Round::default();
        let outcome = self.arm_each(plan, nets, &mut round).await;
        tracing::info!(
            session = plan.session.id.0,
            nets = round.armed,
            "nets armed"
        );
        self.fell_short(plan, "nets to arm", round.setbacks);
        if !round.tried.is_empty() {
            let at_ms = self.ports.clock.local_ms();
            self.note(Fact::Tried(round.tried, at_ms))?;
        }
        outcome
    }

    /// The delay is taken from the later of the two clocks, so that a slow one does not keep the room alive. Whose net was tried most comes
    /// last: one at which the homeserver hangs keeps nobody else from theirs.
    async fn arm_each(
        &self,
        plan: &Plan,
        nets: &[Net],
        round: &mut Round,
    ) -> Result<(), RoomError> {
        let room = self.room()?;
        for net in least_tried_first(nets, self.written()?) {
            let now_ms = self.now(Link::Proven).judged_ms();
            let delay_ms = self.policy.due_ms(plan, net).saturating_sub(now_ms).max(1);
            let armed = self.ports.room.arm(&room, net, delay_ms).await;
            round.take(net, armed)?;
        }
        Ok(())
    }

    /// Puts accounts out of the room. It is written down first: nobody invites them again, and one that cannot be kicked either holds the
    /// post back no longer.
    pub(super) async fn put_out(
        &mut self,
        plan: &Plan,
        accounts: &[Account],
    ) -> Result<(), RoomError> {
        let room = self.room()?;
        let known = &self.written()?.put_out;
        let fresh = accounts.iter().filter(|account| !known.contains(*account));
        let fresh: BTreeSet<Account> = fresh.cloned().collect();
        if !fresh.is_empty() {
            let (session, count) = (plan.session.id.0, fresh.len());
            tracing::warn!(session, count, "some are put out for want of a net");
            self.note(Fact::PutOut(fresh))?;
        }
        let mut setbacks = Setbacks::default();
        for account in accounts {
            setbacks.take(self.ports.room.put_out(&room, account).await)?;
        }
        self.fell_short(plan, "accounts to put out", setbacks);
        Ok(())
    }
}

impl Round {
    /// Takes in what came of one net.
    ///
    /// # Errors
    /// Only what would meet every other net too.
    fn take(&mut self, net: &Net, armed: Result<DelayId, RoomError>) -> Result<(), RoomError> {
        if !matches!(&armed, Err(error) if is_nobodys(error)) {
            self.tried.extend(net.account().cloned());
        }
        let armed = self.setbacks.take(armed)?;
        self.armed = self.armed.saturating_add(u32::from(armed.is_some()));
        Ok(())
    }
}

/// Nets, those first whose accounts were tried least.
fn least_tried_first<'a>(nets: &'a [Net], journal: &Journal) -> Vec<&'a Net> {
    let mut nets: Vec<&Net> = nets.iter().collect();
    nets.sort_by_key(|net| {
        let bare = net.account().and_then(|account| journal.bare.get(account));
        bare.map_or(0, |bare| bare.tries)
    });
    nets
}

/// Whether an error says nothing about whom it met: the bot's token, this machine's disk, or a homeserver that makes everybody wait.
const fn is_nobodys(error: &RoomError) -> bool {
    error.ends_the_pass() || matches!(error, RoomError::Limited(_))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ktr_core::id::SessionId;

    use super::least_tried_first;
    use crate::journal::{Fact, Journal};
    use crate::matrix_id::Account;
    use crate::plan::Times;
    use crate::seen::Net;

    #[test]
    fn whose_net_was_tried_most_keeps_nobody_else_waiting() {
        let account = |name: &str| Account(name.to_owned());
        let times = Times {
            seeds_at: 1,
            opens_at: 2,
            dissolves_at: 3,
        };
        let mut journal = Journal::begin(SessionId(1), times, [1; 32]);
        journal.note(Fact::Tried(BTreeSet::from([account("m-1")]), 5));
        let nets = [
            Net::Kick(account("m-1")),
            Net::Kick(account("m-2")),
            Net::OwnLeave,
        ];
        let [first, second, third] = &nets;
        assert_eq!(least_tried_first(&nets, &journal), [second, third, first]);
    }
}
