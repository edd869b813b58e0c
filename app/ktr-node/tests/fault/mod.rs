//! Processes of four real sites die, what joins them is cut, and what is malformed comes in crowds, while transactions come; what a site
//! acknowledged is looked for afterwards.
//! A killed process loses nothing that it gave to the system; where the power goes, the system's memory goes with it.
//!
//! | file | what |
//! |---|---|
//! | `cables.rs` | sites in network namespaces, and cables between them that the kernel takes down |
//! | `changed.rs` | stores with a changed row, and what their page has for them |
//! | `cuts.rs` | between whom is cut; the sentences |
//! | `cycles.rs` | who dies how and when; the sentence |
//! | `disk.rs` | a disk that loses what it was not told to sync, mounted below a site |
//! | `flood.rs` | malformed transactions at every site while honest ones come; the sentence |
//! | `full.rs` | the disk of one site is full; the sentence |
//! | `halves.rs` | two nodes that compute another app hash than the two others |
//! | `hour.rs` | the one session of a run, and its counts |
//! | `invariant.rs` | the log only grows, what was proven stays proven, counts stay, an idle block changes nothing, no key signs twice |
//! | `journal.rs` | what was acknowledged, on a disk that no site writes to |
//! | `judge.rs` | nothing acknowledged is lost, every site answers every block alike, and the blocks execute again |
//! | `liar.rs` | a site that joins is sent another chunk than was offered |
//! | `line.rs` | lines between engines that can be cut |
//! | `load.rs` | transactions, and the questions whether they are in a block |
//! | `lunatic.rs` | sites that sign what no chain has are named |
//! | `moved.rs` | a disk that comes to another machine |
//! | `peers.rs` | a site that meets nobody, and what its page has for it |
//! | `points.rs` | an engine that dies at each of its own crash points |
//! | `power.rs` | the power of one site goes, or of all; the sentences |
//! | `restore.rs` | a folder that is lost, and its backup |
//! | `rings.rs` | which alarms ring by what real sites show |
//! | `script.rs` | what follows when a transaction is in a block: cases, votes, vetoes |
//! | `shell.rs` | whoever types what a page says |
//! | `stores.rs` | the stores of stopped sites have the same rows |
//! | `twice.rs` | a validator that signs twice is caught |
//! | `volume.rs` | which octets and names a file system has on its disk |
//! | `votes.rs` | one veto ends a case |
//! | `wrong.rs` | one node that computes another app hash |

mod cables;
mod changed;
mod cuts;
mod cycles;
mod disk;
mod flood;
mod full;
mod halves;
mod hour;
mod invariant;
mod journal;
mod judge;
mod liar;
mod line;
mod load;
mod lunatic;
mod moved;
mod peers;
mod points;
mod power;
mod restore;
mod rings;
mod script;
mod shell;
mod stores;
mod twice;
mod volume;
mod votes;
mod wrong;

pub(crate) use flood::admitted;
