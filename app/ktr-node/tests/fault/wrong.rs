//! One of four real sites computes another app hash than the others, since a row of its store was changed behind its back, and what its page
//! says brings it back: one height, where the store is right again, and all blocks of its peers, where it is not.
//! That two sites of four do so is in `halves.rs`.

use std::{fs, path::PathBuf};

use ktr_core::key::{Key, Revocation, RevocationReason};
use ktr_testkit::page::{below, commands};

use super::{
    changed::{COUNTY, Changed, put},
    journal::Entry,
    restore::acknowledged,
};
use crate::support::Site;

/// Four sites, of which one has executed the last block to another app hash than the others, and ended; and the first transaction that they
/// did not judge alike.
fn of_which_one_ended() -> (Changed, Entry) {
    // given four sites, one of which believes that a county's key is revoked, and votes
    let mut four = Changed::of(&[WRONG], revoked);
    // when the county signs
    let entry = acknowledged(&four.sites[0], COUNTY, 1);
    // then the others go on, and the one ends and says why
    assert_eq!(four.sites[WRONG].ended(), 14);
    let log = four.sites[WRONG].log();
    assert!(
        log.contains("our app hash is not the one in the header"),
        "{log}"
    );
    four.sites[0].wait_above(entry.height + 2);
    (four, entry)
}

/// A key that was revoked when its validity began.
fn revoked(right: Key) -> Key {
    let revoked = Revocation {
        at: right.valid_from,
        reason: RevocationReason::Compromised,
    };
    Key {
        revoked: Some(revoked),
        ..right
    }
}

/// The commands that the page has for it, in its order.
fn shown() -> [String; 8] {
    commands(below(PAGE, "A wrong app hash"))
        .try_into()
        .unwrap()
}

/// The folders that were copied as they were.
fn copies(four: &Changed) -> Vec<PathBuf> {
    let copied = fs::read_dir(four.backups(WRONG)).unwrap();
    copied.map(|folder| folder.unwrap().path()).collect()
}

/// Its program, of which it is asked, agrees with every header, but not with its own store.
fn program_agrees(four: &Changed, [copy, version, digest, replay]: [&str; 4], height: u64) {
    four.done(WRONG, copy);
    assert_eq!(copies(four).len(), 1);
    assert!(four.done(WRONG, version).starts_with("ktr-node "));
    four.done(WRONG, digest);
    let last = Site::highest(&four.sites);
    assert!(last > height);
    four.export(last);
    let said = four.done(WRONG, replay);
    assert!(
        said.contains("every header agrees, no store here says what the last block led to"),
        "{said}"
    );
    four.export(height);
    let (code, said) = four.typed(WRONG, replay);
    assert_eq!(code, 14, "{said}");
    let words = format!("after block {height} the node committed app hash ");
    assert!(said.contains(&words), "{said}");
}

#[test]
fn a_site_whose_store_was_changed_ends_with_14_and_goes_on_with_the_blocks_of_its_peers() {
    let [diff, copy, version, digest, replay, back, away, start] = shown();
    let (mut four, entry) = of_which_one_ended();
    let height = entry.height;
    // then the page's comparison names what the site has not
    let (code, said) = four.typed(WRONG, &diff);
    assert_eq!(code, 14, "{said}");
    for words in [
        ", no event and membership.admitted.v1\n",
        "first record that differs: ",
        &format!("height {height}, "),
    ] {
        assert!(said.contains(words), "{said}");
    }
    program_agrees(&four, [&copy, &version, &digest, &replay], height);
    // when it goes one height back, it executes the block to the same hash as before, and ends so again
    let said = four.done(WRONG, &back);
    let words = format!("engine and store are at height {}", height - 1);
    assert!(said.starts_with(&words), "{said}");
    four.sites[WRONG].launch();
    let ended = four.sites[WRONG].ended();
    assert_eq!(ended, 14, "{}", four.sites[WRONG].end_of_log());
    // and a second copy lies beside the first, not in it
    four.done(WRONG, &copy);
    let kept = copies(&four);
    assert_eq!(kept.len(), 2);
    for copy in kept {
        assert!(copy.join("store/CURRENT").exists(), "{}", copy.display());
    }
    // when it begins with nothing but its key and what it signed last
    four.done(WRONG, &away);
    let data = four.sites[WRONG].home().join("engine/data");
    let left = fs::read_dir(data).unwrap();
    let left: Vec<String> = left
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["priv_validator_state.json"]);
    assert_eq!(start, "systemctl start ktr-node");
    four.sites[WRONG].launch();
    // then it comes back
    four.are_one_again(entry);
}

#[test]
fn a_site_whose_last_block_was_executed_otherwise_goes_on_after_one_height_back() {
    let [.., back, _, _] = shown();
    let (mut four, entry) = of_which_one_ended();
    // when what it executes with is right again
    put(&four.sites[WRONG], &four.right);
    let said = four.done(WRONG, &back);
    let words = format!("engine and store are at height {}", entry.height - 1);
    assert!(said.starts_with(&words), "{said}");
    four.sites[WRONG].launch();
    // then it executes the block again
    four.are_one_again(entry);
}

/// The page.
const PAGE: &str = include_str!("../../../../docs/src/operating/halted-chain.md");
/// The site whose store is changed: a county.
const WRONG: usize = 2;
