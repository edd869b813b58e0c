//! Sentences about the command line itself: what is wrong usage, how times are read, what a set of validators tolerates.
//! What needs keys of other programs is in `tests/foreign.rs`.

use clap::{CommandFactory, Parser};
use ktr_core::{
    governance::Validator,
    id::ValidatorKey,
    time::{Secs, Time},
};

use crate::cli::{self, Cli, Command};
use crate::command::genesis::tolerance;
use crate::when;

#[test]
fn the_flags_fit_together() {
    Cli::command().debug_assert();
}

fn flags_without_twin(command: &clap::Command, found: &mut Vec<String>) {
    for flag in command.get_opts() {
        let twin = flag.get_env().map(std::ffi::OsStr::to_string_lossy);
        if !twin.is_some_and(|twin| twin.starts_with("KTR_")) {
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
        let found = tolerance(&set);
        assert_eq!((found.faults, found.quorum), (faults, quorum), "{powers:?}");
        assert!(found.text.contains(words), "{}", found.text);
        assert!(!found.can_one_fork, "{powers:?}");
    }
}
