//! Transactions that go to any site, and the questions to any site whether they are in a block; an answer goes into the journal.
//! What a dying site swallows was not acknowledged, and nobody asks for it again. What follows on an answer is the script's.

use std::{
    collections::VecDeque,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use ktr_core::id::{MemberId, Sha256};
use ktr_node::store::Placed;
use ktr_testkit::{Cast, Dice};
use ktr_wire::transaction;
use prost::Message;

use super::{
    journal::{Entry, Journal},
    script::{Script, Step},
};
use crate::support::{Rpc, Site, admitting};

/// Who sends and asks.
pub(super) struct Load {
    sites: Vec<Rpc>,
    script: Script,
    dice: Dice,
    /// Taken by a mempool and in no block yet.
    waiting: VecDeque<Waiting>,
    members: u64,
}

/// A transaction that no block holds yet.
struct Waiting {
    hash: Sha256,
    step: Step,
    /// Questions that were asked for it.
    asked: u32,
}

impl Load {
    /// What a seed draws for these sites.
    pub(super) fn of(sites: &[Site], seed: u64) -> Self {
        Self {
            sites: Site::doors(sites),
            script: Script::new(Cast::new(sites[0].cast.start)),
            dice: Dice::new(!seed),
            waiting: VecDeque::new(),
            members: 0,
        }
    }

    /// Goes on while something else happens.
    pub(super) fn lasts(self, journal: &Journal, happens: impl FnOnce()) {
        let (until, ends) = mpsc::channel();
        thread::scope(|threads| {
            threads.spawn(|| self.run(journal, ends));
            // Dropped also when what happens fails, or the load would go on.
            let _until = until;
            happens();
        });
    }

    /// Sends and asks until the other end is dropped.
    #[expect(clippy::needless_pass_by_value, reason = "a receiver is of one thread")]
    fn run(mut self, journal: &Journal, until: Receiver<()>) {
        while until.recv_timeout(PACE) == Err(RecvTimeoutError::Timeout) {
            if self.waiting.len() < WAITING_MAX {
                self.send();
            }
            self.ask(journal);
        }
    }

    /// What is due; or else one organisation by one county, or by two at once: then a block may hold both, and refuses one by a rule.
    fn send(&mut self) {
        let first = self.any();
        if let Some((tx, step)) = self.script.signed() {
            // A site that is down does not take it, nor does one that is behind and knows no such member.
            for place in 0..self.sites.len() {
                let site = (first + place) % self.sites.len();
                if self.post(site, &tx, step) {
                    break;
                }
            }
            return;
        }
        self.members += 1;
        let member = MemberId(u128::from(self.members).to_be_bytes());
        let both = self.dice.below(8) == 0;
        let county = self.dice.below(3);
        for place in 0..=usize::from(both) {
            let county = u8::try_from((county + place) % 3).unwrap();
            let tx = admitting(&self.script.cast, county, member);
            self.post(first, &tx, Step::Admitted(member));
        }
    }

    /// Whether the site takes it.
    fn post(&mut self, site: usize, tx: &[u8], step: Step) -> bool {
        let is_taken = self.sites[site].submit(tx) == Some(0);
        if is_taken {
            self.waiting.push_back(Waiting {
                hash: transaction::hash(tx),
                step,
                asked: 0,
            });
        }
        is_taken
    }

    fn ask(&mut self, journal: &Journal) {
        for _ in 0..self.waiting.len() {
            let Some(waiting) = self.waiting.pop_front() else {
                break;
            };
            let site = self.any();
            let answer = self.sites[site].query("/tx", &waiting.hash.0);
            match answer.filter(|answer| answer.code == 0) {
                Some(answer) => {
                    let placed = Placed::decode(answer.value.as_slice()).unwrap();
                    journal.note(&Entry {
                        height: placed.height,
                        hash: waiting.hash,
                        code: placed.code,
                    });
                    if placed.code == 0 {
                        self.script.follow(waiting.step, &mut self.dice);
                    }
                }
                None if waiting.asked < ASKED_MAX => self.waiting.push_back(Waiting {
                    asked: waiting.asked + 1,
                    ..waiting
                }),
                None => {}
            }
        }
    }

    fn any(&mut self) -> usize {
        self.dice.below(self.sites.len())
    }
}

/// Between two rounds of questions.
const PACE: Duration = Duration::from_millis(40);

/// So many transactions wait for a block at once, about.
const WAITING_MAX: usize = 4;

/// Questions for one transaction, some seconds of them.
const ASKED_MAX: u32 = 200;
