//! The crash matrix: a node on a disk that loses and tears writes, under an engine that replays the blocks it has.
//! No process is killed here; a crash is an unwinding at one step, and what the disk kept is all that is left. The exception is the last
//! row: there the disk is RocksDB's.
//!
//! | file | what |
//! |---|---|
//! | `disk.rs` | rows in memory, and what a crash leaves of a write |
//! | `engine.rs` | what CometBFT keeps of each block, its steps, its handshake |
//! | `history.rs` | the blocks, and what a node without a crash makes of them |
//! | `life.rs` | from one start to the target height, or to a crash; the invariants |
//! | `matrix.rs` | every crash, every crash in the recovery from it, seeded ones in the recovery from that |
//! | `octet/` | RocksDB's own files, cut short and with bits that were turned |

#![expect(
    clippy::arithmetic_side_effects,
    reason = "small counts of a test; an overflow would panic, and be a finding"
)]

pub(crate) mod disk;
mod engine;
mod history;
pub(crate) mod life;
mod matrix;
mod octet;
mod tests;
