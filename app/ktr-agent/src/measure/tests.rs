//! Off is off, a hit is one hit, and there is no fourth try.
//! Nothing is sent here.

use ktr_core::{id::ReleaseId, time::Time};

use super::{Mark, Step, Tries, marks, next_try, step, tries, write_mark, write_tries};
use crate::config::{Measure, Timing};

const NOW: Time = Time(1_000);
const HIT: Mark = Mark {
    measure: Measure::Hit,
};
const OFF: Mark = Mark {
    measure: Measure::Off,
};

#[test]
fn nothing_is_sent_unless_the_member_chose_so_then_and_now() {
    let fresh = Tries::default();
    for (choice, mark, expected) in [
        (Measure::Off, OFF, Step::Never),
        (Measure::Off, HIT, Step::Never),
        (Measure::Hit, OFF, Step::Never),
        (Measure::Hit, HIT, Step::Plan),
    ] {
        assert_eq!(
            step(choice, mark, fresh, None, NOW),
            expected,
            "{choice:?} {mark:?}"
        );
    }
}

#[test]
fn a_hit_waits_for_its_instant() {
    let at = |at| step(Measure::Hit, HIT, Tries::default(), Some(Time(at)), NOW);
    assert_eq!(
        (at(1_001), at(1_000), at(999)),
        (Step::Wait, Step::Send, Step::Send)
    );
}

#[test]
fn an_answered_hit_is_not_repeated_and_a_fourth_try_is_not_made() {
    for (made, answered, expected) in [
        (0, false, Step::Plan),
        (1, true, Step::Never),
        (2, false, Step::Plan),
        (3, false, Step::Never),
    ] {
        let tries = Tries { made, answered };
        assert_eq!(
            step(Measure::Hit, HIT, tries, None, NOW),
            expected,
            "{tries:?}"
        );
    }
}

#[test]
fn the_first_try_is_drawn_and_the_others_come_after_fixed_pauses() {
    for (made, after) in [(0, 17), (1, 30), (2, 120)] {
        let tries = Tries {
            made,
            answered: false,
        };
        assert_eq!(
            next_try(tries, 17, NOW, &Timing::default()),
            Time(1_000 + after),
            "{made}"
        );
    }
}

#[test]
fn the_first_mark_stays_and_tries_survive_a_restart() {
    let folder = tempfile::tempdir().expect("folder");
    let release = ReleaseId([7; 16]);
    assert_eq!(marks(folder.path()).expect("read"), []);
    write_mark(folder.path(), release, OFF).expect("written");
    write_mark(folder.path(), release, HIT).expect("written");
    assert_eq!(marks(folder.path()).expect("read"), [(release, OFF)]);
    assert_eq!(
        tries(folder.path(), release).expect("read"),
        Tries::default()
    );
    let made = Tries {
        made: 2,
        answered: true,
    };
    write_tries(folder.path(), release, made).expect("written");
    assert_eq!(tries(folder.path(), release).expect("read"), made);
}
