//! Asks the subject of a command whether its rules allow it.
//! Holds no rule of its own.

use alloc::vec::Vec;

use crate::{
    Command, Context, Event, Rejection, State, board, bundle, governance, ingestion, membership,
    nomination, session,
};

/// Judges a command against the state; changes nothing.
///
/// # Errors
/// What `governance` says of the proposal that the command names, if it names one; then the first rule, in the documented order of the
/// subject's `decide`, that says no.
pub fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    governance::judge(&state.governance, context, command).map_err(Rejection::Governance)?;
    match command {
        Command::Membership(command) => membership::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Membership).collect())
            .map_err(Rejection::Membership),
        Command::Nomination(command) => nomination::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Nomination).collect())
            .map_err(Rejection::Nomination),
        Command::Bundle(command) => bundle::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Bundle).collect())
            .map_err(Rejection::Bundle),
        Command::Session(command) => session::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Session).collect())
            .map_err(Rejection::Session),
        Command::Ingestion(command) => ingestion::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Ingestion).collect())
            .map_err(Rejection::Ingestion),
        Command::Board(command) => board::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Board).collect())
            .map_err(Rejection::Board),
        Command::Governance(command) => governance::decide(state, context, command)
            .map(|events| events.into_iter().map(Event::Governance).collect())
            .map_err(Rejection::Governance),
    }
}
