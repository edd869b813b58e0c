//! What a reader, a crash and another user of the machine see of these files.
//! Real files in a temporary folder; no crash is played, its leftovers are.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use super::folder::clear;
use super::{
    check_private, empty, find, find_at_most, folder, names, put, put_new, read, read_secret,
};
use crate::error::FileError;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn a_file_is_replaced_whole_and_is_its_owners_alone() {
    let place = tempfile::tempdir().expect("folder");
    let path = place.path().join("counts.json");
    put(&path, b"old and longer").expect("written");
    put(&path, b"new").expect("written");
    assert_eq!(read(&path).expect("there"), b"new");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(names(place.path()).expect("there"), ["counts.json"]);
}

#[test]
fn what_a_crash_left_half_written_is_neither_kept_nor_followed() {
    let place = tempfile::tempdir().expect("folder");
    let (path, half) = (place.path().join("key"), place.path().join("key.new"));
    fs::write(&half, "half of it").expect("written");
    fs::set_permissions(&half, fs::Permissions::from_mode(0o644)).expect("set");
    put(&path, b"whole").expect("written");
    assert_eq!((mode(&path), half.exists()), (0o600, false));

    let other = place.path().join("other");
    symlink(&other, &half).expect("linked");
    put(&path, b"whole again").expect("written");
    assert!(!other.exists(), "the secret went where the link points");
}

#[test]
fn files_that_differ_in_their_ending_have_temporary_files_of_their_own() {
    let place = tempfile::tempdir().expect("folder");
    let half = place.path().join("0.new");
    fs::write(&half, "the half of another file").expect("written");
    put(&place.path().join("0.pgp"), b"x").expect("written");
    assert_eq!(fs::read(&half).expect("there"), b"the half of another file");
}

#[test]
fn a_new_secret_never_replaces_an_older_one() {
    let place = tempfile::tempdir().expect("folder");
    let path = place.path().join("key.pgp");
    put_new(&path, b"first").expect("written");
    let refused = put_new(&path, b"second").expect_err("refused");
    assert_eq!(refused.into_cause().kind(), ErrorKind::AlreadyExists);
    assert_eq!(*read_secret(&path).expect("read"), b"first");
}

#[test]
fn a_secret_that_others_can_read_is_refused_whoever_they_are() {
    let place = tempfile::tempdir().expect("folder");
    let path = place.path().join("key.pgp");
    put_new(&path, b"secret").expect("written");
    for bits in [0o640, 0o604, 0o660, 0o601, 0o755] {
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).expect("set");
        for judged in [read_secret(&path).map(drop), check_private(&path)] {
            let error = judged.expect_err("refused");
            assert!(matches!(&error, FileError::Exposed(at) if *at == path));
        }
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("set");
    assert!(check_private(&path).is_ok());
}

#[test]
fn a_file_above_its_limit_is_refused_and_one_of_exactly_that_size_is_read() {
    let place = tempfile::tempdir().expect("folder");
    let path = place.path().join("pass");
    put(&path, &[7; 65]).expect("written");
    let refused = find_at_most(&path, 64).expect_err("refused");
    assert!(matches!(&refused, FileError::TooLarge(at) if *at == path));
    assert_eq!(refused.into_cause().kind(), ErrorKind::FileTooLarge);
    assert_eq!(find_at_most(&path, 65).expect("read"), Some(vec![7; 65]));
}

#[test]
fn a_gibibyte_of_holes_is_refused_unread() {
    let place = tempfile::tempdir().expect("folder");
    let path = place.path().join("sparse");
    let file = fs::File::create(&path).expect("made");
    file.set_len(1 << 30).expect("stretched");
    for refused in [read(&path), find(&path).map(Option::unwrap_or_default)] {
        assert!(matches!(refused, Err(FileError::TooLarge(at)) if at == path));
    }
}

#[test]
fn a_missing_file_is_none_to_who_looks_and_an_error_to_who_needs_it() {
    let place = tempfile::tempdir().expect("folder");
    let path = place.path().join("nothing");
    assert_eq!(find(&path).expect("looked"), None);
    let error = read(&path).expect_err("missing");
    assert!(error.to_string().contains("nothing"), "{error}");
    assert_eq!(error.into_cause().kind(), ErrorKind::NotFound);
}

#[test]
fn a_folder_is_private_with_all_that_were_made_for_it_and_emptied_without_going() {
    let place = tempfile::tempdir().expect("folder");
    let (outer, inner) = (place.path().join("a"), place.path().join("a/b"));
    folder(&inner).expect("made");
    folder(&inner).expect("there already");
    assert_eq!((mode(&outer), mode(&inner)), (0o700, 0o700));
    put(&outer.join("file"), b"x").expect("written");
    empty(&outer).expect("emptied");
    assert_eq!(names(&outer).expect("there"), Vec::<String>::new());
    empty(&place.path().join("none")).expect("a missing folder is empty");
    assert!(names(&place.path().join("none")).expect("none").is_empty());
}

#[test]
fn one_entry_that_cannot_be_removed_keeps_no_other_from_going() {
    let place = tempfile::tempdir().expect("folder");
    let names_of = || names(place.path()).expect("there");
    for name in ["a", "b", "c", "d", "e"] {
        put(&place.path().join(name), b"x").expect("written");
    }
    let refused = clear(place.path(), |entry| {
        let name = entry.file_name().into_string().expect("text");
        match name.as_str() {
            "b" => Err(ErrorKind::PermissionDenied.into()),
            "d" => Err(ErrorKind::ReadOnlyFilesystem.into()),
            _ => fs::remove_file(entry.path()),
        }
    });
    refused.expect_err("two stay");
    assert_eq!(names_of(), ["b", "d"]);
    empty(place.path()).expect("emptied");
    assert_eq!(names_of(), Vec::<String>::new());
}
