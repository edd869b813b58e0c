//! Runs one sequence of calls through every lane and compares.
//! It judges equality, not whether an answer is right.

use std::path::Path;

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{request::Value as Call, response::Value as Answer};

use super::{Lane, PeerError};
use crate::{Method, ServeError};

/// Why the contract is not kept, or could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A lane gave another answer than the first lane.
    #[error("{lane}: call {position} ({method}) is answered differently")]
    Differs {
        /// Where.
        lane: Lane,
        /// Which call of the sequence, from 0.
        position: usize,
        /// Its kind.
        method: Method,
    },
    /// A lane gave no answer.
    #[error("{lane}: call {position} got no answer")]
    Peer {
        /// Where.
        lane: Lane,
        /// Which call of the sequence, from 0.
        position: usize,
        /// Why.
        source: PeerError,
    },
    /// The stock server could not be bound.
    #[error("stock server failed: {0}")]
    Stock(String),
    /// Our server could not be bound, or ended with an error.
    #[error("our server failed")]
    Serve(#[from] ServeError),
    /// Our server panicked: a call came out of order.
    #[error("our server panicked")]
    ServerPanicked,
}

/// Gives `calls` to a fresh application from `application` in each lane, and returns the answers,
/// which are the same in all.
///
/// The calls must be in legal order ([`Grammar`](crate::Grammar)), begin with Info, and hold none
/// that panics (the stock server would lose the connection). `folder` holds a socket for a moment.
///
/// # Errors
///
/// The first difference, or why a lane gave no answer.
pub fn same_answers<App: Application>(
    folder: &Path,
    application: impl Fn() -> App,
    calls: &[Call],
) -> Result<Vec<Answer>, Failure> {
    let mut measure: Option<Vec<Answer>> = None;
    for lane in Lane::ALL {
        let answers = lane.answers(folder, application(), calls)?;
        match &measure {
            None => measure = Some(answers),
            Some(measure) => compare(lane, calls, measure, &answers)?,
        }
    }
    Ok(measure.into_iter().flatten().collect())
}

fn compare(
    lane: Lane,
    calls: &[Call],
    measure: &[Answer],
    answers: &[Answer],
) -> Result<(), Failure> {
    let rows = calls.iter().zip(measure).zip(answers).enumerate();
    for (position, ((call, expected), answer)) in rows {
        if expected != answer {
            return Err(Failure::Differs {
                lane,
                position,
                method: Method::of(call),
            });
        }
    }
    Ok(())
}
