//! A homeserver over plain HTTP: own structures for the few endpoints used (design: room, sections 4 and 9).
//! No Matrix library: those are large and have no administration API.

mod account;
mod admin;
mod destroy;
mod doors;
mod http;
mod look;
mod room;
#[cfg(test)]
mod tests;
mod wire;

pub use account::{Bot, ensure_bot, find_bot};
pub use doors::{Doors, Key};
pub use http::Http;
#[expect(
    clippy::module_name_repetitions,
    reason = "named as the style page names policies and adapters"
)]
pub use room::MatrixRoom;
