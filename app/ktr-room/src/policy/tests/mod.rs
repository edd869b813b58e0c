//! Tests of the policy without a server: sentences rule by rule, properties over seeded histories, and the world they play in.
//! What a real homeserver does is met in the net tests.

mod ending;
mod fallback;
mod keys;
mod probe;
mod properties;
mod sentences;
mod turn;
mod unarmed;
mod world;
