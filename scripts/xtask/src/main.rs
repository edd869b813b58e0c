//! The tasks of this repository: `cargo xtask ci` is what the server runs before a change lands.
//! It is no part of the product: nothing in `app/` depends on it.

mod bench;
mod blocks;
mod book;
mod ci;
mod clock;
mod commit;
mod cover;
mod error;
mod fuzz;
mod graph;
mod judge;
mod links;
mod mutate;
mod night;
mod output;
mod pinned;
mod program;
mod rust;
mod tally;
#[cfg(test)]
mod tests;
mod tidy;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::TaskError;

/// Tasks of the Knowledge Transfer Relay's repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// All checks in the server's order; stops at the first that fails
    Ci {
        /// Also fuzz every decoder and run the net tests (real engine, real homeserver) at the end
        #[arg(long, conflicts_with = "night")]
        net: bool,
        /// Instead, what a night has time for: more cases, other seeds, and the benches
        #[arg(long)]
        night: bool,
        /// What a night's cases are drawn from; without it, the day
        #[arg(long, requires = "night")]
        seed: Option<u32>,
        /// Seconds of each fuzz target in a night, at most
        #[arg(long, requires = "night", default_value_t = night::FUZZ_SECS)]
        secs: u64,
        /// Of a night, only the jobs whose name has this in it; may be given again
        #[arg(long, requires = "night", value_name = "WORDS")]
        only: Vec<String>,
    },
    /// House rules that no compiler checks: sizes, names, arrows, head comments
    Tidy,
    /// Compare the bytes the code makes with the recorded vectors
    Vectors {
        /// Write the vectors anew: the change needs a version and a reason
        #[arg(long)]
        bless: bool,
    },
    /// Compare the reference pages with what the code prints
    Reference {
        /// Write the pages anew
        #[arg(long)]
        bless: bool,
    },
    /// Fuzz every decoder; without flags as much as a change can wait for
    Fuzz {
        /// Inputs of each target, at most
        #[arg(long, default_value_t = fuzz::Effort::CI.runs)]
        runs: u64,
        /// Seconds of each target, at most
        #[arg(long, default_value_t = fuzz::Effort::CI.secs)]
        secs: u64,
        /// What the inputs are drawn from; 0 draws others each time
        #[arg(long, default_value_t = fuzz::Effort::CI.seed)]
        seed: u32,
    },
    /// Measure speed and memory and print them beside their bars; never fails for a missed bar
    Bench {
        /// What is measured
        what: bench::Subject,
        /// Arguments of the measuring program; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Put what is drawn by a seed before every judge there is, and print what each accepts
    Judge {
        /// What is judged
        what: judge::Subject,
        /// How many releases
        #[arg(long, default_value_t = 1_000)]
        releases: u64,
        /// What they are drawn from
        #[arg(long, default_value_t = judge::Effort::CI.seed)]
        seed: u64,
    },
    /// Count the lines of core, wire, ledger and proof that their tests run; fails under 90 % of one
    Cover,
    /// Take rules out of core, wire and proof, one at a time; fails if their tests catch less than 85 %
    Mutate {
        /// One part of the mutants of each crate: K/N, K from 0
        #[arg(long)]
        shard: Option<String>,
        /// Only what changed since this revision and the checkout parted
        #[arg(long, value_name = "REV", conflicts_with = "shard")]
        diff: Option<String>,
    },
    /// Build the book and follow its internal links
    Book,
}

fn main() -> ExitCode {
    match perform(&Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::failure(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn perform(task: &Task) -> Result<(), TaskError> {
    let root = checkout();
    match task {
        Task::Ci {
            night: true,
            seed,
            secs,
            only,
            ..
        } => {
            let night = night::Night {
                seed: seed.unwrap_or_else(clock::day),
                secs: *secs,
                only,
            };
            night.run(&root)
        }
        Task::Ci { net, .. } => ci::run(
            &root,
            if *net {
                ci::Reach::Net
            } else {
                ci::Reach::Local
            },
        ),
        Task::Tidy => tidy::step::run(&root).map(|note| output::line(&note)),
        Task::Vectors { bless } => {
            pinned::run(&root, pinned::VECTORS, mode(*bless)).map(|note| output::line(&note))
        }
        Task::Reference { bless } => {
            pinned::run(&root, pinned::REFERENCE, mode(*bless)).map(|note| output::line(&note))
        }
        Task::Fuzz { runs, secs, seed } => {
            let effort = fuzz::Effort {
                runs: *runs,
                secs: *secs,
                seed: *seed,
            };
            fuzz::run(&root, effort).map(|note| output::line(&note))
        }
        Task::Bench { what, arguments } => bench::run(&root, *what, arguments),
        Task::Judge {
            what: judge::Subject::Release,
            releases,
            seed,
        } => {
            let effort = judge::Effort {
                releases: *releases,
                seed: *seed,
                judges: judge::ALL,
            };
            judge::release(&root, effort).map(|note| output::line(&note))
        }
        Task::Cover => cover::run(&root).map(|note| output::line(&note)),
        Task::Mutate { shard, diff } => {
            let part = match (shard, diff) {
                (_, Some(revision)) => mutate::Part::Diff(revision),
                (Some(shard), None) => mutate::Part::Shard(shard),
                (None, None) => mutate::Part::All,
            };
            mutate::run(&root, part).map(|note| output::line(&note))
        }
        Task::Book => book::run(&root).map(|note| output::line(&note)),
    }
}

const fn mode(bless: bool) -> pinned::Mode {
    if bless {
        pinned::Mode::Bless
    } else {
        pinned::Mode::Compare
    }
}

/// The top of the checkout: two folders above this crate.
fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}
