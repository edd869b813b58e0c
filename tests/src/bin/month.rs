//! The program behind `scripts/quickstart`: plays the month, or years, and shows how it went.
//! What happens in the acts stands in the library.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this file is its output"
)]

use std::{
    env,
    io::{IsTerminal, stderr},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use ktr_tests::play::{self, Absent, Act, Choice, Failure, Pace, Report, Wish, Years, YearsWish};

/// Play one month of the Relay on this machine, or years of it.
#[derive(Debug, Parser)]
#[command(
    after_help = "Examples:\n  scripts/quickstart\n  scripts/quickstart --acts 1-4,10\n  scripts/quickstart --years 3\n  scripts/quickstart --keep\n  scripts/quickstart --down"
)]
struct Arguments {
    /// Acts to play and judge, such as 1-4,10; all ten without it
    #[arg(long)]
    acts: Option<Choice>,
    /// Play 1 to 3 documented years instead, of minutes each: terms, 127 nominations, twelve sessions, moves of the studio, validators, upgrades; no rooms, no agents
    #[arg(long, conflicts_with_all = ["acts", "kill"])]
    years: Option<Years>,
    /// Where the play's files go
    #[arg(long, default_value = "target/quickstart")]
    out: PathBuf,
    /// Leave the network running and say how to talk to it
    #[arg(long)]
    keep: bool,
    /// Let this seed draw an act and a process in it that dies by -9 and is started again
    #[arg(long, value_name = "SEED")]
    kill: Option<u64>,
    /// Kill engine and node of this county, b or c, in act 1, and start them again before the audit
    #[arg(long, value_name = "COUNTY", conflicts_with_all = ["kill", "years"])]
    without: Option<Absent>,
    /// Stop a network that was left running
    #[arg(long, conflicts_with_all = ["acts", "keep", "years"])]
    down: bool,
    /// Multiply all times, for a slow or loaded machine: from 1 to 30, such as 1.5
    #[arg(long, default_value = "1")]
    pace: Pace,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("month: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let programs = programs()?;
    let out = arguments.out;
    if arguments.down {
        play::down(&out, &programs)?;
        println!("the network is down");
        return Ok(ExitCode::SUCCESS);
    }
    let report = if let Some(years) = arguments.years {
        let wish = YearsWish {
            out: out.clone(),
            programs: programs.clone(),
            years,
            pace: arguments.pace,
            keep: arguments.keep,
        };
        shown(years.count(), |progress| {
            play::run_years(&wish, |act, line| progress.tell(act, line))
        })?
    } else {
        let wish = Wish {
            out: out.clone(),
            programs: programs.clone(),
            choice: arguments.acts.unwrap_or_default(),
            pace: arguments.pace,
            keep: arguments.keep,
            kill: arguments.kill,
            without: arguments.without,
        };
        shown(wish.choice.count(), |progress| {
            play::play(&wish, |act, line| progress.tell(act, line))
        })?
    };
    println!("files: {}", out.display());
    if report.is_ok() && arguments.keep {
        println!("{}", play::how_to_talk(&out, &programs));
    } else if report.is_ok() && arguments.years.is_none() {
        println!("{}", play::what_next(&out, &programs));
    }
    Ok(if report.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Plays behind a bar, and shows the acts on one screen.
fn shown(
    acts: u64,
    play: impl FnOnce(&Progress) -> Result<Report, Failure>,
) -> Result<Report, Failure> {
    let progress = Progress::of(acts)?;
    let report = play(&progress)?;
    progress.end();
    println!("\n{}", report.screen());
    Ok(report)
}

/// How far the play is: a bar below the acts' lines on a terminal, the lines alone in a pipe.
enum Progress {
    Bar(ProgressBar),
    Lines,
}

impl Progress {
    fn of(acts: u64) -> Result<Self, Failure> {
        if !stderr().is_terminal() {
            return Ok(Self::Lines);
        }
        let style =
            ProgressStyle::with_template("{spinner} act {msg} {wide_bar} {pos}/{len}  {elapsed}")
                .map_err(|error| Failure::of("the progress bar", error))?;
        let bar = ProgressBar::new(acts).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(120));
        Ok(Self::Bar(bar))
    }

    /// An act begins, or has ended with this line.
    fn tell(&self, act: Act, line: Option<&str>) {
        match (self, line) {
            (Self::Bar(bar), None) => bar.set_message(format!("{}, {}", act.number(), act.name())),
            (Self::Bar(bar), Some(line)) => {
                bar.println(line);
                bar.inc(1);
            }
            (Self::Lines, None) => eprintln!("act {:>2}  {} ...", act.number(), act.name()),
            (Self::Lines, Some(line)) => eprintln!("{line}"),
        }
    }

    fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// The product's programs lie beside this one.
fn programs() -> Result<PathBuf, Failure> {
    let this = env::current_exe()?;
    let folder = this
        .parent()
        .ok_or_else(|| Failure::new("this program has no folder"))?;
    Ok(folder.to_path_buf())
}
