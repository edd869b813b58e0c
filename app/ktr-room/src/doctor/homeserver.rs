//! The homeserver: which version, whether its freed pages are wiped, whether it can do what a room's nets need.
//! One that stands still is judged by its Python; what only a running one says is unverified then.

use std::net::TcpListener;

use ktr_core::id::SessionId;
use ktr_os::{Finding, Verdict};
use nix::unistd::Pid;

use crate::adapter::matrix::{Http, MatrixRoom, find_bot};
use crate::config::Config;
use crate::error::RoomError;
use crate::limits::{DELAY_MS_MIN, SWEEP_KNOWN};
use crate::port::{Look, Room};
use crate::synapse::{freed_pages_are_wiped, installed_version};

/// Whether the homeserver's own SQLite overwrites what it frees.
pub(super) fn freed_pages(config: &Config) -> Finding {
    const CHECK: &str = "secure-delete";
    match freed_pages_are_wiped(&config.homeserver.python) {
        Ok(true) => Finding::new(CHECK, Verdict::Good, "freed pages are wiped"),
        Ok(false) => {
            let says = "the SQLite of homeserver.python does not wipe freed pages: names and ciphertext would stay; \
                        take a Python with the system's SQLite";
            Finding::new(CHECK, Verdict::Wrong, says)
        }
        Err(error) => Finding::new(
            CHECK,
            Verdict::Wrong,
            format!("homeserver.python cannot be run: {error}"),
        ),
    }
}

/// Version, port and abilities. `guests` is how many accounts a room needs nets for, if the chain says.
pub(super) async fn judge(
    config: &Config,
    running: Option<Pid>,
    guests: Option<usize>,
) -> Vec<Finding> {
    let installed = installed_version(&config.homeserver.python);
    let base = format!("http://127.0.0.1:{}", config.homeserver.port);
    let http = match Http::new(&base) {
        Ok(http) => http,
        Err(error) => return vec![Finding::of("homeserver", Err(error))],
    };
    if !http.healthy().await {
        return vec![
            version(installed.as_deref(), None),
            silent(config, running),
            Finding::new(
                "capabilities",
                Verdict::Unverified,
                "seen once the homeserver runs",
            ),
        ];
    }
    if config.homeserver.supervised && running.is_none() {
        let says = "something answers on its port, and no homeserver of homeserver.data runs: end that, or set another port";
        return unseen(Finding::new("homeserver", Verdict::Wrong, says), says);
    }
    let answers = Finding::new("homeserver", Verdict::Good, "it answers");
    let Some(room) = connect(config, http) else {
        let says = "the bot has no token yet: the first start registers it";
        return unseen(answers, says);
    };
    let runs = match room.version().await {
        Ok(runs) => runs,
        Err(error @ RoomError::TokenRefused) => {
            let says =
                "it does not know the bot: another homeserver answers, or this one lost its data";
            return unseen(
                Finding::new("homeserver", Verdict::Wrong, says),
                &error.to_string(),
            );
        }
        Err(error) => {
            let says = error.to_string();
            return unseen(Finding::of("homeserver", Err(error)), &says);
        }
    };
    let look = room.look(SessionId(0), None).await;
    vec![
        version(installed.as_deref(), Some(runs)),
        answers,
        capabilities(look, guests),
    ]
}

/// What is found of a homeserver that answers and tells neither its version nor what it can do, and why it does not.
fn unseen(homeserver: Finding, why: &str) -> Vec<Finding> {
    let unverified = |check| Finding::new(check, Verdict::Unverified, why);
    vec![
        unverified("version"),
        homeserver,
        unverified("capabilities"),
    ]
}

/// The homeserver with the bot's token, if it has one.
fn connect(config: &Config, http: Http) -> Option<MatrixRoom> {
    let bot = find_bot(&config.state.join("bot.json")).ok().flatten()?;
    Some(MatrixRoom::new(
        http,
        config.homeserver.server_name.clone(),
        bot,
    ))
}

/// A homeserver that does not answer: one that runs should, one that stands still must be able to start.
fn silent(config: &Config, running: Option<Pid>) -> Finding {
    const CHECK: &str = "homeserver";
    if running.is_some() || !config.homeserver.supervised {
        return Finding::new(
            CHECK,
            Verdict::Wrong,
            "it runs and does not answer on its port",
        );
    }
    let port = config.homeserver.port;
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Finding::new(
            CHECK,
            Verdict::Good,
            "it stands still, and its port is free",
        ),
        Err(_) => Finding::of(CHECK, Err(RoomError::PortTaken(port))),
    }
}

/// The version that runs, else the one that is installed, against those that were swept clean.
fn version(installed: Option<&str>, runs: Option<[u16; 3]>) -> Finding {
    const CHECK: &str = "version";
    let runs = runs.map(|[major, minor, patch]| format!("{major}.{minor}.{patch}"));
    if let (Some(installed), Some(runs)) = (installed, runs.as_deref())
        && installed != runs
    {
        let says = format!("Synapse {runs} runs and {installed} is installed: start it again");
        return Finding::new(CHECK, Verdict::Wrong, says);
    }
    let Some(version) = runs.as_deref().or(installed) else {
        let says = "homeserver.python has no matrix-synapse";
        return Finding::new(CHECK, Verdict::Wrong, says);
    };
    if SWEEP_KNOWN.contains(&version) {
        return Finding::new(CHECK, Verdict::Good, format!("Synapse {version}"));
    }
    let says = format!(
        "Synapse {version} was never swept clean, so nothing is swept and the report says so: install {}",
        SWEEP_KNOWN.join(" or ")
    );
    Finding::new(CHECK, Verdict::Wrong, says)
}

/// Delayed events, long and many enough for a session's nets.
fn capabilities(look: Result<Look, RoomError>, guests: Option<usize>) -> Finding {
    const CHECK: &str = "capabilities";
    let look = match look {
        Ok(look) => look,
        Err(error) => return Finding::of(CHECK, Err(error)),
    };
    if look.max_delay_ms < DELAY_MS_MIN {
        let says = format!(
            "delayed events may wait {} ms, {DELAY_MS_MIN} are needed: no room is made without",
            look.max_delay_ms
        );
        return Finding::new(CHECK, Verdict::Wrong, says);
    }
    match guests {
        Some(guests) if !look.enough_for(guests) => {
            let says = format!(
                "{} delayed events may wait, {guests} guests need more",
                look.max_scheduled
            );
            Finding::new(CHECK, Verdict::Wrong, says)
        }
        Some(guests) => {
            let says = format!(
                "{} delayed events may wait, enough for {guests} guests",
                look.max_scheduled
            );
            Finding::new(CHECK, Verdict::Good, says)
        }
        None => {
            let says = format!(
                "{} delayed events may wait; the chain does not say for how many guests",
                look.max_scheduled
            );
            Finding::new(CHECK, Verdict::Unverified, says)
        }
    }
}
