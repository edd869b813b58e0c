//! A real homeserver in a temporary folder, killed by its own id when the test ends.
//! `KTR_SYNAPSE_PYTHON` names its Python.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use ktr_room::adapter::matrix::{Http, MatrixRoom, ensure_bot};
use ktr_room::synapse::{Homeserver, Launch, freed_pages_are_wiped};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::cluster::Cluster;
use super::until;

/// A booted homeserver.
pub(crate) struct Synapse {
    pub(crate) homeserver: Homeserver,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) python: PathBuf,
    /// The cluster that holds its database, if that is not in its folder.
    pub(crate) cluster: Option<Cluster>,
}

/// The Matrix server name of every test.
pub(crate) const SERVER: &str = "county-a.test";

impl Synapse {
    /// A booted homeserver; from now on the log of every sidecar is kept.
    pub(crate) async fn boot() -> Self {
        super::log::begin();
        Self::boot_unlogged().await
    }

    /// The same with its database in a cluster of its own.
    pub(crate) async fn boot_on_postgres() -> Self {
        super::log::begin();
        Self::boot_with(Some(Cluster::start())).await
    }

    /// The same without a log in memory.
    pub(crate) async fn boot_unlogged() -> Self {
        Self::boot_with(None).await
    }

    async fn boot_with(cluster: Option<Cluster>) -> Self {
        let python = python();
        let folder = scratch();
        let data = folder.path().join("synapse");
        let homeserver = Homeserver::boot(
            &python,
            &data,
            SERVER,
            cluster.as_ref().map(|cluster| &cluster.place),
        )
        .await
        .expect("a homeserver: KTR_SYNAPSE_PYTHON");
        Self {
            homeserver,
            folder,
            python,
            cluster,
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("synapse")
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.homeserver.port())
    }

    /// The bot's connection.
    pub(crate) async fn bot(&self) -> MatrixRoom {
        self.bot_at(&self.base()).await
    }

    /// The bot's connection through something that stands before the homeserver.
    pub(crate) async fn bot_at(&self, base: &str) -> MatrixRoom {
        let secret = std::fs::read(self.data().join("registration.secret")).expect("secret");
        let path = self.folder.path().join("bot.json");
        let http = Http::new(base).expect("client");
        let bot = ensure_bot(&http, SERVER, &secret, &path)
            .await
            .expect("bot");
        MatrixRoom::new(http, SERVER.to_owned(), bot)
    }

    /// Kills the homeserver that runs on this data, whoever started it.
    pub(crate) fn kill(&self) {
        let named = std::fs::read_to_string(self.data().join("homeserver.pid")).ok();
        let pid = named.and_then(|pid| pid.trim().parse().ok());
        let pid = Pid::from_raw(pid.unwrap_or_else(|| self.homeserver.pid()));
        let _gone = kill(pid, Signal::SIGKILL);
    }

    /// The same; returns when the kernel has closed what it had open.
    pub(crate) async fn halt(&self) {
        self.kill();
        until("the homeserver's end", 20, || async {
            TcpListener::bind(("127.0.0.1", self.homeserver.port())).ok()
        })
        .await;
    }

    /// Changes the database of a homeserver that does not run.
    pub(crate) fn execute(&self, statements: &str) {
        let status = std::process::Command::new("sqlite3")
            .arg(self.data().join("homeserver.db"))
            .arg(statements)
            .status();
        assert!(status.expect("sqlite3").success(), "{statements}");
    }

    /// How the homeserver is started on this data.
    pub(crate) fn launch(&self) -> Launch {
        Launch {
            python: self.python.clone(),
            data: self.data(),
            port: self.homeserver.port(),
            extra: None,
        }
    }

    pub(crate) fn wipes(&self) -> bool {
        freed_pages_are_wiped(&self.python).expect("python")
    }

    /// A foreign judge: how many files below the data folder hold these octets, by `grep`.
    pub(crate) fn grep(&self, needle: &str) -> usize {
        let output = std::process::Command::new("grep")
            .args(["-rlaF", "--", needle])
            .arg(self.data())
            .output()
            .expect("grep");
        output
            .stdout
            .split(|octet| *octet == b'\n')
            .filter(|line| !line.is_empty())
            .count()
    }

    /// Another foreign judge: how many lines of the database's own dump, by `sqlite3`, hold this text.
    pub(crate) fn dump(&self, needle: &str) -> usize {
        let text = self.tables();
        text.lines().filter(|line| line.contains(needle)).count()
    }

    /// All of the database, by `sqlite3`.
    pub(crate) fn tables(&self) -> String {
        self.sqlite3(".dump")
    }

    /// Every row that names a room, of every table with a column for it, by `sqlite3`.
    pub(crate) fn rows_of_rooms(&self) -> String {
        let named = self.sqlite3(
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'room_id' WHERE m.type = 'table'",
        );
        assert!(named.lines().count() > 20, "tables of rooms: {named}");
        let rows: Vec<String> = named
            .lines()
            .map(|table| format!("SELECT * FROM \"{table}\" WHERE room_id LIKE '!%'"))
            .collect();
        self.sqlite3(&rows.join(";"))
    }

    fn sqlite3(&self, command: &str) -> String {
        let output = std::process::Command::new("sqlite3")
            .arg(self.data().join("homeserver.db"))
            .arg(command)
            .output()
            .expect("sqlite3");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "sqlite3 reads the database: {said}"
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A third: how many files below a folder hold these octets, which are given in hex, by `od`.
    pub(crate) fn octets(below: &Path, hex: &str) -> usize {
        let script = r#"find "$1" -type f | while read -r file; do
            od -An -v -tx1 "$file" | tr -d ' \n' | grep -qF "$2" && echo hit
        done; true"#;
        let output = std::process::Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(below)
            .arg(hex)
            .output()
            .expect("sh");
        output.stdout.split(|octet| *octet == b'\n').count() - 1
    }

    /// How many rows of a table the database's own dump has.
    pub(crate) fn count(&self, table: &str) -> usize {
        self.dump(&format!("INSERT INTO {table} "))
    }
}

impl Drop for Synapse {
    fn drop(&mut self) {
        self.kill();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test lane hands the interpreter over in the environment"
)]
pub(crate) fn python() -> PathBuf {
    std::env::var("KTR_SYNAPSE_PYTHON")
        .map(PathBuf::from)
        .expect("KTR_SYNAPSE_PYTHON must name Synapse's Python")
}

/// A folder on tmpfs where there is one.
pub(crate) fn scratch() -> tempfile::TempDir {
    let shm = Path::new("/dev/shm");
    let builder = |path: &Path| tempfile::Builder::new().prefix("ktr-").tempdir_in(path);
    if shm.is_dir() {
        builder(shm)
    } else {
        builder(&std::env::temp_dir())
    }
    .expect("folder")
}
