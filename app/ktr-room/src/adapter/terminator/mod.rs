//! What ends TLS before a county's homeserver and passes, for those who want no nginx for it (design: room, section 2.4).
//! It knows no member and keeps no log; what passes is in `list.rs`, and `tests/net/terminator` holds nginx to the same.

mod forward;
mod list;
mod listener;
#[cfg(test)]
mod pinned;
#[cfg(test)]
mod tests;

pub use listener::Listener;
