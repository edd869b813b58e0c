//! Every metric by name, kind and meaning, and the page that shows them all.
//! Where the figures come from is the caller's affair.

use core::fmt;
use std::fmt::Write;

use ktr_core::time::Secs;

use super::Meter;

/// Names, kinds and meanings, in the order of the page (design: ledger, section 14).
pub const NAMES: [(&str, &str, &str); 19] = [
    (
        "ktr_abci_call_seconds",
        "histogram",
        "Time from a call of the engine to its answer.",
    ),
    (
        "ktr_commit_seconds",
        "histogram",
        "Time of one block's synced write.",
    ),
    (
        "ktr_verify_seconds",
        "histogram",
        "Time to judge a new transaction for the mempool; its signature too, unless that was judged with others before.",
    ),
    (
        "ktr_tx_total",
        "counter",
        "Transactions in committed blocks since the start, by result code.",
    ),
    ("ktr_height", "gauge", "Height of the last Commit."),
    (
        "ktr_header_lag_seconds",
        "gauge",
        "This node's clock less the last header time; 0 before block 1.",
    ),
    ("ktr_log_size", "gauge", "Leaves of the event log."),
    ("ktr_replay_entries", "gauge", "Nonces of the live window."),
    (
        "ktr_db_bytes",
        "gauge",
        "Bytes of the store on disk and in write buffers, by family.",
    ),
    (
        "ktr_snapshot_height",
        "gauge",
        "Height of the newest snapshot; without one, the first height that this node knows.",
    ),
    (
        "ktr_snapshot_interval",
        "gauge",
        "Heights from one snapshot to the next; 0 where none is taken.",
    ),
    (
        "ktr_grammar_breach_total",
        "counter",
        "Calls of the engine out of order since the start.",
    ),
    (
        "ktr_misbehaved_total",
        "counter",
        "Validators that signed twice, by what committed blocks say since the start.",
    ),
    (
        "ktr_faults_tolerated",
        "gauge",
        "Sites, whichever, that may be down at once; a county is one, however many validators it has.",
    ),
    (
        "ktr_rooms_overdue",
        "gauge",
        "Rooms that a county has still not reported destroyed, long after their session.",
    ),
    (
        "ktr_rooms_residue",
        "gauge",
        "Rooms whose last report of destruction says that something was left.",
    ),
    (
        "ktr_rooms_unconfirmed",
        "gauge",
        "Rooms reported destroyed that two other counties have neither confirmed, nor been too late for.",
    ),
    (
        "ktr_key_expiry_seconds",
        "gauge",
        "Time until the first holder of such a role has no key left, by kind of role; 0 where one has none.",
    ),
    (
        "ktr_build_info",
        "gauge",
        "Always 1; the labels are the versions of this program and of the engine that it runs.",
    ),
];

/// Rooms, a county and session each, that somebody must look after.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rooms {
    /// Their destruction is overdue and still not reported.
    pub overdue: u64,
    /// Their last report says that something was left.
    pub residue: u64,
    /// They are reported, not confirmed by two other counties, and still may be.
    pub unconfirmed: u64,
}

/// What is read when somebody asks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gauges {
    /// Height of the last Commit.
    pub height: u64,
    /// Clock less header time, in seconds.
    pub header_lag_secs: u64,
    /// Leaves of the log.
    pub log_size: u64,
    /// Nonces of the live window.
    pub replay_entries: u64,
    /// Bytes, by family.
    pub db_bytes: Vec<(&'static str, u64)>,
    /// Height of the newest snapshot; without one, the first height that the node knows.
    pub snapshot_height: u64,
    /// Heights from one snapshot to the next; 0 where none is taken.
    pub snapshot_interval: u64,
    /// Calls out of order.
    pub grammar_breaches: u64,
    /// Sites that may be down.
    pub faults_tolerated: u64,
    /// What the chain says about rooms.
    pub rooms: Rooms,
    /// How long the network's own keys last, by kind of role.
    pub keys: Vec<(&'static str, Secs)>,
}

/// The whole page.
pub(crate) fn page(meter: &Meter, gauges: &Gauges) -> String {
    let tallies = meter.snapshot();
    let mut page = String::new();
    for (name, kind, meaning) in NAMES {
        line(&mut page, format_args!("# HELP {name} {meaning}"));
        line(&mut page, format_args!("# TYPE {name} {kind}"));
        match name {
            "ktr_abci_call_seconds" => {
                for (method, calls) in &tallies.calls {
                    calls.write(&mut page, name, &format!("method=\"{}\"", method.name()));
                }
            }
            "ktr_commit_seconds" => tallies.commits.write(&mut page, name, ""),
            "ktr_verify_seconds" => tallies.verdicts.write(&mut page, name, ""),
            "ktr_tx_total" => {
                for (code, count) in &tallies.txs {
                    line(&mut page, format_args!("{name}{{code=\"{code}\"}} {count}"));
                }
            }
            "ktr_misbehaved_total" => line(&mut page, format_args!("{name} {}", tallies.caught)),
            "ktr_db_bytes" => {
                for (family, bytes) in &gauges.db_bytes {
                    line(
                        &mut page,
                        format_args!("{name}{{family=\"{family}\"}} {bytes}"),
                    );
                }
            }
            "ktr_key_expiry_seconds" => {
                for (role, left) in &gauges.keys {
                    line(
                        &mut page,
                        format_args!("{name}{{role=\"{role}\"}} {}", left.0),
                    );
                }
            }
            "ktr_build_info" => line(
                &mut page,
                format_args!(
                    "{name}{{version=\"{}\",engine=\"{}\"}} 1",
                    env!("CARGO_PKG_VERSION"),
                    crate::engine::VERSION
                ),
            ),
            single => line(
                &mut page,
                format_args!("{single} {}", gauges.single(single)),
            ),
        }
    }
    page
}

impl Gauges {
    /// The figure of a metric without labels.
    fn single(&self, name: &str) -> u64 {
        match name {
            "ktr_height" => self.height,
            "ktr_header_lag_seconds" => self.header_lag_secs,
            "ktr_log_size" => self.log_size,
            "ktr_replay_entries" => self.replay_entries,
            "ktr_snapshot_height" => self.snapshot_height,
            "ktr_snapshot_interval" => self.snapshot_interval,
            "ktr_grammar_breach_total" => self.grammar_breaches,
            "ktr_faults_tolerated" => self.faults_tolerated,
            "ktr_rooms_overdue" => self.rooms.overdue,
            "ktr_rooms_residue" => self.rooms.residue,
            "ktr_rooms_unconfirmed" => self.rooms.unconfirmed,
            _ => 0,
        }
    }
}

#[expect(clippy::expect_used, reason = "writing into a string cannot fail")]
pub(super) fn line(page: &mut String, text: fmt::Arguments<'_>) {
    writeln!(page, "{text}").expect("memory does not refuse");
}
