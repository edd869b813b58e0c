//! Sentences about the time between two sessions of a homeserver that is booted for each: what is removed, what is reported, what is
//! waited for. The homeserver is a shell that waits; that a real one goes is shown by the net tests.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ktr_core::id::{SessionId, Sha256};
use ktr_room::RoomError;
use ktr_room::adapter::residue;
use ktr_room::journal::{Fact, Journal, Remnant, Store};
use ktr_room::limits::UNIT_SECS;
use ktr_room::matrix_id::RoomId;
use ktr_room::name;
use ktr_room::plan::Status;
use ktr_room::port::{Chain, Clock};
use ktr_room::report::{Dissolution, Report};
use ktr_room::run::{Call, Interval, Site};
use ktr_room::synapse::free_port;
use ktr_room::timing::Timing;
use serde_json::{Value, json};

use super::chain::Ledger;
use super::ground::SERVER;
use super::place::lay_out;
use super::poll::until;

/// A county whose session 4 is done and whose homeserver still runs, after T.
struct Place {
    interval: Interval<Ledger, Ledger>,
    ledger: Ledger,
    folder: tempfile::TempDir,
    homeserver: Child,
}

impl Place {
    /// An interval that is still waiting after it looked three times.
    async fn waits(&self) {
        self.ledger.change(|inner| inner.asked = 0);
        let ends = async { self.interval.pass().await.expect("a pass") };
        let asked = until("three looks", 60, || async {
            self.ledger.change(|inner| (inner.asked >= 3).then_some(()))
        });
        tokio::select! {
            call = ends => panic!("{call:?}"),
            () = asked => {}
        }
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let data = folder.path().join("synapse");
        fs::create_dir_all(data.join("media_store/local_content")).expect("a folder");
        fs::write(data.join("homeserver.db"), "RoomOfTheSession").expect("a database");
        let mut waits = Command::new("sh");
        waits
            .args(["-c", "read line", "sh"])
            .arg(data.join("homeserver.yaml"));
        let homeserver = waits.stdin(Stdio::piped()).spawn().expect("a process");
        fs::write(data.join("homeserver.pid"), homeserver.id().to_string()).expect("a pid");
        let ledger = Ledger::with(3, [10, 20, 30], b"bundle");
        let store = Store::open(&folder.path().join("state")).expect("store");
        finished(&store, &ledger);
        let site: Site = lay_out(folder.path(), &data, b"");
        ktr_os::file::empty(&site.inbox).expect("nothing was handed over");
        let interval = Interval {
            chain: ledger.clone(),
            clock: ledger.clone(),
            store,
            site,
            data,
            server_name: SERVER.to_owned(),
            port: free_port().expect("a port"),
            lives_until_ms: None,
            timing: Timing {
                tick_secs: 0,
                ..Timing::default()
            },
        };
        Self {
            interval,
            ledger,
            folder,
            homeserver,
        }
    }

    /// Moves the time to so many seconds after T.
    fn after_t(&self, secs: u64) {
        self.ledger
            .change(|inner| inner.ahead_ms = (30 + secs) * 1_000);
    }

    fn data(&self) -> &Path {
        &self.interval.data
    }

    fn files(&self) -> usize {
        fs::read_dir(self.data()).expect("a folder").count()
    }

    fn reports(&self) -> Vec<(u8, Dissolution)> {
        self.ledger.change(|inner| {
            let reports = inner.reports.iter();
            let dissolved = reports.filter_map(|report| match report {
                Report::Dissolved {
                    attempt,
                    dissolution,
                    ..
                } => Some((*attempt, dissolution.clone())),
                Report::Seeded { .. } | Report::Joined { .. } | Report::Witness { .. } => None,
            });
            dissolved.collect()
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.homeserver.stdin.take());
        self.homeserver.wait().expect("it ends");
    }
}

/// The first report of session 4 is on chain, and its homeserver has still to go.
fn finished(store: &Store, ledger: &Ledger) {
    let times = ledger.times();
    let receipt = json!({
        "v": 1, "session": 4, "attempt": 1, "room": "!RoomOfTheSession", "salt": "01".repeat(32),
        "dissolution": {"residue": vec![0; 8]},
    });
    let path = store.receipt(4, 1);
    store
        .put(&path, receipt.to_string().as_bytes())
        .expect("receipt");
    let remnant = Remnant {
        session: 4,
        attempt: 1,
        receipt: String::new(),
        refused: false,
    };
    store.remember(&remnant).expect("done");
    ledger.change(|inner| inner.session.reported.attempts = 1);
    let removal = json!([{
        "session": 4, "times": times, "cause": "time", "sweep": null, "removed": false, "signed": null,
    }]);
    let path = store.path("removal.json");
    store
        .put(&path, removal.to_string().as_bytes())
        .expect("removal");
    for token in ["bot.json", "probes.json"] {
        store.put(&store.path(token), b"secret").expect("a token");
    }
}

fn removals(place: &Place) -> Value {
    let octets = fs::read(place.interval.store.path("removal.json")).expect("a list");
    serde_json::from_slice(&octets).expect("JSON")
}

#[tokio::test]
async fn a_homeserver_whose_time_has_come_goes_with_its_folder_and_a_report_says_so() {
    let mut place = Place::new();
    place.after_t(900);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
    assert_eq!(place.files(), 0);
    let status = place.homeserver.wait().expect("it ended");
    assert!(!status.success(), "it was killed: {status}");
    for token in ["bot.json", "probes.json"] {
        assert!(!place.interval.store.path(token).exists(), "{token}");
    }
    let reports = place.reports();
    let [(2, report)] = reports.as_slice() else {
        panic!("one further report: {reports:?}");
    };
    assert!(report.flags.folder_removed);
    assert_eq!(report.residue, [0; 8]);
    let receipt = fs::read(place.interval.store.receipt(4, 2)).expect("a receipt");
    assert_eq!(report.receipt, name::sha256(&receipt));
    assert_ne!(report.receipt, Sha256([0; 32]));
    assert_eq!(removals(&place), json!([]));
}

#[tokio::test]
async fn a_homeserver_stays_until_the_probes_have_asked() {
    let place = Place::new();
    place.after_t(600);
    // after a crash it is booted again, so that they find a shut door and not a silent one
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Session);
    assert!(place.files() > 0);
    assert_eq!(place.reports().len(), 0);
}

#[tokio::test]
async fn a_homeserver_whose_pid_file_is_lost_is_killed_before_its_folder_goes() {
    let mut place = Place::new();
    place.after_t(900);
    fs::write(place.data().join("homeserver.pid"), "nonsense").expect("lost");
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
    let status = place.homeserver.wait().expect("it ended");
    assert!(!status.success(), "it was killed: {status}");
    assert_eq!(place.files(), 0);
}

#[tokio::test]
async fn a_folder_is_not_emptied_while_something_answers_on_its_port() {
    let mut place = Place::new();
    place.after_t(900);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    place.interval.port = taken.local_addr().expect("an address").port();
    let refused = place.interval.pass().await;
    assert!(
        matches!(refused, Err(RoomError::PortTaken(_))),
        "{refused:?}"
    );
    assert!(place.files() > 0);
    drop(taken);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
}

/// A county with nothing to remove, whose next session is over so many seconds from now, and whose unit lives three hours.
fn started(dissolves_in_secs: u64) -> Place {
    let mut place = Place::new();
    for name in ["removal.json", "done.json"] {
        fs::remove_file(place.interval.store.path(name)).expect("nothing has to go");
    }
    let now_ms = place.ledger.local_ms();
    place.interval.lives_until_ms = Some(now_ms + UNIT_SECS * 1_000);
    place.ledger.change(|inner| {
        inner.session.reported.attempts = 0;
        inner.session.times.opens_at = now_ms / 1_000 + dissolves_in_secs - 3_600;
        inner.session.times.dissolves_at = now_ms / 1_000 + dissolves_in_secs;
    });
    place
}

#[tokio::test]
async fn a_unit_started_hours_early_ends_at_once_cuts_no_session_and_says_so_if_it_is_today() {
    // three hours less the removal, 15 minutes after T, and what is spared
    let fits = UNIT_SECS - 900 - 300;
    let place = started(fits + 10);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::TooEarly);
    // one that is cancelled needs nobody
    place
        .ledger
        .change(|inner| inner.session.status = Status::Cancelled);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Nothing);
    // and for one of another day the timer has its turn yet
    let opens_in_a_day = 86_400 + 3_600;
    let place = started(opens_in_a_day - 10);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::TooEarly);
    let place = started(opens_in_a_day + 10);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Nothing);
    let place = started(fits - 10);
    place.waits().await;
}

#[tokio::test]
async fn a_unit_started_when_nothing_is_to_be_done_waits_for_a_chain_that_says_so() {
    let place = started(9_000);
    place
        .ledger
        .change(|inner| inner.session.reported.attempts = 1);
    place.ledger.change(|inner| inner.silent = true);
    place.waits().await;
    place.ledger.change(|inner| inner.silent = false);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Nothing);
}

#[tokio::test]
async fn a_session_that_moved_after_its_end_was_reported_calls_for_a_homeserver_once_its_hour_is_over()
 {
    let mut place = Place::new();
    let removal = place.interval.store.path("removal.json");
    fs::remove_file(removal).expect("nothing has to go");
    let lives_until_ms = place.ledger.local_ms() + UNIT_SECS * 1_000;
    place.interval.lives_until_ms = Some(lives_until_ms);
    place
        .ledger
        .change(|inner| inner.session.reported.moved = true);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Nothing);
    place.after_t(900);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Session);
    // a state of before says nothing of it
    place.ledger.change(|inner| inner.behind_secs = 181);
    place.waits().await;
    place.ledger.change(|inner| inner.behind_secs = 0);
    // and one that did not move has been reported on
    place
        .ledger
        .change(|inner| inner.session.reported.moved = false);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Nothing);
}

#[test]
fn the_sidecar_and_its_unit_agree_how_long_it_lives() {
    let unit = include_str!("../../../../node-config/ktr-room-session.service");
    assert!(unit.lines().any(|line| line == "RuntimeMaxSec=3h"));
    assert_eq!(UNIT_SECS, 3 * 3_600);
}

#[tokio::test]
async fn a_session_that_has_begun_keeps_its_homeserver_though_one_before_it_is_due() {
    let place = Place::new();
    place.after_t(900);
    let mut journal = Journal::begin(SessionId(5), place.ledger.times(), [2; 32]);
    journal.note(Fact::Room(RoomId("!RoomOfTheNext".to_owned())));
    place.interval.store.save(&journal).expect("a journal");
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Session);
    assert!(place.files() > 0);
    assert_eq!(removals(&place)[0]["removed"], json!(false));
}

#[tokio::test]
async fn figures_of_a_session_go_when_it_is_done_and_stay_while_one_is_under_way() {
    let mut place = Place::new();
    place.after_t(900);
    let path = place.folder.path().join("room.prom");
    fs::write(&path, "ktr_room_alarms 1\n").expect("figures");
    place.interval.site.figures = Some(path.clone());
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
    assert!(!path.exists());
    fs::write(&path, "ktr_room_alarms 1\n").expect("figures");
    let mut journal = Journal::begin(SessionId(5), place.ledger.times(), [2; 32]);
    journal.note(Fact::Room(RoomId("!RoomOfTheNext".to_owned())));
    place.interval.store.save(&journal).expect("a journal");
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Session);
    assert!(path.exists());
}

#[tokio::test]
async fn a_silent_chain_keeps_no_folder_and_hears_one_report_when_it_speaks_again() {
    let place = Place::new();
    place.after_t(900);
    place.ledger.change(|inner| inner.silent = true);
    let waits = async { place.interval.pass().await.expect("a pass") };
    let gone = until("an empty folder", 60, || async {
        (place.files() == 0 && removals(&place)[0]["removed"] == json!(true)).then_some(())
    });
    tokio::select! {
        call = waits => panic!("{call:?}"),
        () = gone => {}
    }
    // a crash; and what a homeserver lays there meanwhile is another session's
    fs::write(place.data().join("homeserver.db-later"), "another").expect("a file");
    place.ledger.change(|inner| inner.silent = false);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
    assert_eq!(place.reports().len(), 1);
    assert_eq!(place.files(), 1, "it is removed once");
}

#[tokio::test]
async fn a_removals_report_that_the_chain_refuses_calls_the_operator_before_the_pass_ends() {
    let mut place = Place::new();
    place.after_t(900);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
    // one whose number no chain of now takes
    let report = Report::Dissolved {
        session: SessionId(4),
        attempt: 5,
        dissolution: place.reports().remove(0).1,
    };
    let octets = place.ledger.sign(&report).expect("signed");
    let removal = json!([{
        "session": 4, "times": place.ledger.times(), "cause": "time", "sweep": null, "removed": true,
        "signed": {"attempt": 5, "octets": hex::encode(octets)},
    }]);
    let list = place.interval.store.path("removal.json");
    fs::write(list, removal.to_string()).expect("a list");
    let calls = place.folder.path().join("calls");
    let script = format!("echo \"$0\" >> {}", calls.display());
    place.interval.site.on_alarm = vec!["sh".to_owned(), "-c".to_owned(), script];
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Removed);
    let called = fs::read_to_string(calls).expect("a call");
    assert_eq!(called, "room.report_refused\n");
    assert_eq!(removals(&place), json!([]));
}

#[tokio::test]
async fn what_is_left_outside_the_folder_is_counted_all_the_same() {
    let place = Place::new();
    place.after_t(900);
    let pass = place.folder.path().join("passes/forgotten");
    fs::write(pass, "a pass that nobody took away").expect("a file");
    place.interval.pass().await.expect("a pass");
    let reports = place.reports();
    let classes = residue::CLASSES.iter();
    let hits = classes.zip(reports.last().expect("a report").1.residue);
    let left: Vec<_> = hits.filter(|(_, hits)| *hits > 0).collect();
    assert_eq!(left, [(&"pass", 1)]);
}

#[tokio::test]
async fn a_session_that_opens_soon_calls_for_a_homeserver_and_one_that_is_far_does_not() {
    let place = Place::new();
    let removal = place.interval.store.path("removal.json");
    fs::remove_file(removal).expect("nothing has to go");
    place.ledger.change(|inner| {
        inner.session.reported.attempts = 0;
        inner.session.times.opens_at += 2_700;
        inner.session.times.dissolves_at += 2_700;
    });
    fs::remove_file(place.interval.store.path("done.json")).expect("nothing is done");
    place.waits().await;
    // 45 minutes before it opens
    place.ledger.change(|inner| inner.ahead_ms = 20_000);
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Session);
}

#[tokio::test]
async fn an_order_calls_for_a_homeserver_unless_it_cannot_be_read_or_names_no_session() {
    let mut place = started(12_000);
    place.interval.lives_until_ms = None;
    let order = place.interval.store.path("order.json");
    fs::write(&order, r#"{"session":99}"#).expect("an order");
    place.waits().await;
    assert!(!order.exists(), "it is put away");
    fs::create_dir(&order).expect("unreadable");
    place.waits().await;
    fs::remove_dir(&order).expect("away with it");
    fs::write(&order, r#"{"session":4}"#).expect("an order");
    assert_eq!(place.interval.pass().await.expect("a pass"), Call::Session);
}
