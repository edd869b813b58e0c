//! Runs a node: lock, store, socket, then the engine; watches both, and stops the engine first.
//! Whether to start again is the affair of whoever started it.

use std::{fmt, fs, io, sync::Arc, thread, time::Duration};

use ktr_abci::{CountsHandle, ServeError, Server, StopHandle};
use tokio::{
    runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};

use super::{
    digest,
    folder::{InitError, write_config},
    guard::{GuardError, Lock, guard_blocks, guard_key, guard_signatures, wait_for_old_engine},
    height::{Watch, gets_no_block},
    key::Keys,
    port::{PortError, check_ports, hold},
    process::{Engine, VersionError, check_version},
    server,
};
use crate::{
    application::{Caps, Clock, Node, Ports},
    exit::Exit,
    halt::{Reason, Told},
    home::Home,
    limits::{HALT_GRACE, SERVER_STOP_GRACE},
    metrics::serve,
    settings::Settings,
    snapshot::Shelf,
    store::{Store, StoreError},
};

/// Takes the engine's log, line by line.
pub type LineSink = Arc<dyn Fn(&str) + Send + Sync>;

/// What a node runs with.
pub struct Start {
    /// Its folder.
    pub home: Home,
    /// Its configuration.
    pub settings: Settings,
    /// The newest application version that it executes; [`crate::limits::APP_VERSION`] but where a test plays the next one.
    pub app_version: u64,
    /// The time.
    pub clock: Clock,
    /// The least time that stands for a heartbeat in a silence; [`crate::limits::SILENCE_MIN`] but where a test has no time.
    pub silence_min: Duration,
    /// Where the engine's log goes.
    pub sink: LineSink,
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("home", &self.home)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Something stands against it.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// A port is taken.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The engine is not the right one.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The engine's configuration cannot be written.
    #[error(transparent)]
    Config(#[from] InitError),
    /// The store is wrong.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The socket cannot be bound.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The system refuses threads, signals or processes.
    #[error("the system refuses: {0}")]
    System(#[from] io::Error),
}

impl StartError {
    /// With which code the program ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Guard(error) if error.is_of_key() => Exit::KeyGuard,
            Self::Store(_) => Exit::Store,
            Self::Config(_) => Exit::Refused,
            Self::Guard(_)
            | Self::Port(_)
            | Self::Version(_)
            | Self::Serve(_)
            | Self::System(_) => Exit::Engine,
        }
    }
}

/// Runs a node until it is asked to stop or something ends it; gives how and why it ended.
///
/// # Errors
/// [`StartError`] if it did not come up.
pub fn start(start: Start) -> Result<Reason, StartError> {
    let Start {
        home,
        settings,
        app_version,
        clock,
        silence_min,
        sink,
    } = start;
    let _lock = Lock::take(&home)?;
    check_version(&settings.engine_binary)?;
    write_config(&home, &settings)?;
    guard_key(&home)?;
    wait_for_old_engine(&home)?;
    let keys = Keys::read(&home).map_err(InitError::from)?;
    verify_key(&home, &settings, &keys)?;
    check_ports(&settings)?;
    let (ends, ended) = mpsc::unbounded_channel();
    let told = ends.clone();
    let store = Store::open(&home.store())?.run_by(app_version);
    guard_height(&home, &store)?;
    guard_blocks(&home, store.view().signed(&keys.address())?)?;
    let has_blocks = store.view().meta()?.is_some();
    let node = Node::open(Ports {
        chain_id: settings.chain_id.clone(),
        validator: Some(keys.address()),
        store,
        shelf: shelf(&home, &settings, has_blocks)?,
        clock,
        caps: Caps::NODE,
        halt: Box::new(Told(move |reason| {
            if told.send(reason).is_err() {
                tracing::error!("nobody listens to the reason for this halt");
            }
        })),
    })?;
    // With an engine it would propose and store the next height's block before it is asked to execute it.
    if let Some(reason) = node.ended() {
        return Ok(reason);
    }
    let shown = node.clone();
    let watch = Watch::begin(node.clone(), settings.silence(silence_min));
    let server = server::bind(&settings.socket(&home), node)?;
    show_metrics(&settings, shown, server.counts())?;
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(run((server, watch), &home, &settings, &sink, (ends, ended)));
    // A county that is being asked holds no stop up.
    runtime.shutdown_background();
    ended
}

/// Where the snapshots are; the genesis says of which network. Its digest is over what it says and not over the file: two sites may
/// have it in another layout, and the snapshots of one height are the same octets everywhere.
pub(super) fn shelf(
    home: &Home,
    settings: &Settings,
    has_blocks: bool,
) -> Result<Shelf, StartError> {
    let genesis = digest::known(home, settings, has_blocks)?;
    let every = settings.snapshot_interval;
    Ok(Shelf::new(home.snapshots(), every, genesis))
}

/// Asks other counties for signatures of this validator. Nobody to ask is no reason to stay down.
fn verify_key(home: &Home, settings: &Settings, keys: &Keys) -> Result<(), StartError> {
    let asked = guard_signatures(home, settings, &keys.validator_address())?;
    if asked.whole == 0 {
        tracing::warn!(
            in_part = asked.in_part,
            "the validator's key is unverified: no county of guard_rpc answers for every height"
        );
    } else {
        tracing::info!(
            asked = asked.whole,
            "no county knows a later signature of the validator's key"
        );
    }
    Ok(())
}

/// Shows the node's own metrics, where the configuration wants it.
fn show_metrics(settings: &Settings, node: Node, counts: CountsHandle) -> Result<(), StartError> {
    if settings.node_metrics_laddr.is_empty() {
        return Ok(());
    }
    let listener = hold("node_metrics_laddr", &settings.node_metrics_laddr)?;
    serve(listener, move || {
        let breaches = counts.snapshot().grammar_breaches;
        node.metrics(breaches).unwrap_or_else(|error| {
            tracing::warn!(code = error.disk_code(), "the store says no figures");
            String::new()
        })
    })?;
    Ok(())
}

/// A wiped engine beside a store would call it an app hash that differs.
fn guard_height(home: &Home, store: &Store) -> Result<(), StoreError> {
    let meta = store.view().meta()?;
    match meta {
        Some(meta) if !home.block_store().exists() => Err(StoreError::EngineWiped(meta.height)),
        Some(_) | None => Ok(()),
    }
}

/// Both ends of the channel that says why the node must end.
type Ends = (
    mpsc::UnboundedSender<Reason>,
    mpsc::UnboundedReceiver<Reason>,
);

async fn run(
    (server, watch): (Server<Node>, Watch),
    home: &Home,
    settings: &Settings,
    sink: &LineSink,
    (ends, mut ended): Ends,
) -> Result<Reason, StartError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = server.stop_handle();
    let (tell, mut listening) = oneshot::channel();
    thread::Builder::new()
        .name("abci-accept".to_owned())
        .spawn(move || tell.send(server.listen()))?;
    let mut engine = Engine::spawn(&settings.engine_binary, home, sink, &ends)?;
    let asked = || Reason {
        exit: Exit::Stopped,
        why: "asked to stop".to_owned(),
    };
    let reason = tokio::select! {
        _ = terminate.recv() => asked(),
        _ = interrupt.recv() => asked(),
        Some(reason) = ended.recv() => reason,
        reason = gets_no_block(watch, settings) => reason,
        reason = engine.ended() => ended.try_recv().unwrap_or(reason),
        result = &mut listening => stopped_serving(result.ok()),
    };
    if reason.exit == Exit::Halted {
        pass_on(&mut engine, &mut terminate, &mut interrupt).await;
    }
    tracing::info!(exit = reason.exit.code(), "stopping");
    engine.stop().await;
    stop_server(&stop, listening).await;
    forget_pid(home);
    Ok(reason)
}

fn forget_pid(home: &Home) {
    if let Err(error) = fs::remove_file(home.engine_pid()) {
        tracing::debug!(%error, "the pid file was gone before");
    }
}

/// Leaves the engine alone for a moment, unless somebody asks to stop. The Commit of the last block is never answered, but the block and its
/// votes are still passed on: a site that is a step behind would wait for them in vain, if all others were gone.
async fn pass_on(engine: &mut Engine, terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = engine.ended() => {}
        () = sleep(HALT_GRACE) => {}
    }
}

fn stopped_serving(result: Option<Result<(), ServeError>>) -> Reason {
    let why = match result {
        Some(Err(error)) => error.to_string(),
        Some(Ok(())) | None => "the ABCI server ended".to_owned(),
    };
    Reason {
        exit: Exit::Engine,
        why,
    }
}

/// Lets the running calls finish. A call that was held by a halt never does.
async fn stop_server(stop: &StopHandle, listening: oneshot::Receiver<Result<(), ServeError>>) {
    stop.stop();
    if !listening.is_terminated() && timeout(SERVER_STOP_GRACE, listening).await.is_err() {
        tracing::warn!("a call is still held; the program ends without it");
    }
}
