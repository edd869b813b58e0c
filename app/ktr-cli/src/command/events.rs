//! Every event from the beginning, verified against a signed header, then each new one as it comes.
//! Nothing is remembered between runs.

use clap::{Args, Subcommand};
use serde_json::Value;
use tokio::time::{Duration, Instant, sleep};

use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::output;
use crate::render;

/// What can be done with events.
#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// Print events, one per line, until there are enough or somebody stops it.
    #[command(
        after_help = "Examples:\n  ktr --home net events follow\n  ktr --home net -o json events follow --from 10 --count 5"
    )]
    Follow(Follow),
    /// Print the events that there are, and end.
    #[command(
        after_help = "Examples:\n  ktr --home net events list\n  ktr --home net -o json events list --from 10"
    )]
    List {
        /// The first index to print.
        #[arg(long, env = "KTR_FROM", default_value_t = 0)]
        from: u64,
    },
}

/// Flags of `events follow`.
#[derive(Debug, Args)]
pub(crate) struct Follow {
    /// The first index to print.
    #[arg(long, env = "KTR_FROM", default_value_t = 0)]
    from: u64,
    /// End after this many; with it, `--wait` bounds the silence before each.
    #[arg(long, env = "KTR_COUNT")]
    count: Option<u64>,
}

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs one of them.
pub(crate) fn run(shared: &Shared, events: Events) -> Result<(), CliError> {
    match events {
        Events::Follow(follow) => block_on(print(shared, &follow)),
        Events::List { from } => block_on(async {
            let mut follower = ktr_client::Follower::new(shared.client()?);
            for recorded in follower.advance().await? {
                if recorded.index >= from {
                    let value = render::recorded(&recorded);
                    output::answer(shared.output, &render::event_line(&recorded), &value);
                }
            }
            Ok(())
        }),
    }
}

async fn print(shared: &Shared, follow: &Follow) -> Result<(), CliError> {
    let mut follower = ktr_client::Follower::new(shared.client()?);
    let (mut printed, mut last) = (0_u64, Instant::now());
    loop {
        for recorded in follower.advance().await? {
            if recorded.index < follow.from {
                continue;
            }
            let value: Value = render::recorded(&recorded);
            output::answer(shared.output, &render::event_line(&recorded), &value);
            printed = printed.saturating_add(1);
            last = Instant::now();
            if follow.count.is_some_and(|count| printed >= count) {
                return Ok(());
            }
        }
        if follow.count.is_some() && last.elapsed() > shared.within() {
            return Err(CliError::NotSeen(
                "no further event came in time".to_owned(),
            ));
        }
        sleep(LOOK_EVERY).await;
    }
}
