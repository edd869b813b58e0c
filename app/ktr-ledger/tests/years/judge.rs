//! What must hold after every month, whatever happened in it (design: assurance, section 3.2): I1 and I3 to I9.
//! I2 and I3 between nodes are `executes_again`; I10 is about signatures of real engines: `app/ktr-node/tests/fault/invariant.rs`.

use std::collections::BTreeMap;

use ktr_core::{
    State,
    id::{Commitment, Height},
    nomination::Status,
};
use ktr_ledger::{Ledger, Parts, Replay};
use ktr_proof::log::{self, Frontier, Head};
use ktr_testkit::{Dice, counts::Counts};
use ktr_wire::recorded::Recorded;

use crate::alliance::Alliance;

/// Receipts that are made each month.
const RECEIPTS: usize = 3;

/// What was seen at the end of the months before.
pub(crate) struct Judge {
    /// Every leaf that was acknowledged.
    leaves: Vec<Vec<u8>>,
    head: Head,
    /// Leaves of which somebody keeps a receipt.
    receipts: Vec<u64>,
    ended: BTreeMap<Commitment, Status>,
    counts: Counts,
    /// Leaves that the counts have followed.
    counted: usize,
    judged: usize,
}

impl Judge {
    pub(crate) fn new(alliance: &Alliance) -> Self {
        Self {
            leaves: alliance.chain.leaves().to_vec(),
            head: head(alliance),
            receipts: Vec::new(),
            ended: BTreeMap::new(),
            counts: Counts::new(alliance.cast.genesis().parameters),
            counted: 0,
            judged: 0,
        }
    }

    pub(crate) fn judge(&mut self, alliance: &Alliance, dice: &mut Dice) {
        self.log(alliance);
        self.receipts(alliance, dice);
        self.votes(alliance.chain.state());
        self.counts(alliance);
        starts_again(alliance);
        self.idle(alliance);
    }

    /// I1 and I8: what was acknowledged is there, and the log has only grown.
    fn log(&mut self, alliance: &Alliance) {
        let (leaves, now) = (alliance.chain.leaves(), head(alliance));
        assert!(leaves.starts_with(&self.leaves), "I1: an event was lost");
        let subtree = |level, index| alliance.chain.subtree(level, index);
        let proof = log::consistency(self.head.size, now.size, subtree).expect("I8: it shrank");
        let grown = log::verify_consistency(&self.head, &now, &proof);
        assert_eq!(grown, Ok(()), "I8");
        self.leaves = leaves.to_vec();
        self.head = now;
    }

    /// I4: every receipt, of this month or an earlier one, leads to the head of today.
    fn receipts(&mut self, alliance: &Alliance, dice: &mut Dice) {
        for _ in 0..RECEIPTS {
            let index = dice.below(self.leaves.len());
            self.receipts.push(index.try_into().expect("a small log"));
        }
        for index in &self.receipts {
            let subtree = |level, place| alliance.chain.subtree(level, place);
            let path = log::path(*index, self.head.size, subtree).expect("I4: no path");
            let leaf = log::leaf(&self.leaves[usize::try_from(*index).expect("small")]);
            let held = log::verify(&leaf, *index, &path, self.head.size, &self.head.root);
            assert_eq!(held, Ok(()), "I4: receipt of {index}");
        }
    }

    /// I5: what has ended stays as it ended; and what is cleared has every seat's voice.
    fn votes(&mut self, state: &State) {
        for nomination in state.nomination.iter() {
            let before = self.ended.get(&nomination.commitment);
            if let Some(before) = before {
                assert_eq!(&nomination.status, before, "I5: {}", nomination.commitment);
            }
            if nomination.status == Status::Cleared {
                assert_eq!(
                    nomination.approvals.len(),
                    3,
                    "I5: {}",
                    nomination.commitment
                );
            }
            if nomination.status != Status::Open {
                let status = nomination.status;
                self.ended.insert(nomination.commitment, status);
            }
        }
    }

    /// I6: a published count stays, none is below the minimum, and no event beside one names a member.
    fn counts(&mut self, alliance: &Alliance) {
        for leaf in &self.leaves[self.counted..] {
            let leaf = Recorded::decode(leaf).expect("a leaf");
            assert_eq!(self.counts.follow(&leaf), Ok(()));
        }
        self.counted = self.leaves.len();
        let state = alliance.chain.state();
        assert_eq!(self.counts.are_those_of(state), Ok(()));
    }

    /// I6 of the records, of which a year has as many as its last month.
    pub(crate) fn records(&self, alliance: &Alliance) {
        let hidden = self.counts.hide_members(alliance.chain.state());
        assert_eq!(hidden, Ok(()));
    }

    /// I9: a block in which nothing happened leaves the app hash as it was.
    fn idle(&mut self, alliance: &Alliance) {
        let blocks = &alliance.blocks[self.judged..];
        let mut quiet = 0;
        for pair in blocks.windows(2) {
            if pair[1].leaves == 0 {
                assert_eq!(pair[0].app_hash, pair[1].app_hash, "I9");
                quiet += 1;
            }
        }
        assert!(quiet > 0, "I9: no block of the month was quiet");
        self.judged = alliance.blocks.len();
    }
}

fn head(alliance: &Alliance) -> Head {
    let log = alliance.chain.ledger().log();
    Head {
        size: log.size(),
        root: log.root(),
    }
}

/// I7: a node that starts from its rows has the ledger that the running one has.
fn starts_again(alliance: &Alliance) {
    let running = alliance.chain.ledger();
    let subtree = |level, index| alliance.chain.subtree(level, index);
    let lists = (1..).map(Height).zip(&alliance.blocks);
    let lists = lists.filter(|(_, made)| !made.used.is_empty());
    let lists = lists.map(|(height, made)| (height, made.used.clone()));
    let restored = Ledger::restore(Parts {
        chain_id: running.chain_id().to_owned(),
        state: running.state().records().into_iter().collect(),
        log: Frontier::restore(running.log().size(), subtree).expect("every subtree is there"),
        height: running.height(),
        time: running.time(),
        tree_version: running.tree_version(),
        state_root: *running.state_root(),
        replay: Replay::restored(lists.collect(), running.time()),
    });
    assert_eq!(&restored, running, "I7");
}
