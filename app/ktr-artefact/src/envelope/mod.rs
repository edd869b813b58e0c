//! One `OpenPGP` envelope for every file that travels encrypted: case, hand-over, pass, post.
//! Who may receive what is decided elsewhere; this module only seals letters and opens them.
//!
//! One v3 PKESK with key id zero per recipient (cv25519, ECDH), SEIPD v1 with AES-256, optionally one inner signature that names its
//! purpose, one binary literal without name and date, no compression. gpg 2.2 opens it with `gpg -d`.

mod open;
mod recipient;
mod seal;
#[cfg(test)]
mod tests;

pub use open::{Expected, Opened, open};
pub use recipient::Recipients;
pub use seal::{Inner, Purpose, seal};
