//! What must hold after every run besides what `judge.rs` compares (design: assurance, section 3.2): every receipt that a site gave still
//! verifies (I4), no published count changes, is small or stands beside a member's name (I6), the log has only grown (I8), a block in which
//! nothing happened changes no app hash (I9), no key signed twice (I10).
//! What the engines caught of each other stands in a block and in the log, as `twice.rs` shows; what nobody could see is not judged here.

use ktr_core::{Event, governance, id::Sha256};
use ktr_node::{limits::PAGE_MAX, query::CONSISTENCY};
use ktr_proof::log::{self, Head};
use ktr_testkit::counts::Counts;
use ktr_wire::{
    digest,
    recorded::{Entry, Recorded},
};
use prost::Message;
use serde_json::Value;

use crate::{
    opened,
    support::{Answered, Site, parameters},
};

/// The log as sites showed it during a run, and what they proved of it.
#[derive(Default)]
pub(super) struct Seen {
    heads: Vec<Head>,
    receipts: Vec<Receipt>,
}

/// The proof that an event is in the log, as a site gave it.
struct Receipt {
    /// The next header carries the app hash.
    height: u64,
    index: u64,
    leaf: Vec<u8>,
    path: Vec<Sha256>,
    head: Head,
    state_root: Sha256,
}

/// A page of `/events`.
#[derive(Clone, PartialEq, Eq, Message)]
struct Page {
    #[prost(bytes = "vec", repeated, tag = "1")]
    events: Vec<Vec<u8>>,
}

impl Seen {
    /// Keeps the log of a site that answers, as it is now, and a receipt of its last event.
    pub(super) fn look(&mut self, site: &Site) {
        let last = head(&event(site, 0)).size - 1;
        let receipt = Receipt::of(last, event(site, last));
        if !self.heads.contains(&receipt.head) {
            self.heads.push(receipt.head);
            self.receipts.push(receipt);
        }
    }

    /// Judges sites that answer, of one chain, and to which nobody sends anything any more.
    pub(super) fn judge(&self, sites: &[Site]) {
        let log = self.judge_but_signing(sites);
        nobody_signed_twice(&sites[0], &log);
    }

    /// The same of a chain on which somebody did sign twice (all but I10); gives its log.
    pub(super) fn judge_but_signing(&self, sites: &[Site]) -> Vec<Recorded> {
        for site in sites {
            is_quiet(site);
        }
        for site in sites {
            self.has_grown(site);
            self.still_verifies(site);
        }
        // The others have the same blocks, and the app hash stands for the log.
        let log = leaves(&sites[0]);
        counts(&log);
        log
    }

    /// I8: everything that was seen is the beginning of what a header says now.
    fn has_grown(&self, site: &Site) {
        assert!(!self.heads.is_empty(), "I8: nobody looked");
        let (count, root, _) = opened(site, &event(site, 0));
        let now = Head { size: count, root };
        for before in &self.heads {
            let answer = site.query("/log/consistency", &before.size.to_be_bytes());
            let (kind, data) = answer.ops.first().unwrap();
            assert_eq!(kind, CONSISTENCY);
            let steps = data
                .chunks(32)
                .map(|step| Sha256::from_slice(step).unwrap());
            let steps: Vec<Sha256> = steps.collect();
            let grown = log::verify_consistency(before, &now, &steps);
            assert_eq!(grown, Ok(()), "I8: {before:?} does not begin {now:?}");
        }
    }

    /// I4: every receipt of the run leads to a header that this site has. That its log is the beginning of the one of now is I8.
    fn still_verifies(&self, site: &Site) {
        for receipt in &self.receipts {
            let header = site.header_app_hash(receipt.height + 1);
            assert_eq!(header, receipt.leads_to(), "I4: event {}", receipt.index);
        }
    }
}

impl Receipt {
    fn of(index: u64, answer: Answered) -> Self {
        assert_eq!(answer.code, 0, "event {index} is not proven");
        let steps = answer.ops[0].1.chunks(32);
        let (_, data) = answer.ops.last().unwrap();
        Self {
            height: answer.height,
            index,
            path: steps
                .map(|step| Sha256::from_slice(step).unwrap())
                .collect(),
            head: head(&answer),
            state_root: Sha256::from_slice(&data[40..]).unwrap(),
            leaf: answer.value,
        }
    }

    /// The app hash under which its event is in the log; none if it proves nothing.
    fn leads_to(&self) -> Option<Sha256> {
        let Head { size, root } = &self.head;
        let leaf = log::leaf(&self.leaf);
        log::verify(&leaf, self.index, &self.path, *size, root).ok()?;
        Some(digest::app_hash(*size, root, &self.state_root))
    }
}

fn event(site: &Site, index: u64) -> Answered {
    site.query("/event", &index.to_be_bytes())
}

/// Size and root of the log, by what the app hash is made of.
fn head(answer: &Answered) -> Head {
    let (_, data) = answer.ops.last().unwrap();
    Head {
        size: u64::from_be_bytes(data[..8].try_into().unwrap()),
        root: Sha256::from_slice(&data[8..40]).unwrap(),
    }
}

/// I9: three blocks without a transaction, and one app hash before them and after each.
fn is_quiet(site: &Site) {
    let last = site.until("three blocks without a transaction", || {
        let last = site.height()?;
        let first = last.checked_sub(2).filter(|first| *first > 0)?;
        let mut blocks = first..=last;
        blocks
            .all(|height| is_empty(site, height) == Some(true))
            .then_some(last)
    });
    site.wait_above(last);
    let hashes = (last - 2..=last + 1).map(|height| site.header_app_hash(height).unwrap());
    let hashes: Vec<Sha256> = hashes.collect();
    let first = hashes[0];
    assert!(
        hashes.iter().all(|hash| *hash == first),
        "I9: up to block {last}: {hashes:?}"
    );
}

fn is_empty(site: &Site, height: u64) -> Option<bool> {
    let answer = site.rpc.ask(&format!("/block?height={height}"))?;
    let txs = answer.pointer("/block/data/txs")?;
    Some(txs.as_array().is_none_or(Vec::is_empty))
}

/// I10: no block carries evidence, and the log names no validator that was caught.
fn nobody_signed_twice(site: &Site, log: &[Recorded]) {
    for height in 1..=site.height().unwrap() {
        let answer = site.rpc.ask(&format!("/block?height={height}"));
        let found = answer.as_ref().and_then(evidence);
        assert_eq!(found, Some(0), "I10: evidence in block {height}");
    }
    let caught = log.iter().find(|leaf| is_of_misbehaviour(leaf));
    assert_eq!(caught, None, "I10");
}

/// I6: the counts of a whole log.
pub(super) fn counts(log: &[Recorded]) -> Counts {
    let mut counts = Counts::new(parameters());
    for leaf in log {
        assert_eq!(counts.follow(leaf), Ok(()));
    }
    counts
}

/// Waits until a count is published: whoever comes afterwards judges that it stays.
pub(super) fn a_count_was_seen(site: &Site) {
    site.until("a count that is published", || {
        (counts(&leaves(site)).published() > 0).then_some(())
    });
}

/// How many pieces of evidence a block carries; `None` if the answer is about no block.
pub(super) fn evidence(answer: &Value) -> Option<usize> {
    let list = answer.pointer("/block/evidence/evidence")?;
    if list.is_null() {
        return Some(0);
    }
    list.as_array().map(Vec::len)
}

pub(super) fn is_of_misbehaviour(leaf: &Recorded) -> bool {
    matches!(
        leaf.entry,
        Entry::Event(Event::Governance(governance::Event::Misbehaved { .. }))
    )
}

/// The whole log, page by page.
pub(super) fn leaves(site: &Site) -> Vec<Recorded> {
    let mut leaves = Vec::new();
    loop {
        let from = u64::try_from(leaves.len()).unwrap();
        let asked = [&from.to_be_bytes()[..], &PAGE_MAX.to_be_bytes()].concat();
        let page = Page::decode(site.query("/events", &asked).value.as_slice()).unwrap();
        if page.events.is_empty() {
            return leaves;
        }
        let read = page
            .events
            .iter()
            .map(|leaf| Recorded::decode(leaf).unwrap());
        leaves.extend(read);
    }
}

#[test]
fn evidence_in_a_block_and_a_validator_that_was_caught_are_found() {
    use ktr_core::{
        id::{Height, ValidatorAddress},
        time::Time,
    };
    use serde_json::json;
    let block = |list: Value| json!({"block": {"evidence": {"evidence": list}}});
    let piece = json!({"type": "tendermint/DuplicateVoteEvidence", "value": {}});
    let cases = [
        (block(json!([])), Some(0)),
        (block(Value::Null), Some(0)),
        (block(json!([piece])), Some(1)),
        (json!({"block": {}}), None),
    ];
    for (answer, found) in cases {
        assert_eq!(evidence(&answer), found, "{answer}");
    }
    let mut leaf = Recorded {
        index: 7,
        height: Height(3),
        time: Time(1_900_000_000),
        tx_hash: None,
        entry: Entry::Event(Event::Governance(governance::Event::Misbehaved {
            address: ValidatorAddress([1; 20]),
            height: Height(2),
            removed: None,
        })),
    };
    assert!(is_of_misbehaviour(&leaf));
    leaf.entry = Entry::nonces(&[]);
    assert!(!is_of_misbehaviour(&leaf));
}
