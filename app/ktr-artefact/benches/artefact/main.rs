//! Prints the artefact's speed and memory as one table beside the bars of the design, with what others take for the same in the same run.
//! It never fails for a missed bar: the table says so, and a person reads why in a profile.
//!
//! `cargo xtask bench artefact`, or `cargo bench -p ktr-artefact --bench artefact -- --help`

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a measuring tool"
)]

mod large;
mod leak;
mod memory;
mod pattern;
#[path = "../../tests/peers/pattern_drawn.rs"]
mod pattern_drawn;
#[path = "../../tests/peers/program.rs"]
#[expect(dead_code, reason = "the tests run gpg as well")]
mod program;
#[path = "../../tests/peers/python.rs"]
#[expect(dead_code, reason = "the tests ask python-stix2 as well")]
mod python;
mod release;
#[path = "../../tests/peers/world.rs"]
#[expect(dead_code, reason = "the tests begin with a smaller release")]
mod world;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ktr_testkit::table::Table;

/// Speed and memory of releases, patterns and the leak verifier, as a table.
#[derive(Debug, Parser)]
#[command(name = "artefact", disable_help_subcommand = true)]
struct Arguments {
    /// What to measure; everything, if not given
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Verify the release of this folder once, and say how much memory that took
    #[arg(long, hide = true)]
    judge: Option<PathBuf>,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// A release of 10,000 objects, beside stix2-validator and gpgv
    Release,
    /// The memory that a bundle of 50 MB takes, and a file of 256 MiB
    Memory,
    /// The leak verifier with 5,000 tokens over 16 MiB
    Leak,
    /// Patterns, beside stix2-patterns
    Pattern,
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.judge {
        return memory::judge(folder);
    }
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut table = Table::default();
    if wanted(Part::Release) {
        release::measure(&mut table);
    }
    if wanted(Part::Memory) {
        memory::measure(&mut table);
    }
    if wanted(Part::Leak) {
        leak::measure(&mut table);
    }
    if wanted(Part::Pattern) {
        pattern::measure(&mut table);
    }
    table.print();
}
