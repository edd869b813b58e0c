//! Every step of the hour, and its end.
//! No server.

use ktr_core::{id::SessionId, time::Time};

use super::{Hour, Progress, next};
use crate::{action::Action, config::Timing};

const HOUR: Hour = Hour {
    session: SessionId(7),
    opens_at: Time(10_000),
    dissolves_at: Time(13_600),
};

fn step(progress: Progress, now: u64) -> Action {
    next(&HOUR, progress, Time(now), &Timing::default())
}

#[test]
fn a_member_gets_a_pass_then_joins_then_looks_then_waits_for_the_end() {
    for (progress, action) in [
        (Progress::Outside, Action::FetchPass),
        (Progress::Admitted, Action::Join),
        (Progress::Joined, Action::Look),
        (Progress::Filed, Action::Wait),
        (Progress::FiledOutside, Action::Wait),
    ] {
        assert_eq!(step(progress, 13_604), action, "{progress:?}");
    }
}

#[test]
fn five_seconds_after_t_it_leaves_by_itself_and_the_hour_is_over() {
    for (progress, action) in [
        (Progress::Outside, Action::Finish),
        (Progress::Admitted, Action::Finish),
        (Progress::Joined, Action::Leave),
        (Progress::Filed, Action::Leave),
        (Progress::FiledOutside, Action::Finish),
    ] {
        assert_eq!(step(progress, 13_605), action, "{progress:?}");
    }
}
