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
            Finding::new("capabilities", Verdict::Unverified, "seen once it runs"),
        ];
    }
    if running.is_none() && config.homeserver.supervised {
        return vec![
            version(installed.as_deref(), None),
            foreign(config.homeserver.port),
            Finding::new("capabilities", Verdict::Unverified, "seen once it runs"),
        ];
    }
    let answers = Finding::new("homeserver", Verdict::Good, "it answers");
    let Some(room) = connect(config, http) else {
        let says = "the bot has no token yet: the first start registers it";
        return vec![
            unsaid(installed.as_deref()),
            answers,
            Finding::new("capabilities", Verdict::Unverified, says),
        ];
    };
    let version = match room.version().await {
        Ok(runs) => version(installed.as_deref(), Some(runs)),
        Err(_) => unsaid(installed.as_deref()),
    };
    let look = room.look(SessionId(0), None).await;
    vec![version, answers, capabilities(look, guests)]
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

/// Somebody at the homeserver's port whom the sidecar has not started: it would be given the bot's secrets.
fn foreign(port: u16) -> Finding {
    let says =
        format!("somebody else answers on port {port}: end it, or set another port in room.toml");
    Finding::new("homeserver", Verdict::Wrong, says)
}

/// A running homeserver that does not say its version may be another than the one installed; that one is judged all the same.
fn unsaid(installed: Option<&str>) -> Finding {
    let found = version(installed, None);
    if found.verdict == Verdict::Good {
        let says = format!(
            "{} is installed; which version runs is not said",
            found.says
        );
        return Finding::new(found.check, Verdict::Unverified, says);
    }
    found
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
