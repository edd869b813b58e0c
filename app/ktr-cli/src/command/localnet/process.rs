//! Whether a process of a localnet runs, and its end: asked first, killed only when it does not listen.
//! A process id that now belongs to another program is left alone.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use crate::limits::STOP_WITHIN_SECS;

/// Whether the process is a node that runs.
pub(super) fn is_node(pid: u32) -> bool {
    // What has ended but was not collected by its parent has no command line.
    command_line(pid).contains("ktr-node")
}

fn command_line(pid: u32) -> String {
    let words = std::fs::read(format!("/proc/{pid}/cmdline"));
    let words = words.as_deref().map(String::from_utf8_lossy);
    words.map_or_else(|_gone| String::new(), std::borrow::Cow::into_owned)
}

/// Ends an engine whose node was killed: the process of `engine.pid`, if it still serves this folder.
pub(super) fn stop_orphan(home: &Path) -> bool {
    let text = std::fs::read_to_string(home.join("engine.pid"));
    let pid = text.ok().and_then(|text| text.trim().parse::<u32>().ok());
    let folder = home.to_string_lossy();
    let orphan = pid.filter(|pid| command_line(*pid).contains(folder.as_ref()));
    if let Some(pid) = orphan {
        send(pid, Signal::SIGTERM);
    }
    orphan.is_some()
}

/// Ends the nodes, all at once; says how many had to be killed.
pub(super) async fn stop(pids: &[u32]) -> usize {
    for pid in pids {
        signal(*pid, Signal::SIGTERM);
    }
    let begun = Instant::now();
    let within = Duration::from_secs(STOP_WITHIN_SECS);
    while pids.iter().any(|pid| is_node(*pid)) && begun.elapsed() < within {
        sleep(Duration::from_millis(100)).await;
    }
    let left: Vec<u32> = pids.iter().copied().filter(|pid| is_node(*pid)).collect();
    for pid in &left {
        signal(*pid, Signal::SIGKILL);
    }
    left.len()
}

fn signal(pid: u32, signal: Signal) {
    if is_node(pid) {
        send(pid, signal);
    }
}

fn send(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        // One that is gone meanwhile needs no signal.
        kill(Pid::from_raw(pid), signal).unwrap_or(());
    }
}
