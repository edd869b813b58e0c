//! Prints the room's speed and memory as one table beside the bars of the design, all measured in one run on real homeservers.
//! It never fails for a missed bar: the table says so. What does not work at all, such as a member that cannot join, ends it.
//!
//! `cargo xtask bench room`, or `cargo bench -p ktr-room --bench room -- --help`

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a measuring tool"
)]

mod county;
mod crowd;
mod hour;
mod sessions;
mod site;
#[path = "../../tests/net/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests of the net use the rest of it"
)]
mod support;
#[path = "../../tests/world/sealed.rs"]
#[expect(dead_code, reason = "the tests of the release use the rest of it")]
mod world;

use std::sync::Arc;

use clap::{Parser, ValueEnum};
use ktr_testkit::table::Table;

/// Speed and memory of the room, as a table.
#[derive(Debug, Parser)]
#[command(name = "room", disable_help_subcommand = true)]
struct Arguments {
    /// What to measure; everything, if not given
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Members of each homeserver
    #[arg(long, default_value_t = 218, value_parser = clap::value_parser!(u8).range(1..=250))]
    members: u8,
    /// Sessions that one sidecar goes through
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..))]
    sessions: u32,
    /// Be one county, as this JSON says
    #[arg(long, hide = true)]
    county: Option<String>,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One hour of one homeserver
    Hour,
    /// The same hour of three homeservers on this machine, beside that of one
    Scale,
    /// One sidecar over many sessions
    Sessions,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    if let Some(task) = &arguments.county {
        return county::serve(&serde_json::from_str(task).unwrap()).await;
    }
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut table = Table::default();
    if wanted(Part::Hour) || wanted(Part::Scale) {
        let crowd = Arc::new(crowd::Crowd::of(arguments.members));
        let one = hour::measure(&mut table, &crowd).await;
        if wanted(Part::Scale) {
            hour::compare(&mut table, &crowd, one).await;
        }
    }
    if wanted(Part::Sessions) {
        sessions::measure(&mut table, arguments.sessions).await;
    }
    table.print();
}
