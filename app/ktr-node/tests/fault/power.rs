//! The power goes, at one site or at all of them at once: node and engine end, and of what lies on their disk only what was synced is sure.
//! How disks lose the rest is the matter of `volume.rs`, what must hold afterwards that of the kill cycles.

use std::{array, path::PathBuf};

use ktr_core::id::MemberId;
use ktr_node::store::Placed;
use ktr_testkit::number;
use ktr_wire::transaction;
use prost::Message;

use super::{
    cycles::{Death, HEARTBEAT, Net, announced},
    disk::Disk,
    journal::Entry,
    judge::Judge,
    volume::Syncing,
};
use crate::support::{Site, admitting};

/// Three in ten are of all sites at once: nobody then has what the others forgot.
const DEATHS: &[(Death, usize)] = &[
    (Death::Power, 5),
    (Death::PowerTwice, 2),
    (Death::Blackout, 3),
];

/// Four disks; `None` if this machine mounts nothing.
pub(super) fn four_disks(syncing: Syncing) -> Option<Vec<Disk>> {
    (0..4).map(|_| Disk::mounted(syncing)).collect()
}

/// Four sites on them, of which none runs. What their operators did before the first start has long come to the disks.
pub(super) fn sites_on(disks: &[Disk]) -> Vec<Site> {
    let homes: [PathBuf; 4] = array::from_fn(|place| disks[place].home().to_owned());
    let sites = Site::four_on(homes, HEARTBEAT);
    for disk in disks {
        disk.settle();
    }
    sites
}

#[test]
fn a_site_whose_power_goes_has_all_that_it_acknowledged() {
    let (cycles, seed) = (number("KTR_POWER_CYCLES", 10), number("KTR_POWER_SEED", 4));
    let drawn = announced("power cycles", cycles, seed);
    let Some(disks) = four_disks(Syncing::Honest) else {
        return;
    };
    let sites = sites_on(&disks);
    let lost = Net::new(sites, disks, DEATHS, seed).live("power cycles", drawn);
    eprintln!(
        "power cycles: the disks lost {} changes of names and {} pages",
        lost.changes, lost.pages
    );
    // RocksDB syncs no line of its own log.
    assert!(lost.pages > 0, "no power went");
}

/// That the cycles above would see a sync that is missing.
#[test]
fn sites_on_disks_that_lie_about_a_sync_are_found_out() {
    let Some(mut disks) = four_disks(Syncing::Lies) else {
        return;
    };
    // given a transaction that every site acknowledged
    let mut sites = sites_on(&disks);
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(1);
    let tx = admitting(&sites[0].cast, 0, MemberId([7; 16]));
    assert_eq!(sites[0].submit(&tx), 0);
    let hash = transaction::hash(&tx);
    let placed = sites[0].until("the transaction is in a block", || {
        let answer = sites[0].rpc.query("/tx", &hash.0)?;
        let placed = Placed::decode(answer.value.as_slice()).unwrap();
        (answer.code == 0).then_some(placed)
    });
    let entry = Entry {
        height: placed.height,
        hash,
        code: placed.code,
    };
    for site in &sites {
        site.wait_above(entry.height);
    }
    let mut judge = Judge::new(Site::doors(&sites));
    judge.judge_all(0, &[entry]).unwrap();
    // when the power goes everywhere
    for site in &mut sites {
        site.kill_both();
    }
    for disk in &mut disks {
        disk.lose_power(None);
    }
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(1);
    // then nobody knows it
    let why = judge.judge_all(0, &[entry]).unwrap_err();
    assert!(why.contains("answers code"), "{why}");
}
