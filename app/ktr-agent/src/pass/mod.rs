//! The pass: how a member gets into the room of its county without a password (design: room, section 3).
//! It is signed by the county's sidecar and sealed to the member; who served it does not matter.

mod name;
mod open;

pub use name::name;
pub use open::{Pass, Sought, open};
