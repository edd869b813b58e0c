//! The homeserver's database: whether what it frees is wiped, and whether anything keeps a second copy of what it writes.
//! Of a cluster its settings, rights and folder are judged; nothing in it is changed.

use ktr_os::{Finding, Verdict};

use super::homeserver::freed_pages;
use crate::adapter::residue::{Health, Postgres};
use crate::config::Config;
use crate::limits::POSTGRES_KNOWN;

const CHECK: &str = "postgres";

/// What each setting must be, and why; the first value is the one to take.
const WANTED: [(&str, &[&str], &str); 6] = [
    (
        "archive_mode",
        &["off"],
        "an archive keeps what the room wrote",
    ),
    (
        "wal_level",
        &["minimal"],
        "more is for archives and replicas",
    ),
    (
        "max_wal_senders",
        &["0"],
        "a replica or base backup would keep a copy",
    ),
    (
        "wal_keep_size",
        &["0"],
        "old segments of the log would stay",
    ),
    (
        "log_min_messages",
        &["fatal", "panic"],
        "a statement that failed is logged with its values",
    ),
    ("server_encoding", &["UTF8"], "Synapse asks for it"),
];

/// A file of `SQLite`, or a cluster.
pub(super) fn judge(config: &Config) -> Vec<Finding> {
    let Some(place) = &config.homeserver.postgres else {
        return vec![freed_pages(config)];
    };
    let health = match Postgres::at(place).health() {
        Ok(health) => health,
        Err(error) => return vec![Finding::of(CHECK, Err(error))],
    };
    let mut found = faults(&health);
    if found.is_empty() {
        let says = format!(
            "PostgreSQL {}: its settings, rights and folder are as the sweep needs them",
            health.major
        );
        found.push(Finding::new(CHECK, Verdict::Good, says));
    }
    if health.settings.contains(&("wal_recycle", "on".to_owned())) {
        let says = "wal_recycle is on: old segments of the log stay until they are written over, which the sweep does; \
                    off removes them at once";
        found.push(Finding::new(CHECK, Verdict::Weak, says));
    }
    found
}

fn faults(health: &Health) -> Vec<Finding> {
    let wrong = |says: String| Finding::new(CHECK, Verdict::Wrong, says);
    let mut found = Vec::new();
    if !POSTGRES_KNOWN.contains(&health.major) {
        let known = POSTGRES_KNOWN.map(|major| major.to_string()).join(" or ");
        found.push(wrong(format!(
            "PostgreSQL {} was never swept clean, so nothing is swept and the report says so: take {known}",
            health.major
        )));
    }
    for (name, wanted, why) in WANTED {
        let is = health.settings.iter().find(|(setting, _)| *setting == name);
        let is = is.map_or("", |(_, value)| value.as_str());
        if !wanted.contains(&is) {
            let take = wanted.first().unwrap_or(&"");
            found.push(wrong(format!("{name} is {is}, must be {take}: {why}")));
        }
    }
    let facts = health.facts.iter().filter(|(_, is_so)| !is_so);
    found.extend(facts.map(|(says, _)| wrong((*says).to_owned())));
    if let Some(fault) = &health.folder {
        found.push(wrong(format!(
            "homeserver.postgres.data cannot be scanned: {fault}"
        )));
    }
    found
}
