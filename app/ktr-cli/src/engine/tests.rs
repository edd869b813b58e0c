//! Which engine is asked, and what its end says; real ones where they are installed.
//! `ktr-yara-x` itself is asked in `tests/cli`, where it was built.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::{CommandFactory, FromArgMatches, Parser};
use ktr_artefact::form::{Answer, Engine};

use super::{
    choice::EngineArgs,
    judge::{Judge, Make, laid},
};

const RULE: &str = "rule r { strings: $a = \"abcd\" condition: $a }";

const fn asked(yarac: Option<PathBuf>, yara_x: Option<PathBuf>) -> EngineArgs {
    EngineArgs { yarac, yara_x }
}

/// A program of this make that is a script.
fn script(folder: &Path, make: Make, body: &str) -> Judge {
    let path = folder.join(make.program());
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    Judge::new(make, path)
}

#[test]
fn an_engine_that_was_named_and_is_not_there_is_an_error() {
    let named = |make: Make, path: &str| match make {
        Make::Yarac => asked(Some(path.into()), None),
        Make::YaraX => asked(None, Some(path.into())),
    };
    for make in [Make::Yarac, Make::YaraX] {
        let refused = named(make, "/nowhere/engine").find().unwrap_err();
        assert_eq!(refused.to_string(), "/nowhere/engine: not found");
        assert!(named(make, "/bin/false").find().is_err());
    }
}

#[test]
fn yara_x_judges_when_it_is_named_whatever_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let made = |make, version: &str| {
        script(folder.path(), make, &format!("echo {version}"));
        Some(folder.path().join(make.program()))
    };
    let (yarac, yara_x) = (made(Make::Yarac, "4.2.3"), made(Make::YaraX, "1.22.1"));
    for (engine, version) in [
        (asked(yarac.clone(), None), "yarac 4.2.3"),
        (asked(None, yara_x.clone()), "yara-x 1.22.1"),
        (asked(yarac, yara_x), "yara-x 1.22.1"),
    ] {
        assert_eq!(engine.find().unwrap().unwrap().version, version);
    }
}

#[test]
fn a_flag_outweighs_what_the_environment_says_of_the_other_engine() {
    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        engine: EngineArgs,
    }
    let read = |words: &[&str], twins: &[(&str, &'static str)]| {
        let mut command = Line::command();
        for (id, twin) in twins {
            // A default has the rank of the environment: below a flag.
            command = command.mut_arg(*id, |arg| arg.default_value(*twin));
        }
        let matches = command.get_matches_from([&["line"][..], words].concat());
        let engine = Line::from_arg_matches(&matches).unwrap().engine;
        (engine.yarac, engine.yara_x)
    };
    let path = |name: &str| Some(PathBuf::from(name));
    let twins = [("yarac", "env-yarac"), ("yara_x", "env-x")];
    for (words, expected) in [
        (&["--yarac", "y"][..], (path("y"), None)),
        (&["--yara-x", "x"], (path("env-yarac"), path("x"))),
        (&["--yarac", "y", "--yara-x", "x"], (path("y"), path("x"))),
        (&[], (path("env-yarac"), path("env-x"))),
    ] {
        assert_eq!(read(words, &twins), expected, "{words:?}");
    }
    assert_eq!(read(&["--yarac", "y"], &[]), (path("y"), None));
}

#[test]
fn an_engine_that_is_too_old_or_says_no_number_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let saying = |make, version: &str| {
        let judge = script(folder.path(), make, &format!("echo '{version}'"));
        judge.asked().map(|judge| judge.unwrap().version)
    };
    for (make, said, named) in [
        (Make::Yarac, "4.2.3", "yarac 4.2.3"),
        (Make::Yarac, "4.10", "yarac 4.10"),
        (Make::Yarac, "5.0.0", "yarac 5.0.0"),
        (Make::YaraX, "1.22.1", "yara-x 1.22.1"),
        (Make::YaraX, "2.0.0", "yara-x 2.0.0"),
    ] {
        assert_eq!(saying(make, said).unwrap(), named);
    }
    for (make, old, remedy) in [
        (Make::Yarac, "4.1.9", "install YARA 4.2 or later"),
        (Make::Yarac, "3.11.0", "install YARA 4.2 or later"),
        (Make::YaraX, "1.9.0", "build ktr-yara-x anew"),
    ] {
        let refused = saying(make, old).unwrap_err().to_string();
        assert!(refused.contains(remedy), "{old}: {refused}");
    }
    for none in ["", "four", "4"] {
        let refused = saying(Make::Yarac, none).unwrap_err().to_string();
        assert!(
            refused.ends_with("does not say its version"),
            "{none}: {refused}"
        );
    }
}

#[test]
fn only_the_end_of_yara_x_that_means_no_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let ending = |with: &str| {
        let judge = script(folder.path(), Make::YaraX, with);
        (judge.compiles(RULE), judge.fires(RULE, b"abcd"))
    };
    for (with, answer) in [("exit 0", Answer::Yes), ("exit 1", Answer::No)] {
        let (compiles, fires) = ending(with);
        assert_eq!((compiles.unwrap(), fires.unwrap()), (answer, answer));
    }
    for with in ["exit 2", "exit 64", "exit 101", "kill -9 $$"] {
        let (compiles, fires) = ending(with);
        assert!(compiles.is_err() && fires.is_err(), "{with}");
    }
}

#[test]
fn what_is_tried_lies_where_only_this_user_reads() {
    let (folder, rules) = laid(RULE.as_bytes()).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.path()), mode(&rules)), (0o700, 0o600));
}

#[test]
fn the_engine_compiles_warns_fires_and_stays_silent() {
    let yarac = Judge::new(Make::Yarac, Make::Yarac.program().into());
    let Some(yarac) = yarac.asked().unwrap() else {
        println!("SKIPPED 1: yarac is not installed");
        return;
    };
    assert!(yarac.version.starts_with("yarac "), "{}", yarac.version);
    assert_eq!(yarac.compiles(RULE).unwrap(), Answer::Yes);
    for (wrong, warned) in [("$a = \"abcd\"", "$a = /ab.*cd/"), ("$a }", "$b }")] {
        let answer = yarac.compiles(&RULE.replace(wrong, warned)).unwrap();
        assert_eq!(answer, Answer::No, "{warned}");
    }
    let private = RULE.replace("rule r", "private rule r");
    for (text, sample, answer) in [
        (RULE, b"xx abcd", Answer::Yes),
        (RULE, b"xx abce", Answer::No),
        (&private, b"xx abcd", Answer::No),
        ("rule r {", b"xx abcd", Answer::No),
    ] {
        assert_eq!(yarac.fires(text, sample).unwrap(), answer, "{text}");
    }
}
