//! The only file of this program that prints: answers on stdout, one line of error on stderr.
//! Counts, commitments and times only; nothing that names a member.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use ktr_os::{Finding, harmless, pages::Written};
use ktr_room::adapter::residue::{CLASSES, Residue};
use ktr_room::standing::{Ordered, Shown, Standing};

use crate::cli::Format;

/// Prints what `init` made.
pub(crate) fn made(home: &Path, format: Format) {
    match format {
        Format::Text => line(&format!(
            "{}: room.toml, the homeserver's files and the secrets are there",
            home.display()
        )),
        Format::Json => line(&serde_json::json!({"home": home}).to_string()),
    }
}

/// Prints what the doctor found, what must be mended first.
pub(crate) fn found(findings: &mut [Finding], format: Format) {
    Finding::worst_first(findings);
    match format {
        Format::Text => findings.iter().for_each(|found| line(&found.to_string())),
        Format::Json => line(&serde_json::json!({ "findings": findings }).to_string()),
    }
}

/// Prints what the last pass saw, and which times are not the usual ones.
pub(crate) fn standing(shown: &Shown, format: Format) {
    if matches!(format, Format::Json) {
        line(&serde_json::json!(shown).to_string());
        return;
    }
    match &shown.standing {
        None => line("no session at hand"),
        Some(seen) => pass(seen, shown.now_ms),
    }
    if !shown.timing.is_empty() {
        line(&format!("not the usual times: {}", shown.timing.join(" ")));
    }
}

fn pass(seen: &Standing, now_ms: u64) {
    let session = seen
        .session
        .map_or_else(|| "none".to_owned(), |session| session.to_string());
    let phase = seen.phase.map_or_else(
        || "none".to_owned(),
        |phase| format!("{phase:?}").to_lowercase(),
    );
    let chain = if seen.chain_proven {
        "proven"
    } else {
        "silent"
    };
    line(&format!("session {session}, room {phase}, chain {chain}"));
    line(&format!(
        "joined {} of {} invited, armed {}, covered {}, without key {}, posts {}",
        seen.joined, seen.present, seen.armed, seen.covered, seen.keyless, seen.posts
    ));
    let lease = seen.lease_left_ms.map_or_else(
        || "none".to_owned(),
        |left_ms| format!("{} s left", left_ms / 1_000),
    );
    line(&format!("lease on joins: {lease}"));
    let alarms = if seen.alarms.is_empty() {
        "none".to_owned()
    } else {
        seen.alarms.join(" ")
    };
    line(&format!("alarms: {alarms}"));
    if seen.failing > 0 {
        line(&format!(
            "members for whom something did not come off: {}",
            seen.failing
        ));
    }
    if seen.put_out > 0 {
        line(&format!(
            "members put out for want of a net: {}",
            seen.put_out
        ));
    }
    if seen.bad_keys > 0 {
        line(&format!("keys that cannot be used: {}", seen.bad_keys));
    }
    let age = |at_ms: u64| now_ms.saturating_sub(at_ms) / 1_000;
    let looked = seen.seen_ms.map_or_else(
        || "never".to_owned(),
        |at_ms| format!("{} s ago", age(at_ms)),
    );
    line(&format!(
        "written {} s ago, homeserver seen {looked}",
        age(seen.at_ms)
    ));
}

/// Prints what a scan counted, of the classes that it looked at, and how much it looked for.
pub(crate) fn residue(
    residue: Residue,
    looked_at: &[&str],
    tables: &BTreeMap<String, u32>,
    sought: &[(&'static str, usize)],
    format: Format,
) {
    let classes = CLASSES.into_iter().zip(residue.0);
    let classes = classes.filter(|(class, _)| looked_at.contains(class));
    match format {
        Format::Text => {
            let kinds = sought.iter().map(|(kind, count)| format!("{kind} {count}"));
            line(&format!("sought: {}", kinds.collect::<Vec<_>>().join(", ")));
            for (class, hits) in classes {
                line(&format!("{class} {hits}"));
            }
            for (table, hits) in tables {
                line(&format!("  table {table} {hits}"));
            }
        }
        Format::Json => {
            let counts: serde_json::Map<_, _> = classes
                .map(|(class, hits)| (class.to_owned(), hits.into()))
                .collect();
            let sought: BTreeMap<_, _> = sought.iter().copied().collect();
            let answer = serde_json::json!({"residue": counts, "tables": tables, "sought": sought});
            line(&answer.to_string());
        }
    }
}

/// Prints that an order was laid down, or why none was needed.
pub(crate) fn ordered(session: u32, ordered: Ordered, format: Format) {
    let (text, value) = match ordered {
        Ordered::Given => (
            "the running sidecar, or the next one, dissolves its room".to_owned(),
            serde_json::json!({"session": session, "ordered": true}),
        ),
        Ordered::NothingLeft(attempt) => (
            format!("dissolved already, report {attempt} found nothing left; nothing was changed"),
            serde_json::json!({"session": session, "ordered": false, "attempt": attempt}),
        ),
    };
    match format {
        Format::Text => line(&format!("session {session}: {text}")),
        Format::Json => line(&value.to_string()),
    }
}

/// Prints why the program stops.
#[expect(
    clippy::print_stderr,
    reason = "the one place where this program prints"
)]
pub(crate) fn failure(error: &dyn std::error::Error) {
    eprintln!("ktr-room: {}", harmless(&error.to_string()));
}

/// Prints a shell's completions, or how many man pages there are now.
pub(crate) fn pages(written: &Written, format: Format) {
    match format {
        Format::Text => line(&written.text),
        Format::Json => line(&written.value.to_string()),
    }
}

/// Prints what the parser says: help is an answer, everything else wrong usage, 64.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is nobody to complain to.
    drop(error.print());
    if error.use_stderr() {
        ExitCode::from(64)
    } else {
        ExitCode::SUCCESS
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the one place where this program prints"
)]
fn line(text: &str) {
    println!("{}", harmless(text));
}
