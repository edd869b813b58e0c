//! The engine dies at each of its own crash points: between two of its writes, or between a write and a call of ours.
//! The points are numbered by the calls that reach them (`libs/fail` of the engine), so that the number says the place.

use std::slice;

use ktr_core::{
    Command,
    id::{Commitment, MemberId, Sha256},
    nomination::{self, Severity, Verdict, VetoCategory},
    time::Secs,
};
use ktr_testkit::{Cast, number};
use ktr_wire::{digest, transaction};

use super::{invariant::Seen, judge, stores};
use crate::support::{CHAIN_ID, Site, admitting, now};

/// The variable in which the engine looks for the number of the call at which it ends.
const POINT: &str = "FAIL_TEST_INDEX";

/// What stood when an engine died.
struct Before {
    height: u64,
    hashes: Vec<Sha256>,
}

impl Before {
    fn of(site: &Site) -> Self {
        let height = site.height().unwrap();
        let hashes = (1..=height).map(|height| site.header_app_hash(height).unwrap());
        Self {
            hashes: hashes.collect(),
            height,
        }
    }
}

/// What is sent before an engine dies at a point: an organisation is admitted, the one of the point before nominates a case, and the seats
/// vote on the case before that. Every second case is vetoed.
fn sent(cast: &Cast, point: u64) -> Vec<Vec<u8>> {
    let at = now();
    let mut txs = vec![admitting(cast, 0, member(point))];
    if let Some(before) = point.checked_sub(1) {
        let nominator = cast.stranger(&format!("member-{}", member(before)));
        let submit = nomination::Command::Submit {
            commitment: case(before),
            severity: Severity::High,
            matrix_version: 1,
            decide_by: at.plus(Secs(DECIDED_WITHIN_SECS)),
        };
        let submit = Command::Nomination(submit);
        txs.push(nominator.transact(CHAIN_ID, point, at, submit));
    }
    if let Some(before) = point.checked_sub(2) {
        let last = if before.is_multiple_of(2) {
            Verdict::Approve
        } else {
            Verdict::Veto(VetoCategory::Quality)
        };
        let verdicts = [Verdict::Approve, Verdict::Approve, last];
        for (seat, verdict) in cast.seats.iter().zip(verdicts) {
            let vote = nomination::Command::Vote {
                commitment: case(before),
                verdict,
            };
            txs.push(seat.transact(CHAIN_ID, point, at, Command::Nomination(vote)));
        }
    }
    txs
}

/// The organisation of a point.
fn member(point: u64) -> MemberId {
    MemberId(u128::from(point + 1).to_be_bytes())
}

/// What it nominates.
fn case(point: u64) -> Commitment {
    Commitment(digest::sha256(&[b"case", &member(point).0]).0)
}

/// Sends what belongs to a point and waits until blocks have all of it.
fn acknowledged(site: &Site, point: u64) -> Vec<Sha256> {
    let mut hashes = Vec::new();
    for tx in sent(&site.cast, point) {
        assert_eq!(site.submit(&tx), 0, "point {point}");
        hashes.push(transaction::hash(&tx));
    }
    for hash in &hashes {
        site.until("the transaction is in a block", || {
            Some(site.query("/tx", &hash.0)).filter(|answer| answer.code == 0)
        });
    }
    hashes
}

#[test]
fn an_engine_that_dies_at_any_of_its_own_crash_points_goes_on_with_what_was_there() {
    let points = number("KTR_FAIL_POINTS", 10);
    // given a chain
    let mut site = Site::alone();
    site.start(1);
    let mut all = Vec::new();
    let mut seen = Seen::default();
    for point in 0..points {
        // with more transactions in blocks
        all.extend(acknowledged(&site, point));
        seen.look(&site);
        let before = Before::of(&site);
        assert_eq!(site.stop(), 0);
        // when its engine dies at the next point
        site.launch_with(&[(POINT, &point.to_string())]);
        assert_eq!(site.ended(), 12, "point {point}");
        assert!(
            site.log().contains(&format!("*** fail-test {point} ***")),
            "point {point}: {}",
            site.log()
        );
        // then the next start goes on, and no block before has another hash
        site.start(before.height);
        site.is_called_in_order();
        for (height, hash) in (1..).zip(&before.hashes) {
            assert_eq!(
                site.header_app_hash(height).as_ref(),
                Some(hash),
                "point {point}"
            );
        }
        for hash in &all {
            assert_eq!(site.query("/tx", &hash.0).code, 0, "point {point}");
        }
    }
    seen.judge(slice::from_ref(&site));
    site.was_called_in_order();
    // and the blocks lead where the node is
    let last = site.wait_above(site.height().unwrap() + 1);
    judge::agrees(&site.replayed(last));
    eprintln!(
        "engine crash points: {points}, {} transactions acknowledged and none lost",
        all.len()
    );
    // and its store has the cases as votes ended them
    let (cases, _) = stores::judged(slice::from_ref(&site));
    let ended = usize::try_from(points).unwrap().saturating_sub(2);
    assert_eq!(
        (cases.cleared(), cases.vetoed()),
        (ended.div_ceil(2), ended / 2)
    );
}

/// Longer than any run: no case lapses.
const DECIDED_WITHIN_SECS: u64 = 30 * 86_400;
