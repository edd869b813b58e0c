//! Years as a play: every term's board, a session, the studio's move, a county's new validator, an upgrade, on four real engines.
//! **Shrunk** by the genesis: a year has a minute; terms, deadlines and buckets take a share of it. Left out: rooms, agents and the
//! collector's server, which the month plays, and eleven of a year's twelve sessions; so the chain finds every county overdue, and the
//! counts are withheld. Nothing else is: keys, forms, bundles, seals, signatures, engines and their clocks are the product's.

mod alliance;
mod ground;
mod history;
mod hour;
mod programme;
mod studio;
mod term;
mod upgrade;
mod validator;

pub use programme::{Years, YearsWish, run_years};
