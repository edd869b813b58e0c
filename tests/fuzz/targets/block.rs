//! A block of the archive that an auditor gets: a line is no block, or is executed under the header that it must have, whatever is in it.
//!
//! The reader is the node's own file; the rest of that crate, and RocksDB with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/replay.rs"]
#[expect(dead_code, reason = "no node is here whose outcome could be judged")]
mod replay;

mod verdicts {
    use ktr_ledger::{Judge, OneByOne, Question};

    /// Gives the answers of the node's own, and remembers none.
    #[derive(Default)]
    pub(crate) struct Verdicts;

    impl Judge for Verdicts {
        fn judge(&self, questions: Vec<Question>) -> Vec<bool> {
            OneByOne.judge(questions)
        }
    }
}

use std::sync::LazyLock;

use ktr_core::{Genesis, limits::APP_VERSION, time::Time};
use ktr_ledger::{Ledger, results_hash};
use ktr_testkit::{Cast, sample::CHAIN_ID};
use libfuzzer_sys::fuzz_target;
use replay::{Broken, Line, Summary, replay};

fuzz_target!(|octets: &[u8]| {
    let Ok(line) = serde_json::from_slice::<Line>(octets) else {
        assert!(executed(octets).is_err() || octets.is_empty());
        return;
    };
    assert_eq!(read(&written(&line)), line);
    let count = u64::try_from(line.txs.len()).expect("they fit into an input");
    let line = Line {
        height: 1,
        app_hash: STAGE.1.clone(),
        last_results_hash: results_hash(&[]).to_string(),
        ..line
    };
    match executed(&written(&line)) {
        Ok(summary) => assert_eq!((summary.blocks, summary.txs), (1, count)),
        Err(Broken::Line { .. }) => {}
        Err(broken) => panic!("{broken}"),
    }
});

fn written(line: &Line) -> Vec<u8> {
    serde_json::to_vec(line).expect("what was read can be written")
}

fn read(text: &[u8]) -> Line {
    serde_json::from_slice(text).expect("what was written can be read")
}

fn executed(lines: &[u8]) -> Result<Summary, Broken> {
    replay(APP_VERSION, CHAIN_ID, STAGE.0.clone(), lines)
}

/// The genesis of the chain of the recorded transactions, and the app hash in the header of its first block.
static STAGE: LazyLock<(Genesis, String)> = LazyLock::new(|| {
    let genesis = Cast::new(Time(1_900_000_000)).genesis();
    let (ledger, _update) = Ledger::genesis(CHAIN_ID, genesis.clone()).expect("a fresh tree");
    (genesis, ledger.app_hash().to_string())
});
