//! `ktr-node doctor`: looks at a folder, and at the node that runs in it, and names what is wrong. It changes nothing.
//! What cannot be seen from here is said to be unverified, never guessed.
//!
//! | file | what |
//! |---|---|
//! | `examine.rs` | all checks, in their order |
//! | `folder.rs` | what lies in the folder: settings, engine's configuration, genesis, key, store, disk, socket |
//! | `sample.rs` | what `node.toml` chooses, against the shipped one |
//! | `running.rs` | what answers: engine, ports, peers, clocks |

mod examine;
mod folder;
mod running;
mod sample;

#[cfg(test)]
mod tests;

pub use examine::examine;
