//! What `node.toml` chooses that is weaker than what is shipped: a start takes it, since a network on one machine wants it so.
//! Lines that a hand changed in `config.toml`, and addresses that others reach, are `folder.rs`'s.

use std::{cmp::Ordering, time::Duration};

use ktr_os::{Finding, Verdict};

use crate::settings::Settings;

/// Each value that makes a line of the engine's configuration, or the node's figures, weaker than the shipped `node.toml` does.
pub(super) fn weaker(settings: &Settings) -> Vec<Finding> {
    const CHECK: &str = "sample";
    let shipped = Settings::new(&settings.chain_id);
    let [chosen, usual] = [settings, &shipped].map(|of| of.silence(Duration::ZERO));
    let pace = match chosen.cmp(&usual) {
        Ordering::Less => Some(FAST),
        Ordering::Equal => None,
        Ordering::Greater => Some(SLOW),
    };
    let weaker = [
        pace.map(|why| {
            format!(
                "heartbeat (consensus.create_empty_blocks_interval) is {}, the sample has {}: {why}",
                settings.heartbeat, shipped.heartbeat
            )
        }),
        settings.allow_duplicate_ip.then(|| DOUBLE.to_owned()),
        settings.metrics_laddr.is_empty().then(|| DARK.to_owned()),
        settings
            .node_metrics_laddr
            .is_empty()
            .then(|| OWN_DARK.to_owned()),
    ];
    let mut findings: Vec<Finding> = weaker
        .into_iter()
        .flatten()
        .map(|says| Finding::new(CHECK, Verdict::Weak, format!("in node.toml {says}")))
        .collect();
    if findings.is_empty() {
        let says = "heartbeat, allow_duplicate_ip, metrics_laddr and node_metrics_laddr are none of them weaker than the sample";
        findings.push(Finding::new(CHECK, Verdict::Good, says));
    }
    findings
}

const FAST: &str =
    "an idle chain grows with each, by 0.8 GB a year at one a minute and 46 GB at one a second";
const SLOW: &str =
    "alarms call a chain halted after three minutes, and a proof is not waited for so long";
const DOUBLE: &str = "allow_duplicate_ip (p2p.allow_duplicate_ip) is true, the sample has false: one machine may pose as many peers; set false unless all sites are on this machine";
const DARK: &str = "metrics_laddr (instrumentation.prometheus) is empty, the sample has an address: no alarm of the engine can ring";
const OWN_DARK: &str =
    "node_metrics_laddr is empty, the sample has an address: no alarm of the node can ring";
