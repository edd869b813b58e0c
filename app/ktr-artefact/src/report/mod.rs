//! The build report: what a build dropped, masked, refused and let stand, and why, for the board and the nominators.
//! It names cases by commitment, entries by path, objects by id and rules by number; it holds no value of a form, no title and no word of a dictionary.
//!
//! [`Report::of`] is a pure function of forms and build; [`Report::to_text`], [`Report::to_json`] and [`Report::to_html`] write it. [`FormCheck::of`]
//! says the same of one form, to who wrote it.
//!
//! **Invariant:** every string in a [`Report`] is an id, a path made of key names and numbers, or a constant of this crate.

mod change;
mod check;
mod everywhere;
mod gather;
mod html;
mod model;
#[cfg(test)]
mod tests;
mod text;
mod wording;

pub use check::{Asked, FormCheck, Verdict};
pub use gather::{Form, Inputs};
pub use model::{
    Action, Case, Change, Detection, Found, Lists, Meaning, Outcome, Report, Source, Stage,
};
