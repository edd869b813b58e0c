//! Runs other programs and hands on what they say. It does not know what any of them is for.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::TaskError;
use crate::output;

/// A program with its arguments, to be run in the checkout.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    shown: String,
}

impl Program {
    /// `name` is looked up in the path; `arguments` are given as they are.
    pub(crate) fn new(root: &Path, name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(name);
        command
            .current_dir(root)
            .args(arguments)
            .stdin(Stdio::null());
        let shown = std::iter::once(&name)
            .chain(arguments)
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        Self { command, shown }
    }

    /// Sets one variable for the program.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it with its output going where ours goes.
    ///
    /// # Errors
    /// When it does not start or exits with another code than 0.
    pub(crate) fn pass(mut self) -> Result<(), TaskError> {
        let status = self
            .command
            .status()
            .map_err(|cause| self.start_error(cause))?;
        if status.success() {
            Ok(())
        } else {
            Err(TaskError::Failed(self.shown))
        }
    }

    /// Runs it and returns its standard output.
    ///
    /// # Errors
    /// When it does not start or exits with another code than 0.
    pub(crate) fn read(mut self) -> Result<Vec<u8>, TaskError> {
        let done = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|cause| self.start_error(cause))?;
        if done.status.success() {
            Ok(done.stdout)
        } else {
            Err(TaskError::Failed(self.shown))
        }
    }

    /// Runs it, prints each line of both its outputs in the order written, and shows it to `watch`.
    ///
    /// # Errors
    /// When it does not start or exits with another code than 0.
    pub(crate) fn watched(self, mut watch: impl FnMut(&str)) -> Result<(), TaskError> {
        self.heard(|line| {
            output::line(line);
            watch(line);
        })
    }

    /// Runs it and shows each line of both its outputs to `hear`, in the order written.
    ///
    /// # Errors
    /// When it does not start or exits with another code than 0.
    pub(crate) fn heard(mut self, mut hear: impl FnMut(&str)) -> Result<(), TaskError> {
        let (reader, writer) = std::io::pipe().map_err(|cause| self.start_error(cause))?;
        let twin = writer
            .try_clone()
            .map_err(|cause| self.start_error(cause))?;
        self.command.stdout(writer).stderr(twin);
        let mut child = self
            .command
            .spawn()
            .map_err(|cause| self.start_error(cause))?;
        // The command holds our ends of the pipe; only when they are gone does reading come to an end.
        let Self { command, shown } = self;
        drop(command);
        for bytes in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&bytes);
            hear(&text);
        }
        match child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(TaskError::Failed(shown)),
            Err(cause) => Err(TaskError::Start {
                program: shown,
                cause,
            }),
        }
    }

    fn start_error(&self, cause: std::io::Error) -> TaskError {
        TaskError::Start {
            program: self.shown.clone(),
            cause,
        }
    }
}
