//! How much of a test runs: a change waits for the default, a night sets more in the environment (`cargo xtask ci --night`).
//! What is read here chooses cases only; no rule depends on it.

#![expect(
    clippy::disallowed_methods,
    reason = "the test harness leaves no argument free; how long a night is, the environment says"
)]

/// Whether `variable` asks for every case, with `all`, instead of a drawn sample.
///
/// # Panics
/// If there is something else in it.
#[must_use]
pub fn all(variable: &str) -> bool {
    match std::env::var(variable) {
        Ok(text) => {
            assert_eq!(text, "all", "{variable} is `all` or absent");
            true
        }
        Err(_) => false,
    }
}

/// The number in `variable`, or the default.
///
/// # Panics
/// If there is something else in it.
#[must_use]
pub fn number(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => default,
    }
}

/// The same of cases that `proptest` draws, as it counts them.
///
/// # Panics
/// The same, and if it is no such count.
#[must_use]
pub fn cases(variable: &str, default: u32) -> u32 {
    u32::try_from(number(variable, u64::from(default))).expect("a count of cases")
}
