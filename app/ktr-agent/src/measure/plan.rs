//! When a plain hit goes out, as a pure function of choice, mark, tries and time.
//! The wait is drawn by the caller; here it is an argument.

use ktr_core::time::{Secs, Time};

use super::{Mark, Tries};
use crate::{
    config::{Measure, Timing},
    limits::HIT_TRIES_MAX,
};

/// What to do about the hit of one marked release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Nothing, now and later.
    Never,
    /// An instant has to be drawn or set.
    Plan,
    /// Its instant has not come.
    Wait,
    /// Now.
    Send,
}

/// The step; `at` is the instant of the next try, if one is set.
#[must_use]
pub fn step(choice: Measure, mark: Mark, tries: Tries, at: Option<Time>, now: Time) -> Step {
    let is_wanted = choice == Measure::Hit && mark.measure == Measure::Hit;
    if !is_wanted || tries.answered || tries.made >= HIT_TRIES_MAX {
        return Step::Never;
    }
    match at {
        None => Step::Plan,
        Some(at) if now < at => Step::Wait,
        Some(_) => Step::Send,
    }
}

/// When the next try is made: the first after a drawn wait, the others after a fixed pause.
#[must_use]
pub fn next_try(tries: Tries, drawn_secs: u64, now: Time, timing: &Timing) -> Time {
    let pause = match tries.made.checked_sub(1) {
        None => drawn_secs,
        Some(failed) => {
            let [second, third] = timing.hit_retry_secs;
            if failed == 0 { second } else { third }
        }
    };
    now.plus(Secs(pause))
}
