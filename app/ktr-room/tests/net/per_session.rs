//! A homeserver that is booted for one session: not there before, killed with its folder after it, and the chain is told.
//! A real homeserver; the hours pass by the chain's time, so nothing is waited for.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ktr_room::config::{Blanks, Config, Profile};
use ktr_room::init;
use ktr_room::journal::Store;
use ktr_room::name;
use ktr_room::report::{Dissolution, Report};
use ktr_room::start::start;
use ktr_room::synapse::free_port;
use ktr_room::timing::Timing;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Ledger, Veil, archive, python, scratch, until};

/// The session opens and ends so many seconds from now.
const OPENS: u64 = 100;
const T: u64 = 130;

/// A county whose homeserver is booted 40 s before a session opens and removed 40 s after T.
fn installed(home: &Path) -> Config {
    let blanks = Blanks {
        server_name: "county-a.test".to_owned(),
        port: free_port().expect("port"),
        pass_port: free_port().expect("port"),
        python: python().display().to_string(),
        timing: Timing {
            rescan_secs: 5,
            ..Timing::localnet()
        },
        ..Blanks::default()
    };
    let mut config = init::run(home, &blanks).expect("init");
    ktr_os::file::empty(&config.homeserver.data).expect("nothing is there before the first boot");
    config.homeserver.profile = Profile::OneSession;
    config
}

/// The homeserver's process, for as long as its folder names it.
fn pid(config: &Config) -> Option<i32> {
    let text = fs::read_to_string(config.homeserver.data.join("homeserver.pid")).ok()?;
    text.trim().parse().ok()
}

/// The homeserver's process ends with the test.
#[derive(Default)]
struct Mop(Arc<Mutex<Option<i32>>>);

impl Drop for Mop {
    fn drop(&mut self) {
        if let Some(pid) = *self.0.lock().expect("lock") {
            let _gone = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

fn dissolutions(ledger: &Ledger) -> Vec<(u8, Dissolution)> {
    ledger.change(|inner| {
        let reports = inner.reports.iter();
        let dissolved = reports.filter_map(|report| {
            if let Report::Dissolved {
                attempt,
                dissolution,
                ..
            } = report
            {
                Some((*attempt, dissolution.clone()))
            } else {
                None
            }
        });
        dissolved.collect()
    })
}

/// Two reports: of the room's own end, and of the removal; the receipt of the second is the one that stays.
fn judge_reports(config: &Config, ledger: &Ledger) {
    let reports = dissolutions(ledger);
    let [(1, first), (2, second)] = reports.as_slice() else {
        panic!("two reports: {reports:?}");
    };
    assert!(!first.flags.folder_removed && second.flags.folder_removed);
    assert_eq!(second.residue, [0; 8]);
    assert_eq!(
        (first.cause, first.server_version),
        (second.cause, second.server_version)
    );
    let store = Store::open(&config.state).expect("store");
    let done = store.done().expect("done");
    let receipt = fs::read(store.receipt(4, 2)).expect("a receipt");
    assert_eq!(second.receipt, name::sha256(&receipt));
    assert!(matches!(done.as_slice(), [one] if one.attempt == 2));
    assert_eq!(
        fs::read_to_string(config.state.join("removal.json")).expect("a list"),
        "[]"
    );
}

#[tokio::test]
async fn a_homeserver_booted_for_a_session_is_killed_with_its_folder_and_the_chain_is_told() {
    crate::support::log::begin();
    let home = scratch();
    let config = installed(home.path());
    let ledger = Ledger::with(2, [OPENS - 1, OPENS, T], &archive());
    let later = |secs: u64| ledger.change(|inner| inner.ahead_ms += secs * 1_000);
    let sidecar = {
        let (config, ledger) = (config.clone(), ledger.clone());
        tokio::spawn(async move { start(&config, ledger, Veil, std::future::pending()).await })
    };

    // long before the session there is a sidecar and no homeserver
    until("several looks at the chain", 60, || async {
        ledger.change(|inner| (inner.asked >= 8).then_some(()))
    })
    .await;
    assert_eq!(
        fs::read_dir(&config.homeserver.data)
            .expect("a folder")
            .count(),
        0
    );

    // shortly before it opens: a room with passes for both members
    later(OPENS - 15);
    let laid_out = || fs::read_dir(config.passes.folder.join("4")).ok();
    let mop = Mop::default();
    until("two passes", 120, || async {
        *mop.0.lock().expect("lock") = pid(&config);
        (laid_out()?.count() == 2).then_some(())
    })
    .await;

    // T comes: the room goes, the homeserver stays for those who ask whether it is gone
    later(T - OPENS + 15);
    until("the first report", 120, || async {
        dissolutions(&ledger).pop()
    })
    .await;
    until("the end of the session's journal", 60, || async {
        config.state.join("removal.json").exists().then_some(())
    })
    .await;
    // By this machine's clock the room went before T, so that it is started anew: no timer in it names the post.
    let homeserver = until("it stays until they have asked", 120, || async {
        let pid = pid(&config)?;
        let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let is_anew = !line.is_empty() && !config.state.join("timers.json").exists();
        is_anew.then_some(pid)
    })
    .await;
    *mop.0.lock().expect("lock") = Some(homeserver);

    // they have asked
    later(45);
    let ended = sidecar.await.expect("joined");
    ended.expect("it ends by itself once the chain knows");
    let left = fs::read_dir(&config.homeserver.data)
        .expect("a folder")
        .count();
    assert_eq!(left, 0, "nothing is left in the homeserver's folder");
    let line = fs::read(format!("/proc/{homeserver}/cmdline")).unwrap_or_else(|_gone| Vec::new());
    assert!(
        !String::from_utf8_lossy(&line).contains("synapse"),
        "it is killed"
    );
    assert!(
        !config.state.join("bot.json").exists(),
        "its tokens mean nothing any more"
    );
    judge_reports(&config, &ledger);
}
