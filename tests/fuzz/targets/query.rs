//! Path and data of a query: whatever they are, they are no question and the refusal has a code of ours, or a question that is written as
//! it was read.
//!
//! Table and readers are the node's own files. What a question is answered with needs a store, and is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/limits.rs"]
#[expect(dead_code, unused_imports, reason = "the readers ask for two of them")]
mod limits;
#[path = "../../../app/ktr-node/src/query/operation.rs"]
mod operation;
#[path = "../../../app/ktr-node/src/query/path.rs"]
#[expect(dead_code, reason = "what the reference says is printed elsewhere")]
mod path;
#[path = "../../../app/ktr-node/src/query/question.rs"]
mod question;

use ktr_wire::record::KINDS;
use libfuzzer_sys::fuzz_target;
use path::{PATHS, asked};
use question::{Question, Wrong};

fuzz_target!(|octets: &[u8]| {
    // A path as it comes, and the data behind the end of its line.
    let mut parts = octets.splitn(2, |octet| *octet == b'\n');
    let path = parts.next().unwrap_or_default();
    hold(
        &String::from_utf8_lossy(path),
        parts.next().unwrap_or_default(),
    );
    // One of those that exist: the first octet says which.
    let Some((which, data)) = octets.split_first() else {
        return;
    };
    let which = usize::from(*which) % (PATHS.len() + KINDS.len());
    let path = match PATHS.get(which) {
        Some(known) => known.described.path.to_owned(),
        None => format!("/state/{}", KINDS[which - PATHS.len()].0),
    };
    assert_ne!(hold(&path, data), Some(Wrong::Path));
});

/// What is wrong with it, if anything is.
fn hold(path: &str, data: &[u8]) -> Option<Wrong> {
    let question = match asked(path, data) {
        Ok(question) => question,
        Err(wrong) => {
            assert!(CODES.contains(&wrong.code()));
            return Some(wrong);
        }
    };
    let written = question.data();
    match question {
        // By its kind or by its key, a record is the same question.
        Question::Record(_) => {
            assert!(written.ends_with(data));
            assert_eq!(asked("/store", &written), Ok(question));
        }
        // No data ask it, and any do.
        Question::Status => assert!(written.is_empty()),
        Question::Event(_)
        | Question::Events { .. }
        | Question::Consistency { .. }
        | Question::Tx(_)
        | Question::Height(_)
        | Question::TreeNode { .. }
        | Question::LogNode { .. } => assert_eq!(written, data),
    }
    None
}

/// Those of codespace `ktr.query`.
const CODES: std::ops::Range<u32> = 2000..2100;
