//! The agent from outside: a session's hour against servers on loopback, real OpenPGP, the plain hit octet by octet.
//! The chain is a state made of records; real engines and a real homeserver are in the net tests.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that is told something impossible should stop at once"
)]

mod bad_post;
mod beacon;
mod fallback;
mod hour;
mod key;
mod pass;
mod program;
mod support;
mod tls;
