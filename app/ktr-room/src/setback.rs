//! What went wrong for some of many: counted, the first of it kept, while the rest go on.
//! What would meet everybody ends the round; who was met is not remembered.

use crate::error::RoomError;

/// Setbacks of one round.
#[derive(Debug, Default)]
pub(crate) struct Setbacks {
    count: u32,
    first: Option<RoomError>,
}

impl Setbacks {
    /// Takes a result in; `None` for one that failed.
    ///
    /// # Errors
    /// Only what would meet everybody else too.
    pub(crate) fn take<T>(&mut self, result: Result<T, RoomError>) -> Result<Option<T>, RoomError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.meets_everybody() => Err(error),
            Err(error) => {
                self.count = self.count.saturating_add(1);
                self.first.get_or_insert(error);
                Ok(None)
            }
        }
    }

    /// How many there were.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// The first of them as the round's outcome.
    ///
    /// # Errors
    /// There was one.
    pub(crate) fn end(self) -> Result<(), RoomError> {
        self.first.map_or(Ok(()), Err)
    }
}
