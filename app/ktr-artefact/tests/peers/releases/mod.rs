//! Releases drawn by a seed, built the whole way from form to seal, before every judge there is.
//! `KTR_RELEASES` names how many and `KTR_RELEASE_SEED` the seed; `cargo xtask judge release` sets both.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "small counts and texts of a test"
)]

mod draw;
mod draw_rules;
mod judges;
mod made;
mod rules;
mod tally;
mod test;
