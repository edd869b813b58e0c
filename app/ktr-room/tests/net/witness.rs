//! Another county's lookout before a real homeserver: what it finds at the door before and after T is what it testifies.
//! The watching county has no homeserver of its own here; it needs none.

use ktr_core::id::{CountyId, EncryptionKey, SigningKey};
use ktr_core::session::Testimony;
use ktr_core::time::Time;
use ktr_room::adapter::matrix::Doors;
use ktr_room::config::CountyTable;
use ktr_room::door::{Gate, Watch};
use ktr_room::journal::Store;
use ktr_room::plan::{Neighbour, Outlook};
use ktr_room::policy::WatchPolicy;
use ktr_room::port::{Chain, Sent};
use ktr_room::report::Report;
use ktr_room::run::Lookout;
use ktr_room::timing::Probing;
use ktr_room::{ChainError, SystemClock};
use reqwest::StatusCode;

use crate::support::{County, Guest, Ledger, Veil, clock_ms, until};

/// The county that watches, and the first octet of its key.
pub(crate) const WATCHER: CountyId = CountyId(2);
const WATCHERS_KEY: u8 = 200;

/// The same chain, as the watching county sees it.
#[derive(Clone, Debug)]
struct Across(Ledger);

impl Chain for Across {
    async fn outlook(&self) -> Result<Outlook, ChainError> {
        let mut outlook = self.0.outlook().await?;
        outlook.neighbours = vec![Neighbour {
            county: CountyId(1),
            encryption_keys: Vec::new(),
            signing_keys: vec![SigningKey([WATCHERS_KEY; 51])],
        }];
        let witnessed = testimonies(&self.0);
        for session in &mut outlook.sessions {
            session.gates = vec![Gate {
                county: CountyId(1),
                attempts: u32::from(session.reported.attempts),
                witnessed: !witnessed.is_empty(),
                // As if another county had found the same.
                confirmed: witnessed.contains(&Testimony::Gone),
            }];
        }
        Ok(outlook)
    }

    fn sign(&self, report: &Report) -> Result<Vec<u8>, ChainError> {
        self.0.sign(report)
    }

    async fn send(&self, signed: &[u8]) -> Result<Sent, ChainError> {
        self.0.send(signed).await
    }
}

/// What was testified so far.
pub(crate) fn testimonies(ledger: &Ledger) -> Vec<Testimony> {
    let of = |report: &Report| match report {
        Report::Witness { testimony, .. } => Some(*testimony),
        Report::Seeded { .. } | Report::Joined { .. } | Report::Dissolved { .. } => None,
    };
    ledger.change(|inner| inner.reports.iter().filter_map(of).collect())
}

/// A county whose members may be watched, and the one that watches it.
pub(crate) struct Watched {
    pub(crate) county: County,
    store: Store,
    _folder: tempfile::TempDir,
}

impl Watched {
    pub(crate) async fn with(members: u8, times: [u64; 3]) -> Self {
        let county = County::with(members, times).await;
        county.ledger.change(|inner| {
            inner.neighbours = vec![Neighbour {
                county: WATCHER,
                encryption_keys: vec![EncryptionKey([WATCHERS_KEY; 56])],
                signing_keys: Vec::new(),
            }];
        });
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(folder.path()).expect("store");
        Self {
            county,
            store,
            _folder: folder,
        }
    }

    /// Watches in the background; aborting the task is its SIGKILL.
    pub(crate) fn watch(&self, probing: Probing) -> tokio::task::JoinHandle<()> {
        let base = |url: String| url.try_into().expect("on loopback");
        let table = CountyTable {
            id: 1,
            passes: base(format!("http://127.0.0.1:{}", self.county.pass_port)),
            homeserver: base(self.county.synapse.base()),
        };
        let lookout = Lookout {
            chain: Across(self.county.ledger.clone()),
            cipher: Veil,
            clock: SystemClock,
            doors: Doors::new(&[table]),
            county: WATCHER,
            policy: WatchPolicy { timing: probing },
            store: self.store.clone(),
            outlook: None,
        };
        tokio::spawn(lookout.run(std::time::Duration::from_millis(500)))
    }

    /// What is written down about the door.
    pub(crate) fn heard(&self) -> Option<Watch> {
        let octets = std::fs::read(self.store.path("watch.json")).ok()?;
        serde_json::from_slice(&octets).ok()
    }

    pub(crate) async fn until_opened(&self) {
        until("the door was seen open", 40, || async {
            self.heard()?.doors.get(&1)?.opened.then_some(())
        })
        .await;
    }
}

/// Questions as the product asks them, in seconds instead of minutes.
pub(crate) const SHORT: Probing = Probing {
    before_secs: 12,
    after_secs: 8,
    every_secs: 2,
    last_secs: 60,
    pass_secs: 900,
};

#[tokio::test]
async fn a_room_that_was_open_before_t_and_is_gone_after_it_is_testified_gone() {
    let watched = Watched::with(5, [3, 6, 26]).await;
    let county = &watched.county;
    let sidecar = county.start();
    let mut hall = String::new();
    for n in 1..=5 {
        let guest = Guest::arrive(county, n).await;
        hall = guest.join().await.1;
        if n == 5 {
            county.ledger.open();
            guest.receive(&hall).await;
        }
    }
    let lookout = watched.watch(SHORT);
    watched.until_opened().await;
    assert!(
        clock_ms() < county.ledger.times().dissolves_ms(),
        "before T"
    );
    // Killed and begun anew: what was heard is on disk.
    lookout.abort();
    let lookout = watched.watch(SHORT);
    let said = until("a testimony", 90, || async {
        let said = testimonies(&county.ledger);
        (!said.is_empty()).then_some(said)
    })
    .await;
    assert_eq!(said, [Testimony::Gone]);
    let after_ms = clock_ms() - county.ledger.times().dissolves_ms();
    println!("T + {after_ms} ms: testified");
    assert!(after_ms >= 8_000, "not before the questions after T");
    until("the watch is over", 20, || async {
        watched.heard().is_none().then_some(())
    })
    .await;
    lookout.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    for report in &reports {
        match report {
            Report::Joined { count, .. } => assert_eq!(*count, Some(5), "a probe is nobody"),
            Report::Dissolved { dissolution, .. } => {
                assert_eq!(dissolution.kicked, Some(5), "a probe is nobody");
                assert_eq!(dissolution.residue, [0; 8]);
            }
            Report::Seeded { .. } | Report::Witness { .. } => {}
        }
    }
    assert_eq!(reports.len(), 4, "{reports:?}");
    the_probe_is_logged_out_when_its_pass_has_ended(county).await;
    sidecar.abort();
    assert_eq!(county.synapse.grep(hall.trim_start_matches('!')), 0);
}

async fn the_probe_is_logged_out_when_its_pass_has_ended(county: &County) {
    let path = county.store.path("probes.json");
    let kept = std::fs::read_to_string(&path).expect("kept beside the journal");
    let mut passes: serde_json::Value = serde_json::from_str(&kept).expect("json");
    let token = passes[0]["token"].as_str().expect("a token").to_owned();
    let who = || async {
        let url = format!("{}/_matrix/client/v3/account/whoami", county.synapse.base());
        let asked = reqwest::Client::new().get(url).bearer_auth(&token).send();
        asked.await.expect("an answer").status()
    };
    assert_eq!(who().await, StatusCode::OK, "it could ask until now");
    passes[0]["expires"] = (clock_ms() / 1_000).into();
    ktr_os::file::put(&path, passes.to_string().as_bytes()).expect("written");
    until("the probe is logged out", 20, || async {
        (who().await == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_room_that_still_stands_when_all_should_be_over_is_testified_standing() {
    let watched = Watched::with(1, [2, 4, 18]).await;
    let county = &watched.county;
    let sidecar = county.start();
    let guest = Guest::arrive(county, 1).await;
    let hall = guest.join().await.1;
    county.ledger.open();
    guest.receive(&hall).await;
    let lookout = watched.watch(Probing {
        after_secs: 1,
        last_secs: 3,
        ..SHORT
    });
    watched.until_opened().await;
    sidecar.abort();
    // Its sidecar is dead, and the nets fall due 30 s after T; somebody reports all the same.
    let t = county.ledger.times().dissolves_at;
    until("T", 40, || async { (clock_ms() / 1_000 > t).then_some(()) }).await;
    county
        .ledger
        .change(|inner| inner.session.reported.attempts = 1);
    let said = until("a testimony", 25, || async {
        let said = testimonies(&county.ledger);
        (!said.is_empty()).then_some(said)
    })
    .await;
    assert_eq!(said, [Testimony::Standing]);
    assert!(county.ledger.outlook().await.expect("proven").newest > Time(t + 3));
    lookout.abort();
}
