//! A real PostgreSQL in a temporary folder, on a socket in it and no port, with the settings that the house ships.
//! `KTR_POSTGRES` names the folder of its programs. Root may not run it: then it runs as `postgres`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ktr_room::config::PostgresTable;
use ktr_testkit::wait::until;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};

use super::server::scratch;

/// The settings an operator includes.
const SETTINGS: &str = include_str!("../../../../../node-config/postgresql-room.conf");

/// A running cluster with an empty database for a homeserver.
pub(crate) struct Cluster {
    pub(crate) place: PostgresTable,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Cluster {
    /// A cluster as the house's page tells an operator to make it.
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// The same with settings that come last.
    pub(crate) fn with(settings: &str) -> Self {
        let folder = scratch();
        let home = folder.path();
        // The server runs as somebody else than root and must come through.
        fs::set_permissions(home, Permissions::from_mode(0o755)).expect("mode");
        let secret = home.join("pwfile");
        fs::write(&secret, "of-the-superuser").expect("a file");
        let (data, socket) = (home.join("data"), home.join("s"));
        for own in [&data, &socket] {
            fs::create_dir(own).expect("a folder");
            hand_over(own);
        }
        hand_over(&secret);
        let mut initdb = program("initdb");
        initdb.args([
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "-N",
            "--locale=C",
            "-E",
            "UTF8",
        ]);
        initdb.arg("--pwfile").arg(&secret).arg("-D").arg(&data);
        done(initdb);
        let conf = data.join("postgresql.conf");
        let all = format!(
            "{}\n{SETTINGS}\n{settings}\n",
            fs::read_to_string(&conf).expect("conf")
        );
        fs::write(&conf, all).expect("conf");
        let mut server = program("postgres");
        server.arg("-D").arg(&data).arg("-k").arg(&socket);
        let process = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let password_file = home.join("pass");
        fs::write(&password_file, "*:*:synapse:synapse:of\\:the-room\n").expect("a file");
        fs::set_permissions(&password_file, Permissions::from_mode(0o600)).expect("mode");
        let cluster = Self {
            place: PostgresTable {
                host: socket.display().to_string(),
                port: 5_432,
                database: "synapse".to_owned(),
                user: "synapse".to_owned(),
                data,
                password_file: Some(password_file),
            },
            process: process.expect("PostgreSQL"),
            _folder: folder,
        };
        cluster.furnish();
        cluster
    }

    /// What an operator does once.
    fn furnish(&self) {
        until("PostgreSQL is ready", 60, || {
            let asked = self.psql("postgres", "SELECT").status().expect("psql");
            asked.success().then_some(())
        });
        for (database, sql) in [
            (
                "postgres",
                "CREATE ROLE synapse LOGIN PASSWORD 'of:the-room'",
            ),
            (
                "postgres",
                "CREATE DATABASE synapse OWNER synapse TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
            ),
            ("postgres", "GRANT pg_checkpoint TO synapse"),
            (
                "synapse",
                "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO synapse",
            ),
        ] {
            self.execute(database, sql);
        }
    }

    /// The superuser's word, by PostgreSQL's own client.
    pub(crate) fn execute(&self, database: &str, sql: &str) {
        let said = self.psql(database, sql).output().expect("psql");
        assert!(
            said.status.success(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }

    /// PostgreSQL's own client, for the superuser.
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Command {
        let mut psql = Command::new(folder().join("psql"));
        psql.args([
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "postgres",
            "-d",
            database,
            "-h",
        ])
        .arg(&self.place.host)
        .args(["-c", sql])
        .env("PGPASSWORD", "of-the-superuser")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
        psql
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).expect("a pid");
        // An end at once, without a last checkpoint.
        let _gone = kill(Pid::from_raw(id), Signal::SIGQUIT);
        let _ended = self.process.wait();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test lane hands the programs over in the environment"
)]
fn folder() -> PathBuf {
    std::env::var("KTR_POSTGRES")
        .map(PathBuf::from)
        .expect("KTR_POSTGRES must name the folder of PostgreSQL's programs")
}

/// A program of PostgreSQL, as somebody whom it lets run it.
fn program(name: &str) -> Command {
    let path = folder().join(name);
    if !Uid::effective().is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    // Where it starts it must be able to stand.
    command.arg(path).current_dir("/");
    command
}

fn hand_over(path: &Path) {
    if Uid::effective().is_root() {
        let mut chown = Command::new("chown");
        chown.arg("postgres:postgres").arg(path);
        done(chown);
    }
}

fn done(mut command: Command) {
    let said = command.output().expect("a program");
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
}
