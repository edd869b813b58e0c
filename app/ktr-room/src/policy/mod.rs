//! What to do next, as a pure function of plan, sight, journal and clocks; the rules are in the files of this folder.
//! No clock, no network and no randomness here: the same facts give the same actions.

mod end;
mod fallback;
mod probe;
mod rule;
#[cfg(test)]
mod tests;
mod unarmed;

#[expect(
    clippy::module_name_repetitions,
    reason = "named as the style page names policies and adapters"
)]
pub use {end::seen_late, probe::WatchPolicy, rule::RoomPolicy};
