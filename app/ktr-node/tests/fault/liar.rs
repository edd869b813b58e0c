//! One of two real sites that have the same snapshot hands out a chunk with another bit: a site that joins refuses the chunk and who sent it,
//! and joins by the other one. Only the liar is there at first, so that nobody else is asked before.
//! What else a liar may offer, whole snapshots too, is for the tests of `snapshot`.

use std::{fs, path::PathBuf};

use ktr_testkit::wait;
use serde_json::Value;

use super::restore::acknowledged;
use crate::{JOINED_SECS, support::Site};

fn shelf(site: &Site) -> PathBuf {
    site.home().join("snapshots")
}

/// Stops a site that takes snapshots: it has this one and takes no other.
fn keeps_only(site: &mut Site, height: u64) {
    assert_eq!(site.stop(), 0);
    let name = height.to_string();
    for entry in fs::read_dir(shelf(site)).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != name.as_str() {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    assert_eq!(site.snapshot_chunks(height), 1);
    let path = site.home().join("node.toml");
    let text = fs::read_to_string(&path).unwrap();
    let every = format!("snapshot_interval = {EVERY}");
    let never = text.replace(&every, "snapshot_interval = 0");
    assert_ne!(never, text);
    fs::write(path, never).unwrap();
}

/// Changes the last bit of a snapshot; its digests and its beginning are what they were.
fn spoil(site: &Site, height: u64) {
    let chunk = shelf(site).join(height.to_string()).join("0");
    let mut octets = fs::read(&chunk).unwrap();
    *octets.last_mut().unwrap() ^= 1;
    fs::write(chunk, octets).unwrap();
}

/// Four sites, of which two have the same snapshot and stand still; gives its height.
fn two_with_a_snapshot(sites: &mut [Site]) -> u64 {
    for place in [HONEST, LIAR] {
        sites[place].take_snapshots(EVERY);
    }
    for site in &mut *sites {
        site.launch();
    }
    sites[0].wait_above(1);
    let entry = acknowledged(&sites[0], 0, 1);
    let height = (entry.height / EVERY + 1) * EVERY;
    for place in [HONEST, LIAR] {
        let site = &sites[place];
        wait::until("the snapshot is there", JOINED_SECS, || {
            (site.snapshot_chunks(height) > 0).then_some(())
        });
    }
    for place in [HONEST, LIAR] {
        keeps_only(&mut sites[place], height);
    }
    height
}

#[test]
fn a_joining_site_that_is_sent_another_chunk_refuses_its_sender_and_joins_by_somebody_else() {
    // given a snapshot at two sites, of which one spoils it and the other is down
    let mut sites = Site::four();
    let height = two_with_a_snapshot(&mut sites);
    spoil(&sites[LIAR], height);
    sites[LIAR].launch();
    sites[0].wait_above(height + 2);
    // when a site joins
    let hash = sites[1].rpc.block_hash(1).unwrap();
    let mut fresh = Site::joining(&sites, 1, &hash);
    fresh.launch();
    wait::until("the lie", JOINED_SECS, || {
        fresh.log().contains(LIE).then_some(())
    });
    sites[HONEST].launch();
    // then it has the snapshot of the other one, as soon as that is there
    wait::until("a block after the snapshot", JOINED_SECS, || {
        assert!(!fresh.log().contains(LATE), "{LATE}");
        fresh.height().filter(|now| *now > height)
    });
    let status = fresh.run(&["-o", "json", "status"]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["history_from"].as_u64(), Some(height), "{status}");
    // and asked the liar, which answers all the while, no second time
    assert_eq!(fresh.log().matches(LIE).count(), 1);
    // and goes on with the others
    let last = fresh.wait_above(height + 2);
    let hashes = [&fresh, &sites[0]].map(|site| {
        site.wait_above(last);
        site.header_app_hash(last).unwrap()
    });
    assert_eq!(hashes[0], hashes[1]);
    let said = fresh.run(&["diff", fresh.rpc.address(), sites[0].rpc.address()]);
    assert!(said.ends_with(": nothing differs\n"), "{said}");
    fresh.is_called_in_order();
    assert_eq!(fresh.stop(), 0);
    for site in &mut sites {
        assert_eq!(site.stop(), 0);
    }
}

/// Heights from one snapshot to the next. A site keeps two snapshots: after so many heights twice over, half a minute at least, it would have the
/// first one no more, and by then both must have stopped.
const EVERY: u64 = 16;
/// Who has a snapshot. The engines of the first two sites are asked for headers, and the chain goes on by these and the witness.
const HONEST: usize = 2;
const LIAR: usize = 3;
/// What a node says of a chunk that is another than its digest.
const LIE: &str = "a chunk is another than was offered";
/// What an engine says that has waited two minutes for a chunk: it takes this snapshot from nobody any more. The site that is honest has so long to
/// come back; it is dialled every few seconds, and asked ten seconds after that at the latest.
const LATE: &str = "Timed out waiting for snapshot chunks";
