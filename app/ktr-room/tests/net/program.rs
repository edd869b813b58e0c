//! The parts put together by `init` and `start`: the homeserver is started, left behind by a kill, taken over, stopped.
//! The chain and the cipher are the tests' own.

use std::process::Command;

use ktr_room::RoomError;
use ktr_room::config::{Blanks, Config};
use ktr_room::init;
use ktr_room::start::start;
use ktr_room::synapse::free_port;
use ktr_room::timing::Timing;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::sync::oneshot;

use crate::support::{Ledger, Veil, archive, python, until};

/// Kills whatever homeserver the data folder names when the test ends.
struct Mop(std::path::PathBuf);

impl Mop {
    fn pid(&self) -> Option<i32> {
        std::fs::read_to_string(self.0.join("homeserver.pid"))
            .ok()?
            .trim()
            .parse()
            .ok()
    }
}

impl Drop for Mop {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            let _gone = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

fn installed(home: &std::path::Path) -> Config {
    let blanks = Blanks {
        county: 1,
        server_name: "county-a.test".to_owned(),
        port: free_port().expect("port"),
        pass_port: free_port().expect("port"),
        python: python().display().to_string(),
        rpc: vec!["http://127.0.0.1:1".to_owned()],
        timing: Timing::localnet(),
        ..Blanks::default()
    };
    init::run(home, &blanks).expect("init")
}

#[tokio::test]
async fn a_homeserver_left_behind_by_a_kill_is_taken_over_and_stopped_in_the_end() {
    let home = tempfile::tempdir().expect("folder");
    let config = installed(home.path());
    let mop = Mop(config.homeserver.data.clone());
    let ledger = Ledger::with(2, [5, 9, 600], &archive());
    let begin = |stop: oneshot::Receiver<()>| {
        let (config, ledger) = (config.clone(), ledger.clone());
        tokio::spawn(async move {
            start(&config, ledger, Veil, async {
                let _stopped = stop.await;
            })
            .await
        })
    };
    let passes = || {
        let laid_out = std::fs::read_dir(config.passes.folder.join("4"))
            .ok()?
            .count();
        (laid_out == 2).then_some(())
    };
    let (never, stop) = oneshot::channel();
    let first = begin(stop);
    until("two passes", 60, || async { passes() }).await;
    let pid = mop.pid().expect("a pid file");
    first.abort();
    let _killed = first.await;
    drop(never);
    std::fs::remove_file(config.state.join("status.json")).expect("a status of the first life");
    let (end, stop) = oneshot::channel();
    let second = begin(stop);
    until("a look by the second life", 30, || async {
        config.state.join("status.json").exists().then_some(())
    })
    .await;
    assert_eq!(mop.pid(), Some(pid), "taken over, not started twice");
    end.send(()).expect("stop");
    second.await.expect("joined").expect("stopped");
    assert!(!config.homeserver.data.join("homeserver.pid").exists());
}

/// After how many milliseconds without an access media go, its own and others', as the homeserver's program reads it from a file.
const RETENTION: &str = "import sys
from synapse.config.homeserver import HomeServerConfig
media = HomeServerConfig.load_config('', ['-c', sys.argv[1]]).media
print(media.media_retention_local_media_lifetime_ms, media.media_retention_remote_media_lifetime_ms)";

#[test]
fn the_homeserver_reads_from_the_file_of_init_that_media_go_an_hour_after_their_last_access() {
    let home = tempfile::tempdir().expect("folder");
    let config = installed(home.path());
    let read = Command::new(python())
        .args(["-c", RETENTION])
        .arg(config.homeserver.data.join("homeserver.yaml"))
        .output()
        .expect("Python");
    assert!(read.status.success(), "{read:?}");
    let said = String::from_utf8_lossy(&read.stdout);
    assert_eq!(said.trim(), "3600000 3600000");
}

#[tokio::test]
async fn a_damaged_journal_ends_the_sidecar_and_leaves_the_homeserver_to_its_nets() {
    let home = tempfile::tempdir().expect("folder");
    let config = installed(home.path());
    let mop = Mop(config.homeserver.data.clone());
    std::fs::write(config.state.join("journal.json"), "{").expect("damaged");
    let ledger = Ledger::with(2, [5, 9, 600], &archive());
    let ended = start(&config, ledger.clone(), Veil, std::future::pending()).await;
    assert!(matches!(ended, Err(RoomError::Journal)), "{ended:?}");
    let pid = mop.pid().expect("a pid file");
    let line = format!("/proc/{pid}/cmdline");
    let lives = || std::fs::read(&line).is_ok_and(|line| !line.is_empty());
    assert!(lives());
    // the next start takes it over, and one that is told to stop stops it
    std::fs::remove_file(config.state.join("journal.json")).expect("moved away");
    let stopped = start(&config, ledger, Veil, async {}).await;
    stopped.expect("stopped");
    assert!(!config.homeserver.data.join("homeserver.pid").exists());
    until("its end", 10, || async { (!lives()).then_some(()) }).await;
}

#[test]
fn init_keeps_what_exists() {
    let home = tempfile::tempdir().expect("folder");
    let first = installed(home.path());
    let secret = std::fs::read(&first.county_secret).expect("secret");
    let second = installed(home.path());
    assert_eq!(first, second, "room.toml is kept, ports and all");
    assert_eq!(
        secret,
        std::fs::read(&second.county_secret).expect("secret")
    );
}
