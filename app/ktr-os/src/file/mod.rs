//! Files that are read and written whole: bounded when read, private and lasting when written.
//! What is in them is the caller's business; locks and appended logs have no place here.

mod folder;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use crate::error::failed;
pub use folder::{empty, folder, names, shared_folder, sync_folder};
pub use read::{check_private, find, find_at_most, read, read_secret};
pub use write::{put, put_new, write};
