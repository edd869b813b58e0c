//! RocksDB's error as a code for logs and for the operator: its own text names files, which is no matter of a log.
//! What the code means for the node is `error.rs`'s affair.

use rocksdb::ErrorKind;

/// Kind, and where RocksDB says more in its text, the reason: `io-error/no-space`.
pub(super) fn code(error: &rocksdb::Error) -> &'static str {
    let text = error.as_ref();
    match error.kind() {
        ErrorKind::IOError if is_full(error) => "io-error/no-space",
        ErrorKind::IOError if text.contains("lock") => "io-error/locked",
        ErrorKind::IOError => "io-error",
        ErrorKind::NotFound => "not-found",
        ErrorKind::Corruption => "corruption",
        ErrorKind::NotSupported => "not-supported",
        ErrorKind::InvalidArgument => "invalid-argument",
        ErrorKind::MergeInProgress => "merge-in-progress",
        ErrorKind::Incomplete => "incomplete",
        ErrorKind::ShutdownInProgress => "shutdown-in-progress",
        ErrorKind::TimedOut => "timed-out",
        ErrorKind::Aborted => "aborted",
        ErrorKind::Busy => "busy",
        ErrorKind::Expired => "expired",
        ErrorKind::TryAgain => "try-again",
        ErrorKind::CompactionTooLarge => "compaction-too-large",
        ErrorKind::ColumnFamilyDropped => "column-family-dropped",
        ErrorKind::Unknown => "unknown",
    }
}

/// What an operator does about it.
pub(super) fn advice(error: &rocksdb::Error) -> &'static str {
    match code(error) {
        "io-error/no-space" => "make space on the disk of the node's folder, then start again",
        "io-error/locked" => "another process has the store open: stop that one",
        "corruption" => super::error::ADVICE,
        _ => "check the disk of the node's folder, then start again",
    }
}

/// The text of `ENOSPC`, and RocksDB's own word for it.
fn is_full(error: &rocksdb::Error) -> bool {
    let text = error.as_ref();
    text.contains("No space left on device") || text.contains("NoSpace")
}
