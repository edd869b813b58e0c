//! Sentences about the command line itself: what is wrong usage, how times are read, what a set of validators tolerates.
//! What needs keys of other programs is in `tests/foreign.rs`.

use std::cell::Cell;
use std::path::Path;

use clap::{CommandFactory, Parser, error::ErrorKind};
use ktr_core::{
    governance::{Tolerance, Validator},
    id::ValidatorKey,
    time::{Secs, Time},
};
use ktr_testkit::command_line::examples;

use crate::cli::{self, Cli, Command, Format};
use crate::command::hold::{Clock, hold};
use crate::command::nominate::refuse_unfit;
use crate::when;

#[test]
fn the_flags_fit_together() {
    Cli::command().debug_assert();
}

/// Help and version are answers and no settings; everything else can be said in the environment.
const ANSWERS: [&str; 2] = ["help", "version"];

fn flags_without_twin(command: &clap::Command, found: &mut Vec<String>) {
    for flag in command.get_arguments().filter(|flag| !flag.is_positional()) {
        let name = flag.get_long().unwrap_or_default();
        let expected = format!("KTR_{}", name.to_uppercase().replace('-', "_"));
        let is_twin = flag.get_env().is_some_and(|twin| twin == expected.as_str());
        if !is_twin && !ANSWERS.contains(&name) {
            found.push(format!("{} {}", command.get_name(), flag.get_id()));
        }
    }
    for inner in command.get_subcommands() {
        flags_without_twin(inner, found);
    }
}

#[test]
fn every_flag_of_every_command_has_a_twin_in_the_environment() {
    let mut found = Vec::new();
    flags_without_twin(&Cli::command(), &mut found);
    assert_eq!(found, Vec::<String>::new());
}

/// Every command with the words that lead to it, groups included.
fn commands() -> Vec<(Vec<String>, clap::Command)> {
    fn walk(
        path: &[String],
        command: &clap::Command,
        found: &mut Vec<(Vec<String>, clap::Command)>,
    ) {
        found.push((path.to_vec(), command.clone()));
        for inner in command.get_subcommands() {
            let path = [path, &[inner.get_name().to_owned()]].concat();
            walk(&path, inner, found);
        }
    }
    let mut found = Vec::new();
    walk(&[], &Cli::command(), &mut found);
    found
}

/// An example as a shell would split it, with an id in the place of each word in capitals.
fn words(example: &str) -> Vec<std::ffi::OsString> {
    let filled = [
        ("COMMITMENT", "ab".repeat(32)),
        ("SHA256", "cd".repeat(32)),
        ("MEMBER", "ef".repeat(16)),
        ("RELEASE", "12".repeat(16)),
        ("FINGERPRINT", "34".repeat(20)),
        ("PROOF", "56".repeat(64)),
        ("BODY", "78".repeat(32)),
        ("KEY", "9a".repeat(32)),
    ];
    let line = filled.iter().fold(example.to_owned(), |line, (name, id)| {
        line.replace(name, id)
    });
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(number, part)| {
        if number % 2 == 1 {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(str::to_owned).collect()
        }
    });
    words.map(Into::into).collect()
}

#[test]
fn every_command_shows_how_it_is_called() {
    let leaves = commands()
        .into_iter()
        .filter(|(_, command)| !command.has_subcommands());
    let silent: Vec<String> = leaves
        .filter(|(_, command)| examples(command).is_empty())
        .map(|(path, _)| path.join(" "))
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn every_example_is_understood_as_the_command_that_shows_it() {
    for (path, command) in commands() {
        for example in examples(&command) {
            let read = Cli::command().try_get_matches_from(cli::for_others(words(&example)));
            let read = read.unwrap_or_else(|error| panic!("{example}: {error}"));
            let mut at = &read;
            for word in &path {
                let (name, inner) = at.subcommand().expect("as deep as the command");
                assert_eq!(name, word, "{example}");
                at = inner;
            }
            let parsed = Cli::try_parse_from(cli::for_others(words(&example)));
            assert!(parsed.is_ok(), "{example}: {parsed:?}");
        }
    }
}

/// What a text has between backticks that calls this program.
fn calls(text: &str) -> Vec<String> {
    let spans = text.split('`').skip(1).step_by(2);
    let called = spans.filter(|span| span.starts_with("ktr "));
    called.map(|span| span.replace("\n#", " ")).collect()
}

#[test]
fn every_call_that_the_samples_of_a_genesis_name_is_understood() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../genesis");
    let mut whole = Vec::new();
    for sample in std::fs::read_dir(samples).expect("the samples") {
        let text = std::fs::read_to_string(sample.expect("a file").path()).expect("a text");
        for call in calls(&text) {
            match Cli::try_parse_from(words(&call)) {
                Ok(_) => whole.push(call),
                // A command that is only named lacks what it asks for; nothing that is there is wrong.
                Err(error) => {
                    let kind = error.kind();
                    assert_eq!(kind, ErrorKind::MissingRequiredArgument, "{call}: {error}");
                }
            }
        }
    }
    let strict = "ktr genesis new strict-three.toml --out net --accepts-halt";
    assert!(whole.iter().any(|call| call == strict), "{whole:?}");
}

#[test]
fn wrong_usage_is_answered_as_the_line_asks_wherever_that_stands() {
    let cases = [
        ("ktr -o json dance", Format::Json),
        ("ktr dance -o json", Format::Json),
        ("ktr keys new --output json", Format::Json),
        ("ktr keys new --output=json --dance", Format::Json),
        ("ktr keys new -ojson --dance", Format::Json),
        ("ktr dance", Format::Text),
        ("ktr dance -o text", Format::Text),
        ("ktr dance -o", Format::Text),
        ("ktr dance -o xml", Format::Text),
        ("ktr dance -- -o json", Format::Text),
    ];
    for (line, expected) in cases {
        let (parsed, format) = cli::parse(line.split(' ').map(Into::into));
        assert!(parsed.is_err(), "{line}");
        assert_eq!(format, expected, "{line}");
    }
}

#[test]
fn every_group_explains_itself() {
    for group in Cli::command().get_subcommands() {
        assert!(group.get_about().is_some(), "{}", group.get_name());
    }
}

#[test]
fn what_the_play_calls_is_understood() {
    let hash = "ab".repeat(32);
    let member = "cd".repeat(16);
    let lines = [
        "keys new --role-text member --out m.asc --encrypt-too".to_owned(),
        format!("keys proof --chain c --member {member} --gpg FPR"),
        format!(
            "member admit --home-county 1 --member {member} --cert m.pub --proof 00 --key c.asc"
        ),
        format!("member add-key --member {member} --purpose room --cert m.pub --key m.asc"),
        "nominate case.json --key m.asc --decide-by +120s --out cases --skip-check".to_owned(),
        format!("board vote {hash} approve --yes --key s.asc"),
        format!("board vote {hash} veto --category quality --yes --key s.asc"),
        "session schedule --seeds-at +20s --opens-at +28s --dissolves-at +115s --key s.asc"
            .to_owned(),
        "session close 1 --attendance 9 --key s.asc".to_owned(),
        format!("tx build --chain c --out f nomination vote --commitment {hash} --approve"),
        "tx sign f --out g --sq k.pgp".to_owned(),
        "query session 1 --prove -o json".to_owned(),
        "-o json --home net audit --out audit".to_owned(),
    ];
    for line in lines {
        let words = std::iter::once("ktr").chain(line.split(' '));
        assert!(Cli::try_parse_from(words).is_ok(), "{line}");
    }
}

#[test]
fn what_follows_another_program_is_left_to_it() {
    let line = [
        "ktr", "node", "--home", "x", "-o", "json", "status", "--help",
    ];
    let (parsed, _) = cli::parse(line.map(Into::into));
    let Ok(Cli {
        command: Command::Node(sibling),
        ..
    }) = parsed
    else {
        panic!("not understood");
    };
    assert_eq!(sibling.words, line[2..]);
}

#[test]
fn a_signature_comes_from_exactly_one_place() {
    for line in ["ktr session open 1", "ktr session open 1 --key a --gpg b"] {
        assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}

#[test]
fn times_are_seconds_lengths_and_instants() {
    assert_eq!(when::parse("1700000000"), Ok(Time(1_700_000_000)));
    assert_eq!(when::parse("2026-11-26T14:00:00Z"), Ok(Time(1_795_701_600)));
    assert_eq!(when::duration("2h"), Ok(Secs(7_200)));
    assert!(when::parse("+soon").is_err());
    assert!(when::parse("yesterday").is_err());
}

#[test]
fn a_month_means_its_last_thursday_by_the_clock_of_the_region() {
    // Winter and summer time; December's last Thursday is the 31st.
    let opens = |month| {
        when::session_of(month, "15:00", "Europe/Berlin")
            .unwrap()
            .opens_at
    };
    assert_eq!(when::show(opens("2026-12")), "2026-12-31T14:00:00Z");
    assert_eq!(when::show(opens("2026-07")), "2026-07-30T13:00:00Z");
    let hours = when::session_of("2026-12", "15:00", "Europe/Berlin").unwrap();
    assert_eq!(when::show(hours.seeds_at), "2026-12-31T13:30:00Z");
    assert_eq!(when::show(hours.dissolves_at), "2026-12-31T15:00:00Z");
}

#[test]
fn every_set_says_how_many_sites_may_be_down() {
    let cases: [(&[u64], usize, u64, &str); 5] = [
        (&[100, 100, 100], 0, 201, "halts when one site is down"),
        (&[100, 100, 100, 1], 1, 201, "any one site may be down"),
        (&[100, 100, 1], 0, 135, "halts"),
        (&[1; 7], 2, 5, "any 2 sites"),
        (&[], 0, 1, "halts"),
    ];
    for (powers, faults, quorum, words) in cases {
        let set: Vec<Validator> = powers
            .iter()
            .map(|power| Validator {
                key: ValidatorKey([0; 32]),
                power: *power,
                county: None,
            })
            .collect();
        let found = Tolerance::of(&set);
        assert_eq!((found.faults, found.quorum), (faults, quorum), "{powers:?}");
        assert!(found.to_string().contains(words), "{found}");
        assert!(!found.can_one_fork, "{powers:?}");
    }
}

/// A clock that stands still while nobody waits; a pause may take longer than was asked, as when a machine sleeps.
struct Paced {
    now: Cell<u64>,
    pauses: Cell<u32>,
    takes: fn(u64) -> u64,
}

impl Clock for Paced {
    fn now(&self) -> Time {
        Time(self.now.get())
    }

    fn pause(&self, length: Secs) {
        self.pauses.set(self.pauses.get().saturating_add(1));
        let later = self.now.get().saturating_add((self.takes)(length.0));
        self.now.set(later);
    }
}

#[test]
fn a_nomination_is_held_until_its_time_and_no_second_less() {
    // Start, what a pause takes, when it ends, how many pauses.
    type Case = (u64, fn(u64) -> u64, u64, u32);
    let cases: [Case; 4] = [
        (90, |asked| asked, 100, 10),
        (99, |asked| asked, 100, 1),
        (100, |asked| asked, 100, 0),
        (90, |asked| asked + 3_600, 3_691, 1),
    ];
    for (start, takes, end, pauses) in cases {
        let clock = Paced {
            now: Cell::new(start),
            pauses: Cell::new(0),
            takes,
        };
        hold(&clock, Time(100));
        assert_eq!((clock.now.get(), clock.pauses.get()), (end, pauses));
    }
}

#[test]
fn a_nomination_is_not_held_for_a_time_that_has_passed_or_comes_too_late() {
    let (now, decide_by) = (Time(1_000), Time(2_000));
    for (at, fits) in [(999, false), (1_000, true), (1_999, true), (2_000, false)] {
        let answer = refuse_unfit(Time(at), now, decide_by);
        assert_eq!(answer.is_ok(), fits, "{at}");
        if let Err(error) = answer {
            assert_eq!(error.exit_code(), 64, "{at}");
        }
    }
}
