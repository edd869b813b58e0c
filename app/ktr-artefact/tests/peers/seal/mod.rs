//! Table 7.4 of the design's bundle page, row by row, with real gpg, gpgv and sqv as judges beside our strict verification.
//! The law: what we accept, all of them accept; what one of them refuses, we refuse.

mod bench;
mod clock;
mod good;
mod page;
mod peers;
mod refused;
mod table;

pub(crate) use peers::{Peers, Says, judged};
