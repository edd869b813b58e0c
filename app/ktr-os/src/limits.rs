//! Every limit of this crate in one place, with its reason.
//! A caller that expects less asks for less with [`crate::file::find_at_most`].

/// Octets of a file that is read whole: a genesis, a bundle, a journal and a key are all far smaller.
pub const FILE_MAX: u64 = 64 * 1024 * 1024;

/// Free space of a disk, in percent, under which whoever writes there is in danger.
pub const DISK_FREE_PERCENT_MIN: u128 = 5;

/// And under which somebody should look.
pub const DISK_FREE_PERCENT_WEAK: u128 = 20;
