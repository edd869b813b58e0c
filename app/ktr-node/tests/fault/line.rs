//! Lines between engines: what one sends to the other goes through here, and can be held up or broken off.
//! A partition of the network is a set of such lines; no packet filter and no privilege is needed. The kernel's own are in `cables.rs`.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// What a line does with what comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// It goes on.
    Open,
    /// It waits until the line is open again, as if packets were lost and sent again.
    Held,
    /// Connections are reset, and new ones at once.
    Broken,
}

/// What joins the sites, and can be cut between any two of them.
pub(super) trait Joint {
    /// The ways in which it can be cut.
    const WAYS: &'static [Way];

    /// What becomes of everything between these two, in both directions.
    fn set(&self, pair: [usize; 2], way: Way);
}

/// Lines by who dials whom.
#[derive(Default)]
pub(super) struct Lines(BTreeMap<(usize, usize), Line>);

impl Lines {
    /// Where one site dials another that listens at an address.
    pub(super) fn dial(&mut self, from: usize, to: usize, address: &str) -> String {
        let line = self
            .0
            .entry((from, to))
            .or_insert_with(|| Line::to(address));
        line.address.clone()
    }
}

impl Joint for Lines {
    const WAYS: &'static [Way] = &[Way::Held, Way::Broken];

    fn set(&self, [one, other]: [usize; 2], way: Way) {
        for pair in [(one, other), (other, one)] {
            self.0[&pair].set(way);
        }
    }
}

/// A line that one site dials to reach another.
struct Line {
    address: String,
    gate: Arc<Gate>,
}

struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    way: Way,
    /// Both ends of every connection, to be broken off.
    ends: Vec<TcpStream>,
}

impl Line {
    /// An open line to an address.
    fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let gate = Arc::new(Gate {
            state: Mutex::new(State {
                way: Way::Open,
                ends: Vec::new(),
            }),
            changed: Condvar::new(),
        });
        let (target, its) = (target.to_owned(), Arc::clone(&gate));
        // Ends with the program.
        drop(thread::spawn(move || {
            for near in listener.incoming().flatten() {
                its.connect(&near, &target);
            }
        }));
        Self { address, gate }
    }

    fn set(&self, way: Way) {
        let mut state = self.gate.state();
        state.way = way;
        if way == Way::Broken {
            for end in state.ends.drain(..) {
                // One that is closed already is broken off as well.
                drop(end.shutdown(Shutdown::Both));
            }
        }
        drop(state);
        self.gate.changed.notify_all();
    }
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection through the line; none while it is broken, or if nobody listens at the other end.
    fn connect(self: &Arc<Self>, near: &TcpStream, target: &str) {
        let Ok(far) = TcpStream::connect(target) else {
            return;
        };
        let mut state = self.state();
        if state.way == Way::Broken {
            return;
        }
        for (from, to) in [(near, &far), (&far, near)] {
            state.ends.push(from.try_clone().unwrap());
            let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            let gate = Arc::clone(self);
            drop(thread::spawn(move || gate.carry(from, to)));
        }
    }

    /// Everything from one end to the other, until either is closed.
    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let state = self.state();
            let held = |state: &mut State| state.way == Way::Held;
            drop(self.changed.wait_while(state, held));
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        drop(to.shutdown(Shutdown::Both));
    }
}
