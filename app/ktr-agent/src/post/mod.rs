//! The post: the message that carries a release, encrypted to those who joined (design: room, section 5).
//! Nothing in it is believed; the seal is judged elsewhere.

mod open;
mod read;

pub use open::{Refused, Unsealed, open};
pub use read::{Fault, Media, Post, read};
