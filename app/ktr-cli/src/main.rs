//! The program `ktr`: reads the command line, runs one command, says how it ended.
//! What the commands do is in `command/`; other programs are run as git runs its commands.

mod args;
mod cli;
mod command;
mod connection;
mod engine;
mod error;
mod limits;
mod output;
mod render;
mod sender;
mod signer;
mod when;
mod within;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use ktr_os::{clock, entropy, file};

fn main() -> ExitCode {
    let (parsed, format) = cli::parse(std::env::args_os());
    let cli = match parsed {
        Ok(cli) => cli,
        Err(usage) => return output::usage(&usage, format),
    };
    match command::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failure(&error, format),
    }
}
