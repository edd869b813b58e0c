//! The disk of one of four real sites has no room for what its engine writes, and then for what the node writes itself: the site ends by name,
//! the others go on, and with room it is what it was. How a full disk looks to one node alone, write by write, is for the crash matrix.

use super::{
    disk::Disk,
    invariant::Seen,
    journal::Entry,
    judge::{self, Judge},
    power::{four_disks, sites_on},
    restore::acknowledged,
    stores,
    volume::Syncing,
};
use crate::support::Site;

/// What has no room at a site, with which code the site then ends, and what it says.
struct Full {
    folder: &'static str,
    code: i32,
    says: &'static str,
}

impl Full {
    /// Fills the folder below a site that runs, waits until it has ended, and finds why.
    fn ends(&self, disk: &Disk, site: &mut Site) {
        let before = site.log().len();
        disk.fill(self.folder);
        let code = site.ended();
        let said = site.log().split_off(before);
        assert_eq!(code, self.code, "{}: {said}", self.folder);
        assert!(said.contains(self.says), "{}: {said}", self.folder);
        assert_eq!(site.height(), None, "{}: its engine lives", self.folder);
    }
}

#[test]
fn a_site_whose_disk_is_full_ends_by_name_and_comes_back_with_all_that_it_acknowledged() {
    let Some(disks) = four_disks(Syncing::Honest) else {
        return;
    };
    // given four sites
    let mut sites = sites_on(&disks);
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(1);
    let (mut seen, mut journal) = (Seen::default(), Vec::<Entry>::new());
    for (full, number) in FULL.iter().zip(1..) {
        let entry = acknowledged(&sites[0], 0, number);
        sites[PLACE].wait_above(entry.height);
        seen.look(&sites[PLACE]);
        // when there is no room at one of them
        full.ends(&disks[PLACE], &mut sites[PLACE]);
        // then the others go on
        journal.extend([entry, acknowledged(&sites[0], 1, number + LATER)]);
        // and with room it starts again
        disks[PLACE].make_room();
        let height = Site::highest(&sites);
        sites[PLACE].start(height);
    }
    // and all of them are one, and nothing is lost
    let height = Site::highest(&sites);
    for site in &sites {
        site.wait_above(height);
    }
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(height, &journal), Ok(()));
    seen.judge(&sites);
    judge::executes_again(&mut sites);
    stores::judged(&sites);
}

/// Of the engine it is its write-ahead log, its databases, or what its key signed last: whichever comes first.
const FULL: [Full; 2] = [
    Full {
        folder: "engine",
        code: 12,
        says: "no space left on device",
    },
    Full {
        folder: "store",
        code: 11,
        says: "could not be written (io-error/no-space), the blocks before it are safe",
    },
];

/// The site: a county, without which the others still have their quorum.
const PLACE: usize = 1;

/// Between an organisation that is admitted before and one that is admitted meanwhile.
const LATER: u8 = 100;
