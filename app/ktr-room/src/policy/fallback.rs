//! Rule 11: a county serves the members of the one before it, in the order of genesis, if that one's room is not seeded in time.
//! Who is invited and posted to follows from the company; the rules for that are in `rule.rs`.

use std::collections::BTreeSet;

use super::rule::RoomPolicy;
use crate::journal::Journal;
use crate::matrix_id::Account;
use crate::plan::Plan;
use crate::seen::Now;

impl RoomPolicy {
    /// Whom the room is for: the county's own members, and its wards once they are taken in.
    ///
    /// **Invariant:** a ward that was taken in stays: its pass is out, and its own county may fail again.
    pub(super) fn company<'a>(
        &self,
        plan: &'a Plan,
        journal: &Journal,
        now: Now,
    ) -> BTreeSet<&'a Account> {
        let takes_in = self.takes_in(plan, now);
        let wards = plan.wards.keys();
        let wards = wards.filter(|account| takes_in || journal.passes.contains_key(*account));
        plan.guests.keys().chain(wards).collect()
    }

    /// Whether wards are taken in now: proven that their own county has not seeded, some time after it should have, and joins
    /// still stand open.
    fn takes_in(&self, plan: &Plan, now: Now) -> bool {
        let opened_at = plan.session.opened_at.unwrap_or(u64::MAX);
        let due_ms = plan
            .session
            .times
            .seeds_at
            .max(opened_at)
            .saturating_add(self.timing.fallback_after_secs)
            .saturating_mul(1_000);
        now.current()
            && Self::due(plan, now)
            && !plan.session.ward_seeded
            && now.judged_ms() >= due_ms
            && !self.late(plan, now)
    }
}
