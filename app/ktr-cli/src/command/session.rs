//! Sessions for people: the studio schedules, opens and closes; everybody may list.
//! Rooms are the sidecars' affair.

use clap::{Args, Subcommand};
use ktr_core::{
    Command, Record,
    id::SessionId,
    session::{self, Hours, LanguageTag},
    time::Time,
};
use serde_json::{Value, json};

use super::parts;
use crate::args;
use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::output;
use crate::render;
use crate::sender::send_and_tell;
use crate::signer::SignerArgs;
use crate::when;

/// What can be done about sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum Session {
    /// Announce the next session: of a month (its last Thursday), or by its three instants.
    #[command(
        after_help = "Examples:\n  ktr --home net session schedule --month 2026-12 --languages de,en --key studio.asc\n  ktr --home net session schedule --seeds-at +20s --opens-at +28s --dissolves-at +115s --key studio.asc"
    )]
    Schedule {
        /// Its number; without it, the next.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: Option<SessionId>,
        #[command(flatten)]
        times: Times,
        /// Its languages.
        #[arg(long, env = "KTR_LANGUAGES", value_parser = args::language, value_delimiter = ',', default_value = "en")]
        languages: Vec<LanguageTag>,
        #[command(flatten)]
        signer: SignerArgs,
    },
    /// Begin the hour.
    #[command(after_help = "Examples:\n  ktr --home net session open 1 --key studio.asc")]
    Open {
        /// Which session.
        #[arg(value_parser = args::session)]
        session: SessionId,
        #[command(flatten)]
        signer: SignerArgs,
    },
    /// End the live part.
    #[command(
        after_help = "Examples:\n  ktr --home net session close 1 --attendance 24 --key studio.asc"
    )]
    Close {
        /// Which session.
        #[arg(value_parser = args::session)]
        session: SessionId,
        /// Heads in the studio; leave it out below the network's minimum.
        #[arg(long, env = "KTR_ATTENDANCE")]
        attendance: Option<u64>,
        #[command(flatten)]
        signer: SignerArgs,
    },
    /// List all sessions.
    #[command(after_help = "Examples:\n  ktr --home net session list")]
    List,
}

/// When a session seeds, opens and dissolves.
#[derive(Clone, Debug, Args)]
pub(crate) struct Times {
    /// The month, such as 2026-12: its last Thursday.
    #[arg(long, env = "KTR_MONTH", conflicts_with_all = ["seeds_at", "opens_at", "dissolves_at"])]
    month: Option<String>,
    /// With --month: when the hour begins.
    #[arg(long, env = "KTR_CLOCK", default_value = "15:00")]
    clock: String,
    /// With --month: where the clock hangs.
    #[arg(long, env = "KTR_ZONE", default_value = "Europe/Berlin")]
    zone: String,
    /// When rooms may be seeded.
    #[arg(long, env = "KTR_SEEDS_AT", value_parser = when::parse, required_unless_present = "month")]
    seeds_at: Option<Time>,
    /// When the hour begins.
    #[arg(long, env = "KTR_OPENS_AT", value_parser = when::parse, required_unless_present = "month")]
    opens_at: Option<Time>,
    /// When the rooms go.
    #[arg(long, env = "KTR_DISSOLVES_AT", value_parser = when::parse, required_unless_present = "month")]
    dissolves_at: Option<Time>,
}

impl Times {
    /// The three instants.
    pub(crate) fn hours(&self) -> Result<Hours, CliError> {
        if let Some(month) = &self.month {
            return when::session_of(month, &self.clock, &self.zone).map_err(CliError::Usage);
        }
        let (Some(seeds_at), Some(opens_at), Some(dissolves_at)) =
            (self.seeds_at, self.opens_at, self.dissolves_at)
        else {
            return Err(CliError::Usage(
                "--month or three instants are needed".to_owned(),
            ));
        };
        Ok(Hours {
            seeds_at,
            opens_at,
            dissolves_at,
        })
    }
}

/// Runs one of them.
pub(crate) fn run(shared: &Shared, session: Session) -> Result<(), CliError> {
    match session {
        Session::Schedule {
            session,
            times,
            languages,
            signer,
        } => block_on(async {
            let hours = times.hours()?;
            let session = match session {
                Some(session) => session,
                None => next(shared).await?,
            };
            let command = Command::Session(parts::schedule(session, hours, languages));
            let more = json!({
                "session": session.0,
                "seeds_at": hours.seeds_at.0,
                "opens_at": hours.opens_at.0,
                "dissolves_at": hours.dissolves_at.0,
            });
            send_and_tell(shared, &signer, &command.into(), more).await
        }),
        Session::Open { session, signer } => {
            let command = Command::Session(session::Command::Open { session });
            let more = json!({"session": session.0});
            block_on(send_and_tell(shared, &signer, &command.into(), more))
        }
        Session::Close {
            session,
            attendance,
            signer,
        } => {
            let command = Command::Session(session::Command::Close {
                session,
                attendance,
            });
            let more = json!({"session": session.0});
            block_on(send_and_tell(shared, &signer, &command.into(), more))
        }
        Session::List => block_on(list(shared)),
    }
}

async fn next(shared: &Shared) -> Result<SessionId, CliError> {
    let follower = shared.follower().await?;
    let last = follower
        .state()
        .session
        .last()
        .map_or(0, |session| session.id.0);
    Ok(SessionId(last.saturating_add(1)))
}

async fn list(shared: &Shared) -> Result<(), CliError> {
    let follower = shared.follower().await?;
    let records = follower
        .state()
        .session
        .iter()
        .cloned()
        .map(Record::Session);
    let values: Vec<Value> = records.map(|record| render::record(&record)).collect();
    let lines: Vec<String> = follower
        .state()
        .session
        .iter()
        .map(|session| {
            format!(
                "{} {}: seeds {}, opens {}, dissolves {}",
                session.id,
                render::session_status(&session.status),
                when::show(session.hours.seeds_at),
                when::show(session.hours.opens_at),
                when::show(session.hours.dissolves_at)
            )
        })
        .collect();
    output::answer(shared.output, &lines.join("\n"), &json!(values));
    Ok(())
}
