//! Genesis: what a network starts from, as JSON in the engine's `genesis.json` and as the one digest that names it.
//! Of the engine's own fields only the parameters of consensus are here, since no chain has others.
//!
//! `app_state` is a JSON object that maps one to one to [`ktr_core::Genesis`]: lower-case hex, 64-bit numbers as decimal strings,
//! every field required, unknown fields refused. The digest is taken over canonical protobuf, never over JSON.

mod canonical;
mod check;
mod engine;
mod json;

pub use canonical::{decode, digest, encode};
pub use check::{Incomplete, check, check_begun};
pub use engine::consensus_params;
pub use json::{JsonError, begun_from_json, from_json, parameters_from_json, to_json};
