//! The technologies behind the ports: Matrix over HTTP, the homeserver's database, pass files, the chain's client, OpenPGP, TLS.
//! None of them decides anything.

pub mod chain;
pub mod matrix;
pub mod openpgp;
pub mod passes;
pub mod residue;
pub mod terminator;
