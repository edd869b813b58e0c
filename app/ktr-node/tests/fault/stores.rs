//! What sites have on their disks once they are stopped: the same rows, family by family (I7 of the design: assurance, section 3.2), cases
//! that ended as votes end them (I5), and the counts of the log, in records that name no member (I6). All sites began with the genesis; one that began with a snapshot has no history before it.

use std::collections::BTreeMap;

use ktr_node::store::{Family, Store, View};
use ktr_testkit::counts::Counts;
use ktr_wire::recorded::Recorded;

use super::{invariant::counts, votes::Cases};
use crate::support::Site;

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

/// Every row of a store.
struct Dump {
    /// The height of its last Commit.
    last: u64,
    /// By family, in the order of [`Family::ALL`].
    families: Vec<(Family, Rows)>,
}

impl Dump {
    fn of(view: &View<'_>) -> Self {
        let meta = view.meta().unwrap().unwrap();
        // Why `meta` need not be compared.
        assert_eq!(view.height(meta.height).unwrap().as_ref(), Some(&meta));
        let families = Family::ALL.map(|family| (family, view.all(family).unwrap()));
        Self {
            last: meta.height,
            families: families.into(),
        }
    }

    /// The first family of which the other store has other rows.
    ///
    /// Sites stop one after another, and make blocks in which nothing happens until they do. Such a block writes a row of `heights`, and with
    /// it `meta` and `undo`. So `heights` is compared as far as both have it, and `undo`, of which there is one row, of the last Commit,
    /// where that is the same one. `meta` has the last row of `heights` again, and what a site's own validator signed, which no other site
    /// has. All other families have the same rows before and after such a block, tree and versions too: only what changes a record makes a
    /// version.
    fn differs(&self, other: &Self) -> Option<Family> {
        let common = self.last.min(other.last).to_be_bytes().to_vec();
        let mut pairs = self.families.iter().zip(&other.families);
        let found = pairs.find(|((family, own), (_, others))| match family {
            Family::Meta => false,
            Family::Undo => self.last == other.last && own != others,
            Family::Heights => {
                let until = || ..=common.clone();
                !own.range(until()).eq(others.range(until()))
            }
            Family::Events
            | Family::LogNodes
            | Family::Records
            | Family::Nonces
            | Family::TreeNodes
            | Family::TreeValues
            | Family::TreePreimages
            | Family::TreeStale
            | Family::Txs => own != others,
        });
        found.map(|((family, _), _)| *family)
    }
}

/// Judges sites that are stopped, of one chain, to which nothing was sent any more before the first of them stopped; gives its cases and
/// counts.
pub(super) fn judged(sites: &[Site]) -> (Cases, Counts) {
    let open = |site: &Site| Store::read_only(&site.home().join("store")).unwrap();
    let stores: Vec<Store> = sites.iter().map(open).collect();
    let first = stores[0].view();
    let dump = Dump::of(&first);
    for (place, store) in stores.iter().enumerate().skip(1) {
        let differs = dump.differs(&Dump::of(&store.view()));
        assert_eq!(differs, None, "I7: site 0 and site {place}");
    }
    let log = first.all(Family::Events).unwrap();
    let log = log.values().map(|leaf| Recorded::decode(leaf).unwrap());
    let (log, state) = (log.collect::<Vec<_>>(), first.state().unwrap());
    let (cases, counts) = (Cases::of(&log).unwrap(), counts(&log));
    assert_eq!(cases.are_those_of(&state), Ok(()));
    assert_eq!(counts.are_those_of(&state), Ok(()));
    assert_eq!(counts.hide_members(&state), Ok(()));
    (cases, counts)
}

#[test]
fn a_row_that_one_of_two_stores_has_otherwise_is_found_in_every_family_but_meta() {
    let row = |height: u64, value: u8| (height.to_be_bytes().to_vec(), vec![value]);
    let dump = |last: u64, changed: Option<Family>| Dump {
        last,
        families: Family::ALL
            .map(|family| {
                let rows = [row(1, 1), row(2, u8::from(changed == Some(family)))];
                (family, Rows::from(rows))
            })
            .into(),
    };
    let whole = dump(2, None);
    assert_eq!(whole.differs(&dump(2, None)), None);
    assert_eq!(whole.differs(&dump(2, Some(Family::Meta))), None);
    for family in Family::ALL.into_iter().skip(1) {
        assert_eq!(whole.differs(&dump(2, Some(family))), Some(family));
        assert_eq!(dump(2, Some(family)).differs(&whole), Some(family));
    }
    // and at another height the rows of one's own last Commit are no difference
    for family in [Family::Undo, Family::Heights] {
        assert_eq!(whole.differs(&dump(1, Some(family))), None);
    }
}
