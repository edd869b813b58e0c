//! Outside judges: gpg, gpgv, sqv, sq, GNU tar, the OASIS validator, and published vectors.
//! A missing peer fails its test; only data that may be absent by agreement is skipped, with a count.

#[cfg(test)]
mod envelope;
#[cfg(test)]
mod program;
#[cfg(test)]
mod seal;
#[cfg(test)]
mod transaction;
#[cfg(test)]
mod validator;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod world;
