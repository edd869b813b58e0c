//! The homeserver's disk: cleaning private tables, and counting what is left of a room (design: room, section 9).
//! Only a homeserver that serves nothing else.

mod canary;
mod database;
mod past;
mod scan;
mod selftest;
mod site;
mod sweep;
#[cfg(test)]
mod tests;
mod walk;

pub use canary::Canaries;
pub(crate) use database::Health;
pub use database::{Database, Postgres, Sqlite};
pub use scan::{CLASSES, Residue};
pub use site::Site;
