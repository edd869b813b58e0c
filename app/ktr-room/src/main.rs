//! The program `ktr-room`: reads the command line, runs one command, says in one line why it failed.
//! Everything it does is in the library.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use ktr_core::id::SessionId;
use ktr_os::{Finding, Verdict};
use ktr_room::RoomError;
use ktr_room::action::Alarm;
use ktr_room::adapter::residue::{self, CLASSES, Canaries};
use ktr_room::config::{Blanks, Config, Profile};
use ktr_room::doctor::{Machine, examine};
use ktr_room::journal::{Journal, Store};
use ktr_room::limits::{ALARM_WAIT, SHUTDOWN};
use ktr_room::plan::Times;
use ktr_room::port::Clock;
use ktr_room::standing::Shown;
use ktr_room::timing::Timing;
use ktr_room::{SystemClock, init, receipt, standing, start, trust};
use tracing_subscriber::EnvFilter;

mod cli;
mod output;

use cli::{Cli, Command, Doctor, Format, Init, Scan, Start};

/// The code that ends a unit without starting it again: only time mends that it came too early (`EX_TEMPFAIL`).
const TOO_EARLY: u8 = 75;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return output::usage(&usage),
    };
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            output::failure(&error);
            if matches!(error, RoomError::UnitTooEarly) {
                return ExitCode::from(TOO_EARLY);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode, RoomError> {
    match &cli.command {
        Command::Init(flags) => {
            init::run(&cli.home, &blanks(flags))?;
            output::made(&cli.home, cli.output);
        }
        Command::Start(flags) => serve(&spanned(config(cli)?, flags, &cli.home)?)?,
        Command::Doctor(flags) => return diagnose(cli, flags),
        Command::Status => {
            let config = config(cli)?;
            let shown = Shown {
                standing: standing::read(&Store::open(&config.state)?)?,
                now_ms: SystemClock.local_ms(),
                timing: config.timing.changed(),
            };
            output::standing(&shown, cli.output);
        }
        Command::Scan(flags) => {
            return match &flags.data {
                Some(data) => audit(data, flags, cli.output),
                None => scan(&config(cli)?, flags, cli.output),
            };
        }
        Command::Dissolve(flags) => {
            let store = Store::open(&config(cli)?.state)?;
            let ordered = standing::give_order(&store, SessionId(flags.session))?;
            output::ordered(flags.session, ordered, cli.output);
        }
        Command::Completions(flags) => {
            output::pages(&flags.written::<Cli>(), cli.output);
        }
        Command::Man(flags) => {
            output::pages(&flags.written::<Cli>()?, cli.output);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn config(cli: &Cli) -> Result<Config, RoomError> {
    Config::load(&cli.home.join("room.toml"))
}

/// The configuration with what `start` says about it. A homeserver that is booted for a session has its unit as its last switch: while its room's
/// end is not reported nothing else kills it.
fn spanned(mut config: Config, flags: &Start, home: &Path) -> Result<Config, RoomError> {
    let wrong = |reason: &str| RoomError::Config {
        path: home.join("room.toml"),
        reason: reason.to_owned(),
    };
    let stays = config.homeserver.profile == Profile::Standing;
    match (flags.one_session, stays) {
        (false, true) => return Ok(config),
        (true, true) => {
            let reason = "--one-session needs homeserver.profile = \"per-session\"";
            return Err(wrong(reason));
        }
        (false, false) => {
            let reason = "homeserver.profile = \"per-session\" needs start --one-session, in ktr-room-session.service: \
                          nothing else ends a homeserver whose room resists";
            return Err(wrong(reason));
        }
        (true, false) => {}
    }
    config.homeserver.profile = Profile::OneSession;
    Ok(config)
}

fn blanks(flags: &Init) -> Blanks {
    Blanks {
        county: flags.county,
        server_name: flags.server_name.clone(),
        port: flags.port,
        pass_port: flags.pass_port,
        listen: flags.listen,
        postgres: flags.postgres.clone(),
        python: flags.python.clone(),
        rpc: flags.rpc.clone(),
        neighbours: flags.neighbour.clone(),
        timing: if flags.localnet {
            Timing::localnet()
        } else {
            Timing::default()
        },
    }
}

/// Runs the sidecar until SIGTERM or Ctrl-C. Only our own lines are logged: a library's might hold an address.
fn serve(config: &Config) -> Result<(), RoomError> {
    let filter = EnvFilter::new("off,ktr_room=info");
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        let mut terminated =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        // What must not outlive T waits for nothing that may fail.
        start::wipe(config);
        let (chain, cipher) = trust::connect(config)?;
        Box::pin(start::start(config, chain, cipher, async {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }))
        .await
    });
    runtime.shutdown_timeout(SHUTDOWN);
    if let Err(error) = &outcome {
        let is_too_early = matches!(error, RoomError::UnitTooEarly);
        let alarm = if is_too_early {
            Alarm::UnitTooEarly
        } else {
            Alarm::Ended
        };
        ring_last(&config.on_alarm, alarm);
    }
    outcome
}

/// Rings an alarm of a program that ends: its unit takes along whoever is still calling then.
fn ring_last(on_alarm: &[String], alarm: Alarm) {
    tracing::error!(code = alarm.code(), "alarm");
    if let Err(error) = ktr_os::alarm::call_and_wait(on_alarm, alarm.code(), ALARM_WAIT) {
        tracing::warn!(%error, "the alarm's command failed, or could not be run");
    }
}

/// Judges everything that can be seen; fails if anything must be mended, and calls the operator if it is asked to.
fn diagnose(cli: &Cli, flags: &Doctor) -> Result<ExitCode, RoomError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (mut findings, on_alarm) = match config(cli) {
        Ok(config) => runtime.block_on(async {
            let chain = trust::connect(&config).map(|(chain, _)| chain);
            let findings = examine(&config, chain, &Machine::default()).await;
            (findings, config.on_alarm)
        }),
        Err(error) => (vec![Finding::of("settings", Err(error))], Vec::new()),
    };
    output::found(&mut findings, cli.output);
    if findings.iter().all(|found| found.verdict != Verdict::Wrong) {
        return Ok(ExitCode::SUCCESS);
    }
    if flags.ring {
        ktr_os::alarm::call_and_wait(&on_alarm, Alarm::Unfit.code(), ALARM_WAIT)?;
    }
    Ok(ExitCode::FAILURE)
}

/// Counts what is left of the session at hand, or of the room a receipt names: the newest one if none is named.
fn scan(config: &Config, flags: &Scan, format: Format) -> Result<ExitCode, RoomError> {
    let store = Store::open(&config.state)?;
    let journal = match &flags.receipt {
        Some(path) => from_receipt(path)?,
        None => at_hand(&store)?,
    };
    let canaries = Canaries::of(&journal, &config.homeserver.server_name);
    count(&start::layout(config, &store), canaries, &CLASSES, format)
}

/// The journal of a session that has begun; else what the newest receipt remembers. One of a session that nothing was done for names nothing
/// that could be found.
fn at_hand(store: &Store) -> Result<Journal, RoomError> {
    let journal = store.load()?;
    let begun = journal.filter(|journal| journal.begun() || journal.room.is_some());
    if let Some(journal) = begun {
        return Ok(journal);
    }
    let done = store.done()?;
    let newest = done.last().ok_or(RoomError::NothingSought)?;
    from_receipt(&store.receipt(newest.session, newest.attempt))
}

/// Counts what is left in a data folder by itself: no sidecar's configuration, state or passes are needed, and nothing in it is changed.
fn audit(data: &Path, flags: &Scan, format: Format) -> Result<ExitCode, RoomError> {
    let (Some(receipt), Some(server)) = (&flags.receipt, &flags.server_name) else {
        return Err(RoomError::Config {
            path: data.to_owned(),
            reason: "--data needs --receipt and --server-name".to_owned(),
        });
    };
    let scratch = tempfile::tempdir()?;
    let canaries = Canaries::of(&from_receipt(receipt)?, server);
    let looked_at: Vec<&str> = CLASSES
        .into_iter()
        .filter(|class| !["spool", "pass"].contains(class))
        .collect();
    count(
        &residue::Site::alone(data, scratch.path()).with_cluster(flags.postgres.as_ref()),
        canaries,
        &looked_at,
        format,
    )
}

/// Scans, for rooms of the past too, prints what was sought and the classes that were looked at, and fails if anything is left.
fn count(
    places: &residue::Site,
    mut canaries: Canaries,
    classes: &[&str],
    format: Format,
) -> Result<ExitCode, RoomError> {
    canaries.seek_rooms(places.past_rooms()?);
    let residue = places.scan(&canaries)?;
    let tables = places.explain(&canaries)?;
    output::residue(residue, classes, &tables, &canaries.counts(), format);
    Ok(if residue.clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A journal that knows no more than a receipt: session, room, salt, and what was on the homeserver.
fn from_receipt(path: &Path) -> Result<Journal, RoomError> {
    let opening = receipt::read(path)?;
    let times = Times {
        seeds_at: 0,
        opens_at: 0,
        dissolves_at: 0,
    };
    let mut journal = Journal::begin(SessionId(opening.session), times, opening.salt);
    journal.room = opening.room;
    journal.sought = opening.sought;
    Ok(journal)
}
