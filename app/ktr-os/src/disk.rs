//! How much of a disk is free, as `df` counts it for this user.
//! What is kept back for root or by a quota is neither free nor full.

use std::path::Path;

use nix::sys::statvfs::statvfs;

use crate::{
    Finding, Verdict,
    limits::{DISK_FREE_PERCENT_MIN, DISK_FREE_PERCENT_WEAK},
};

/// The whole percent of a folder's disk that is free, of what this user may fill; `None` if the disk does not say.
#[must_use]
pub fn free_percent(folder: &Path) -> Option<u128> {
    let disk = statvfs(folder).ok()?;
    let used = disk.blocks().saturating_sub(disk.blocks_free());
    Some(percent(disk.blocks_available().into(), used.into()))
}

/// What that share means for whoever writes there; `what` names the disk.
#[must_use]
pub fn judge(what: &str, free_percent: Option<u128>) -> Finding {
    let Some(percent) = free_percent else {
        let says = format!("{what} does not say its space");
        return Finding::new("disk", Verdict::Unverified, says);
    };
    let verdict = match percent {
        percent if percent < DISK_FREE_PERCENT_MIN => Verdict::Wrong,
        percent if percent < DISK_FREE_PERCENT_WEAK => Verdict::Weak,
        _ => Verdict::Good,
    };
    Finding::new("disk", verdict, format!("{percent} % of {what} is free"))
}

/// Of blocks that are free or used, the whole percent that is free; a disk without blocks has none.
fn percent(free: u128, used: u128) -> u128 {
    let all = free.saturating_add(used);
    free.saturating_mul(100).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod test {
    use super::{judge, percent};
    use crate::Verdict;

    #[test]
    fn space_kept_back_is_neither_free_nor_full() {
        // 100 blocks of which 60 are kept back from this user.
        assert_eq!(percent(10, 30), 25);
        assert_eq!(percent(0, 40), 0);
        assert_eq!(percent(0, 0), 0);
    }

    #[test]
    fn a_disk_is_wrong_below_five_percent_and_weak_below_twenty() {
        let of = |percent| judge("the disk", percent).verdict;
        assert_eq!([of(Some(4)), of(Some(5))], [Verdict::Wrong, Verdict::Weak]);
        assert_eq!([of(Some(19)), of(Some(20))], [Verdict::Weak, Verdict::Good]);
        assert_eq!(of(None), Verdict::Unverified);
    }
}
