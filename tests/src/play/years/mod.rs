//! Years as a play: every term's board, the documented year's nominations and sessions, the studio's move, a county's new validator, an
//! upgrade, on four real engines.
//! **Shrunk** by the genesis: a year has a minute and a half; terms, deadlines and buckets take a share of it. Left out: rooms, agents and
//! the collector's server, which the month plays, so the chain finds every county overdue, and the counts are withheld; and the forms and
//! bundles of all cases and sessions but six and one. Nothing else is: keys, signatures, engines and their clocks are the product's.

mod alliance;
mod counts;
mod ground;
mod history;
mod hour;
mod line;
mod months;
mod programme;
mod studio;
mod term;
mod upgrade;
mod validator;

pub use programme::{Years, YearsWish, run_years};
