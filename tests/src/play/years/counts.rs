//! What a year came to, as the chain itself says: its log is read under a signed header and counted, and must hold the documented year.
//! What the acts think that they sent is not asked.

use std::collections::BTreeMap;

use ktr_core::{Event, session};
use ktr_testkit::year::COUNTED;
use ktr_wire::recorded::{Entry, Recorded};
use serde_json::json;

use super::{
    super::{Failure, Figures},
    alliance::Alliance,
    line::Line,
};

/// Seconds within which the last silence of a year has come to its end, at pace 1.
const SILENCE_SECS: u64 = 45;
/// Sessions of a year.
const SESSIONS: usize = 12;

/// Waits until no case is open, and counts what happened since the years that were counted before.
pub(crate) fn play(alliance: &mut Alliance, year: usize) -> Result<Figures, Failure> {
    let line = Line::to(&alliance.stage)?;
    let log = alliance
        .stage
        .until("the end of every case", SILENCE_SECS, |_| {
            let (state, log) = line.read()?;
            let is_open = state.nomination.open().next().is_some();
            Ok((!is_open).then_some(log))
        })?;
    let of_year = log.get(alliance.counted..).unwrap_or_default();
    let names: Vec<&str> = of_year.iter().map(Recorded::name).collect();
    let figures = counted(&names)?;
    let opened: Vec<u32> = of_year.iter().filter_map(opened).collect();
    in_order(&opened, year)?;
    alliance.counted = log.len();
    Ok(figures)
}

/// How many of each event the year has, if it is the documented one.
fn counted(names: &[&str]) -> Result<Figures, Failure> {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for name in names {
        let count = seen.entry(*name).or_default();
        *count = count.saturating_add(1);
    }
    let mut figures = Figures::new();
    for (name, wanted) in COUNTED {
        let count = seen.get(name).copied().unwrap_or(0);
        if count != wanted {
            let why = format!("the log of the year has {name} {count} times, not {wanted}");
            return Err(Failure::new(why));
        }
        let words = name.trim_end_matches(".v1").replace('.', " ");
        figures.insert(words, json!(count));
    }
    Ok(figures)
}

/// The sessions of a year, counted from 0, are opened one after the other.
fn in_order(opened: &[u32], year: usize) -> Result<(), Failure> {
    let before = year.saturating_mul(SESSIONS);
    let wanted: Vec<u32> = (1..).skip(before).take(SESSIONS).collect();
    if opened == wanted {
        return Ok(());
    }
    let why = format!("sessions {opened:?} were opened, not {wanted:?}");
    Err(Failure::new(why))
}

/// The session that was opened, if one was.
fn opened(recorded: &Recorded) -> Option<u32> {
    let Entry::Event(Event::Session(session::Event::Opened { session, .. })) = &recorded.entry
    else {
        return None;
    };
    Some(session.0)
}

#[cfg(test)]
mod tests {
    use super::{COUNTED, counted, in_order};

    fn documented() -> Vec<&'static str> {
        let times = |(name, count): (&'static str, u64)| (0..count).map(move |_| name);
        COUNTED.into_iter().flat_map(times).collect()
    }

    #[test]
    fn a_year_of_the_log_holds_what_is_documented_and_neither_more_nor_less() {
        let mut names = documented();
        names.push("ledger.nonces.v1");
        let figures = counted(&names).expect("the documented year");
        assert_eq!(figures["nomination submitted"], 127);
        assert_eq!(figures["nomination cleared"], 94);
        assert_eq!(figures["session opened"], 12);
        for (name, _) in COUNTED {
            let more = [documented().as_slice(), &[name]].concat();
            assert!(counted(&more).is_err(), "{name} once more");
            let mut less = documented();
            let place = less.iter().position(|of| *of == name);
            less.remove(place.expect("it is there"));
            assert!(counted(&less).is_err(), "{name} once less");
        }
    }

    #[test]
    fn twelve_sessions_of_each_year_are_opened_in_their_order() {
        let year: Vec<u32> = (13..=24).collect();
        in_order(&year, 1).expect("the second year");
        assert!(in_order(&year, 0).is_err());
        let mut swapped = year;
        swapped.swap(3, 4);
        assert!(in_order(&swapped, 1).is_err());
        assert!(in_order(&swapped[..11], 1).is_err());
    }
}
