//! The page for members about `gpgv` alone, followed to the letter: its commands are taken from the book and run by a shell.
//! What it lets pass that strict verification refuses is listed here, so that the page can say it.

use super::{
    bench::{Bench, Row},
    good, refused,
};
use crate::program::Home;

const PAGE: &str = include_str!("../../../../../docs/src/members/verify-by-hand.md");

/// What the page itself says that `gpgv` cannot tell: times, armour, form; and keys and packets that it ignores.
const PASSES: [&str; 9] = [
    "non-canonical bytes well signed",
    "made in the future",
    "outside the time window",
    "notation in the unhashed area",
    "text before the armour",
    "text after the armour",
    "armour comment",
    "wrong left 16",
    "binary signature",
];

#[test]
fn the_page_about_gpgv_alone_accepts_good_seals_and_refuses_but_what_it_says_that_it_cannot() {
    let bench = Bench::new();
    let release = bench.world.release.id.to_string();
    for row in good::rows(&bench) {
        assert_eq!(refusing_line(&row, &release), None, "{}", row.name);
    }
    let refused = refused::rows(&bench);
    let passes: Vec<&str> = refused
        .iter()
        .filter(|row| refusing_line(row, &release).is_none())
        .map(|row| row.name)
        .collect();
    assert_eq!(passes, PASSES);
}

/// The commands of the page's section.
fn commands() -> Vec<&'static str> {
    let (_, rest) = PAGE.split_once("### With gpgv alone").unwrap();
    let (_, rest) = rest.split_once("```\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    block.lines().collect()
}

/// What a person who follows the page comes to: nothing, or the number of the line that refuses.
fn refusing_line(row: &Row, release: &str) -> Option<usize> {
    let home = Home::new();
    home.file("alliance.pgp", &row.ring);
    home.file("bundle.json", &row.bundle);
    home.file("bundle.json.asc", &row.seal);
    let primary = ktr_artefact::openpgp::Certificate::from_bytes(&row.ring);
    let primary = primary.map_or(String::new(), |certificate| {
        certificate.primary().to_string().to_uppercase()
    });
    let said: Vec<(bool, String)> = commands()
        .into_iter()
        .map(|line| {
            let output = home.run("sh", &["-c", &line.replace("PRIMARY", &primary)]);
            let words = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.success(), words)
        })
        .collect();
    let [accepted, count, valid, notations, against] = &said[..] else {
        panic!("{said:?}");
    };
    let fine = [
        accepted.0,
        count.1 == "1\n",
        valid.1.lines().count() == 1,
        named(&notations.1, release),
        against.1.is_empty(),
    ];
    fine.iter().position(|fine| !fine)
}

/// Whether the notations are the three, once each and with the right values, and no other but the salt.
fn named(lines: &str, release: &str) -> bool {
    let words = |line: &str| -> Option<(String, String)> {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let words: Vec<(String, String)> = lines.lines().filter_map(words).collect();
    let mut names = Vec::new();
    for (at, (kind, name)) in words.iter().enumerate() {
        if kind == "NOTATION_NAME" {
            let value = words.get(at.saturating_add(1));
            let value = value.filter(|(kind, _)| kind == "NOTATION_DATA");
            names.push((name.as_str(), value.map(|(_, value)| value.as_str())));
        }
    }
    names.retain(|(name, _)| *name != "salt@notations.sequoia-pgp.org");
    names.sort_unstable();
    names
        == [
            ("chain-id@relay.example", Some("ktr-test-1")),
            ("purpose@relay.example", Some("release")),
            ("release-id@relay.example", Some(release)),
        ]
}
