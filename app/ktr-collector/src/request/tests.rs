//! What counts and what does not.
//! No socket: those are in `tests/`.

use ktr_core::id::Sha256;

use super::{Asked, Hit, Kind, read};

const HEX: &str = "abababababababababababababababababababababababababababababababab";

fn counted(kind: Kind) -> Asked {
    let beacon = Sha256([0xab; 32]);
    Asked::Count(Hit { beacon, kind })
}

#[test]
fn post_and_get_count_and_head_only_looks() {
    let first = format!("/p/{HEX}");
    let again = format!("/p/{HEX}/again");
    for (method, path, asked) in [
        ("POST", &first, counted(Kind::First)),
        ("GET", &first, counted(Kind::First)),
        ("POST", &again, counted(Kind::Again)),
        ("HEAD", &first, Asked::Look),
        ("PUT", &first, Asked::OtherMethod),
        ("DELETE", &again, Asked::OtherMethod),
        ("post", &first, Asked::OtherMethod),
    ] {
        assert_eq!(read(method, path, None), asked, "{method} {path}");
    }
}

#[test]
fn every_other_path_is_unknown_with_any_method() {
    let upper = format!("/p/{}", HEX.to_uppercase());
    let long = format!("/p/{HEX}ab");
    let slash = format!("/p/{HEX}/");
    let twice = format!("/p/{HEX}/again/again");
    let encoded = format!("/p/%61b{}", HEX.replacen("aba", "", 1));
    for path in [
        "", "/", "/p", "/p/", "/p/again", "/p/ab", "/status", "*", &upper, &long, &slash, &twice,
        &encoded,
    ] {
        assert_eq!(read("POST", path, None), Asked::OtherPath, "{path}");
        assert_eq!(read("HEAD", path, None), Asked::OtherPath, "{path}");
    }
    assert_eq!(
        read("POST", &format!("/p/{HEX}"), Some("")),
        Asked::OtherPath
    );
}
