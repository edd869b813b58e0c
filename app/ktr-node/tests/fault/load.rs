//! Transactions that go to any site, and the questions to any site whether they are in a block; an answer goes into the journal.
//! What a dying site swallows was not acknowledged, and nobody asks for it again.

use std::{
    collections::VecDeque,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use ktr_core::id::{MemberId, Sha256};
use ktr_node::store::Placed;
use ktr_testkit::{Cast, Dice};
use ktr_wire::transaction;
use prost::Message;

use super::journal::{Entry, Journal};
use crate::support::{Rpc, admitting};

/// Who sends and asks.
pub(super) struct Load {
    sites: Vec<Rpc>,
    cast: Cast,
    dice: Dice,
    /// Taken by a mempool and in no block yet, with the questions that were asked for each.
    waiting: VecDeque<(Sha256, u32)>,
    members: u64,
}

impl Load {
    pub(super) const fn new(sites: Vec<Rpc>, cast: Cast, dice: Dice) -> Self {
        Self {
            sites,
            cast,
            dice,
            waiting: VecDeque::new(),
            members: 0,
        }
    }

    /// Sends and asks until the other end is dropped.
    #[expect(clippy::needless_pass_by_value, reason = "a receiver is of one thread")]
    pub(super) fn run(mut self, journal: &Journal, until: Receiver<()>) {
        while until.recv_timeout(PACE) == Err(RecvTimeoutError::Timeout) {
            if self.waiting.len() < WAITING_MAX {
                self.send();
            }
            self.ask(journal);
        }
    }

    /// One organisation by one county, or by two at once: then a block may hold both, and refuses one by a rule.
    fn send(&mut self) {
        self.members += 1;
        let member = MemberId(u128::from(self.members).to_be_bytes());
        let both = self.dice.below(8) == 0;
        let first = self.dice.below(3);
        let site = self.any();
        for place in 0..=usize::from(both) {
            let county = u8::try_from((first + place) % 3).unwrap();
            let tx = admitting(&self.cast, county, member);
            if self.sites[site].submit(&tx) == Some(0) {
                self.waiting.push_back((transaction::hash(&tx), 0));
            }
        }
    }

    fn ask(&mut self, journal: &Journal) {
        for _ in 0..self.waiting.len() {
            let Some((hash, asked)) = self.waiting.pop_front() else {
                break;
            };
            let site = self.any();
            let answer = self.sites[site].query("/tx", &hash.0);
            match answer.filter(|answer| answer.code == 0) {
                Some(answer) => {
                    let placed = Placed::decode(answer.value.as_slice()).unwrap();
                    journal.note(&Entry {
                        height: placed.height,
                        hash,
                        code: placed.code,
                    });
                }
                None if asked < ASKED_MAX => self.waiting.push_back((hash, asked + 1)),
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
