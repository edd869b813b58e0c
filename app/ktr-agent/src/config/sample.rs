//! The configuration that `ktr-agent init` writes; a test loads it.
//! Every key stands in it, with what it is for.

use ktr_core::id::MemberId;

use super::{Measure, Timing};

/// What is filled into the sample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blanks {
    /// Whose agent this is.
    pub member: MemberId,
    /// The home county's number.
    pub county: u8,
    /// Base URL of the county's passes.
    pub passes: String,
    /// Base URL of the county's homeserver.
    pub homeserver: String,
    /// Base URL of the collector.
    pub collector: String,
    /// RPC URLs of nodes.
    pub rpc: Vec<String>,
    /// Whether an observed ingestion is counted.
    pub measure: Measure,
    /// The times.
    pub timing: Timing,
}

impl Default for Blanks {
    fn default() -> Self {
        Self {
            member: MemberId([0; 16]),
            county: 1,
            passes: "http://127.0.0.1:18009".to_owned(),
            homeserver: "http://127.0.0.1:18008".to_owned(),
            collector: "http://127.0.0.1:8480".to_owned(),
            rpc: vec![
                "http://127.0.0.1:26657".to_owned(),
                "http://127.0.0.1:26667".to_owned(),
            ],
            measure: Measure::Off,
            timing: Timing::default(),
        }
    }
}

/// The text of an `agent.toml`.
#[must_use]
pub fn sample(blanks: &Blanks) -> String {
    let rpc: Vec<String> = blanks.rpc.iter().map(|url| quoted(url)).collect();
    let [second, third] = blanks.timing.hit_retry_secs;
    format!(
        "# A member's agent. Relative paths start at this file's folder. No host is dialled that does not stand here.
member = \"{member}\"
signed = \"signed\"              # verified releases, one folder each
quarantine = \"quarantine\"      # what failed, with the rule that it broke
state = \"state\"                # marks and tries
room_key = \"room.pgp\"          # mode 0600
measure = \"{measure}\"                # off: no packet, ever; hit: one plain hit after an observed ingestion
on_alarm = []                  # a command; the alarm's code is added as its last argument

[chain]
rpc = [{rpc}]
genesis = \"genesis.json\"
# genesis_sha256 = \"\"          # pins the file, where it came from elsewhere
alliance = \"alliance.json\"     # pinned by the genesis
alliance_key = \"alliance.pgp\"
# alliance_fingerprint = \"\"    # pins the primary key

# Elsewhere than on this machine an address is https with the pin of the host's key, and of its next one behind +:
# https://room.county-a.example#sha256=<64 hex digits>
[[county]]
id = {county}
passes = {passes}
homeserver = {homeserver}

# A second [[county]] names the next one in the order of genesis: it is asked if the home county's room is not seeded in time.

[collector]
url = {collector}

[timing]                       # seconds
tick_secs = {tick}
pass_before_secs = {pass}
leave_after_secs = {leave}
fallback_after_secs = {fallback}
header_age_max_secs = {age}
hit_wait_max_secs = {wait}
hit_retry_secs = [{second}, {third}]
",
        member = blanks.member,
        measure = match blanks.measure {
            Measure::Off => "off",
            Measure::Hit => "hit",
        },
        rpc = rpc.join(", "),
        county = blanks.county,
        passes = quoted(&blanks.passes),
        homeserver = quoted(&blanks.homeserver),
        collector = quoted(&blanks.collector),
        tick = blanks.timing.tick_secs,
        pass = blanks.timing.pass_before_secs,
        leave = blanks.timing.leave_after_secs,
        fallback = blanks.timing.fallback_after_secs,
        age = blanks.timing.header_age_max_secs,
        wait = blanks.timing.hit_wait_max_secs,
    )
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
