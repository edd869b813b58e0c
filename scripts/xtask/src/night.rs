//! What a night has time for: the same tests as every run, with more cases, and another seed where one draws them.
//! It goes on after a failure, and names seed, commit and failures at the end; a seed that failed becomes a fixed case.

use std::path::Path;

use crate::clock::Watch;
use crate::error::TaskError;
use crate::fuzz::{self, Effort};
use crate::output;
use crate::program::Program;
use crate::{bench, blocks, commit, cover, mutate, tally::Tally};

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
const JOBS: &[Job] = &[
    Job {
        name: "crash matrix and full disks, another seed",
        arguments: &["-p", "ktr-node", "--lib", "crash::tests::"],
        variables: &[
            ("KTR_FULL_BLOCKS", Amount::Count("500")),
            ("KTR_CRASH_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "schedules of the driver",
        arguments: &["-p", "ktr-node", "--lib", "driver::"],
        variables: &[
            ("KTR_SCHEDULES", Amount::Count("5000")),
            ("KTR_SCHEDULE_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "octets of RocksDB's files",
        arguments: &["-p", "ktr-node", "--lib", "crash::octet::"],
        variables: &[
            ("KTR_OCTET_CUTS", Amount::Count("5000")),
            ("KTR_OCTET_FLIPS", Amount::Count("5000")),
            ("KTR_OCTET_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "upgrades at drawn heights",
        arguments: &["-p", "ktr-node", "--lib", "upgrade::"],
        variables: &[
            ("KTR_UPGRADE_HEIGHTS", Amount::Count("20")),
            ("KTR_UPGRADE_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "headers an hour off",
        arguments: &["-p", "ktr-ledger", "--test", "header_time", "--release"],
        variables: &[
            ("KTR_HEADER_HISTORIES", Amount::Count("2000")),
            ("KTR_HEADER_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "blocks in three processes",
        arguments: &["-p", "ktr-ledger", "--test", "determinism", "--release"],
        variables: &[("KTR_TEST_BLOCKS", Amount::Count("1000000"))],
    },
    Job {
        name: "the same blocks of a debug build",
        arguments: &["-p", "ktr-ledger", "--test", "determinism"],
        variables: &[
            ("KTR_TEST_BLOCKS", Amount::Count("1000000")),
            ("KTR_TEST_ALONE", Amount::Count("1")),
        ],
    },
    Job {
        name: "a long chain executed again",
        arguments: &["-p", "ktr-node", "--test", "replay"],
        variables: &[
            ("KTR_REPLAY_BLOCKS", Amount::Count("100000")),
            ("KTR_REPLAY_SEED", Amount::Seed),
        ],
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
            ("KTR_YEARS", Amount::Count("1000")),
            ("KTR_YEARS_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "decades in one piece with faults",
        arguments: &[
            "-p",
            "ktr-ledger",
            "--test",
            "years",
            "--release",
            "ten_years_on",
        ],
        variables: &[
            ("KTR_DECADES", Amount::Count("100")),
            ("KTR_DECADES_SEED", Amount::Seed),
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
        name: "patterns before stix2-patterns",
        arguments: &[
            "-p",
            "ktr-artefact",
            "--test",
            "peers",
            "--release",
            "generated_patterns",
        ],
        variables: &[
            ("KTR_PATTERNS", Amount::Count("100000")),
            ("KTR_PATTERN_SEED", Amount::Seed),
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
        name: "power losses of four sites",
        arguments: &["-p", "ktr-node", "--test", "net", "whose_power"],
        variables: &[
            ("KTR_POWER_CYCLES", Amount::Count("200")),
            ("KTR_POWER_SEED", Amount::Seed),
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
        name: "partitions of four network namespaces",
        arguments: &["-p", "ktr-node", "--test", "net", "four_network"],
        variables: &[
            ("KTR_CUTS", Amount::Count("50")),
            ("KTR_CUT_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "a join over a snapshot of many chunks",
        arguments: &["-p", "ktr-node", "--test", "net", "a_fresh_site"],
        variables: &[("KTR_JOIN_CHUNKS", Amount::Count("3"))],
    },
    Job {
        name: "a backup that is put back",
        arguments: &["-p", "ktr-node", "--test", "net", "a_lost_site"],
        variables: &[],
    },
    Job {
        name: "malformed transactions to four sites",
        arguments: &["-p", "ktr-node", "--test", "net", "malformed_transactions"],
        variables: &[
            ("KTR_FLOOD", Amount::Count("1000000")),
            ("KTR_FLOOD_SEED", Amount::Seed),
        ],
    },
    // Drawn by proptest, anew each time: it prints the shortest order that fails.
    Job {
        name: "legal orders of calls",
        arguments: &["-p", "ktr-abci", "--test", "order"],
        variables: &[("KTR_ORDERS", Amount::Count("1000000"))],
    },
    Job {
        name: "legal orders of calls at a node",
        arguments: &["-p", "ktr-node", "--lib", "any_legal_order"],
        variables: &[("KTR_NODE_ORDERS", Amount::Count("1000"))],
    },
    Job {
        name: "malformed frames to a node",
        arguments: &["-p", "ktr-node", "--test", "start", "octets_that"],
        variables: &[
            ("KTR_FRAMES", Amount::Count("1000000")),
            ("KTR_FRAMES_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "the engine's own crash points",
        arguments: &["-p", "ktr-node", "--test", "net", "an_engine_that"],
        // 0 to 40.
        variables: &[("KTR_FAIL_POINTS", Amount::Count("41"))],
    },
    Job {
        name: "double kills of sidecar and homeserver",
        arguments: &["-p", "ktr-room", "--test", "net", "exact::"],
        variables: &[
            ("KTR_ROOM_KILLS", Amount::Count("100")),
            ("KTR_ROOM_KILL_SEED", Amount::Seed),
        ],
    },
    Job {
        name: "nets of 218 members",
        arguments: &["-p", "ktr-room", "--test", "net", "with_the_sidecar_dead"],
        variables: &[("KTR_ROOM_NET_MEMBERS", Amount::Count("218"))],
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

/// Months in which one county's engine and node are dead from the first act until the audit, which also judges how soon blocks came.
/// Three minutes each, and therefore not among the net tests of every run.
const MONTHS_WITHOUT: [(&str, &str); 2] = [
    ("a month without county b", "b"),
    ("a month without county c", "c"),
];

/// Months in which one process dies by -9 in an act, both drawn from the night's seed and this number.
const MONTHS_STRUCK: [(&str, u64); 2] =
    [("a month with a blow", 0), ("a month with another blow", 1)];

/// All the years that the play has, on real engines: seven and a half minutes.
const YEARS: (&str, [&str; 2]) = ("three years of four sites", ["--years", "3"]);

/// What is measured at the end of a night, and with which arguments.
const BENCHES: [(&str, bench::Subject, &[&str]); 3] = [
    (
        "bench of the ledger",
        bench::Subject::Ledger,
        &["--steady-secs", "600"],
    ),
    ("bench of the artefact", bench::Subject::Artefact, &[]),
    ("bench of the room", bench::Subject::Room, &[]),
];

/// Inputs of each fuzz target, at most.
const FUZZ_RUNS: u64 = 10_000_000;
/// Seconds of each fuzz target, unless somebody says otherwise: almost two hours in all.
pub(crate) const FUZZ_SECS: u64 = 240;

/// What of a night is run, and how far.
pub(crate) struct Night<'a> {
    /// What its cases are drawn from.
    pub(crate) seed: u32,
    /// Seconds of each fuzz target, at most.
    pub(crate) secs: u64,
    /// Words of the jobs that are run; all of them, if there are none.
    pub(crate) only: &'a [String],
}

/// What the jobs came to, in their order.
#[derive(Default)]
struct Report {
    table: Vec<String>,
    failed: Vec<String>,
}

impl Night<'_> {
    /// Runs what is wanted of it.
    ///
    /// # Errors
    /// [`TaskError::Night`] with the names of what failed; [`TaskError::NoJob`] if `only` names none.
    pub(crate) fn run(&self, root: &Path) -> Result<(), TaskError> {
        let seed = self.seed;
        // Of the beginning: somebody may go on in this checkout meanwhile.
        let commit = commit::of(root).map_or_else(String::new, |commit| format!(", {commit}"));
        let named = format!("seed {seed}{commit}");
        output::line(&format!("a night with {named}"));
        let (mut tally, mut report) = (Tally::new(), Report::default());
        for job in JOBS.iter().filter(|job| self.wants(job.name)) {
            report.add(job.name, || job.run(root, seed, &mut tally));
        }
        self.part(&mut report, "random blocks of another seed", || {
            blocks::run(root, seed, &mut tally)
        });
        for (name, county) in MONTHS_WITHOUT {
            let out = format!("without-{county}");
            self.part(&mut report, name, || {
                play(root, &out, ["--without", county])
            });
        }
        for (name, number) in MONTHS_STRUCK {
            let blow = blow(seed, number).to_string();
            self.part(&mut report, name, || {
                play(root, &format!("struck-{number}"), ["--kill", &blow])
            });
        }
        let (name, wish) = YEARS;
        self.part(&mut report, name, || play(root, "years", wish));
        let effort = Effort {
            runs: FUZZ_RUNS,
            secs: self.secs,
            seed,
        };
        self.part(&mut report, "fuzz targets", || fuzz::run(root, effort));
        self.part(&mut report, "lines covered", || cover::run(root));
        let shard = mutate::of_night(seed);
        self.part(&mut report, &format!("mutants, shard {shard}"), || {
            mutate::run(root, mutate::Part::Shard(&shard))
        });
        for (name, subject, arguments) in BENCHES {
            let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
            self.part(&mut report, name, || {
                bench::run(root, subject, &arguments).map(|()| String::from("table above"))
            });
        }
        report.end(&tally, &named)
    }

    fn part(
        &self,
        report: &mut Report,
        name: &str,
        run: impl FnOnce() -> Result<String, TaskError>,
    ) {
        if self.wants(name) {
            report.add(name, run);
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| name.contains(word.as_str()))
    }
}

impl Report {
    fn add(&mut self, name: &str, run: impl FnOnce() -> Result<String, TaskError>) {
        output::line(&format!("\n== {name}"));
        let watch = Watch::start();
        let note = run().unwrap_or_else(|error| {
            output::failure(&error.to_string());
            self.failed.push(name.to_owned());
            String::from("FAILED")
        });
        let row = format!("{:>6} s  {name:<44} {note}", watch.secs());
        self.table.push(row);
    }

    fn end(self, tally: &Tally, named: &str) -> Result<(), TaskError> {
        if self.table.is_empty() {
            return Err(TaskError::NoJob);
        }
        output::line("");
        for row in &self.table {
            output::line(row);
        }
        output::line(&format!("\n{tally}\n{named}"));
        if self.failed.is_empty() {
            Ok(())
        } else {
            Err(TaskError::Night(self.failed.join(", ")))
        }
    }
}

/// The seed of a night's blow with this number: none is another night's.
fn blow(seed: u32, number: u64) -> u64 {
    u64::from(seed).saturating_mul(2).saturating_add(number)
}

/// Plays what `scripts/quickstart` plays with this wish; it fails if an act does.
fn play(root: &Path, folder: &str, wish: [&str; 2]) -> Result<String, TaskError> {
    let build = ["build", "--locked", "--workspace", "--bins"];
    Program::new(root, "cargo", &build).pass()?;
    let out = format!("target/night/{folder}");
    let month = ["run", "--locked", "-p", "ktr-tests", "--bin", "month", "--"];
    let place = ["--out", &out];
    Program::new(root, "cargo", &[&month[..], &wish, &place].concat()).pass()?;
    Ok(wish.join(" "))
}

/// What a job's row says of what its tests skipped since the count was this one, so that it does not read like a pass.
pub(crate) fn skips(before: u64, tally: &Tally) -> Option<String> {
    let skipped = tally.skipped().saturating_sub(before);
    (skipped > 0).then(|| format!("SKIPPED {skipped}"))
}

/// What a test says that it measured: a job's row repeats it, and a person reads it, since a loaded machine would turn a bar red.
pub(crate) fn measured(line: &str) -> Option<String> {
    let (_, told) = line.split_once("measured: ")?;
    Some(told.to_owned())
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
        let before = tally.skipped();
        let mut ran = false;
        program.watched(|line| {
            ran |= line.starts_with("test ");
            notes.extend(measured(line));
            tally.line(line);
        })?;
        if ran {
            notes.extend(skips(before, tally));
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
