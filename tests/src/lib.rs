//! What the Relay's tests share: one sample of every message, the recorded vectors, the printed reference pages.
//! Nothing here is shipped.

pub mod bad_input;
mod change;
pub mod pinned;
pub mod play;
pub mod reference;
pub mod sample;
pub mod sample_governance;
pub mod second_judge;
pub mod vector;
