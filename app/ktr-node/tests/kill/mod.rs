//! Processes of four real sites die at random moments while transactions come, and what a site acknowledged is looked for afterwards.
//! A killed process loses nothing that it gave to the system; what a disk loses is the crash matrix' matter.
//!
//! | file | what |
//! |---|---|
//! | `cycles.rs` | who dies how and when; the sentence |
//! | `journal.rs` | what was acknowledged, on a disk that no site writes to |
//! | `judge.rs` | nothing acknowledged is lost, every site answers every block alike |
//! | `load.rs` | transactions, and the questions whether they are in a block |
//! | `points.rs` | an engine that dies at each of its own crash points |

mod cycles;
mod journal;
mod judge;
mod load;
mod points;
