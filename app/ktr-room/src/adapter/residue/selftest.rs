//! A scan must first find a fresh canary in a site of the same make as the one that it will search, in every class, else it is void.
//! Its database has none of the homeserver's rows: a test that is killed leaves nothing of a room behind.

use std::fs;

use super::canary::Canaries;
use super::scan::CLASSES;
use super::site::Site;
use crate::entropy;
use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// Plants a canary in every class of such a site, and counts.
pub(super) fn run(site: &Site) -> Result<(), RoomError> {
    let scratch = tempfile::Builder::new()
        .prefix("selftest-")
        .tempdir_in(&site.scratch)?;
    let canary = hex::encode(entropy::draw::<16>());
    let mut copy = Site::of(
        scratch.path(),
        scratch.path().join("spool"),
        scratch.path().join("passes"),
    );
    for folder in [&copy.media, &copy.spool, &copy.passes] {
        fs::create_dir(folder)?;
        fs::write(folder.join("planted"), &canary)?;
    }
    for log in &copy.logs {
        fs::write(log, &canary)?;
    }
    let needles = Canaries {
        rooms: vec![RoomId(format!("!{canary}"))],
        words: vec![canary.clone().into_bytes()],
        ..Canaries::default()
    };
    site.database
        .with_canary(scratch.path(), &canary, &mut |planted| {
            copy.database = planted;
            let found = copy.count(&needles)?;
            for (class, hits) in CLASSES.into_iter().zip(found.0) {
                if hits == 0 {
                    return Err(RoomError::ScanVoid(class));
                }
            }
            Ok(())
        })
}
