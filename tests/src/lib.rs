//! What the Relay's tests share: the month and the years that are played, the printed reference pages.
//! Nothing here is shipped.

pub mod play;
pub mod reference;
