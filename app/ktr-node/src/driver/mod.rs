//! The driver without engines (design: assurance, section 3.2): four real nodes on disks in memory under a model of Tendermint's rounds, whose
//! lines are cut, whose sites die and come back, and one of which lies. A step is a number: no clock, no thread, no socket; a seed is a run.
//! Votes are not signed: no site makes another's. What the real engine does is shown by the net tests.
//!
//! | file | what |
//! |---|---|
//! | `block.rs` | blocks, votes, powers, the time of a header |
//! | `round.rs` | the rules of one height: what a site wants to do by what it heard |
//! | `site.rs` | a node, its disk, what its engine keeps; starts, deaths, the handshake, `FinalizeBlock` and Commit |
//! | `talk.rs` | what a site does in a round, and what it hears from others |
//! | `net.rs` | who is joined to whom |
//! | `evidence.rs` | who was caught, what the application hears of it, and whose power goes |
//! | `journal.rs` | what was acknowledged and what every site must have |
//! | `play.rs` | a schedule from its beginning to its end |

#![expect(
    clippy::arithmetic_side_effects,
    reason = "small counts of a test; an overflow would panic, and be a finding"
)]
#![expect(
    clippy::unwrap_in_result,
    reason = "an error is what a node or the rules did wrong; what the play itself lacks is a panic"
)]

mod block;
mod evidence;
mod journal;
mod net;
mod play;
mod round;
mod site;
mod talk;
mod tests;
