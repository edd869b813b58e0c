//! Upgrades there and back: a version ends at a drawn height, one height is taken back and the version before stands there again, the next
//! one goes on, and one height is taken back from it, too. The judge of every app hash is a chain that never stops, and every receipt that
//! was given on the way must hold at each station. That the program ends with 10, engine and all, is shown by the net tests.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "small counts of a test; an overflow would panic, and be a finding"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{
    RecordKey,
    id::{Height, Sha256},
    limits::{APP_VERSION, APP_VERSION_FIRST},
};
use ktr_ledger::{Stopped, TxResult, results_hash};
use ktr_proof::{
    log::{self, Head},
    state,
};
use ktr_testkit::{Dice, number};
use ktr_wire::{digest, record};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{RequestFinalizeBlock, RequestInfo, ResponseFinalizeBlock};

use super::Node;
use crate::{
    exit::Exit,
    query::{
        APP_HASH, CONSISTENCY, ICS23, RFC6962,
        tests::{ask, op},
    },
    replay::{Broken, Line, replay},
    stage::{Stage, assert_same},
    store::{Meta, StoreError},
};

/// The version that comes to its end.
const OLD: u64 = APP_VERSION;
/// The one that goes on: the same program, told so by an argument.
const NEXT: u64 = APP_VERSION + 1;

/// The proofs of one event and one record that a node gave, and that somebody keeps.
struct Receipt {
    /// The app hash that opens it stands in the header after this one.
    height: u64,
    index: u64,
    leaf: Vec<u8>,
    path: Vec<Sha256>,
    head: Head,
    state_root: Sha256,
    key: RecordKey,
    value: Vec<u8>,
    proof: Vec<u8>,
}

impl Receipt {
    /// Holds it against an app hash; no node is asked.
    fn verify(&self, app_hash: &[u8]) {
        let Head { size, root } = self.head;
        let ours = digest::app_hash(size, &root, &self.state_root);
        assert_eq!(ours.0.as_slice(), app_hash, "receipt of {}", self.height);
        let leaf = log::leaf(&self.leaf);
        log::verify(&leaf, self.index, &self.path, size, &root).unwrap();
        let proven = state::verify(self.key, Some(&self.value), &self.proof, &self.state_root);
        assert!(proven.unwrap().is_some());
    }

    /// Whether a node has the event, and a log that begins with the one of the receipt.
    fn is_known_to(&self, node: &Node, now: &Head) {
        let event = ask(node, "/event", &self.index.to_be_bytes());
        assert_eq!(event.value, self.leaf.as_slice());
        let grown = ask(node, "/log/consistency", &self.head.size.to_be_bytes());
        let steps = hashes(op(&grown, CONSISTENCY));
        let grown = log::verify_consistency(&self.head, now, &steps);
        assert_eq!(grown, Ok(()), "receipt of {}", self.height);
    }
}

/// A chain on its way through an upgrade.
struct Road {
    /// Its chain is executed by the next version from the first block on, and never stops.
    stage: Stage,
    dice: Dice,
    /// The last height of the version before.
    last: u64,
    /// The height at which two counties resolve it.
    resolved_at: u64,
    /// Every block as the engine keeps it, with the answer that it got first.
    blocks: Vec<(RequestFinalizeBlock, ResponseFinalizeBlock)>,
    /// The same blocks as an auditor exports them.
    lines: Vec<String>,
    /// What became of the last block's transactions.
    results: Vec<TxResult>,
    members: u8,
    sent: Vec<Vec<u8>>,
    receipts: Vec<Receipt>,
}

impl Road {
    fn to(last: u64, dice: Dice) -> Self {
        let mut stage = Stage::new();
        stage.chain = stage.chain.run_by(NEXT);
        let mut road = Self {
            stage,
            dice,
            last,
            resolved_at: 0,
            blocks: Vec::new(),
            lines: Vec::new(),
            results: Vec::new(),
            members: 0,
            sent: Vec::new(),
            receipts: Vec::new(),
        };
        road.resolved_at = 2 + road.below(last - 2);
        road
    }

    fn below(&mut self, bound: u64) -> u64 {
        let bound = usize::try_from(bound).unwrap();
        u64::try_from(self.dice.below(bound)).unwrap()
    }

    /// The height of the chain that never stops.
    fn height(&self) -> u64 {
        self.stage.chain.ledger().height().0
    }

    /// The node as a program of this version opens it.
    fn open(&self, version: u64) -> Node {
        self.stage.open_with(self.stage.store().run_by(version))
    }

    /// Organisations come, with a transaction that is refused; some come a second time, and some blocks are idle.
    fn txs(&mut self) -> Vec<Vec<u8>> {
        if self.height() + 1 == self.resolved_at {
            return self.stage.upgrade(NEXT, self.last);
        }
        match self.dice.below(4) {
            0 => Vec::new(),
            1 => self.sent.clone(),
            _ => {
                self.members += 1;
                let (_, _, tx) = self.stage.admission(self.members);
                self.sent = vec![tx, self.stage.refused()];
                self.sent.clone()
            }
        }
    }

    /// Makes a new block, in the node and in the judge; gives how the node ended with it, if it did.
    fn make(&mut self, node: &Node) -> Option<String> {
        let wait = self.below(4_000);
        self.stage.chain.wait(wait);
        let txs = self.txs();
        let request = self.stage.request(&txs);
        self.export(&txs);
        let response = node.finalize_block(request.clone());
        let ended = committed(node);
        let batch = self.stage.chain.block(&txs);
        assert_eq!(response.app_hash, batch.app_hash.0.as_slice());
        self.results = batch.results;
        self.blocks.push((request, response));
        ended
    }

    fn export(&mut self, txs: &[Vec<u8>]) {
        let line = Line {
            height: self.height() + 1,
            time: self.stage.chain.now().0,
            txs: txs.iter().map(|tx| STANDARD.encode(tx)).collect(),
            misbehaviour: Vec::new(),
            app_hash: self.stage.chain.ledger().app_hash().to_string(),
            last_results_hash: results_hash(&self.results).to_string(),
        };
        self.lines.push(serde_json::to_string(&line).unwrap());
    }

    /// The engine brings a block of before again, and it gets the answer that it got first; gives how the node ended with it, if it did.
    fn again(&self, node: &Node, height: u64) -> Option<String> {
        let (request, first) = &self.blocks[at(height)];
        let response = node.finalize_block(request.clone());
        assert_eq!(&response, first, "block {height}");
        committed(node)
    }

    /// Somebody asks for the proofs of a drawn event and of a drawn record, and keeps them.
    fn keep(&mut self, node: &Node) {
        let size = self.stage.chain.ledger().log().size();
        let index = self.below(size);
        let records = self.stage.chain.state().records();
        let key = records[self.dice.below(records.len())].key();
        let event = ask(node, "/event", &index.to_be_bytes());
        let stated = ask(node, "/store", &record::key_octets(key));
        let (head, state_root) = opened(op(&event, APP_HASH));
        self.receipts.push(Receipt {
            height: self.height(),
            index,
            leaf: event.value.to_vec(),
            path: hashes(op(&event, RFC6962)),
            head,
            state_root,
            key,
            value: stated.value.to_vec(),
            proof: op(&stated, ICS23).to_vec(),
        });
    }

    /// Every receipt holds under the header after its height, and a node that has come so far knows what it is about.
    fn judge(&self, node: &Node) {
        assert!(!self.receipts.is_empty());
        let height = node.height();
        let answer = ask(node, "/log/consistency", &0_u64.to_be_bytes());
        let (now, _) = opened(op(&answer, APP_HASH));
        for receipt in &self.receipts {
            let (_, answer) = &self.blocks[at(receipt.height)];
            receipt.verify(&answer.app_hash);
            if receipt.height <= height {
                receipt.is_known_to(node, &now);
            }
        }
    }

    /// The version before, started at its last height or above: it says so, knows all, and takes no block.
    fn stands_still(&self) {
        let node = self.open(OLD);
        let reason = node.ended().unwrap();
        assert_eq!(reason.exit, Exit::Halted, "{}", reason.why);
        self.judge(&node);
        let kept = self.blocks.get(at(node.height() + 1));
        let next = match kept {
            Some((request, _)) => request.clone(),
            None => self.stage.request(&[]),
        };
        let took = catch_unwind(AssertUnwindSafe(|| node.finalize_block(next)));
        let why = *took.unwrap_err().downcast::<String>().unwrap();
        assert!(why.starts_with("exit 10: "), "{why}");
    }

    /// A program of a version where it has not ended: what is in force is what the chain says.
    fn start(&self, version: u64) -> Node {
        let node = self.open(version);
        assert_eq!(node.ended(), None);
        let in_force = if node.height() < self.last {
            APP_VERSION_FIRST
        } else {
            NEXT
        };
        let info = node.info(RequestInfo::default());
        assert_eq!(info.app_version, in_force, "height {}", node.height());
        self.judge(&node);
        node
    }

    /// One height is taken back, to where the engine stands then; a second one is not kept. Gives where that is.
    fn back(&self, version: u64) -> u64 {
        let store = self.stage.store().run_by(version);
        let height = store.view().meta().unwrap().unwrap().height;
        let (_, before) = &self.blocks[at(height - 1)];
        let is_engine_s = |meta: &Meta| {
            meta.height == height - 1 && before.app_hash == meta.app_hash.0.as_slice()
        };
        let left = store.roll_back(is_engine_s).unwrap().height;
        assert_eq!(left, height - 1);
        let second = store.roll_back(|_| true);
        assert!(
            matches!(second, Err(StoreError::NoUndo(found)) if found == left),
            "{second:?}"
        );
        left
    }

    /// What is on disk is what the chain knows that never stopped; and both versions execute the archive as far as each goes.
    fn is_as_without_a_stop(&self) {
        let chain = &self.stage.chain;
        assert_same(&self.stage.store().run_by(NEXT), chain);
        let run = |version: u64, lines: &[String]| {
            let text = lines.join("\n");
            replay(version, chain.id(), chain.cast.genesis(), text.as_bytes())
        };
        let whole = run(NEXT, &self.lines).unwrap();
        assert_eq!(whole.blocks, self.height());
        assert_eq!(whole.app_hash, Some(chain.ledger().app_hash()));
        let first = run(OLD, &self.lines[..=at(self.last)]).unwrap();
        assert_eq!(first.blocks, self.last);
        let stopped = run(OLD, &self.lines).unwrap_err();
        assert!(
            matches!(stopped, Broken::Stopped(Stopped::Halted(upgrade)) if upgrade.height == Height(self.last)),
            "{stopped}"
        );
    }
}

/// Commits; gives how the node ended with it, if it did.
fn committed(node: &Node) -> Option<String> {
    let unwound = catch_unwind(AssertUnwindSafe(|| node.commit())).err()?;
    Some(*unwound.downcast::<String>().unwrap())
}

/// Where a height lies in a list of all.
fn at(height: u64) -> usize {
    usize::try_from(height - 1).unwrap()
}

fn hashes(data: &[u8]) -> Vec<Sha256> {
    let steps = data.chunks(32);
    steps
        .map(|step| Sha256::from_slice(step).unwrap())
        .collect()
}

/// The log and the state root that an app hash is made of.
fn opened(data: &[u8]) -> (Head, Sha256) {
    let head = Head {
        size: u64::from_be_bytes(data[..8].try_into().unwrap()),
        root: Sha256::from_slice(&data[8..40]).unwrap(),
    };
    (head, Sha256::from_slice(&data[40..]).unwrap())
}

/// One road: up to the last height, a height back and there again, on, a height back, and on.
fn there_and_back(last: u64, dice: Dice) {
    let mut road = Road::to(last, dice);
    // given a history of the version before, up to the height that is its last
    let node = road.open(OLD);
    node.init_chain(road.stage.genesis());
    while road.height() + 1 < last {
        assert_eq!(road.make(&node), None);
        road.keep(&node);
    }
    let ended = format!(
        "exit 10: height {last} was the last of this version; application version {NEXT} goes on"
    );
    assert_eq!(road.make(&node), Some(ended.clone()));
    drop(node);
    road.stands_still();
    // when the next version comes up, makes no block and is taken back, then the version before comes to the same end again
    drop(road.start(NEXT));
    assert_eq!(road.back(NEXT), last - 1);
    let node = road.start(OLD);
    assert_eq!(road.again(&node, last), Some(ended));
    drop(node);
    road.stands_still();
    // and the next version executes that height as well, and goes on from it
    assert_eq!(road.back(OLD), last - 1);
    let node = road.start(NEXT);
    assert_eq!(road.again(&node, last), None);
    for _ in 0..=road.below(4) {
        assert_eq!(road.make(&node), None);
        road.keep(&node);
    }
    drop(node);
    // when a height is taken back from the next version, then the version before takes none of its blocks
    let height = road.back(NEXT);
    road.stands_still();
    // and the next one executes it to the same answer, and goes on
    let node = road.start(NEXT);
    assert_eq!(road.again(&node, height + 1), None);
    for _ in 0..=road.below(4) {
        assert_eq!(road.make(&node), None);
        road.keep(&node);
    }
    road.judge(&node);
    drop(node);
    road.is_as_without_a_stop();
}

#[test]
fn a_version_ends_at_any_height_and_the_next_one_goes_on_and_one_height_back_leads_to_the_same() {
    let seed = number("KTR_UPGRADE_SEED", 20_261_130);
    let mut dice = Dice::new(seed);
    for _ in 0..number("KTR_UPGRADE_HEIGHTS", 2) {
        let last = 4 + u64::try_from(dice.below(37)).unwrap();
        let of_road = u64::try_from(dice.below(1 << 30)).unwrap();
        eprintln!("an upgrade at height {last}; KTR_UPGRADE_SEED={seed} repeats it");
        there_and_back(last, Dice::new(of_road));
    }
}
