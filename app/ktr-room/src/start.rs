//! `ktr-room start`: the homeserver, the bot, the passes' server and the loop, put together from the configuration.
//! Chain and OpenPGP are handed in; everything else is made here and stopped here.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use zeroize::Zeroizing;

use crate::adapter::matrix::{Doors, Http, MatrixRoom, ensure_bot};
use crate::adapter::terminator::Listener;
use crate::adapter::{passes, residue};
use crate::clock::SystemClock;
use crate::config::{Config, Profile};
use crate::error::RoomError;
use crate::journal::Store;
use crate::limits::UNIT_SECS;
use crate::policy::{RoomPolicy, WatchPolicy};
use crate::port::{Chain, Cipher, Clock};
use crate::run::{
    Call, Ended, Interval, Lookout, Ports, Sidecar, Site, forget_tokens, run, wipe_overdue,
};
use crate::synapse::{Homeserver, Install, Launch, freed_pages_are_wiped, read_secret};
use crate::timing::Probing;
use crate::{figures, file};

/// How often a refused token is replaced before the sidecar gives up.
const RESCUES_MAX: u32 = 3;

/// Runs a county's sidecar until `stop`; a homeserver of its own is stopped at the end. After an error in a session that may have a room it
/// is left to its nets, and to the next start, which takes it over.
///
/// # Errors
/// Something that only an operator can mend: a port taken, a missing engine, a damaged journal or secret.
pub async fn start<C: Chain + 'static, P: Cipher + Clone + 'static>(
    config: &Config,
    chain: C,
    cipher: P,
    stop: impl Future<Output = ()>,
) -> Result<(), RoomError> {
    wipe(config);
    let store = Store::open(&config.state)?;
    tokio::pin!(stop);
    // Before the ports, which another program may have: its nets are what ends a room that nobody tends.
    let mut homeserver = None;
    if config.homeserver.supervised && config.homeserver.profile == Profile::Standing {
        homeserver = healthy(launch(config), &mut stop).await?;
        if homeserver.is_none() {
            withdraw_figures(config, &store);
            return Ok(());
        }
    }
    let outcome = attend(config, &store, (chain, cipher), &mut homeserver, &mut stop).await;
    let is_left = outcome.is_err() && may_have_room(&store);
    if let Some(homeserver) = homeserver.filter(|_| !is_left) {
        homeserver.stop().await?;
    }
    if outcome.is_ok() {
        withdraw_figures(config, &store);
    }
    outcome
}

/// At an end in order nobody is to look, unless a session is under way: its figures stay, and say how it stood.
fn withdraw_figures(config: &Config, store: &Store) {
    let is_under_way = match store.load() {
        Ok(journal) => journal.is_some_and(|journal| journal.begun()),
        Err(_unknown) => true,
    };
    if !is_under_way {
        figures::withdraw(config.figures.as_deref());
    }
}

/// Empties inbox, spool and passes if the journal's session is over. What cannot be done here is tried again by the passes.
pub fn wipe(config: &Config) {
    let folders = [config.inbox.as_path(), config.passes.folder.as_path()];
    let store = Store::open(&config.state).map_err(RoomError::from);
    let wiped = store.and_then(|store| wipe_overdue(&store, &folders, SystemClock.local_ms()));
    if let Err(error) = wiped {
        // Whoever takes up the journal fails by the same; until then the homeserver runs, and with it its nets.
        tracing::warn!(%error, "nobody knows whether a session is over");
    }
}

/// The servers of passes and of TLS, the lookout, and the loop.
async fn attend<C: Chain + 'static, P: Cipher + Clone + 'static>(
    config: &Config,
    store: &Store,
    (chain, cipher): (C, P),
    homeserver: &mut Option<Homeserver>,
    stop: &mut (impl Future<Output = ()> + Unpin),
) -> Result<(), RoomError> {
    let listener = passes::bind(config.passes.port).await?;
    let terminator = Listener::bind(config).await?;
    // A set ends its tasks when it is dropped, however this function ends.
    let mut serving = JoinSet::new();
    let chain = Arc::new(chain);
    let lookout = lookout(config, store.clone(), (Arc::clone(&chain), cipher.clone()));
    let tick = Duration::from_secs(config.timing.tick_secs);
    serving.spawn(passes::serve(listener, config.passes.folder.clone()));
    serving.spawn(async move {
        lookout.run(tick).await;
        Ok(())
    });
    if let Some(terminator) = terminator {
        serving.spawn(async move {
            terminator.serve().await;
            Ok(())
        });
    }
    let ports = (chain, cipher);
    let outcome = tend(config, store.clone(), ports, homeserver, stop).await;
    serving.shutdown().await;
    outcome
}

/// A homeserver that is healthy. `None` if `stop` came before it was; then it is stopped.
async fn healthy(
    launch: Launch,
    stop: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Option<Homeserver>, RoomError> {
    let mut homeserver = Homeserver::begin(launch)?;
    tokio::select! {
        ready = homeserver.ready_or_anew() => ready?,
        () = &mut *stop => {
            homeserver.stop().await?;
            return Ok(None);
        }
    }
    Ok(Some(homeserver))
}

/// Whether a room may stand: its nets need the homeserver. A journal that cannot be read excludes none.
fn may_have_room(store: &Store) -> bool {
    match store.load() {
        Ok(Some(journal)) => journal.begun() && !journal.emptied(),
        Ok(None) => false,
        Err(_unknown) => true,
    }
}

/// What asks at the other counties' doors.
fn lookout<C: Chain, P: Cipher>(
    config: &Config,
    store: Store,
    (chain, cipher): (C, P),
) -> Lookout<C, P, SystemClock> {
    Lookout {
        chain,
        cipher,
        clock: SystemClock,
        doors: Doors::new(&config.neighbour),
        county: config.county(),
        policy: WatchPolicy {
            timing: Probing::of(&config.timing),
        },
        store,
        outlook: None,
    }
}

/// The loop of a homeserver that stays; or of one after the other, each booted for a session and removed after it.
async fn tend<C: Chain + Clone, P: Cipher + Clone>(
    config: &Config,
    store: Store,
    (chain, cipher): (C, P),
    homeserver: &mut Option<Homeserver>,
    stop: impl Future<Output = ()>,
) -> Result<(), RoomError> {
    tokio::pin!(stop);
    let profile = config.homeserver.profile;
    let mut was_booted = false;
    let unit_ms = UNIT_SECS.saturating_mul(1_000);
    let lives_until_ms =
        (profile == Profile::OneSession).then(|| SystemClock.local_ms().saturating_add(unit_ms));
    loop {
        if profile != Profile::Standing {
            let mut interval = interval(config, store.clone(), chain.clone())?;
            interval.lives_until_ms = lives_until_ms;
            let call = tokio::select! {
                () = &mut stop => return Ok(()),
                call = interval.pass() => call?,
            };
            match call {
                // A removal that waited for the chain since a session before is not this one's.
                Call::Removed if was_booted && profile == Profile::OneSession => return Ok(()),
                Call::Removed => continue,
                Call::Nothing => return Ok(()),
                Call::TooEarly => return Err(RoomError::UnitTooEarly),
                Call::Session => *homeserver = boot(config, &store, &mut stop).await?,
            }
            if homeserver.is_none() {
                return Ok(());
            }
        }
        was_booted = true;
        let ports = (chain.clone(), cipher.clone());
        match serve(config, &store, ports, homeserver, &mut stop).await? {
            Ended::Stopped => return Ok(()),
            // The interval kills it.
            Ended::Due => *homeserver = None,
        }
    }
}

/// The time between two sessions.
fn interval<C: Chain>(
    config: &Config,
    store: Store,
    chain: C,
) -> Result<Interval<C, SystemClock>, RoomError> {
    Ok(Interval {
        chain,
        clock: SystemClock,
        site: site(config, &store)?,
        store,
        data: config.homeserver.data.clone(),
        server_name: config.homeserver.server_name.clone(),
        port: config.homeserver.port,
        timing: config.timing,
        lives_until_ms: None,
    })
}

/// A homeserver for a session, its files made afresh unless a crash came between.
async fn boot(
    config: &Config,
    store: &Store,
    stop: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Option<Homeserver>, RoomError> {
    for folder in [&config.inbox, &config.passes.folder] {
        file::folder(folder)?;
    }
    Install::of(config).write()?;
    if !config.homeserver.data.join("homeserver.db").exists() {
        forget_tokens(store)?;
    }
    healthy(launch(config), stop).await
}

/// The loop, with a new token for the bot if the old one is refused.
async fn serve<C: Chain, P: Cipher>(
    config: &Config,
    store: &Store,
    (chain, cipher): (C, P),
    homeserver: &mut Option<Homeserver>,
    stop: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Ended, RoomError> {
    let room = tokio::select! {
        room = matrix(config, store) => room?,
        () = &mut *stop => return Ok(Ended::Stopped),
    };
    let ports = Ports {
        chain,
        room,
        cipher,
        clock: SystemClock,
    };
    let policy = RoomPolicy {
        timing: config.timing,
    };
    let mut sidecar = Sidecar::open(ports, site(config, store)?, policy, store.clone())?;
    for _ in 0..RESCUES_MAX {
        match run(&mut sidecar, homeserver, &mut *stop).await {
            Err(RoomError::TokenRefused) => {
                std::fs::rename(store.path("bot.json"), store.path("bot.refused.json"))?;
                let room = tokio::select! {
                    room = matrix(config, store) => room?,
                    () = &mut *stop => return Ok(Ended::Stopped),
                };
                sidecar.replace_room(room);
            }
            outcome => return outcome,
        }
    }
    Err(RoomError::TokenRefused)
}

/// The homeserver behind its port, with the bot registered.
async fn matrix(config: &Config, store: &Store) -> Result<MatrixRoom, RoomError> {
    let http = Http::new(&format!("http://127.0.0.1:{}", config.homeserver.port))?;
    let secret = read_secret(&config.homeserver.data.join("registration.secret"))?;
    let server = config.homeserver.server_name.clone();
    let bot = ensure_bot(&http, &server, secret.trim_ascii(), &store.path("bot.json")).await?;
    Ok(MatrixRoom::new(http, server, bot))
}

/// What is cleaned and scanned, and the county's own facts.
fn site(config: &Config, store: &Store) -> Result<Site, RoomError> {
    Ok(Site {
        county: config.county(),
        county_secret: county_secret(config)?,
        passes: config.passes.folder.clone(),
        inbox: config.inbox.clone(),
        residue: places(config, store)?,
        on_alarm: config.on_alarm.clone(),
        figures: config.figures.clone(),
        remove_after_secs: (config.homeserver.profile != Profile::Standing)
            .then_some(config.timing.remove_after_secs),
    })
}

/// The files of the homeserver and the sidecar, for who only looks.
#[must_use]
pub fn layout(config: &Config, store: &Store) -> residue::Site {
    let (data, passes) = (&config.homeserver.data, config.passes.folder.clone());
    residue::Site::of(data, store.spool(), passes).with_cluster(config.homeserver.postgres.as_ref())
}

/// The same, and whether freed pages are wiped.
///
/// # Errors
/// The homeserver's Python cannot be run.
pub fn places(config: &Config, store: &Store) -> Result<residue::Site, RoomError> {
    let mut places = layout(config, store);
    if config.homeserver.postgres.is_some() {
        return Ok(places);
    }
    places.secure_delete = freed_pages_are_wiped(&config.homeserver.python).map_err(|error| {
        RoomError::ServerDead(format!("{}: {error}", config.homeserver.python.display()))
    })?;
    Ok(places)
}

/// How this configuration's homeserver is started.
#[must_use]
pub fn launch(config: &Config) -> Launch {
    Launch {
        python: config.homeserver.python.clone(),
        data: config.homeserver.data.clone(),
        port: config.homeserver.port,
        extra: None,
    }
}

/// Reads the county's secret: 64 hex digits.
fn county_secret(config: &Config) -> Result<[u8; 32], RoomError> {
    let broken = || RoomError::SecretBroken(config.county_secret.clone());
    let text = read_secret(&config.county_secret)?;
    let octets = Zeroizing::new(hex::decode(text.trim_ascii()).map_err(|_secret_inside| broken())?);
    <[u8; 32]>::try_from(octets.as_slice()).map_err(|_length| broken())
}
