//! The checks in the server's order. Each one is defined elsewhere; this is the list, and the table at its end.

use std::path::Path;

use crate::clock::Watch;
use crate::error::TaskError;
use crate::graph::Graph;
use crate::output;
use crate::pinned::{self, Mode};
use crate::program::Program;
use crate::tally::Tally;
use crate::{book, commit, fuzz, judge, tidy};

/// The test target that needs the real engine and the real homeserver.
const NET: &str = "net";
/// Net tests that wait for times of the homeserver's own and do nothing meanwhile: three of them fit side by side.
const IDLE: &str = "nets::";

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What needs no other program of the network.
    Local,
    /// The fuzz targets and the net tests as well.
    Net,
}

type Work = fn(&Path, &mut Tally) -> Result<String, TaskError>;

const STEPS: &[(&str, Work)] = &[
    ("format", |root, _| {
        cargo(root, &["fmt", "--all", "--check"])
    }),
    ("tidy", |root, _| tidy::step::run(root)),
    ("clippy", |root, _| clippy(root)),
    ("unit and scenario tests", tests),
    ("blocks of a release build", release_blocks),
    ("releases before judges", |root, _| {
        judge::release(root, judge::Effort::CI)
    }),
    ("documentation", |root, _| documentation(root)),
    ("vectors", |root, _| {
        pinned::run(root, pinned::VECTORS, Mode::Compare)
    }),
    ("reference pages", |root, _| {
        pinned::run(root, pinned::REFERENCE, Mode::Compare)
    }),
    ("dependencies", |root, _| dependencies(root)),
    ("book", |root, _| book::run(root)),
];

/// Runs all steps; stops at the first that fails, and says of which commit.
///
/// # Errors
/// When a step fails; its own output says why.
pub(crate) fn run(root: &Path, reach: Reach) -> Result<(), TaskError> {
    let commit = commit::of(root);
    let say = || {
        if let Some(commit) = &commit {
            output::line(commit);
        }
    };
    say();
    let mut tally = Tally::new();
    let mut table = Vec::new();
    let net: &[(&str, Work)] = match reach {
        Reach::Local => &[],
        Reach::Net => &[
            ("fuzz targets", |root, _| fuzz::run(root, fuzz::Effort::CI)),
            ("net tests", net_tests),
        ],
    };
    for (name, work) in STEPS.iter().chain(net) {
        output::line(&format!("\n== {name}"));
        let watch = Watch::start();
        let note = work(root, &mut tally).inspect_err(|_| say())?;
        table.push(format!("{:>5} s  {name:<24} {note}", watch.secs()));
    }
    output::line("");
    for row in &table {
        output::line(row);
    }
    output::line("");
    say();
    output::line(&tally.to_string());
    match tally.ignored() {
        0 => Ok(()),
        some => Err(TaskError::Ignored(some)),
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<String, TaskError> {
    Program::new(root, "cargo", arguments)
        .pass()
        .map(|()| String::new())
}

fn clippy(root: &Path) -> Result<String, TaskError> {
    cargo(
        root,
        &[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    )
}

/// Without the reference pages: they ask programs that a later step builds.
fn tests(root: &Path, tally: &mut Tally) -> Result<String, TaskError> {
    let graph = Graph::read(root)?;
    let mut arguments = vec!["test", "--locked", "--workspace", "--lib", "--bins"];
    let targets = graph.members.values().flat_map(|member| &member.tests);
    let mut names: Vec<&str> = targets
        .map(String::as_str)
        .filter(|name| ![NET, pinned::REFERENCE].contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    arguments.extend(names.into_iter().flat_map(|name| ["--test", name]));
    // What passes is shown, too: a test whose peer is missing says there what it skipped.
    arguments.extend(["--", "--show-output"]);
    Program::new(root, "cargo", &arguments).watched(|line| tally.line(line))?;
    let examples = ["test", "--locked", "--workspace", "--doc"];
    Program::new(root, "cargo", &examples).watched(|line| tally.line(line))?;
    Ok("counted below".to_owned())
}

/// The step before made ten thousand blocks in a build with debug assertions and compared what they lead to with a recorded digest; what is shipped has
/// to lead there too.
fn release_blocks(root: &Path, tally: &mut Tally) -> Result<String, TaskError> {
    let fixed = "test --locked -p ktr-ledger --release --test determinism -- --show-output";
    let arguments: Vec<&str> = fixed.split(' ').collect();
    Program::new(root, "cargo", &arguments).watched(|line| tally.line(line))?;
    Ok("equal to the other build's".to_owned())
}

fn net_tests(root: &Path, tally: &mut Tally) -> Result<String, TaskError> {
    let owners = Graph::read(root)?.with_test(NET);
    if owners.is_empty() {
        return Ok(format!("no crate has a test called {NET}"));
    }
    // The tests start the programs, so those are built first. Engines and homeservers of two tests at once would only slow each other.
    cargo(root, &["build", "--locked", "--workspace", "--bins"])?;
    // The whole workspace at once: features unify as in every other step, so that nothing is compiled twice. Cargo runs one binary
    // after the other.
    for (threads, which) in [
        ("--test-threads=1", &["--skip", IDLE][..]),
        ("--test-threads=3", &[IDLE]),
    ] {
        let fixed = ["test", "--locked", "--workspace", "--test", NET, "--"];
        let arguments = [&fixed[..], &[threads, "--show-output"], which].concat();
        Program::new(root, "cargo", &arguments).watched(|line| tally.line(line))?;
    }
    Ok(format!("of {}; counted below", owners.join(", ")))
}

fn documentation(root: &Path) -> Result<String, TaskError> {
    let arguments = ["doc", "--locked", "--workspace", "--no-deps"];
    Program::new(root, "cargo", &arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        .pass()?;
    Ok("without warnings".to_owned())
}

/// Licences, bans and sources. The advisories are left out: their database is fetched from a repository that an isolated build
/// cannot reach, and an old copy in this tree would only look like a check.
fn dependencies(root: &Path) -> Result<String, TaskError> {
    let arguments = [
        "--locked",
        "--config",
        ".deny.toml",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ];
    Program::new(root, "cargo-deny", &arguments).pass()?;
    Ok("licences, bans, sources; advisories need a network and are not checked".to_owned())
}
