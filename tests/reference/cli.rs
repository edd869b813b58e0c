//! The page of the command line: what each program says of itself and of each of its commands.
//! The programs are asked, not their sources: `cargo xtask reference` builds them first.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use ktr_tests::reference::head;

const PROGRAMS: [&str; 5] = ["ktr", "ktr-node", "ktr-room", "ktr-agent", "ktr-collector"];

/// The page `cli`.
pub(crate) fn cli() -> String {
    let opening = "Every program and every command, as `help` shows them; flags that all commands of a program share stand \
                   with the program alone. Each flag has a twin in the environment: a flag \
                   outweighs its twin, and a flag of `ktr` that names a signer, or an engine of YARA rules, outweighs the twins of the others. Answers go to stdout; \
                   with `-o json` each is one JSON value, and wrong usage is one JSON value on stderr. `ktr completions` and \
                   `ktr man` write the same for shells and for `man`.";
    let mut page = head("Command line", opening);
    for program in PROGRAMS {
        let path = built(program);
        let shared = parts(&help(&path, &[]));
        tell(&path, &[program.to_owned()], &shared, &mut page);
    }
    page
}

/// The product's programs lie two folders above this test.
fn built(program: &str) -> PathBuf {
    let this = env::current_exe().expect("this program has a path");
    let folder = this.parent().and_then(Path::parent);
    let path = folder.expect("it lies in target/…/deps").join(program);
    assert!(
        path.exists(),
        "{program} is not built: run cargo xtask reference, or cargo build --workspace --bins"
    );
    path
}

fn tell(program: &Path, words: &[String], shared: &[String], page: &mut String) {
    let text = help(program, words.get(1..).unwrap_or_default());
    let (level, shown) = if words.len() == 1 {
        ("##", text.clone())
    } else {
        ("###", own(&text, shared))
    };
    let title = format!("{level} {}", words.join(" "));
    let lines = ["", &title, "", "```text", shown.trim_end(), "```", ""];
    page.push_str(&lines.join("\n"));
    for inner in commands(&text) {
        tell(program, &[words, &[inner]].concat(), shared, page);
    }
}

/// What a program says of one of its commands; nothing of the caller's environment shows in it.
fn help(program: &Path, words: &[String]) -> String {
    let said = Command::new(program)
        .env_clear()
        .arg("help")
        .args(words)
        .output()
        .expect("a program that was built runs");
    assert!(
        said.status.success(),
        "{} help {words:?}",
        program.display()
    );
    let text = String::from_utf8(said.stdout).expect("help is text");
    let lines = text.lines().map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
}

/// A help without the flags that the program shows for all its commands.
fn own(text: &str, shared: &[String]) -> String {
    let parts = parts(text);
    let kept = parts
        .iter()
        .filter(|part| !is_flag(part) || !shared.contains(part));
    let kept: Vec<&str> = kept.map(String::as_str).collect();
    let next = kept.iter().skip(1).map(Some).chain([None]);
    let with_next = kept.iter().zip(next);
    // A title with nothing left below it goes, too.
    let filled = with_next
        .filter(|(part, next)| **part != "Options:" || next.is_some_and(|next| is_flag(next)));
    let filled: Vec<&str> = filled.map(|(part, _)| *part).collect();
    filled.join("\n\n").replace("Options:\n\n", "Options:\n")
}

/// A help as its flags, each with its text, and what stands between them; empty lines at the ends are left out.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut after_empty = false;
    for line in text.lines() {
        let is_text = !line.is_empty() && !line.starts_with(' ');
        let begins = is_flag(line) || (after_empty && is_text);
        after_empty = line.is_empty();
        match parts.last_mut() {
            Some(part) if !begins => {
                part.push('\n');
                part.push_str(line);
            }
            _ => parts.push(line.to_owned()),
        }
    }
    let trimmed = parts.iter().map(|part| part.trim_end().to_owned());
    trimmed.collect()
}

/// Whether a part is a flag: two columns for the short name, or six before a long one.
fn is_flag(part: &str) -> bool {
    part.starts_with("  -") || part.starts_with("      --")
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    let below = help.split_once("\nCommands:\n");
    let lines = below.map_or("", |(_, below)| below).lines();
    let listed = lines.take_while(|line| line.starts_with("  "));
    let names = listed.filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}
