//! Outside judges: gpg, gpgv, sqv, sq, GNU tar, OASIS's Python programs, a second library, and published vectors.
//! A missing peer fails its test; only data that may be absent by agreement is skipped, with a count.

#[cfg(test)]
mod envelope;
#[cfg(test)]
mod leak;
#[cfg(test)]
mod leak_injected;
#[cfg(test)]
mod leak_mutants;
#[cfg(test)]
mod leak_public;
#[cfg(test)]
mod leak_through;
#[cfg(test)]
mod pattern;
#[cfg(test)]
mod pattern_drawn;
#[cfg(test)]
mod program;
#[cfg(test)]
mod public;
#[cfg(test)]
mod python;
#[cfg(test)]
mod recall;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod seal;
#[cfg(test)]
mod transaction;
#[cfg(test)]
mod validator;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod version;
#[cfg(test)]
mod world;
