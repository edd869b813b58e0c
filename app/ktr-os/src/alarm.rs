//! The operator's own command, called when something rings. What rings, how often and what the log says of it is the caller's affair.

use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// Calls the command of `on_alarm` (a program and its first arguments) with the alarm's code as its last argument; an empty one calls
/// nobody. It is not waited for, it has nothing to read, and what it writes goes nowhere: a program's own answers stay whole.
///
/// # Errors
/// If the program cannot be started, or nobody can be left to take leave of it.
pub fn call(on_alarm: &[String], code: &str) -> io::Result<()> {
    begin(on_alarm, code).map(drop)
}

/// As [`call`], and waits until the command has ended: for a program that ends itself right after, and whose unit would take the command
/// along before it has called anybody.
///
/// # Errors
/// As [`call`]; if the command fails, or has not ended after `longest`: it is left to itself then.
pub fn call_and_wait(on_alarm: &[String], code: &str, longest: Duration) -> io::Result<()> {
    let Some(ending) = begin(on_alarm, code)? else {
        return Ok(());
    };
    let late = |_not_yet| {
        io::Error::new(
            io::ErrorKind::TimedOut,
            "the command of on_alarm does not end",
        )
    };
    let status = ending.recv_timeout(longest).map_err(late)??;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "the command of on_alarm failed: {status}"
    )))
}

/// Starts the command; gives where its end is told, or `None` without a command.
fn begin(on_alarm: &[String], code: &str) -> io::Result<Option<Receiver<io::Result<ExitStatus>>>> {
    let Some((program, arguments)) = on_alarm.split_first() else {
        return Ok(None);
    };
    let mut child = Command::new(program)
        .args(arguments)
        .arg(code)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let (told, ending) = mpsc::channel();
    // Somebody has to ask how it ended, or it stays in the process table for as long as this program runs; that nobody listens is no fault.
    thread::Builder::new()
        .name("alarm".to_owned())
        .spawn(move || told.send(child.wait()).is_ok())?;
    Ok(Some(ending))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::path::{Path, PathBuf};
    use std::thread;
    use std::time::Duration;

    use nix::sys::stat::Mode;

    use super::{call, call_and_wait};

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
    fn whoever_waits_goes_on_when_the_command_has_ended_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let (line, paged, command) = pager(folder.path());
        let says = thread::spawn(move || say(&line));
        call_and_wait(&command, "room.unfit", Duration::from_mins(1)).unwrap();
        says.join().unwrap();
        assert_eq!(fs::read_to_string(&paged).unwrap(), "hello room.unfit\n");
    }

    #[test]
    fn a_command_that_does_not_end_is_waited_for_no_longer_than_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let (line, paged, command) = pager(folder.path());
        let early = call_and_wait(&command, "room.unfit", Duration::ZERO).unwrap_err();
        assert_eq!(early.kind(), ErrorKind::TimedOut);
        assert!(!paged.exists());
        say(&line);
    }

    /// A command that waits for a word, the line on which it comes, and the file in which it is written down.
    fn pager(folder: &Path) -> (PathBuf, PathBuf, [String; 3]) {
        let (line, paged) = (folder.join("line"), folder.join("paged"));
        nix::unistd::mkfifo(&line, Mode::S_IRWXU).unwrap();
        let script = format!(
            "read word < '{}'; echo \"$word $0\" > '{}'",
            line.display(),
            paged.display()
        );
        let command = ["sh", "-c", &script].map(str::to_owned);
        (line, paged, command)
    }

    /// Opens when somebody reads.
    fn say(line: &Path) {
        let mut line = File::options().write(true).open(line).unwrap();
        line.write_all(b"hello\n").unwrap();
    }

    #[test]
    fn a_command_that_fails_has_called_nobody_for_whoever_waits() {
        let command = ["sh", "-c", "exit 3"].map(str::to_owned);
        assert!(call_and_wait(&command, "room.unfit", Duration::from_mins(1)).is_err());
        call_and_wait(&[], "room.unfit", Duration::ZERO).unwrap();
    }

    #[test]
    fn nobody_is_called_without_a_command_and_one_that_is_not_there_is_an_error() {
        call(&[], "room.skew").unwrap();
        assert!(call(&["/nowhere/page".to_owned()], "room.skew").is_err());
    }
}
