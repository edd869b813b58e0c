//! The engine dies at each of its own crash points: between two of its writes, or between a write and a call of ours.
//! The points are numbered by the calls that reach them (`libs/fail` of the engine), so that the number says the place.

use std::slice;

use ktr_core::id::{MemberId, Sha256};
use ktr_testkit::number;
use ktr_wire::transaction;

use super::{invariant::Seen, judge};
use crate::support::{Site, admitting};

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

#[test]
fn an_engine_that_dies_at_any_of_its_own_crash_points_goes_on_with_what_was_there() {
    let points = number("KTR_FAIL_POINTS", 10);
    // given a chain
    let mut site = Site::alone();
    site.start(1);
    let mut acknowledged = Vec::new();
    let mut seen = Seen::default();
    for point in 0..points {
        // with one more transaction in a block
        let member = MemberId(u128::from(point + 1).to_be_bytes());
        let tx = admitting(&site.cast, 0, member);
        assert_eq!(site.submit(&tx), 0);
        acknowledged.push(transaction::hash(&tx));
        site.until("the transaction is in a block", || {
            Some(site.query("/tx", &acknowledged.last().unwrap().0))
                .filter(|answer| answer.code == 0)
        });
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
        for hash in &acknowledged {
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
        acknowledged.len()
    );
}
