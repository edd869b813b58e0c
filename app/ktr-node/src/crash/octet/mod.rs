//! A real store whose files are cut short, or have a bit that was turned: what RocksDB makes of them, and the node of that.
//! The judge is the history without a crash: an earlier height of whole Commits, an error by name, or everything; never another row.
//!
//! | file | what |
//! |---|---|
//! | `original.rs` | a store of some tens of blocks, as a stop and as a death leave it |
//! | `damage.rs` | what is changed in a file |
//! | `outcome.rs` | a start over the changed files, and the judgement |

mod damage;
mod original;
mod outcome;
mod tests;
