//! What needs no cluster: entries of password files, and pages of a write-ahead log.
//! A real cluster is in `tests/`.

use std::fs;

use super::password::find;
use super::wal::{holds_older, position};

const PLACE: [&str; 4] = ["/run/ktr", "5432", "synapse", "room"];

#[test]
fn the_first_line_for_the_place_gives_the_password() {
    let text = "# a comment\nelsewhere:*:*:*:no\n*:*:synapse:room:yes\n*:*:*:*:late\n";
    assert_eq!(
        find(text, PLACE).as_deref().map(String::as_str),
        Some("yes")
    );
    assert_eq!(find("*:5433:*:*:no", PLACE), None);
    assert_eq!(find("*:*:*", PLACE), None);
}

#[test]
fn a_backslash_keeps_a_colon_in_a_password() {
    let found = find(r"*:*:*:room:a\:b\\c", PLACE);
    assert_eq!(found.as_deref().map(String::as_str), Some(r"a:b\c"));
}

#[test]
fn a_position_of_the_log_is_two_numbers() {
    assert_eq!(position("1/2000028"), Some(0x1_0200_0028));
    for wrong in ["", "1", "g/1", "1/100000000"] {
        assert_eq!(position(wrong), None, "{wrong}");
    }
}

#[test]
fn one_old_page_behind_new_ones_is_seen_and_empty_ones_are_not_old() {
    let folder = tempfile::tempdir().expect("folder");
    let page = |address: u64| {
        let mut page = vec![0u8; 8_192];
        page[8..16].copy_from_slice(&address.to_ne_bytes());
        page
    };
    let path = folder.path().join("000000010000000000000003");
    fs::write(&path, [page(8_192 * 9), page(0)].concat()).expect("a segment");
    fs::write(folder.path().join("archive_status"), "x").expect("another");
    assert!(!holds_older(folder.path(), 8_192 * 9).expect("read"));
    assert!(holds_older(folder.path(), 8_192 * 9 + 1).expect("read"));
    fs::write(&path, [page(8_192 * 9), page(8_192)].concat()).expect("a segment");
    assert!(holds_older(folder.path(), 8_192 * 9).expect("read"));
}
