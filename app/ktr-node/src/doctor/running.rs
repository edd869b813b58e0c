//! What answers: this node's engine, the ports, the peers, the clocks of other counties.
//! What does not answer is unverified.

use ktr_core::{id::Height, time::Time};
use ktr_os::{Finding, Verdict};
use serde_json::Value;

use super::folder::begun;
use crate::{
    engine::{self, Asked, Document, Keys, peers_missing, rpc},
    home::Home,
    limits::{CLOCK_OFFSET_SECS_MAX, CLOCK_OFFSET_SECS_WEAK},
    settings::Settings,
    store::Store,
};

/// Whether the own blocks or other counties know signatures of this validator that it does not.
pub(super) fn signatures(home: &Home, settings: &Settings, is_running: bool) -> Finding {
    const CHECK: &str = "signatures";
    if is_running {
        let says = "judged before a start; a node runs";
        return Finding::new(CHECK, Verdict::Unverified, says);
    }
    let Ok(keys) = Keys::read(home) else {
        return Finding::new(CHECK, Verdict::Unverified, "the key cannot be read");
    };
    let own = engine::guard_blocks(home, own_signature(home, &keys));
    let address = keys.validator_address();
    match own.and_then(|()| engine::guard_signatures(home, settings, &address)) {
        Ok(Asked {
            whole: 0,
            in_part: 0,
        }) => {
            let says = "no county of guard_rpc answers";
            Finding::new(CHECK, Verdict::Unverified, says)
        }
        Ok(Asked { whole: 0, in_part }) => {
            let says = format!(
                "{in_part} of guard_rpc left heights without an answer, are behind, or follow another chain; name a county that has the last 100 blocks"
            );
            Finding::new(CHECK, Verdict::Unverified, says)
        }
        Ok(Asked { whole, .. }) => {
            let says = format!("{whole} of guard_rpc know no later signature of this validator");
            Finding::new(CHECK, Verdict::Good, says)
        }
        Err(error) => Finding::new(CHECK, Verdict::Wrong, error.to_string()),
    }
}

/// The last height of which the own blocks carry this validator's signature; 0 where there is no store that says so.
fn own_signature(home: &Home, keys: &Keys) -> Height {
    let Ok(store) = Store::read_only(&home.store()) else {
        return Height(0);
    };
    // What is wrong with a store is said by its own check.
    store.view().signed(&keys.address()).unwrap_or(Height(0))
}

/// Whether a start would get its ports.
pub(super) fn ports(settings: &Settings, is_running: bool) -> Finding {
    if is_running {
        return Finding::new("ports", Verdict::Good, "held by the running node");
    }
    let free = engine::check_ports(settings);
    Finding::of("ports", free.map(|()| "free".to_owned()))
}

/// The genesis that the engine keeps: it ignores the file after its first start.
pub(super) fn engine_genesis(home: &Home, settings: &Settings, is_running: bool) -> Finding {
    const CHECK: &str = "engine-genesis";
    let answer = is_running.then(|| rpc::ask(&settings.rpc_laddr, "/genesis"));
    let Some(answer) = answer.flatten() else {
        return Finding::new(CHECK, Verdict::Unverified, "no engine answers");
    };
    let kept = answer.result.get("genesis").map(Value::to_string);
    // Whether a chain could begin with it is no question here.
    let kept = kept.and_then(|text| Document::begun(text.as_bytes()).ok());
    let is_same = match (&kept, begun(home)) {
        (Some((kept, _)), Some((file, _))) => kept.is_same(&file),
        (Some(_) | None, _) => false,
    };
    if is_same {
        return Finding::new(CHECK, Verdict::Good, "the engine keeps this genesis.json");
    }
    let says = "the engine keeps another genesis than genesis.json; put the network's file back";
    Finding::new(CHECK, Verdict::Wrong, says)
}

/// Whether the other sites are connected.
pub(super) fn peers(settings: &Settings, is_running: bool) -> Finding {
    const CHECK: &str = "peers";
    let wanted = settings.persistent_peers.len();
    if wanted == 0 {
        let says = "persistent_peers in node.toml names nobody";
        return Finding::new(CHECK, Verdict::Weak, says);
    }
    let missing = is_running.then(|| peers_missing(settings)).flatten();
    let Some(missing) = missing else {
        return Finding::new(CHECK, Verdict::Unverified, "no engine answers");
    };
    let there = wanted.saturating_sub(missing.len());
    let says = format!("{there} of {wanted} peers are connected");
    if missing.is_empty() {
        return Finding::new(CHECK, Verdict::Good, says);
    }
    let verdict = if there == 0 {
        Verdict::Wrong
    } else {
        Verdict::Weak
    };
    let says = format!("{says}; missing: {}", missing.join(", "));
    Finding::new(CHECK, verdict, says)
}

/// This clock against those of other counties. Both are whole seconds, so one of difference says nothing.
pub(super) fn clock(settings: &Settings, now: impl Fn() -> Time) -> Finding {
    let offsets = settings.guard_rpc.iter().filter_map(|address| {
        let theirs = rpc::ask(address, "/health")?.date?;
        Some(now().0.abs_diff(theirs.0))
    });
    // One other clock may be wrong; the one that agrees best is the judge.
    let Some(offset) = offsets.min() else {
        let says = "no county of guard_rpc answers with its clock";
        return Finding::new("clock", Verdict::Unverified, says);
    };
    let verdict = match offset {
        offset if offset > CLOCK_OFFSET_SECS_MAX => Verdict::Wrong,
        offset if offset > CLOCK_OFFSET_SECS_WEAK => Verdict::Weak,
        _ => Verdict::Good,
    };
    Finding::new(
        "clock",
        verdict,
        format!("{offset} s from another county's"),
    )
}
