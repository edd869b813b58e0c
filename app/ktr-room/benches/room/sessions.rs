//! One sidecar over many sessions: its memory must not grow with them.
//! Each session is a whole one on a real homeserver: passes, joins, a post, downloads, destruction, receipt.

use ktr_core::id::SessionId;
use ktr_testkit::table::Table;

use crate::{
    county::Task,
    crowd::{self, Crowd},
    site::Site,
    world::SESSION,
};

/// Members of each session.
const MEMBERS: u8 = 4;
/// From a session's begin to its T.
const SECS: u64 = 12;
/// After so many sessions everything was needed once.
const WARM: u32 = 10;
/// What memory may be at the end, of what it was then, in percent.
const MOST_PERCENT: u64 = 110;

pub(crate) async fn measure(table: &mut Table, sessions: u32) {
    let crowd = Crowd::of(MEMBERS);
    let session = |number: u32| SessionId(SESSION.0 + number);
    crowd.hand_over(session(0), 0);
    let mut site = Site::start(&Task {
        folder: crowd.folder(),
        sessions,
        secs: SECS,
        is_hurried: true,
    })
    .await;
    let warm = WARM.min(sessions - 1);
    let (mut first, mut last) = (0, 0);
    for number in 0..sessions {
        site.says().await;
        // Before this one ends: its sidecar goes on at once.
        crowd.hand_over(session(number + 1), 0);
        let passes = (site.base.as_str(), site.passes);
        let guests = crowd.arrive(passes, session(number)).await;
        let present = crowd::look(crowd::join(guests).await).await;
        site.open();
        crowd::receive(present).await;
        let end = site.says().await;
        assert_eq!(end["residue"], 0, "nothing is left: {end}");
        last = end["kib"].as_u64().unwrap();
        if number < warm {
            first = last;
        }
    }
    table.row(
        &format!("memory of a sidecar after {sessions} sessions, of that after {warm}"),
        &format!("{last} of {first} kB"),
        "<= 110 %",
        last * 100 <= first * MOST_PERCENT,
    );
}
