//! Judges a program's command line: flags have twins in the environment, commands show examples, examples are read, and what shells and
//! `man` are given names every command.
//! What a command does is its own tests' affair.

use std::path::Path;

use clap::{Command, Parser};

/// What a word in capitals stands for in an example.
const RELEASE: &str = "abababababababababababababababab";

/// Holds if every flag has a `KTR_` twin in the environment, and every command an example that the program reads.
pub fn is_well_documented<Cli: Parser>() {
    let mut twins = 0_usize;
    for command in all(Cli::command()) {
        let name = command.get_name().to_owned();
        for flag in command.get_arguments().filter(|arg| !arg.is_positional()) {
            let twin = flag.get_env().and_then(|twin| twin.to_str());
            let has_twin = twin.is_some_and(|twin| twin.starts_with("KTR_"));
            assert!(has_twin, "{name}: {}", flag.get_id());
            twins = twins.saturating_add(1);
        }
        let examples = examples(&command);
        let has_own = command.get_subcommands().next().is_some();
        assert!(has_own || !examples.is_empty(), "{name} shows no example");
        for example in examples {
            let example = example.replace("RELEASE", RELEASE);
            let read = Cli::try_parse_from(example.split_whitespace());
            assert!(read.is_ok(), "{example}");
        }
    }
    assert!(twins > 3);
}

/// Holds if each script names every command of the program, and the folder has a man page of each.
pub fn has_pages<Cli: Parser>(scripts: &[String], folder: &Path) {
    assert!(!scripts.is_empty());
    let program = Cli::command();
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    assert!(names.len() > 3);
    for name in names {
        assert!(scripts.iter().all(|script| script.contains(name)), "{name}");
        let page = folder.join(format!("{}-{name}.1", program.get_name()));
        assert!(page.exists(), "{name}");
    }
}

/// The command and all below it.
fn all(command: Command) -> Vec<Command> {
    let below: Vec<Command> = command.get_subcommands().cloned().collect();
    let mut found = vec![command];
    found.extend(below.into_iter().flat_map(all));
    found
}

/// The lines below `Examples:` in a command's help, up to the first empty one.
#[must_use]
pub fn examples(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string);
    let help = help.unwrap_or_default();
    let below = help
        .split_once("Examples:\n")
        .map_or("", |(_, below)| below);
    let lines = below.lines().take_while(|line| !line.is_empty());
    lines.map(|line| line.trim().to_owned()).collect()
}
