//! Every limit of this crate in one place, with its reason.
//! A caller that expects less asks for less with [`crate::file::find_at_most`].

/// Octets of a file that is read whole: a genesis, a bundle, a journal and a key are all far smaller.
pub const FILE_MAX: u64 = 64 * 1024 * 1024;
