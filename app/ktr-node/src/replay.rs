//! Executes a whole chain again, in memory, and holds every app hash and every results hash against the header that carries it.
//! The last block's outcome stands in no header yet: it is held against what a node committed. Nothing is stored.

use std::io::{self, BufRead};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{
    Genesis,
    governance::Misbehaviour,
    id::{Height, Sha256, ValidatorAddress},
    time::Time,
};
use ktr_ledger::{Block, Ledger, Memory, Overlay, Stopped, Unreadable, results_hash};
use serde::{Deserialize, Serialize};

use crate::verdicts::Verdicts;

/// One block as an auditor exports it: one line of JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its height.
    pub height: u64,
    /// Its header time, floored to whole seconds since 1970.
    pub time: u64,
    /// Its transactions in base64.
    pub txs: Vec<String>,
    /// Validators that the engine caught, in its order; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub misbehaviour: Vec<Caught>,
    /// The app hash in its header, 64 hex digits: the state after the block **before** it.
    pub app_hash: String,
    /// The results hash in its header, 64 hex digits: over code and data of the transactions of the block **before** it.
    pub last_results_hash: String,
}

/// A validator that the engine caught.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caught {
    /// Its address, 40 hex digits.
    pub address: String,
    /// The height at which it did it.
    pub height: u64,
}

/// How far a replay came without a difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Blocks executed.
    pub blocks: u64,
    /// Transactions executed.
    pub txs: u64,
    /// The app hash after the last block; no header was there to hold it against.
    pub app_hash: Option<Sha256>,
    /// Whether that one, too, was held against another: see [`judge_outcome`].
    pub outcome_judged: bool,
}

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// The file cannot be read.
    #[error("the blocks cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A line is no block.
    #[error("line {line} is no block: {why}")]
    Line {
        /// Counted from 1.
        line: u64,
        /// Why.
        why: String,
    },
    /// Heights must follow each other from 1.
    #[error("line {line} is block {found}, and {wanted} comes next")]
    Gap {
        /// Counted from 1.
        line: u64,
        /// In the line.
        found: u64,
        /// Should be.
        wanted: u64,
    },
    /// The tree in memory cannot be read.
    #[error(transparent)]
    Tree(#[from] Unreadable),
    /// The tree in memory cannot be read, or the chain goes on with another version of this program.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// **The chain and this program disagree.**
    #[error(
        "header {height} carries app hash {header}, executing the blocks before it gives {ours}"
    )]
    Differs {
        /// The height of the header.
        height: u64,
        /// In the header.
        header: Sha256,
        /// Executed.
        ours: Sha256,
    },
    /// **The chain and this program disagree** on what became of a transaction.
    #[error(
        "header {height} carries results hash {header}, executing the block before it gives {ours}: a code or an index differs"
    )]
    ResultsDiffer {
        /// The height of the header.
        height: u64,
        /// In the header.
        header: Sha256,
        /// Executed.
        ours: Sha256,
    },
    /// **The node and this program disagree** on the outcome of the last block.
    #[error(
        "after block {height} the node committed app hash {committed}, executing the blocks gives {ours}"
    )]
    Outcome {
        /// The height of the last block.
        height: u64,
        /// By the node.
        committed: Sha256,
        /// Executed.
        ours: Sha256,
    },
}

/// Executes blocks from genesis on, as a program of this application version does; stops at the first difference.
///
/// # Errors
/// See [`Broken`]; [`Broken::Differs`] and [`Broken::ResultsDiffer`] are those that matter.
pub fn replay(
    app_version: u64,
    chain_id: &str,
    genesis: Genesis,
    blocks: impl BufRead,
) -> Result<Summary, Broken> {
    let (ledger, update) = Ledger::genesis(chain_id, genesis)?;
    let mut ledger = ledger.run_by(app_version);
    let mut tree = Memory::default();
    tree.apply(&update);
    let verdicts = Verdicts::default();
    let mut summary = Summary::default();
    let mut results = results_hash(&[]);
    for (number, text) in (1_u64..).zip(blocks.lines()) {
        let (line, txs) = parse(number, &text?)?;
        let wanted = ledger.height().0.saturating_add(1);
        if line.height != wanted {
            return Err(Broken::Gap {
                line: number,
                found: line.height,
                wanted,
            });
        }
        judge(number, &line, (ledger.app_hash(), results))?;
        let caught = caught(number, &line)?;
        let reader = Overlay {
            pending: None,
            stored: &tree,
        };
        let block = Block {
            height: Height(line.height),
            time: Time(line.time),
            misbehaviour: &caught,
            txs: &txs,
        };
        let (next, batch) = ledger.block(&reader, &verdicts, &block)?;
        if let Some(update) = &batch.tree {
            tree.apply(update);
        }
        ledger = next;
        results = results_hash(&batch.results);
        summary.blocks = summary.blocks.saturating_add(1);
        let count = u64::try_from(txs.len()).unwrap_or(u64::MAX);
        summary.txs = summary.txs.saturating_add(count);
        summary.app_hash = Some(batch.app_hash);
    }
    Ok(summary)
}

/// Holds the outcome of the last block against what was committed at its height, if that is known.
///
/// # Errors
/// [`Broken::Outcome`].
pub fn judge_outcome(summary: Summary, committed: Option<Sha256>) -> Result<Summary, Broken> {
    let (Some(ours), Some(committed)) = (summary.app_hash, committed) else {
        return Ok(summary);
    };
    if ours == committed {
        return Ok(Summary {
            outcome_judged: true,
            ..summary
        });
    }
    Err(Broken::Outcome {
        height: summary.blocks,
        committed,
        ours,
    })
}

fn parse(number: u64, text: &str) -> Result<(Line, Vec<Vec<u8>>), Broken> {
    let refuse = |why: String| Broken::Line { line: number, why };
    let line: Line = serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
    let txs = line.txs.iter().map(|tx| STANDARD.decode(tx));
    let txs = txs
        .collect::<Result<_, _>>()
        .map_err(|error| refuse(error.to_string()))?;
    Ok((line, txs))
}

fn caught(number: u64, line: &Line) -> Result<Vec<Misbehaviour>, Broken> {
    let read = line.misbehaviour.iter().map(|caught| {
        let octets = hex::decode(&caught.address).ok();
        let address = octets.and_then(|octets| ValidatorAddress::from_slice(&octets));
        let address = address.ok_or_else(|| Broken::Line {
            line: number,
            why: "an address is not 40 hex digits".to_owned(),
        })?;
        Ok(Misbehaviour {
            address,
            height: Height(caught.height),
        })
    });
    read.collect()
}

fn judge(number: u64, line: &Line, (state, results): (Sha256, Sha256)) -> Result<(), Broken> {
    let height = line.height;
    let header = digest(number, "app_hash", &line.app_hash)?;
    if header != state {
        return Err(Broken::Differs {
            height,
            header,
            ours: state,
        });
    }
    let header = digest(number, "last_results_hash", &line.last_results_hash)?;
    if header != results {
        return Err(Broken::ResultsDiffer {
            height,
            header,
            ours: results,
        });
    }
    Ok(())
}

fn digest(number: u64, name: &str, text: &str) -> Result<Sha256, Broken> {
    let octets = hex::decode(text).ok();
    let digest = octets.and_then(|octets| Sha256::from_slice(&octets));
    digest.ok_or_else(|| Broken::Line {
        line: number,
        why: format!("{name} is not 64 hex digits"),
    })
}
