//! Sentences about the network's own state.
//! Commands of governance have none yet, because there are none.

use crate::{
    id::CountyId,
    tests::{COUNTIES, network},
};

#[test]
fn counties_are_numbered_from_one() {
    let state = network();
    let counties: alloc::vec::Vec<_> = state.governance.counties().collect();
    assert_eq!(counties, COUNTIES.map(CountyId));
    assert!(!state.governance.has_county(CountyId(0)));
    assert!(!state.governance.has_county(CountyId(4)));
}
