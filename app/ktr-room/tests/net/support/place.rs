//! A county's folder: state, passes, and a release in the inbox; the homeserver's data is somebody else's.
//! The state below it is opened by whoever goes on from it.

use std::path::Path;

use ktr_core::id::CountyId;
use ktr_room::adapter::residue;
use ktr_room::run::Site;

/// The secret that accounts are made with.
pub(crate) const SECRET: [u8; 32] = [5; 32];

/// The site of a county below a folder, with what the release desk handed over.
pub(crate) fn lay_out(folder: &Path, data: &Path, handed: &[u8]) -> Site {
    let (passes, inbox) = (folder.join("passes"), folder.join("inbox"));
    for part in [&passes, &inbox] {
        ktr_os::file::folder(part).expect("folder");
    }
    ktr_os::file::put(&inbox.join("release.pgp"), handed).expect("inbox");
    let spool = folder.join("state/spool");
    Site {
        county: CountyId(1),
        county_secret: SECRET,
        residue: residue::Site::of(data, spool, passes.clone()),
        passes,
        inbox,
        on_alarm: Vec::new(),
        figures: None,
        remove_after_secs: None,
    }
}
