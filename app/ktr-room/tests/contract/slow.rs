//! A homeserver that is slow and does not fail: what is given up after its time has been counted by then.
//! It answers from memory, without a socket, so that time runs as fast as nothing happens.

use std::collections::{BTreeMap, BTreeSet};
use std::future;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::journal::{Dissolving, Store};
use ktr_room::limits::{DELAY_MS_MIN, PURGE_BY_SECS};
use ktr_room::matrix_id::{Account, DelayId, EventId, MediaUri, RoomId, Token};
use ktr_room::policy::RoomPolicy;
use ktr_room::port::{Cleared, Clock, Look, Room};
use ktr_room::run::{Ports, Sidecar, run};
use ktr_room::seen::{Joins, Net, Presence, Sight};
use ktr_room::timing::Timing;
use serde_json::Value;
use tokio::time::Instant;

use super::chain::Ledger;
use super::cipher::{Veil, archive};
use super::ground::{SERVER, account};
use super::place::lay_out;

/// It kicks two members of three and cancels their nets, and then it takes for ever, until it is mended; or every step before the purge does.
#[derive(Clone, Debug, Default)]
struct Slow {
    is_mended: Arc<AtomicBool>,
    is_slow_at_all: bool,
    /// It does not answer whoever looks.
    is_away: bool,
    purged: Arc<Mutex<Option<Instant>>>,
}

impl Slow {
    /// A step before the purge.
    async fn early(&self) -> Result<(), RoomError> {
        if self.is_slow_at_all {
            future::pending::<()>().await;
        }
        Ok(())
    }
}

/// A clock that runs as the runtime's does.
#[derive(Clone, Copy, Debug)]
struct Running {
    began_ms: u64,
    began: Instant,
}

impl Clock for Running {
    fn local_ms(&self) -> u64 {
        let passed_ms = self.began.elapsed().as_millis();
        self.began_ms + u64::try_from(passed_ms).expect("an hour")
    }
}

/// What nobody asks it for.
fn not_asked<T>() -> Result<T, RoomError> {
    Err(RoomError::ServerSilent)
}

impl Room for Slow {
    async fn look(&self, _: SessionId, _: Option<&RoomId>) -> Result<Look, RoomError> {
        if self.is_away {
            return Err(RoomError::ServerSilent);
        }
        let members = (1..=3).map(|n| (account(n), Presence::Joined));
        Ok(Look {
            room: Some(Sight {
                id: RoomId("!hall".to_owned()),
                members: members.collect(),
                pending: BTreeMap::new(),
                leases: Vec::new(),
                posts: BTreeMap::new(),
                joins: Joins::Closed,
            }),
            stands: Some(RoomId("!hall".to_owned())),
            strays: BTreeSet::new(),
            unmade: None,
            max_delay_ms: DELAY_MS_MIN,
            max_scheduled: 2_000,
        })
    }

    async fn company(&self, _: &RoomId) -> Result<Option<BTreeSet<Account>>, RoomError> {
        Ok(Some((1..=3).map(account).collect()))
    }

    async fn clear(
        &self,
        _: &RoomId,
        company: &BTreeSet<Account>,
        cleared: &mut Cleared,
    ) -> Result<(), RoomError> {
        if !self.is_mended.load(Ordering::Relaxed) {
            cleared.cancelled = 2;
            return future::pending().await;
        }
        cleared.cancelled = 1;
        cleared.kicked = u32::try_from(company.len()).expect("few");
        Ok(())
    }

    async fn drop_media(&self, _: u64, _: &mut u32) -> Result<(), RoomError> {
        self.early().await
    }

    async fn drop_alias(&self, _: SessionId) -> Result<(), RoomError> {
        self.early().await
    }

    async fn drop_reports(&self, _: &RoomId) -> Result<(), RoomError> {
        self.early().await
    }

    async fn create(&self, _: SessionId, _: &[Account]) -> Result<RoomId, RoomError> {
        not_asked()
    }

    async fn ensure_account(&self, _: &Account) -> Result<(), RoomError> {
        not_asked()
    }

    async fn invite(&self, _: &RoomId, _: &Account) -> Result<(), RoomError> {
        not_asked()
    }

    async fn mint(&self, _: &Account, _: u64) -> Result<Token, RoomError> {
        not_asked()
    }

    async fn arm(&self, _: &RoomId, _: &Net, _: u64) -> Result<DelayId, RoomError> {
        not_asked()
    }

    async fn cancel(&self, _: &DelayId) -> Result<(), RoomError> {
        not_asked()
    }

    async fn arm_lease(&self, _: &RoomId, _: u64) -> Result<(), RoomError> {
        not_asked()
    }

    async fn restart(&self, _: &DelayId) -> Result<bool, RoomError> {
        not_asked()
    }

    async fn open_joins(&self, _: &RoomId) -> Result<(), RoomError> {
        not_asked()
    }

    async fn close_joins(&self, _: &RoomId) -> Result<(), RoomError> {
        not_asked()
    }

    async fn name_media(&self) -> Result<MediaUri, RoomError> {
        not_asked()
    }

    async fn upload(&self, _: &MediaUri, _: Vec<u8>) -> Result<(), RoomError> {
        not_asked()
    }

    async fn post(&self, _: &RoomId, _: u32, _: &str, _: &Value) -> Result<EventId, RoomError> {
        not_asked()
    }

    async fn put_out(&self, _: &RoomId, _: &Account) -> Result<(), RoomError> {
        not_asked()
    }

    async fn disarm(&self, _: &RoomId, _: &mut u32) -> Result<(), RoomError> {
        self.early().await
    }

    async fn purge(&self, _: &RoomId) -> Result<(), RoomError> {
        *self.purged.lock().expect("lock") = Some(Instant::now());
        Ok(())
    }

    async fn confirm_gone(&self, _: &RoomId) -> Result<bool, RoomError> {
        not_asked()
    }

    async fn log_out(&self, _: &Token) -> Result<(), RoomError> {
        not_asked()
    }

    async fn destroy_stray(&self, _: &RoomId, _: &BTreeSet<MediaUri>) -> Result<(), RoomError> {
        not_asked()
    }

    async fn version(&self) -> Result<[u16; 3], RoomError> {
        not_asked()
    }

    fn server_name(&self) -> &str {
        SERVER
    }
}

fn end(store: &Store) -> Dissolving {
    let journal = store.load().expect("journal").expect("a session");
    journal.end.expect("its end")
}

/// A sidecar right after T, with its store.
fn sidecar<K: Clock>(
    folder: &Path,
    room: Slow,
    ledger: Ledger,
    clock: K,
) -> (Sidecar<Ledger, Slow, Veil, K>, Store) {
    let site = lay_out(folder, &folder.join("synapse"), b"nothing");
    let store = Store::open(&folder.join("state")).expect("store");
    let ports = Ports {
        chain: ledger,
        room,
        cipher: Veil,
        clock,
    };
    let policy = RoomPolicy {
        timing: Timing::localnet(),
    };
    let sidecar = Sidecar::open(ports, site, policy, store.clone());
    (sidecar.expect("sidecar"), store)
}

/// A chain on which T has just come.
fn over() -> Ledger {
    let ledger = Ledger::with(3, [1, 2, 3], &archive());
    ledger.change(|inner| inner.ahead_ms = 5_000);
    ledger
}

#[tokio::test(start_paused = true)]
async fn nets_that_were_cancelled_before_the_kicks_were_given_up_are_counted() {
    let folder = tempfile::tempdir().expect("folder");
    let (room, ledger) = (Slow::default(), over());
    let (mut sidecar, store) = sidecar(folder.path(), room.clone(), ledger.clone(), ledger);
    sidecar.pass().await.expect("the end begins");
    let error = sidecar.pass().await.expect_err("given up");
    assert!(matches!(error, RoomError::Overdue(_)), "{error}");
    let given_up = end(&store);
    assert_eq!((given_up.cancelled, given_up.emptied_ms), (2, 0));
    room.is_mended.store(true, Ordering::Relaxed);
    sidecar.pass().await.expect("the kicks");
    let emptied = end(&store);
    assert_eq!((emptied.kicked, emptied.cancelled), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_homeserver_that_is_slow_at_every_step_is_purged_within_eleven_minutes() {
    let folder = tempfile::tempdir().expect("folder");
    let room = Slow {
        is_slow_at_all: true,
        ..Slow::default()
    };
    let (ledger, began) = (over(), Instant::now());
    let clock = Running {
        began_ms: ledger.local_ms(),
        began,
    };
    let (mut sidecar, store) = sidecar(folder.path(), room.clone(), ledger, clock);
    let purged = loop {
        if let Some(purged) = *room.purged.lock().expect("lock") {
            break purged;
        }
        let _given_up = sidecar.pass().await;
        tokio::time::advance(Duration::from_secs(1)).await;
    };
    let secs = purged.duration_since(began).as_secs();
    assert!((PURGE_BY_SECS..660).contains(&secs), "{secs} s after T");
    assert_eq!(end(&store).kicked, 0, "nobody was told");
}

#[tokio::test(start_paused = true)]
async fn the_end_begins_in_the_second_of_t_whatever_failed_before_it() {
    let folder = tempfile::tempdir().expect("folder");
    let room = Slow {
        is_away: true,
        ..Slow::default()
    };
    let ledger = Ledger::with(3, [1, 2, 30], &archive());
    let t_ms = ledger.times().dissolves_ms();
    let clock = Running {
        began_ms: ledger.local_ms(),
        began: Instant::now(),
    };
    let (mut sidecar, store) = sidecar(folder.path(), room, ledger, clock);
    // The pauses have grown to five seconds by then: without T they would end at 27.5 s and at 32.5 s.
    let mut nobody = None;
    let running = run(&mut sidecar, &mut nobody, future::pending());
    let ended = tokio::time::timeout(Duration::from_secs(40), running).await;
    assert!(ended.is_err(), "it goes on");
    let late_ms = end(&store).started_ms - t_ms;
    assert!(late_ms < 250, "T + {late_ms} ms");
}
