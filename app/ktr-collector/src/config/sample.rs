//! The configuration that `ktr-collector init` writes; a test loads it.
//! Every key stands in it, with what it is for.

use std::net::SocketAddr;

use super::Timing;

/// What is filled into the sample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blanks {
    /// Where the collector listens.
    pub listen: SocketAddr,
    /// RPC URLs of nodes.
    pub rpc: Vec<String>,
    /// The times.
    pub timing: Timing,
}

impl Default for Blanks {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8480)),
            rpc: vec!["http://127.0.0.1:26657".to_owned()],
            timing: Timing::default(),
        }
    }
}

/// The text of a `collector.toml`.
#[must_use]
pub fn sample(blanks: &Blanks) -> String {
    let quoted = |text: &String| toml::Value::String(text.clone()).to_string();
    let rpc: Vec<String> = blanks.rpc.iter().map(quoted).collect();
    format!(
        "# The collector of plain hits. Relative paths start at this file's folder.
role = \"plain\"
listen = \"{listen}\"         # loopback only: POST or GET /p/<beacon id>, /p/<beacon id>/again
state = \"state\"                  # counts, written at ends of buckets and at the stop
on_alarm = []                    # a command; the alarm's code is added as its last argument

[chain]
rpc = [{rpc}]
genesis = \"genesis.json\"
# genesis_sha256 = \"\"            # pins the file, where it came from elsewhere
key = \"collector.pgp\"            # the collector's signing key, mode 0600

[timing]                         # seconds
publish_secs = {publish}
follow_secs = {follow}
",
        listen = blanks.listen,
        rpc = rpc.join(", "),
        publish = blanks.timing.publish_secs,
        follow = blanks.timing.follow_secs,
    )
}
