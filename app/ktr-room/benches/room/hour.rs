//! One session hour of one homeserver, and of three on one machine: each step timed, all members at the same time.
//! The bars are half again what the design measured on a machine like this (design: room, section 8).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ktr_testkit::table::{Table, ratio};

use crate::{
    county::Task,
    crowd::{self, Crowd, Had, together},
    site::Site,
    world::SESSION,
};

/// Indicators that make a release of about 1.6 MB.
const INDICATORS: u32 = 690;
/// What the design measured for 218: accounts 2.3 s, the room with its invitations 6.6 s, nets 0.5 s, passes 0.7 s.
const PREPARED: Duration = Duration::from_millis(10_100);
/// 218 at once.
const JOINED: Duration = Duration::from_millis(7_900);
/// From a post of 1.62 MB to the last of 218 downloads.
const READ: Duration = Duration::from_millis(2_050);
/// What a step may take, of what the design measured.
const MOST: f64 = 1.5;
/// From T to the receipt.
const RECEIPT: Duration = Duration::from_secs(75);
/// The part of it in which online clients may see the leave.
const GRACE: Duration = Duration::from_secs(30);
/// What a sidecar may hold.
const SIDECAR_KIB: u64 = 60_000;
/// Homeservers of the larger network.
const COUNTIES: u32 = 3;

/// How long the steps of an hour took, the slowest county's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hour {
    prepared: Duration,
    joined: Duration,
    seen: Duration,
    read: Duration,
    receipt: Duration,
    octets: usize,
    sidecar_kib: u64,
    homeserver_kib: u64,
}

/// The hour of one homeserver.
pub(crate) async fn measure(table: &mut Table, crowd: &Arc<Crowd>) -> Hour {
    let hour = hold(1, crowd).await;
    let members = crowd.len();
    let mut step = |what: &str, took: Duration, measured: Duration| {
        table.row(
            &format!("{members} members: {what}"),
            &format!("{took:.2?}, {:.2} x", ratio(took, measured)),
            &format!("<= {MOST} x {measured:.2?}"),
            ratio(took, measured) <= MOST,
        );
    };
    step(
        "accounts, room, invitations, passes, nets",
        hour.prepared,
        PREPARED,
    );
    step("all join at once", hour.joined, JOINED);
    let post = format!("post of {} octets to the last download", hour.octets);
    step(&post, hour.read, READ);
    table.figure(
        &format!("{members} members: post to the last member that sees it"),
        &format!("{:.2?}", hour.seen),
    );
    table.row(
        &format!("{members} members: T to the receipt, 30 s of grace in it"),
        &format!("{:.1?}", hour.receipt),
        "<= 75 s",
        hour.receipt <= RECEIPT,
    );
    table.row(
        &format!("{members} members: memory of the sidecar, at most"),
        &format!("{} kB", hour.sidecar_kib),
        "< 60,000 kB",
        hour.sidecar_kib < SIDECAR_KIB,
    );
    table.figure(
        &format!("{members} members: memory of the homeserver, at most"),
        &format!("{} kB", hour.homeserver_kib),
    );
    hour
}

/// The hour of three homeservers beside that of one: no step grows faster than the members.
pub(crate) async fn compare(table: &mut Table, crowd: &Arc<Crowd>, one: Hour) {
    let three = hold(COUNTIES, crowd).await;
    let all = crowd.len() * usize::try_from(COUNTIES).unwrap();
    let mut step = |what: &str, three: Duration, one: Duration| {
        table.row(
            &format!("{all} members on {COUNTIES} homeservers: {what}"),
            &format!("{three:.2?}, {:.2} x", ratio(three, one)),
            &format!("<= {COUNTIES} x"),
            ratio(three, one) <= f64::from(COUNTIES),
        );
    };
    step(
        "accounts, rooms, invitations, passes, nets",
        three.prepared,
        one.prepared,
    );
    step("all join at once", three.joined, one.joined);
    step("post to the last download", three.read, one.read);
    let without = |hour: Hour| hour.receipt.saturating_sub(GRACE);
    step(
        "T to the last receipt, less the grace",
        without(three),
        without(one),
    );
}

/// Holds one hour in so many counties at once.
async fn hold(counties: u32, crowd: &Arc<Crowd>) -> Hour {
    crowd.hand_over(SESSION, INDICATORS);
    let members = u64::try_from(crowd.len()).unwrap() * u64::from(counties);
    let task = Task {
        folder: crowd.folder(),
        sessions: 1,
        // The slowest machine that this was tried on needs a third of a second a member until all have read.
        secs: 60 + members * 2 / 5,
        is_hurried: false,
    };
    let start = |_| {
        let task = task.clone();
        async move { Site::start(&task).await }
    };
    let mut sites = together((0..counties).map(start)).await;
    let mut prepared = Duration::ZERO;
    for site in &mut sites {
        let took = site.says().await["prepared_ms"].as_u64().unwrap();
        prepared = prepared.max(Duration::from_millis(took));
    }
    let arrive = |site: &Site| {
        let (crowd, base, passes) = (Arc::clone(crowd), site.base.clone(), site.passes);
        async move { crowd.arrive((&base, passes), SESSION).await }
    };
    let guests = together(sites.iter().map(arrive)).await;
    let begun = Instant::now();
    let halls = together(guests.into_iter().map(crowd::join)).await;
    let joined = begun.elapsed();
    let present = together(halls.into_iter().map(crowd::look)).await;
    sites.iter_mut().for_each(Site::open);
    let had: Vec<Had> = together(present.into_iter().map(crowd::receive))
        .await
        .concat();
    let longest = |of: fn(&Had) -> u64| Duration::from_millis(had.iter().map(of).max().unwrap());
    let mut hour = Hour {
        prepared,
        joined,
        seen: longest(|had| had.seen_ms),
        read: longest(|had| had.read_ms),
        receipt: Duration::ZERO,
        octets: had[0].octets,
        sidecar_kib: 0,
        homeserver_kib: 0,
    };
    for site in &mut sites {
        let end = site.says().await;
        assert_eq!(end["residue"], 0, "nothing is left: {end}");
        let after = Duration::from_millis(end["after_ms"].as_u64().unwrap());
        hour.receipt = hour.receipt.max(after);
        hour.sidecar_kib = hour.sidecar_kib.max(end["most_kib"].as_u64().unwrap());
        let homeserver = end["homeserver_kib"].as_u64().unwrap();
        hour.homeserver_kib = hour.homeserver_kib.max(homeserver);
    }
    hour
}
