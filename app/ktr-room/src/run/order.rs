//! An operator's order to dissolve a session, as a pass finds it; put away when nothing is left that it could be for.
//! How it is laid down is in `standing.rs`, and what it leads to is the policy's.

use ktr_core::id::SessionId;

use crate::error::RoomError;
use crate::journal::{Journal, Store};
use crate::plan::Outlook;
use crate::standing;

/// The session that is ordered to be dissolved. One that the chain of now does not know, and for which nothing is under way, is none.
///
/// # Errors
/// The order cannot be read, or not be put away.
pub(super) fn order(
    store: &Store,
    journal: Option<&Journal>,
    of_now: Option<&Outlook>,
) -> Result<Option<SessionId>, RoomError> {
    let Some(id) = standing::order(store)? else {
        return Ok(None);
    };
    let is_begun = journal.is_some_and(|journal| journal.session == id.0 && journal.begun());
    let is_unknown =
        of_now.is_some_and(|outlook| outlook.sessions.iter().all(|session| session.id != id));
    if is_begun || !is_unknown {
        return Ok(Some(id));
    }
    put_away(
        store,
        id,
        "the chain does not know the session, or no longer",
    )?;
    Ok(None)
}

/// Puts an order away that nothing can be done for, and says why.
///
/// # Errors
/// The order cannot be removed.
pub(super) fn put_away(store: &Store, id: SessionId, why: &'static str) -> Result<(), RoomError> {
    tracing::warn!(
        session = id.0,
        why,
        "an order is put away: there is nothing to dissolve"
    );
    standing::fulfil(store, id)
}
