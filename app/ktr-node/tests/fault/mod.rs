//! Processes of four real sites die, what joins them is cut, and what is malformed comes in crowds, while transactions come; what a site
//! acknowledged is looked for afterwards.
//! A killed process loses nothing that it gave to the system; what a disk loses is the crash matrix' matter.
//!
//! | file | what |
//! |---|---|
//! | `cables.rs` | sites in network namespaces, and cables between them that the kernel takes down |
//! | `cuts.rs` | between whom is cut; the sentences |
//! | `cycles.rs` | who dies how and when; the sentence |
//! | `flood.rs` | malformed transactions at every site while honest ones come; the sentence |
//! | `hour.rs` | the one session of a run, and its counts |
//! | `invariant.rs` | the log only grows, what was proven stays proven, counts stay, an idle block changes nothing, no key signs twice |
//! | `journal.rs` | what was acknowledged, on a disk that no site writes to |
//! | `judge.rs` | nothing acknowledged is lost, every site answers every block alike |
//! | `line.rs` | lines between engines that can be cut |
//! | `load.rs` | transactions, and the questions whether they are in a block |
//! | `points.rs` | an engine that dies at each of its own crash points |
//! | `restore.rs` | a folder that is lost, and its backup |
//! | `script.rs` | what follows when a transaction is in a block: cases, votes, vetoes |
//! | `stores.rs` | the stores of stopped sites have the same rows |
//! | `twice.rs` | a validator that signs twice is caught |
//! | `votes.rs` | one veto ends a case |

mod cables;
mod cuts;
mod cycles;
mod flood;
mod hour;
mod invariant;
mod journal;
mod judge;
mod line;
mod load;
mod points;
mod restore;
mod script;
mod stores;
mod twice;
mod votes;

pub(crate) use flood::admitted;
