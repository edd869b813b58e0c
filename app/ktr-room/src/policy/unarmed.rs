//! Accounts in the room for which no net can be armed (design: room, sections 7.1 and 10). One of them would keep the room alive for ever if the
//! sidecar died, so nothing is posted beside it; and it must not keep the release from the others. Rule 7 tries on; here is where that ends.

use std::collections::BTreeSet;

use super::rule::{RoomPolicy, waits};
use crate::journal::{Bare, Journal};
use crate::limits::{ARM_TRIES, PUT_OUT_MAX, UNARMED_SECS};
use crate::matrix_id::Account;
use crate::plan::Plan;
use crate::seen::{Net, Now, Sight};

impl RoomPolicy {
    /// Who is in the room or invited, and has no net for this T.
    #[must_use]
    pub fn netless(&self, plan: &Plan, room: &Sight, now: Now) -> BTreeSet<Account> {
        let present = room.present();
        let netless = present.filter(|account| !self.has_net(plan, room, account, now));
        netless.cloned().collect()
    }

    /// Whether nobody in the room holds the post back: each has a net, but those who could neither be given one nor be put out.
    pub(super) fn covered(&self, plan: &Plan, room: &Sight, journal: &Journal, now: Now) -> bool {
        room.joined().all(|account| {
            journal.put_out.contains(account) || self.has_net(plan, room, account, now)
        })
    }

    /// Who is in the room without a net and has had all its tries.
    pub(super) fn spent(
        &self,
        plan: &Plan,
        room: &Sight,
        journal: &Journal,
        now: Now,
    ) -> BTreeSet<Account> {
        let is_over = |bare: &Bare| {
            let until_ms = bare
                .since_ms
                .saturating_add(UNARMED_SECS.saturating_mul(1_000));
            bare.tries >= ARM_TRIES && now.local_ms >= until_ms
        };
        let tried = room
            .joined()
            .filter(|account| journal.bare.get(*account).is_some_and(is_over));
        tried
            .filter(|account| !journal.put_out.contains(*account))
            .filter(|account| !self.has_net(plan, room, account, now))
            .cloned()
            .collect()
    }

    /// Members who have a net, and would be served.
    pub(super) fn served(
        &self,
        plan: &Plan,
        room: &Sight,
        journal: &Journal,
        now: Now,
    ) -> BTreeSet<Account> {
        let members = room.joined().filter(|account| {
            plan.member(account).is_some()
                && !journal.put_out.contains(*account)
                && self.has_net(plan, room, account, now)
        });
        members.cloned().collect()
    }

    /// Who was to be put out, is still there, and still has no net.
    pub(super) fn lingering(
        &self,
        plan: &Plan,
        room: &Sight,
        journal: &Journal,
        now: Now,
    ) -> BTreeSet<Account> {
        let there = room
            .joined()
            .filter(|account| journal.put_out.contains(*account));
        there
            .filter(|account| !self.has_net(plan, room, account, now))
            .cloned()
            .collect()
    }

    /// Whether a net waits for this account, for this T.
    fn has_net(&self, plan: &Plan, room: &Sight, account: &Account, now: Now) -> bool {
        let net = Net::Kick(account.clone());
        let times = waits(self.due_ms(plan, &net), now);
        let pending = room.pending.get(&net);
        pending.is_some_and(|pending| pending.iter().any(|one| times.contains(&one.due_ms)))
    }
}

/// Whether those who have had all their tries are put out: they are few, with all who were put out before, and those who would be served
/// outnumber them. Else it is the homeserver that fails, and the post waits for it.
pub(super) fn may_put_out(
    served: &BTreeSet<Account>,
    journal: &Journal,
    spent: &BTreeSet<Account>,
) -> bool {
    let out = journal.put_out.union(spent).count();
    out <= PUT_OUT_MAX && served.len() > out
}
