//! A county's process as its starter holds it: what it says, read line by line, and the one thing it is told.
//! It is killed with its homeserver when nobody needs it any more.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    thread,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::county::Task;

/// A county that runs.
pub(crate) struct Site {
    process: Child,
    told: ChildStdin,
    says: UnboundedReceiver<Value>,
    pub(crate) base: String,
    pub(crate) passes: u16,
    homeserver: i32,
}

impl Site {
    /// Starts a county and waits for its homeserver.
    pub(crate) async fn start(task: &Task) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--county", &serde_json::to_string(task).unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, said) = (process.stdin.take(), process.stdout.take());
        let (sender, mut says) = unbounded_channel();
        thread::spawn(move || {
            for line in BufReader::new(said.unwrap()).lines() {
                let value = serde_json::from_str(&line.unwrap()).unwrap();
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        let first = says.recv().await.expect("a county starts");
        Self {
            process,
            told: told.unwrap(),
            says,
            base: first["base"].as_str().unwrap().to_owned(),
            passes: first["passes"].as_u64().unwrap().try_into().unwrap(),
            homeserver: first["homeserver"].as_u64().unwrap().try_into().unwrap(),
        }
    }

    /// The next thing it says.
    pub(crate) async fn says(&mut self) -> Value {
        self.says.recv().await.expect("a county that goes on")
    }

    /// Opens the session.
    pub(crate) fn open(&mut self) {
        self.told.write_all(b"open\n").unwrap();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _gone = kill(Pid::from_raw(self.homeserver), Signal::SIGKILL);
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}
