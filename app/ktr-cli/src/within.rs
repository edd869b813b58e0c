//! Runs a program and ends it, with whatever it has started, when its time is over.
//! What it says is not judged here.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// What a program says and how it ends; nothing if it had to be ended.
///
/// # Errors
/// If it cannot be started or read.
pub(crate) fn output(command: &mut Command, within: Duration) -> io::Result<Option<Output>> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let group = i32::try_from(child.id()).map(Pid::from_raw);
    let (said, heard) = mpsc::channel();
    thread::spawn(move || said.send(child.wait_with_output()));
    if let Ok(output) = heard.recv_timeout(within) {
        return output.map(Some);
    }
    // The thread has not reaped it, so the number is still its own. Where the group is gone it ended by itself just now.
    if let Ok(group) = group {
        match killpg(group, Signal::SIGKILL) {
            Ok(()) | Err(nix::errno::Errno::ESRCH) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::output;

    #[test]
    fn a_program_in_time_is_heard() {
        let mut echo = Command::new("echo");
        let said = output(echo.arg("4.2.3"), Duration::from_mins(1)).unwrap();
        assert_eq!(said.unwrap().stdout, b"4.2.3\n");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        // The inner one holds the pipe open for writing until it dies.
        let held = format!("cat /dev/zero > '{}' & wait", pipe.display());
        let mut shell = Command::new("sh");
        // Open for both, so that opening waits for nobody; closed for writing before the end is waited for.
        let mut both = std::fs::File::options();
        let writing = both.read(true).write(true).open(&pipe).unwrap();
        let mut reading = std::fs::File::open(&pipe).unwrap();
        let reader =
            std::thread::spawn(move || std::io::copy(&mut reading, &mut std::io::sink()).unwrap());
        let said = output(shell.args(["-c", &held]), Duration::from_millis(300)).unwrap();
        assert!(said.is_none());
        drop(writing);
        // Ends only when nobody writes any more.
        reader.join().unwrap();
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let mut nowhere = Command::new("/nowhere/yarac");
        assert!(output(&mut nowhere, Duration::from_mins(1)).is_err());
    }
}
