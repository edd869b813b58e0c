//! The homeserver as a process of its own: its files, its start, its end (design: room, section 2).
//! It is never linked, patched or given modules. Tests use this module to boot a real one.

mod boot;
mod child;
mod install;
mod template;
#[cfg(test)]
mod tests;

pub use boot::free_port;
pub use child::{Homeserver, Launch};
pub(crate) use child::{left_behind, obliterate};
pub use install::{Install, freed_pages_are_wiped, secret};
pub(crate) use install::{installed_version, read_secret};
