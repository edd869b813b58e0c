//! The operator's own command, called when something rings. What rings, how often and what the log says of it is the caller's affair.

use std::io;
use std::process::{Command, Stdio};
use std::thread;

/// Calls the command of `on_alarm` (a program and its first arguments) with the alarm's code as its last argument; an empty one calls
/// nobody. It is not waited for, it has nothing to read, and what it writes goes nowhere: a program's own answers stay whole.
///
/// # Errors
/// If the program cannot be started, or nobody can be left to take leave of it.
pub fn call(on_alarm: &[String], code: &str) -> io::Result<()> {
    let Some((program, arguments)) = on_alarm.split_first() else {
        return Ok(());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .arg(code)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Somebody has to ask how it ended, or it stays in the process table for as long as this program runs.
    thread::Builder::new()
        .name("alarm".to_owned())
        .spawn(move || child.wait())
        .map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read as _;

    use nix::sys::stat::Mode;

    use super::call;

    #[test]
    fn the_command_is_given_the_code_last_and_writes_into_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let line = folder.path().join("line");
        nix::unistd::mkfifo(&line, Mode::S_IRWXU).unwrap();
        let script = format!("echo loud; echo \"$@\" > '{}'", line.display());
        let command = ["sh", "-c", &script, "pager", "county-a"].map(str::to_owned);
        call(&command, "room.skew").unwrap();
        let mut said = String::new();
        File::open(&line)
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "county-a room.skew\n");
    }

    #[test]
    fn nobody_is_called_without_a_command_and_one_that_is_not_there_is_an_error() {
        call(&[], "room.skew").unwrap();
        assert!(call(&["/nowhere/page".to_owned()], "room.skew").is_err());
    }
}
