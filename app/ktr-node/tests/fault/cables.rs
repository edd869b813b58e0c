//! Four network namespaces of the kernel and a cable between each two of them, which is taken down and up again.
//! Who runs in them and what must hold is for others; where no namespace may be made there is nothing to join, and a skip is counted.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "test code")]

use std::{
    array,
    net::Ipv4Addr,
    path::Path,
    process::{self, Command, Output, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::line::{Joint, Way};
use crate::support::Place;

/// The namespaces of this process, whose cables to each other are virtual Ethernet pairs. One more from each leads to this machine: over it
/// the test asks, and it is never taken down.
pub(super) struct Cables {
    run: u32,
    /// Given on after the namespaces are gone: all names are of the process, and its tests run side by side.
    _turn: MutexGuard<'static, ()>,
}

impl Cables {
    /// Namespaces and cables, when no other test of this process has any; `None` if this machine refuses them.
    pub(super) fn lay() -> Option<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        sweep();
        let cables = Self {
            run: process::id(),
            _turn: turn,
        };
        if let Some(why) = cables.refusal() {
            eprintln!("SKIPPED 1: no network namespace may be made here: {why}");
            return None;
        }
        for place in 0..SITES {
            cables.open(place);
        }
        for low in 0..SITES {
            for high in low + 1..SITES {
                cables.join(low, high);
            }
        }
        Some(cables)
    }

    /// Where the sites run, and at which addresses they answer this machine.
    pub(super) fn places(&self) -> [Place; SITES] {
        array::from_fn(|place| {
            let [_, address] = self.to_here(place);
            Place {
                namespace: self.namespace(place),
                address,
            }
        })
    }

    /// Where one site dials another that listens at every address: at its end of their own cable.
    pub(super) fn dial(from: usize, to: usize, address: &str) -> String {
        address.replace("0.0.0.0", &on_cable(to, from))
    }

    /// What this machine says against a namespace, a program in it, or a cable; `None` if nothing.
    fn refusal(&self) -> Option<String> {
        let probe = self.namespace(SITES);
        let steps = [
            format!("netns add {probe}"),
            format!("netns exec {probe} true"),
            format!("-n {probe} link add probe type veth peer name probed"),
        ];
        let mut done = steps.iter().map(|words| ip(words));
        let refused = done.find(|done| !done.status.success())?;
        let said = String::from_utf8_lossy(&refused.stderr);
        Some(said.lines().next().unwrap_or("no reason").to_owned())
    }

    /// A namespace with a cable to this machine.
    fn open(&self, place: usize) {
        let (name, outside) = (self.namespace(place), format!("ktr{}-{place}", self.run));
        let [ours, its] = self.to_here(place);
        must(&format!("netns add {name}"));
        must(&format!("-n {name} link set lo up"));
        must(&format!(
            "link add {outside} type veth peer name here netns {name}"
        ));
        must(&format!("address add {ours}/30 dev {outside}"));
        must(&format!("link set {outside} up"));
        must(&format!("-n {name} address add {its}/30 dev here"));
        must(&format!("-n {name} link set here up"));
    }

    /// A cable between two namespaces.
    fn join(&self, low: usize, high: usize) {
        let (one, other) = (self.namespace(low), self.namespace(high));
        must(&format!(
            "-n {one} link add to-{high} type veth peer name to-{low} netns {other}"
        ));
        for (at, to) in [(low, high), (high, low)] {
            let (name, address) = (self.namespace(at), on_cable(at, to));
            must(&format!("-n {name} address add {address}/30 dev to-{to}"));
            must(&format!("-n {name} link set to-{to} up"));
        }
    }

    fn namespace(&self, place: usize) -> String {
        format!("{PREFIX}{}-{place}", self.run)
    }

    /// The two ends of the cable between this machine and a site. This machine may be host to several runs: each has addresses of its own,
    /// in the range that is set aside for tests (RFC 2544).
    fn to_here(&self, place: usize) -> [String; 2] {
        let place = u32::try_from(place).expect("one of four");
        let first = (self.run % 8_192) * 16 + place * 4;
        [1, 2].map(|end| Ipv4Addr::from(RANGE + first + end).to_string())
    }
}

impl Joint for Cables {
    /// The far end has no carrier and hears nothing; the near one, of the site that is named first, has no way to send.
    const WAYS: &'static [Way] = &[Way::Held];

    fn set(&self, [at, to]: [usize; 2], way: Way) {
        let state = if way == Way::Open { "up" } else { "down" };
        let name = self.namespace(at);
        must(&format!("-n {name} link set to-{to} {state}"));
    }
}

impl Drop for Cables {
    /// Cables go with their namespaces.
    fn drop(&mut self) {
        for (name, run) in namespaces() {
            if run == self.run {
                remove(&name);
            }
        }
    }
}

/// The address of one site on its cable to another. Nobody but the two sees it, so it is the same in every run.
fn on_cable(at: usize, to: usize) -> String {
    let (low, high) = (at.min(to), at.max(to));
    let end = if at == low { 1 } else { 2 };
    format!("10.77.{}.{end}", low * SITES + high)
}

/// Takes away what a run left behind that was killed.
fn sweep() {
    for (name, run) in namespaces() {
        if !Path::new("/proc").join(run.to_string()).exists() {
            remove(&name);
        }
    }
}

/// The namespaces of this test, with the process that made them.
fn namespaces() -> Vec<(String, u32)> {
    let listed = ip("netns list");
    let listed = String::from_utf8_lossy(&listed.stdout);
    // `ktr-cut-4711-0 (id: 3)`
    let names = listed.lines().filter_map(|line| line.split(' ').next());
    let ours = names.filter_map(|name| {
        let run = name.strip_prefix(PREFIX)?.split('-').next()?;
        Some((name.to_owned(), run.parse().ok()?))
    });
    ours.collect()
}

/// A namespace, with what still runs in it: without its name it would live on as long as that.
fn remove(namespace: &str) {
    let inside = ip(&format!("netns pids {namespace}"));
    for process in String::from_utf8_lossy(&inside.stdout).split_whitespace() {
        if let Ok(process) = process.parse()
            && let Err(error) = kill(Pid::from_raw(process), Signal::SIGKILL)
        {
            eprintln!("process {process} of {namespace} stays: {error}");
        }
    }
    let removed = ip(&format!("netns delete {namespace}"));
    if !removed.status.success() {
        let why = String::from_utf8_lossy(&removed.stderr);
        eprintln!("{namespace} stays: {why}");
    }
}

fn must(words: &str) {
    let done = ip(words);
    let why = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "ip {words}: {why}");
}

fn ip(words: &str) -> Output {
    let mut command = Command::new("ip");
    let asked = command.args(words.split(' ')).stdin(Stdio::null());
    asked
        .output()
        .expect("`ip` runs: scripts/setup installs iproute2")
}

/// Of a namespace's name; the process and the site follow.
const PREFIX: &str = "ktr-cut-";
const SITES: usize = 4;
/// 198.18.0.0, of which a run has sixteen addresses.
const RANGE: u32 = 0xC612_0000;
