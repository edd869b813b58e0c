//! A chain that is made in this process, written down block by block as an auditor exports it, and executed again by the program from that
//! file. How long it took is printed; the bar for the speed is the bench's.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::{self, Output},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{
    Command,
    governance::Misbehaviour,
    id::{Height, MemberId},
    membership,
};
use ktr_ledger::results_hash;
use ktr_node::{
    engine::Document,
    replay::{Caught, Line},
};
use ktr_testkit::{Chain, Dice, number};
use ktr_wire::digest;
use serde_json::{Value, json};
use tokio::time::Instant;

/// A chain, and what a seed has it execute.
struct History {
    chain: Chain,
    dice: Dice,
    members: Vec<Member>,
    /// The last transaction that meant something.
    last: Option<Vec<u8>>,
}

/// A member, and how often its county suspended and reinstated it.
struct Member {
    id: MemberId,
    county: usize,
    turns: u32,
}

impl History {
    fn new(seed: u64) -> Self {
        Self {
            chain: Chain::unborn(),
            dice: Dice::new(seed),
            members: Vec::new(),
            last: None,
        }
    }

    /// Two blocks of three have no transaction, as most have.
    fn txs(&mut self) -> Vec<Vec<u8>> {
        if self.dice.below(3) > 0 {
            return Vec::new();
        }
        let count = 1 + self.dice.below(3);
        (0..count).map(|_| self.tx()).collect()
    }

    /// An admission, a suspension or its end; and, to be refused, garbage and what is there already.
    fn tx(&mut self) -> Vec<u8> {
        let again = self.last.clone();
        let tx = match (self.dice.below(8), again) {
            (0, _) => return b"no transaction".to_vec(),
            (1, Some(again)) => return again,
            (2 | 3, _) if self.members.len() < MEMBERS_MAX => self.admitted(),
            _ if self.members.is_empty() => self.admitted(),
            _ => self.turned(),
        };
        self.last = Some(tx.clone());
        tx
    }

    fn admitted(&mut self) -> Vec<u8> {
        let (place, at) = (self.members.len(), self.chain.now());
        let id = MemberId(u128::try_from(place + 1).unwrap().to_be_bytes());
        let county = place % 3;
        self.members.push(Member {
            id,
            county,
            turns: 0,
        });
        let (chain_id, home) = (self.chain.id(), u8::try_from(county).unwrap());
        self.chain.cast.admitting(chain_id, home, id, at)
    }

    fn turned(&mut self) -> Vec<u8> {
        let place = self.dice.below(self.members.len());
        let known = &mut self.members[place];
        known.turns += 1;
        let (member, turn) = (known.id, known.turns);
        let command = if turn % 2 == 1 {
            membership::Command::Suspend { member, turn }
        } else {
            membership::Command::Reinstate { member, turn }
        };
        let county = self.chain.cast.counties[known.county].clone();
        self.chain.tx(&county, Command::Membership(command))
    }

    /// In one block the engine reports the last validator.
    fn caught(&self, height: u64) -> Vec<Misbehaviour> {
        if height != CAUGHT_AT {
            return Vec::new();
        }
        let genesis = self.chain.cast.genesis();
        let witness = genesis.validators.last().unwrap();
        vec![Misbehaviour {
            address: digest::address(&witness.key),
            height: Height(height - 1),
        }]
    }
}

/// What the chain came to.
struct Made {
    txs: u64,
    accepted: u64,
    app_hash: String,
    genesis: String,
}

/// Makes so many blocks and writes them, a line each.
fn made(path: &Path, blocks: u64, seed: u64) -> Made {
    let mut history = History::new(seed);
    let mut lines = BufWriter::new(File::create(path).unwrap());
    let (mut txs, mut accepted) = (0, 0);
    let mut results = results_hash(&[]);
    for height in 1..=blocks {
        let pause = 1 + history.dice.below(59);
        history.chain.wait(u64::try_from(pause).unwrap());
        let (of_block, caught) = (history.txs(), history.caught(height));
        let line = Line {
            height,
            time: history.chain.now().0,
            txs: of_block.iter().map(|tx| STANDARD.encode(tx)).collect(),
            misbehaviour: caught
                .iter()
                .map(|caught| Caught {
                    address: caught.address.to_string(),
                    height: caught.height.0,
                })
                .collect(),
            app_hash: history.chain.ledger().app_hash().to_string(),
            last_results_hash: results.to_string(),
        };
        writeln!(lines, "{}", json!(line)).unwrap();
        let batch = history.chain.block_with(&caught, &of_block);
        results = results_hash(&batch.results);
        txs += u64::try_from(batch.results.len()).unwrap();
        let good = batch.results.iter().filter(|tx| tx.refusal.is_none());
        accepted += u64::try_from(good.count()).unwrap();
    }
    lines.flush().unwrap();
    let (cast, chain) = (&history.chain.cast, &history.chain);
    let document = Document::new(chain.id(), cast.start, &cast.genesis()).unwrap();
    Made {
        txs,
        accepted,
        app_hash: chain.ledger().app_hash().to_string(),
        genesis: document.text().unwrap(),
    }
}

/// What the program says of the blocks in a file, in a folder where no node is.
fn replayed(folder: &Path, blocks: &Path) -> Output {
    process::Command::new(env!("CARGO_BIN_EXE_ktr-node"))
        .arg("--home")
        .arg(folder.join("home"))
        .args(["-o", "json", "replay", "--blocks"])
        .arg(blocks)
        .arg("--genesis")
        .arg(folder.join("genesis.json"))
        .output()
        .unwrap()
}

/// The same blocks up to a height, whose header has another app hash.
fn spoiled(blocks: &Path, height: usize) -> String {
    let lines = BufReader::new(File::open(blocks).unwrap()).lines();
    let mut lines: Vec<String> = lines.take(height).map(Result::unwrap).collect();
    let mut last: Line = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    last.app_hash = "0".repeat(64);
    lines.push(json!(last).to_string());
    lines.join("\n")
}

#[test]
fn a_long_chain_is_executed_again_from_its_file_to_the_same_hashes() {
    let (blocks, seed) = (
        number("KTR_REPLAY_BLOCKS", 200),
        number("KTR_REPLAY_SEED", 4),
    );
    // Before anything can fail.
    eprintln!("blocks to be executed again: {blocks}, seed {seed}");
    // given a chain, in a file
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let path = folder.join("blocks.jsonl");
    let made = made(&path, blocks, seed);
    assert!(made.accepted > 0 && made.accepted < made.txs);
    fs::write(folder.join("genesis.json"), &made.genesis).unwrap();
    // when the program executes it again
    let begun = Instant::now();
    let output = replayed(folder, &path);
    let took = begun.elapsed();
    // then every header agreed, and the last block led to the same
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "seed {seed}: {why}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        said,
        json!({"blocks": blocks, "txs": made.txs, "app_hash": made.app_hash, "outcome_judged": false})
    );
    // and a header that says otherwise is found
    let other = folder.join("spoiled.jsonl");
    fs::write(&other, spoiled(&path, SPOILED_AT)).unwrap();
    assert_eq!(replayed(folder, &other).status.code(), Some(14));
    eprintln!(
        "blocks executed again: {blocks}, {} transactions, {} of them accepted, seed {seed}, in {took:.1?}",
        made.txs, made.accepted
    );
}

#[test]
fn an_archive_without_a_block_is_refused_by_name() {
    // given a chain, and an export that broke off before its first line
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let made = made(&folder.join("blocks.jsonl"), 1, 4);
    fs::write(folder.join("genesis.json"), &made.genesis).unwrap();
    let empty = folder.join("empty.jsonl");
    fs::write(&empty, "").unwrap();
    // when
    let output = replayed(folder, &empty);
    // then
    let why = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{why}");
    let path = empty.display();
    assert_eq!(
        why.trim_end(),
        format!("ktr-node: {path} holds no block; export it again")
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let path = |name: &str| temp.path().join(name).to_str().unwrap().to_owned();
    let [home, genesis, blocks, app_state] =
        ["home", "genesis.json", "blocks.jsonl", "app.json"].map(path);
    let of_home = path("home/engine/config/genesis.json");
    let said = |words: &[&str]| {
        let mut program = process::Command::new(env!("CARGO_BIN_EXE_ktr-node"));
        let output = program.args(["--home", &home]).args(words).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let missing = |path: &str, then: &str| {
        format!("ktr-node: {path}: No such file or directory (os error 2){then}\n")
    };
    // the folder's own genesis, for who forgot to say where the folder is
    let replay = ["replay", "--blocks", &blocks];
    let then = "; name it with --genesis or --home";
    assert_eq!(said(&replay), missing(&of_home, then));
    // one that is named
    let replay = ["replay", "--blocks", &blocks, "--genesis", &genesis];
    assert_eq!(said(&replay), missing(&genesis, ""));
    // the blocks, once the genesis is there
    let made = made(&temp.path().join("others.jsonl"), 1, 4);
    fs::write(&genesis, made.genesis).unwrap();
    assert_eq!(said(&replay), missing(&blocks, ""));
    // the genesis again, once it is none
    fs::write(&genesis, "{}").unwrap();
    let none = said(&replay);
    let wanted = format!("ktr-node: {genesis}: missing field");
    assert!(none.starts_with(&wanted), "{none}");
    // and what a genesis is made of
    let print = [
        "genesis",
        "--app-state",
        &app_state,
        "--chain-id",
        "ktr-replay-1",
    ];
    assert_eq!(said(&print), missing(&app_state, ""));
}

/// Members; from then on only their standing changes, so that a block of a long chain costs what one of a short chain costs.
const MEMBERS_MAX: usize = 300;

/// The height of the block with the validator that was caught.
const CAUGHT_AT: u64 = 50;

/// The height whose header is spoiled.
const SPOILED_AT: usize = 60;
