//! Two of four real sites compute another app hash than the two others, since a row was changed behind their backs in the same way: neither half
//! has a quorum, so that the chain stands and nobody ends, and what the page says names the half that is wrong and brings it back.
//! That two programs execute otherwise is in no test: no program here does.

use ktr_core::{
    id::{CountyId, Sha256},
    key::{Key, Role},
};
use ktr_testkit::page::{below, commands};

use super::{
    changed::{COUNTY, Changed},
    judge,
    restore::acknowledged,
};
use crate::support::Site;

/// A county's key, taken for one of the first county.
///
/// A rule refuses what it signs, and a transaction that a rule refuses may stand in a block. Taken for revoked it would split nothing: this half
/// would vote for no block with its transaction, and the chain would go on without it.
fn of_the_first_county(right: Key) -> Key {
    Key {
        role: Role::County(CountyId(1)),
        ..right
    }
}

/// Whether a line of an engine's log says that it refuses a block for its app hash.
fn refuses(line: &str) -> bool {
    line.contains("prevote step: consensus deems this block invalid; prevoting nil")
        && line.contains("wrong Block.Header.AppHash")
}

/// All four vote on the block after `height`, in one round after the other, each refuses what the other half proposes, and there is no block; gives
/// the app hash of the first site's half and that of the other one.
fn stand(sites: &[Site], height: u64) -> [Sha256; 2] {
    for site in sites {
        site.until("it refuses the block of the other half", || {
            site.log().lines().any(refuses).then_some(())
        });
    }
    let next = format!("{}/", height + 1);
    sites[0].until("all have voted in a later round", || {
        let (step, votes) = sites[0].rpc.waits_at()?;
        let is_later = step.starts_with(&next) && !step.starts_with(&format!("{next}0/"));
        (is_later && votes.contains(" 301/301")).then_some(())
    });
    let hashes = sites.iter().map(|site| {
        assert_eq!(site.height(), Some(height));
        let hash = site.rpc.own_app_hash(height).unwrap();
        // This is how an operator sees it.
        let said = site.run(&["status"]);
        assert!(said.contains(&format!("app_hash {hash}\n")), "{said}");
        hash
    });
    let hashes: Vec<Sha256> = hashes.collect();
    let [ours, theirs] = [hashes[0], hashes[WRONG[0]]];
    assert_ne!(ours, theirs);
    assert_eq!(hashes, [ours, theirs, theirs, ours]);
    [ours, theirs]
}

/// Stops the half that is wrong; nobody knows yet that it is.
fn are_stopped(four: &mut Changed, height: u64) {
    for at in WRONG {
        // A node that had ended by itself would say 14.
        assert_eq!(four.sites[at].stop(), 0);
    }
    for at in RIGHT {
        assert_eq!(four.sites[at].height(), Some(height));
    }
}

/// Types the page's comparison at the sites that stand still.
fn differ(four: &Changed, diff: &str, height: u64) {
    for at in WRONG {
        let (code, said) = four.typed(at, diff);
        assert_eq!(code, 14, "{said}");
        for words in [
            ", ledger.nonces.v1 and membership.admitted.v1\n",
            "first record that differs: ",
            &format!("height {height}, "),
        ] {
            assert!(said.contains(words), "{said}");
        }
    }
}

/// Types the page's replay at every site: the stores of the wrong half are not what the blocks lead to, and the others' are.
fn are_named(four: &Changed, replay: &str, height: u64, [ours, theirs]: [Sha256; 2]) {
    for at in RIGHT {
        let said = four.done(at, replay);
        judge::agrees(&said);
        assert!(said.contains(&ours.to_string()), "{said}");
    }
    let words = format!(
        "after block {height} the node committed app hash {theirs}, executing the blocks gives {ours}"
    );
    for at in WRONG {
        let (code, said) = four.typed(at, replay);
        assert_eq!(code, 14, "{said}");
        assert!(said.contains(&words), "{said}");
    }
}

/// Types what the page has for a site of the wrong half, up to its start.
fn begin_anew(four: &Changed, [copy, back, away]: [&str; 3], height: u64) {
    for at in WRONG {
        four.done(at, copy);
        let said = four.done(at, back);
        let words = format!("engine and store are at height {}", height - 1);
        assert!(said.starts_with(&words), "{said}");
        four.done(at, away);
        let home = four.sites[at].home();
        let left = ["store", "engine/data/cs.wal"].map(|name| home.join(name).exists());
        assert_eq!(left, [false, true]);
    }
}

/// The commands that the page has for it, in its order.
fn shown() -> [String; 8] {
    commands(below(PAGE, "Two and two")).try_into().unwrap()
}

#[test]
fn two_halves_stand_until_the_stores_that_a_replay_names_are_made_again_from_their_own_blocks() {
    let [export, stop, diff, replay, copy, back, away, start] = shown();
    // given two counties that take another county's key for one of the first, and vote
    let mut four = Changed::of(&WRONG, of_the_first_county);
    // when that county admits a member
    let entry = acknowledged(&four.sites[0], COUNTY, 1);
    let height = entry.height;
    assert_eq!(entry.code, 0);
    // then the chain stands, and no node ends by itself
    let hashes = stand(&four.sites, height);
    assert_eq!(export, "ktr --home net export-blocks --out blocks.jsonl");
    four.export(height);
    assert_eq!(stop, "systemctl stop ktr-node");
    are_stopped(&mut four, height);
    // and the comparison names what differs, and the replay which half is wrong
    differ(&four, &diff, height);
    are_named(&four, &replay, height, hashes);
    // when its engines go one height back, and its stores begin anew
    begin_anew(&four, [&copy, &back, &away], height);
    assert_eq!(start, "systemctl start ktr-node");
    for at in WRONG {
        four.sites[at].launch();
    }
    // then the chain goes on, and with it what the right half said of the transaction
    for at in WRONG {
        four.sites[at].wait_above(height);
        four.sites[at].is_called_in_order();
    }
    four.are_one_again(entry);
}

/// The page.
const PAGE: &str = include_str!("../../../../docs/src/operating/halted-chain.md");
/// The sites whose stores are changed: two counties, who have more power together than the others, and less than a quorum.
const WRONG: [usize; 2] = [1, 2];
/// The others: a county, and the witness.
const RIGHT: [usize; 2] = [0, 3];
