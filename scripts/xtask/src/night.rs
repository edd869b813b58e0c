//! What a night has time for: the same tests as every run, with more cases, and another seed where one draws them.
//! It goes on after a failure, and names seed and failures at the end; a seed that failed becomes a fixed case.

use std::path::Path;

use crate::clock::Watch;
use crate::error::TaskError;
use crate::fuzz::{self, Effort};
use crate::output;
use crate::program::Program;
use crate::{bench, cover, mutate, tally::Tally};

/// A run of tests and the variables by which it is longer.
struct Job {
    name: &'static str,
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, Amount)],
}

/// What a variable is set to.
#[derive(Clone, Copy)]
enum Amount {
    Count(&'static str),
    Seed,
}

/// The nightly column (design: assurance, section 3.3), as far as it has tests.
const JOBS: [Job; 12] = [
    Job {
        name: "crash matrix and full disks, another seed",
        arguments: &["-p", "ktr-node", "--lib", "crash::"],
        variables: &[("KTR_CRASH_SEED", Amount::Seed)],
    },
    Job {
        name: "blocks in three processes",
        arguments: &["-p", "ktr-ledger", "--test", "determinism", "--release"],
        variables: &[("KTR_TEST_BLOCKS", Amount::Count("1000000"))],
    },
    Job {
        name: "blocks of a release build",
        arguments: &["-p", "ktr-ledger", "--test", "determinism", "--release"],
        variables: &[],
    },
    Job {
        name: "years with faults",
        arguments: &[
            "-p",
            "ktr-ledger",
            "--test",
            "years",
            "--release",
            "what_holds",
        ],
        variables: &[
            ("KTR_YEARS", Amount::Count("10000")),
            ("KTR_YEARS_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "snapshots of a liar",
        arguments: &["-p", "ktr-node", "--lib", "snapshot::"],
        variables: &[
            ("KTR_SNAPSHOT_MUTANTS", Amount::Count("10000")),
            ("KTR_SNAPSHOT_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "words of a victim in releases",
        arguments: &[
            "-p",
            "ktr-artefact",
            "--test",
            "peers",
            "--release",
            "leak_",
        ],
        variables: &[
            ("KTR_INJECTIONS", Amount::Count("1000000")),
            ("KTR_INJECTION_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "kill cycles of four sites",
        arguments: &["-p", "ktr-node", "--test", "net", "nothing_that"],
        variables: &[
            ("KTR_KILL_CYCLES", Amount::Count("300")),
            ("KTR_KILL_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "partitions of four sites",
        arguments: &["-p", "ktr-node", "--test", "net", "a_side_with"],
        variables: &[
            ("KTR_CUTS", Amount::Count("50")),
            ("KTR_CUT_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "the engine's own crash points",
        arguments: &["-p", "ktr-node", "--test", "net", "an_engine_that"],
        variables: &[("KTR_FAIL_POINTS", Amount::Count("40"))],
    },
    Job {
        name: "double kills of sidecar and homeserver",
        arguments: &["-p", "ktr-room", "--test", "net", "exact::"],
        variables: &[
            ("KTR_ROOM_KILLS", Amount::Count("all")),
            ("KTR_ROOM_KILL_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "histories of a room",
        arguments: &["-p", "ktr-room", "--lib", "policy::"],
        variables: &[
            ("KTR_ROOM_HISTORIES", Amount::Count("100000")),
            ("KTR_ROOM_HISTORY_SEED", Amount::Seed),
        ],
    },
    // Twelve minutes of processor time to build, and another build of what it shares with the rest: not for every run.
    Job {
        name: "rules before YARA-X and yarac",
        arguments: &[
            "-p",
            "ktr-artefact",
            "-p",
            "ktr-cli",
            "--features",
            "ktr-artefact/yara,ktr-cli/yara",
            "--lib",
            "--bins",
            "--test",
            "cli",
        ],
        variables: &[],
    },
];

/// Inputs of each fuzz target, at most.
const FUZZ_RUNS: u64 = 10_000_000;
/// Seconds of each fuzz target, unless somebody says otherwise: two hours in all.
pub(crate) const FUZZ_SECS: u64 = 480;

/// Runs everything; `secs` bounds each fuzz target.
///
/// # Errors
/// [`TaskError::Night`] with the names of what failed.
pub(crate) fn run(root: &Path, seed: u32, secs: u64) -> Result<(), TaskError> {
    output::line(&format!("a night with seed {seed}"));
    let mut tally = Tally::new();
    let mut table = Vec::new();
    let mut failed = Vec::new();
    let mut done = |name: &str, watch: &Watch, result: Result<String, TaskError>| {
        let note = match result {
            Ok(note) => note,
            Err(error) => {
                output::failure(&error.to_string());
                failed.push(name.to_owned());
                String::from("FAILED")
            }
        };
        table.push(format!("{:>6} s  {name:<44} {note}", watch.secs()));
    };
    for job in JOBS {
        output::line(&format!("\n== {}", job.name));
        let watch = Watch::start();
        done(job.name, &watch, job.run(root, seed, &mut tally));
    }
    output::line("\n== fuzz targets");
    let watch = Watch::start();
    let effort = Effort {
        runs: FUZZ_RUNS,
        secs,
        seed,
    };
    done("fuzz targets", &watch, fuzz::run(root, effort));
    output::line("\n== lines covered");
    let watch = Watch::start();
    done("lines covered", &watch, cover::run(root));
    let shard = mutate::of_night(seed);
    let name = format!("mutants, shard {shard}");
    output::line(&format!("\n== {name}"));
    let watch = Watch::start();
    done(&name, &watch, mutate::run(root, Some(&shard)));
    output::line("\n== bench of the ledger");
    let watch = Watch::start();
    let benched = bench::run(root, bench::Subject::Ledger, &[]);
    done(
        "bench of the ledger",
        &watch,
        benched.map(|()| String::from("table above")),
    );
    output::line("");
    for row in &table {
        output::line(row);
    }
    output::line(&format!("\n{tally}\nseed {seed}"));
    if failed.is_empty() {
        Ok(())
    } else {
        Err(TaskError::Night(failed.join(", ")))
    }
}

impl Job {
    fn run(&self, root: &Path, seed: u32, tally: &mut Tally) -> Result<String, TaskError> {
        let arguments = [
            &["test", "--locked"],
            self.arguments,
            &["--", "--nocapture"],
        ]
        .concat();
        let mut program = Program::new(root, "cargo", &arguments);
        let mut notes = Vec::new();
        for (name, amount) in self.variables {
            let value = match amount {
                Amount::Count(count) => (*count).to_owned(),
                Amount::Seed => seed.to_string(),
            };
            program = program.env(name, &value);
            notes.push(format!("{name}={value}"));
        }
        let mut ran = false;
        program.watched(|line| {
            ran |= line.starts_with("test ");
            tally.line(line);
        })?;
        if ran {
            Ok(notes.join(" "))
        } else {
            // A filter that names no test is no success.
            Err(TaskError::Failed(format!(
                "{}: no test ran and it",
                self.name
            )))
        }
    }
}
