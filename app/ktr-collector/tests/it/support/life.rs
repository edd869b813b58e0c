//! A whole collector on a chain of records that judges publications by the core's own rules, with a clock that is set by hand.
//! No node, no engine; those are in the net tests.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use ktr_collector::{
    ChainError, CollectorError,
    action::Publication,
    config::Timing,
    port::{Chain, Clock, Published},
    run::{self, Site},
    state_folder::StateFolder,
};
use ktr_core::{
    BlockContext, Context, Record, Rejection, State,
    bundle::Release,
    governance::Parameters,
    id::{Fingerprint, Height, ReleaseId, SessionId, Sha256},
    ingestion,
    key::{Key, KeyBody, Role},
    session::{Hours, Session, Status},
    time::Time,
};
use ktr_testkit::Actor;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

/// Header time of Opened.
pub(crate) const OPENED: u64 = 1_900_000_000;
/// The beacon id of the one release.
pub(crate) const BEACON: Sha256 = Sha256([0xab; 32]);

#[derive(Clone)]
struct SetClock(Arc<AtomicU64>);

impl Clock for SetClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

struct Records {
    state: State,
    signer: Fingerprint,
    clock: SetClock,
    /// The chain itself, which outlives a collector.
    ledger: Arc<Mutex<State>>,
    told: mpsc::UnboundedSender<Told>,
}

/// What the chain saw the collector do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It looked.
    Looked,
    /// It sent a publication that was accepted.
    Accepted(Publication),
    /// It sent one that was there already.
    Repeated,
}

impl Chain for Records {
    async fn advance(&mut self) -> Result<(), ChainError> {
        self.state = self.ledger.lock().expect("no panic").clone();
        drop(self.told.send(Told::Looked));
        Ok(())
    }

    fn state(&self) -> &State {
        &self.state
    }

    async fn publish(&self, publication: &Publication) -> Result<Published, ChainError> {
        let mut ledger = self.ledger.lock().expect("no panic");
        let block = BlockContext {
            height: Height(2),
            time: self.clock.now(),
        };
        let context = Context {
            block,
            signer: self.signer,
            mandate: None,
        };
        match ktr_core::decide(&ledger, &context, &publication.command()) {
            Ok(events) => {
                for event in &events {
                    ktr_core::evolve(&mut ledger, event);
                }
                drop(self.told.send(Told::Accepted(*publication)));
                Ok(Published::Now(Sha256([0; 32])))
            }
            Err(Rejection::Ingestion(ingestion::Rejection::AlreadyReported)) => {
                drop(self.told.send(Told::Repeated));
                Ok(Published::Before)
            }
            Err(Rejection::Ingestion(ingestion::Rejection::TooEarly)) => Ok(Published::NotYet),
            Err(rejection) => Err(ChainError::Refused(rejection.code())),
        }
    }
}

/// One network with one folder, on which collectors run one after the other.
pub(crate) struct Life {
    pub(crate) folder: tempfile::TempDir,
    ledger: Arc<Mutex<State>>,
    clock: SetClock,
    signer: Fingerprint,
    running: Option<Running>,
}

struct Running {
    address: SocketAddr,
    told: mpsc::UnboundedReceiver<Told>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), CollectorError>>,
}

impl Life {
    /// A session is open, its release is sealed, no collector runs yet; the clock stands at Opened.
    pub(crate) fn new() -> Self {
        let collector = Actor::named("collector", Time(OPENED));
        let key = Key {
            fingerprint: collector.fingerprint,
            body: KeyBody::Sign(collector.body),
            role: Role::Collector,
            valid_from: Time(0),
            valid_until: Time(u64::MAX),
            revoked: None,
            expired: false,
        };
        let records = [
            Record::Parameters(Parameters::default()),
            Record::Key(key),
            Record::Session(session()),
            Record::Release(release(collector.fingerprint)),
        ];
        Self {
            folder: tempfile::tempdir().expect("folder"),
            ledger: Arc::new(Mutex::new(records.into_iter().collect())),
            clock: SetClock(Arc::new(AtomicU64::new(OPENED - 1))),
            signer: collector.fingerprint,
            running: None,
        }
    }

    /// Sets the clock to this long after Opened.
    pub(crate) fn set_clock(&self, after: u64) {
        self.clock.0.store(OPENED + after, Ordering::SeqCst);
    }

    /// Where the counts lie.
    pub(crate) fn counts(&self) -> PathBuf {
        self.folder.path().join("counts.json")
    }

    /// Starts a collector and waits until it has read the chain.
    pub(crate) async fn start(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (told, heard) = mpsc::unbounded_channel();
        let chain = Records {
            state: State::default(),
            signer: self.signer,
            clock: self.clock.clone(),
            ledger: Arc::clone(&self.ledger),
            told,
        };
        let site = Site {
            folder: StateFolder::open(self.folder.path()).expect("free folder"),
            listener,
            timing: Timing::default(),
            on_alarm: Vec::new(),
        };
        let (stop, stopped) = oneshot::channel();
        let until = async { drop(stopped.await) };
        let task = tokio::spawn(run::run(site, chain, self.clock.clone(), until));
        self.running = Some(Running {
            address,
            told: heard,
            stop,
            task,
        });
        assert_eq!(self.next().await, Told::Looked);
    }

    fn running(&mut self) -> &mut Running {
        self.running.as_mut().expect("a collector runs")
    }

    /// Where it listens.
    pub(crate) fn address(&mut self) -> SocketAddr {
        self.running().address
    }

    /// The next thing it does on the chain.
    pub(crate) async fn next(&mut self) -> Told {
        self.running().told.recv().await.expect("it runs")
    }

    /// The next thing it does besides looking.
    pub(crate) async fn next_deed(&mut self) -> Told {
        loop {
            match self.next().await {
                Told::Looked => {}
                deed @ (Told::Accepted(_) | Told::Repeated) => return deed,
            }
        }
    }

    /// Stops it as SIGTERM does.
    pub(crate) async fn stop(&mut self) {
        let running = self.running.take().expect("a collector runs");
        assert!(running.stop.send(()).is_ok(), "it runs");
        running.task.await.expect("no panic").expect("a clean stop");
    }

    /// Ends it as SIGKILL does: nothing of its own runs any more.
    pub(crate) async fn kill(&mut self) {
        let running = self.running.take().expect("a collector runs");
        running.task.abort();
        assert!(running.task.await.expect_err("killed").is_cancelled());
    }
}

fn session() -> Session {
    Session {
        id: SessionId(7),
        hours: Hours {
            seeds_at: Time(OPENED - 600),
            opens_at: Time(OPENED),
            dissolves_at: Time(OPENED + 3_600),
        },
        languages: Vec::new(),
        revision: 0,
        roll: None,
        status: Status::Opened { at: Time(OPENED) },
        ended: false,
        reports: BTreeMap::new(),
    }
}

fn release(key: Fingerprint) -> Release {
    Release {
        id: ReleaseId([1; 16]),
        session: SessionId(7),
        sha256: Sha256([2; 32]),
        size: 1,
        profile: 1,
        key,
        beacon: BEACON,
        nominations: Vec::new(),
        sealed_at: Time(OPENED - 700),
        retracted: None,
    }
}
