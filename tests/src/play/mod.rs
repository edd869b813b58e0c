//! The month as a play: ten acts, each an honest piece of the product at work; and years, in acts of their own.
//! `scripts/quickstart` and the net tests play it; nothing in it is mocked.

mod act;
mod audit;
mod blow;
mod company;
mod county;
mod failure;
mod ground;
mod ingestion;
mod members;
mod month;
mod nominations;
mod pace;
mod passes;
mod release;
mod report;
mod rooms;
mod scan;
mod session;
mod sitting;
mod sixteen;
mod stage;
mod years;

pub use act::{Act, Figures};
pub use county::Absent;
pub use failure::Failure;
pub use ground::{down, how_to_talk, runs, what_next};
pub use month::{Choice, Wish, play};
pub use pace::Pace;
pub use report::Report;
pub use years::{Years, YearsWish, run_years};
