//! The homeserver's disk: cleaning private tables, and counting what is left of a room (design: room, section 9).
//! Only `SQLite`, and only a homeserver that serves nothing else.

mod canary;
mod database;
mod scan;
mod selftest;
mod site;
mod sweep;
#[cfg(test)]
mod tests;

pub use canary::Canaries;
pub use database::Database;
pub use scan::{CLASSES, Residue};
pub use site::Site;
