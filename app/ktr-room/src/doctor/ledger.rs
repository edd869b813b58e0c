//! The chain: whether what `[chain]` names belongs together, whether anybody proves something, and this clock against it.
//! A skew needs two blocks that arrive while we look, so this may take more than a minute.

use ktr_core::id::CountyId;
use ktr_os::{Finding, Verdict};
use tokio::time::Instant;

use super::Machine;
use crate::error::RoomError;
use crate::limits::{CURRENT_MS_MAX, DOCTOR_LOOK, SKEW_MS_MAX, SKEW_MS_WEAK};
use crate::plan::Outlook;
use crate::port::Chain;

/// Adds what is found about the chain; gives what it last proved.
pub(super) async fn judge<C: Chain>(
    chain: Result<C, RoomError>,
    machine: &Machine,
    found: &mut Vec<Finding>,
) -> Option<Outlook> {
    let chain = match chain {
        Ok(chain) => chain,
        Err(error) => {
            found.push(Finding::of("chain", Err(error)));
            return None;
        }
    };
    let first = look(&chain, machine.answer, |_| true).await;
    let Some(first) = first else {
        let says = "no node of chain.rpc gives a proven answer";
        found.push(Finding::new("chain", Verdict::Wrong, says));
        return None;
    };
    let second = look(&chain, machine.blocks, |outlook| outlook.skew_ms.is_some()).await;
    found.push(age(second.as_ref().unwrap_or(&first), (machine.now_ms)()));
    found.push(skew(second.as_ref().and_then(|outlook| outlook.skew_ms)));
    Some(second.unwrap_or(first))
}

/// A proven answer is of the past, and may be of a past long ago: its node catches up, was restored, or the chain stands.
fn age(outlook: &Outlook, now_ms: u64) -> Finding {
    let chain = &outlook.chain_id;
    let block_ms = outlook.newest.0.saturating_mul(1_000);
    let old_ms = now_ms.saturating_sub(block_ms);
    if old_ms > CURRENT_MS_MAX {
        let says = format!(
            "chain {chain} proves a block of {} s ago and none since: its node catches up or was restored, or the chain stands",
            old_ms / 1_000
        );
        return Finding::new("chain", Verdict::Wrong, says);
    }
    Finding::new("chain", Verdict::Good, format!("chain {chain} answers"))
}

/// Asks again until the answer will do, or for so long.
async fn look<C: Chain>(
    chain: &C,
    longest: std::time::Duration,
    will_do: impl Fn(&Outlook) -> bool,
) -> Option<Outlook> {
    let begun = Instant::now();
    loop {
        if let Ok(outlook) = chain.outlook().await
            && will_do(&outlook)
        {
            return Some(outlook);
        }
        if begun.elapsed() >= longest {
            return None;
        }
        tokio::time::sleep(DOCTOR_LOOK).await;
    }
}

/// This clock against the chain's.
fn skew(skew_ms: Option<u64>) -> Finding {
    const CHECK: &str = "skew";
    let Some(skew_ms) = skew_ms else {
        let says = "no two blocks came while it was waited for them";
        return Finding::new(CHECK, Verdict::Unverified, says);
    };
    let says = format!("this clock is {skew_ms} ms from the chain's");
    match skew_ms {
        skew_ms if skew_ms > SKEW_MS_MAX => Finding::new(
            CHECK,
            Verdict::Wrong,
            format!("{says}: nothing is seeded above {SKEW_MS_MAX}"),
        ),
        skew_ms if skew_ms > SKEW_MS_WEAK => Finding::new(CHECK, Verdict::Weak, says),
        _ => Finding::new(CHECK, Verdict::Good, says),
    }
}

/// How many accounts a room of this county needs nets for: its members that can read, those whose fallback it is, the probes.
pub(super) fn guests(outlook: &Outlook, county: CountyId) -> usize {
    let homes = [Some(county), outlook.ward];
    let members = outlook.members.iter();
    let members =
        members.filter(|member| homes.contains(&Some(member.home)) && !member.room_keys.is_empty());
    let probes = outlook
        .neighbours
        .iter()
        .filter(|county| !county.encryption_keys.is_empty());
    members.count().saturating_add(probes.count())
}
