//! The sample configuration that `ktr-room init` writes; a test loads it.
//! Every key stands in it, with its default and what it is for.

use std::net::SocketAddr;

use super::PostgresTable;
use crate::timing::Timing;

/// What is filled into the sample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blanks {
    /// The county's number.
    pub county: u8,
    /// The Matrix server name.
    pub server_name: String,
    /// The homeserver's port.
    pub port: u16,
    /// The port of the passes.
    pub pass_port: u16,
    /// Where the sidecar ends TLS by itself, if it does.
    pub listen: Option<SocketAddr>,
    /// The cluster that holds the homeserver's database, if one does.
    pub postgres: Option<PostgresTable>,
    /// The Python that has Synapse installed.
    pub python: String,
    /// RPC URLs of nodes.
    pub rpc: Vec<String>,
    /// The other counties: number, base URL of the passes, base URL of the homeserver.
    pub neighbours: Vec<(u8, String, String)>,
    /// The times.
    pub timing: Timing,
}

impl Default for Blanks {
    fn default() -> Self {
        Self {
            county: 1,
            server_name: "county-a.example".to_owned(),
            port: 18_008,
            pass_port: 18_009,
            listen: None,
            postgres: None,
            python: "/opt/ktr-synapse/bin/python".to_owned(),
            rpc: vec!["http://127.0.0.1:26657".to_owned()],
            neighbours: Vec::new(),
            timing: Timing::default(),
        }
    }
}

/// The text of a `room.toml`.
#[must_use]
pub fn sample(blanks: &Blanks) -> String {
    let t = &blanks.timing;
    format!(
        "# The sidecar of one county's homeserver. Relative paths start at this file's folder.
county = {county}
state = \"state\"                  # journal, spool, receipts, the bot's token; on tmpfs or an encrypted volume
inbox = \"inbox\"                  # the release desk's hand-over: any file ending in .pgp; on tmpfs
county_secret = \"county.secret\"  # mode 0600
on_alarm = []                    # a command; the alarm's code is added as its last argument
# figures = \"/run/ktr-figures/room.prom\"  # for the textfile collector of node_exporter; everybody may read it

[homeserver]
server_name = {server}
port = {port}                     # on 127.0.0.1
data = \"synapse\"
python = {python}
supervised = true                # false: somebody else starts and watches it
profile = \"standing\"             # per-session: booted for each session, killed and removed with its folder after it; data on tmpfs
{postgres}
[passes]
folder = \"passes\"                # on tmpfs
port = {pass_port}                     # on 127.0.0.1: GET /pass/<session>/<name>
{listen}
[chain]
rpc = [{rpc}]
genesis = \"genesis.json\"
alliance = \"alliance.json\"
alliance_key = \"alliance.pgp\"
sidecar_key = \"sidecar.pgp\"      # mode 0600
{neighbours}
[timing]                         # seconds
boot_before_secs = {boot}          # per-session: before the session opens
remove_after_secs = {remove}          # per-session: after T, when the other counties' probes have asked
create_before_secs = {create}
tick_secs = {tick}
batch_secs = {batch}
joins_close_secs = {joins}
report_joined_secs = {joined}
grace_secs = {grace}
kick_after_secs = {kick}
leave_after_secs = {leave}
rescan_secs = {rescan}
fallback_after_secs = {fallback}           # the next county then serves the members of one that has not seeded
pass_after_secs = {pass}
probe_after_secs = {probe_after}
probe_every_secs = {probe_every}
",
        county = blanks.county,
        server = quoted(&blanks.server_name),
        port = blanks.port,
        python = quoted(&blanks.python),
        pass_port = blanks.pass_port,
        listen = listen(blanks.listen),
        postgres = postgres(blanks.postgres.as_ref()),
        rpc = list(&blanks.rpc),
        neighbours = neighbours(&blanks.neighbours),
        boot = t.boot_before_secs,
        remove = t.remove_after_secs,
        create = t.create_before_secs,
        tick = t.tick_secs,
        batch = t.batch_secs,
        joins = t.joins_close_secs,
        joined = t.report_joined_secs,
        grace = t.grace_secs,
        kick = t.kick_after_secs,
        leave = t.leave_after_secs,
        rescan = t.rescan_secs,
        fallback = t.fallback_after_secs,
        pass = t.pass_after_secs,
        probe_after = t.probe_after_secs,
        probe_every = t.probe_every_secs,
    )
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    texts.join(", ")
}

/// The cluster of the homeserver's database; without one, how it is written.
fn postgres(table: Option<&PostgresTable>) -> String {
    let usual = PostgresTable {
        host: "/run/ktr-postgres".to_owned(),
        port: 5_432,
        database: "synapse".to_owned(),
        user: "synapse".to_owned(),
        data: "/var/lib/ktr-postgres".into(),
        password_file: Some("postgres.pass".into()),
    };
    let (mark, table) = table.map_or(("# ", &usual), |table| ("", table));
    let password = table.password_file.as_ref().map_or_else(String::new, |path| {
        let path = quoted(&path.display().to_string());
        format!("{mark}password_file = {path}  # mode 0600, host:port:database:user:password as in .pgpass; none if the socket's folder is guard enough\n")
    });
    format!(
        "\n# The homeserver's database in a cluster of PostgreSQL of its own; without this table it is a file of SQLite in data.\n\
         {mark}[homeserver.postgres]\n\
         {mark}host = {host}      # the folder of its socket, 127.0.0.1 or ::1: no TLS\n\
         {mark}port = {port}\n\
         {mark}database = {database}\n\
         {mark}user = {user}                # owns the database; pg_checkpoint, and EXECUTE on pg_switch_wal()\n\
         {mark}data = {data}  # the cluster's data folder, which the scan reads\n{password}",
        host = quoted(&table.host),
        port = table.port,
        database = quoted(&table.database),
        user = quoted(&table.user),
        data = quoted(&table.data.display().to_string()),
    )
}

/// Where TLS ends; without an address, how it is written.
fn listen(address: Option<SocketAddr>) -> String {
    let (mark, address) = match address {
        Some(address) => ("", quoted(&address.to_string())),
        None => ("# ", quoted("0.0.0.0:443")),
    };
    let table = format!(
        "{mark}[listen]\n{mark}address = {address}\n{mark}certificate = \"room.crt\"\n\
         {mark}key = \"room.key\"                 # mode 0600\n"
    );
    format!(
        "\n# TLS for members and probes, if nothing else ends it before both ports (nginx-room.conf is a sample for nginx).\n{table}"
    )
}

/// The other counties, whose doors are asked at; without one, how one is written.
fn neighbours(counties: &[(u8, String, String)]) -> String {
    let table = |(id, passes, homeserver): &(u8, String, String)| {
        let (passes, homeserver) = (quoted(passes), quoted(homeserver));
        format!("[[neighbour]]\nid = {id}\npasses = {passes}\nhomeserver = {homeserver}\n")
    };
    let tables: String = if counties.is_empty() {
        "# [[neighbour]]\n# id = 2\n# passes = \"http://127.0.0.1:18019\"\n# homeserver = \"http://127.0.0.1:18018\"\n"
            .to_owned()
    } else {
        counties.iter().map(table).collect()
    };
    format!(
        "\n# Other counties, as their members reach them: before and after T this one's probe asks there whether the room\n\
         # stands, and what it finds goes on chain. Two witnesses confirm a destruction. Elsewhere than on this machine an\n\
         # address is https with the pin of that county's key, and of its next one behind +:\n\
         # https://room.county-b.example#sha256=<64 hex digits>\n{tables}"
    )
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
