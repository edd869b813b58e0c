//! What the operating system itself could keep of a session: pages in swap, a core dump.
//! Both are judged by what the kernel says of the running homeserver; its unit's settings are not read.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ktr_os::{Finding, Verdict, disk};
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use nix::unistd::Pid;

use crate::clock::SystemClock;
use crate::limits::{DOCTOR_ANSWER, DOCTOR_BLOCKS};
use crate::port::Clock;

/// Where the kernel tells about itself, and how long the chain is waited for. Tests bring their own.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Where processes are told about: `/proc`.
    pub proc: PathBuf,
    /// Where control groups are told about: `/sys/fs/cgroup`.
    pub cgroup: PathBuf,
    /// How a folder's disk is asked for the percent that is free.
    pub free_percent: fn(&Path) -> Option<u128>,
    /// Whether a folder lies on a tmpfs; `None` if it cannot be looked at.
    pub in_memory: fn(&Path) -> Option<bool>,
    /// What this machine's clock says, in milliseconds.
    pub now_ms: fn() -> u64,
    /// Longest wait for the first proven answer of the chain.
    pub answer: Duration,
    /// Longest wait for the two blocks from which a skew is taken.
    pub blocks: Duration,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            proc: PathBuf::from("/proc"),
            cgroup: PathBuf::from("/sys/fs/cgroup"),
            free_percent: disk::free_percent,
            in_memory,
            now_ms: || SystemClock.local_ms(),
            answer: DOCTOR_ANSWER,
            blocks: DOCTOR_BLOCKS,
        }
    }
}

fn in_memory(folder: &Path) -> Option<bool> {
    let there = statfs(folder).ok()?;
    Some(there.filesystem_type() == TMPFS_MAGIC)
}

impl Machine {
    /// No page of the homeserver may be written to swap: there is none, or its control group may not use it.
    pub(super) fn swap(&self, running: Option<Pid>) -> Finding {
        const CHECK: &str = "swap";
        let Ok(swaps) = fs::read_to_string(self.proc.join("swaps")) else {
            return Finding::new(
                CHECK,
                Verdict::Unverified,
                "the kernel does not say its swap",
            );
        };
        // The first line is the table's head.
        if swaps.lines().count() <= 1 {
            return Finding::new(CHECK, Verdict::Good, "the machine has none");
        }
        match running.map(|pid| self.kept_out(pid)) {
            None => {
                let says = "the machine has swap; whether the unit keeps the homeserver out of it is seen once it runs";
                Finding::new(CHECK, Verdict::Weak, says)
            }
            Some(true) => Finding::new(
                CHECK,
                Verdict::Good,
                "the homeserver's control group may not use it",
            ),
            Some(false) => {
                let says =
                    "the homeserver may be swapped out: swapoff, or MemorySwapMax=0 in the unit";
                Finding::new(CHECK, Verdict::Wrong, says)
            }
        }
    }

    /// Whether a process's control group, or one above it, may not swap.
    fn kept_out(&self, pid: Pid) -> bool {
        let Ok(groups) = fs::read_to_string(self.proc.join(format!("{pid}/cgroup"))) else {
            return false;
        };
        let group = groups.lines().find_map(|line| line.strip_prefix("0::/"));
        group.is_some_and(|group| {
            let all = Path::new(group).ancestors();
            all.map(|group| fs::read_to_string(self.cgroup.join(group).join("memory.swap.max")))
                .any(|max| max.is_ok_and(|max| max.trim() == "0"))
        })
    }

    /// A homeserver that dies leaves no picture of its memory.
    pub(super) fn core(&self, running: Option<Pid>) -> Finding {
        const CHECK: &str = "core-dump";
        let Some(pid) = running else {
            let says = "the limit is seen once the homeserver runs";
            return Finding::new(CHECK, Verdict::Unverified, says);
        };
        let limits = fs::read_to_string(self.proc.join(format!("{pid}/limits")));
        let line = limits.ok().and_then(|limits| {
            let line = limits
                .lines()
                .find_map(|line| line.strip_prefix("Max core file size"));
            line.map(|line| line.split_whitespace().next().unwrap_or("").to_owned())
        });
        match line.as_deref() {
            Some("0") => Finding::new(CHECK, Verdict::Good, "the homeserver leaves none"),
            Some(_) => {
                let says = "a homeserver that dies would leave its memory on disk: LimitCORE=0 in the unit";
                Finding::new(CHECK, Verdict::Wrong, says)
            }
            None => Finding::new(
                CHECK,
                Verdict::Unverified,
                "the kernel does not say the limit",
            ),
        }
    }
}
