//! Prints the ledger's speed and memory as one table beside the bars of the design, all measured in one run.
//! It never fails for a missed bar: the table says so, and a person reads why in a profile.
//!
//! `cargo xtask bench ledger`, or `cargo bench -p ktr-node --bench ledger -- --help`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measuring tool"
)]

mod block;
mod call;
mod growth;
mod load;
mod lost;
mod network;
mod node;
mod sites;
mod steady;
mod traffic;

#[path = "../../tests/support/machine.rs"]
#[expect(dead_code, reason = "no site is measured under a unit")]
mod machine;
#[path = "../../tests/support/rpc.rs"]
#[expect(dead_code, reason = "the net tests ask more")]
mod rpc;
#[path = "../../tests/support/site.rs"]
#[expect(dead_code, reason = "the net tests do more with a site")]
mod site;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ktr_testkit::table::Table;

/// Speed and memory of the ledger, as a table.
#[derive(Debug, Parser)]
#[command(name = "ledger", disable_help_subcommand = true)]
struct Arguments {
    /// What to measure; everything, if not given
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// How many events the store grows to; the last factor of ten takes twenty minutes
    #[arg(long, default_value_t = 10_000_000)]
    events: u64,
    /// Seconds for which each network of four sites is measured
    #[arg(long, default_value_t = 20)]
    secs: u64,
    /// Seconds of the steady pace; a night takes ten minutes
    #[arg(long, default_value_t = 60)]
    steady_secs: u64,
    /// Grow the store of this folder to `--events`, then wait to be killed
    #[arg(long, hide = true)]
    grow: Option<PathBuf>,
    /// Open the store of this folder and answer Info once
    #[arg(long, hide = true)]
    answer: Option<PathBuf>,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One call, and one large frame, beside the stock server
    Call,
    /// Blocks of a thousand transactions, in memory and on disk, and again from an archive
    Block,
    /// A store that grows, and its start after a kill
    Growth,
    /// Four real sites beside the engine's own applications
    Sites,
    /// Four real sites at 200 transactions a second
    Steady,
    /// Real sites that lose a county
    Lost,
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.grow {
        return growth::grow(folder, arguments.events);
    }
    if let Some(folder) = &arguments.answer {
        return growth::answer(folder);
    }
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut table = Table::default();
    if wanted(Part::Call) {
        call::measure(&mut table);
    }
    if wanted(Part::Block) {
        block::measure(&mut table);
    }
    if wanted(Part::Growth) {
        growth::measure(&mut table, arguments.events);
    }
    if wanted(Part::Sites) {
        sites::measure(&mut table, arguments.secs);
    }
    if wanted(Part::Steady) {
        steady::measure(&mut table, arguments.steady_secs);
    }
    if wanted(Part::Lost) {
        lost::measure(&mut table);
    }
    table.print();
}
