//! House rules that no compiler checks. Each file is one rule or a few of one kind, from a [`crate::tree::Tree`] or a
//! [`crate::graph::Graph`] to findings. Nothing here changes a file.

mod arrows;
mod finding;
mod manifest;
mod modules;
mod named;
mod names;
mod pages;
mod purity;
mod root;
mod secrets;
mod size;
pub(crate) mod step;
#[cfg(test)]
mod tests;
mod words;
