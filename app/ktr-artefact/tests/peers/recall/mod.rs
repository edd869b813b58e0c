//! What of a victim is found without its dictionary, and what of an attacker is lost on the way (design: bundle, section 6.3).
//! Recorded events carry labels; a seed gives them to somebody else, and a hasty member copies them into a rule.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "small counts and texts of a test"
)]

mod event;
mod identity;
mod loss;
mod rule;
mod test;
