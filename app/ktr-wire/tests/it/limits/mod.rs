//! The limits of every message, walked along the schema as the source declares it.
//! What a rule allows inside these limits is told elsewhere.

mod read;
mod sample;
mod sentence;
mod trial;
