//! `ktr seal`: what it does is in `run`, what a release desk sees of it in `tests`.
//! What a seal is, and when it passes, is said in `ktr-artefact`.

mod run;
#[cfg(test)]
mod tests;

pub(crate) use run::{Seal, run};
