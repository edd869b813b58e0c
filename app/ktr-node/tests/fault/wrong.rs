//! One of four real sites computes another app hash than the others, since a row of its store was changed behind its back, and what its page
//! says brings it back: one height, where the store is right again, and all blocks of its peers, where it is not.
//! That two sites of four do so is in no test: it is for those who made the release, and no program here executes otherwise.

use std::{fs, path::Path, process::Command};

use ktr_core::{
    Record, RecordKey,
    key::{Key, Revocation, RevocationReason},
};
use ktr_node::store::Family;
use ktr_testkit::page::{below, commands};
use ktr_wire::record;
use rocksdb::{DB, Options};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    invariant::Seen,
    journal::Entry,
    judge::Judge,
    restore::{acknowledged, signed},
};
use crate::support::Site;

/// Four sites, of which one has executed the last block to another app hash than the others, and ended.
struct Four {
    sites: Vec<Site>,
    seen: Seen,
    /// The first transaction that the sites did not judge alike.
    entry: Entry,
    /// The key that signed it, as all but one site know it.
    right: Key,
    /// Outside of every site's folder.
    shelf: TempDir,
}

impl Four {
    fn of_which_one_ended() -> Self {
        // given four sites, one of which believes that a county's key is revoked, and votes
        let mut sites = Site::four();
        for site in &mut sites {
            site.launch();
        }
        sites[0].wait_above(2);
        sites[WRONG].wait_above(2);
        let right = key(&sites[0]);
        assert_eq!(sites[WRONG].stop(), 0);
        let revoked = Revocation {
            at: right.valid_from,
            reason: RevocationReason::Compromised,
        };
        put(
            &sites[WRONG],
            &Key {
                revoked: Some(revoked),
                ..right
            },
        );
        let height = Site::highest(&sites);
        sites[WRONG].start(height);
        let mut seen = Seen::default();
        seen.look(&sites[0]);
        // when the county signs
        let entry = acknowledged(&sites[0], COUNTY, 1);
        // then the others go on, and the one ends and says why
        assert_eq!(sites[WRONG].ended(), 14);
        let log = sites[WRONG].log();
        assert!(
            log.contains("our app hash is not the one in the header"),
            "{log}"
        );
        sites[0].wait_above(entry.height + 2);
        Self {
            sites,
            seen,
            entry,
            right,
            shelf: TempDir::new().unwrap(),
        }
    }

    /// What a command of the page prints and ends with at the site that ended; the places are the test's.
    fn typed(&self, command: &str) -> (i32, String) {
        let programs = Path::new(env!("CARGO_BIN_EXE_ktr-node")).parent().unwrap();
        let backups = format!("{}/", self.shelf.path().display());
        let line = command
            .replace("/var/backups/", &backups)
            .replace(FOLDER, self.sites[WRONG].home().to_str().unwrap())
            .replace(OTHER, self.sites[0].rpc.address());
        let line = format!("PATH='{}':\"$PATH\"; {line}", programs.display());
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(self.shelf.path());
        let output = shell.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        (output.status.code().unwrap(), said)
    }

    /// The same, for a command that must succeed.
    fn done(&self, command: &str) -> String {
        let (code, said) = self.typed(command);
        assert_eq!(code, 0, "{command}: {said}");
        said
    }

    /// Lays what another site has of the blocks up to `last` where the page reads it.
    fn export(&self, last: u64) {
        let blocks = self.sites[0].export(last);
        fs::write(self.shelf.path().join("blocks.jsonl"), blocks).unwrap();
    }

    /// The site that ended is where the others are, has every hash and what was acknowledged, and its key votes and signed nothing twice.
    fn are_one_again(mut self) {
        let height = Site::highest(&self.sites) + 1;
        for site in &self.sites {
            site.wait_above(height);
        }
        let mut judge = Judge::new(Site::doors(&self.sites));
        assert_eq!(judge.judge_all(height, &[self.entry]), Ok(()));
        let path = "engine/config/priv_validator_key.json";
        let text = fs::read(self.sites[WRONG].home().join(path)).unwrap();
        let file: Value = serde_json::from_slice(&text).unwrap();
        let (address, first) = (file["address"].as_str().unwrap(), &self.sites[0]);
        first.until("the site signs again", || {
            let mut heights = height..=first.height()?;
            let is_signed = heights.any(|height| signed(first, height, address) == Some(true));
            is_signed.then_some(())
        });
        self.seen.judge(&self.sites);
        // and its blocks execute to its store
        let said = self.sites[WRONG].replayed(height);
        assert!(
            said.contains("every header agrees, and so does this node's store for the last block"),
            "{said}"
        );
        drop(self.sites.remove(WRONG));
        for site in &mut self.sites {
            assert_eq!(site.stop(), 0);
        }
    }
}

/// The county's key, as the genesis of all sites has it.
fn key(site: &Site) -> Key {
    let fingerprint = site.cast.counties[usize::from(COUNTY)].fingerprint;
    let mut keys = site.cast.genesis().keys.into_iter();
    keys.find(|key| key.fingerprint == fingerprint).unwrap()
}

/// Writes a key over the one in the records of a site that stands still, and nothing else: roots and app hash are as they were, and all that a
/// start looks at fits together.
fn put(site: &Site, key: &Key) {
    let families = Family::ALL.map(Family::name);
    let store = DB::open_cf(&Options::default(), site.home().join("store"), families).unwrap();
    let records = store.cf_handle(Family::Records.name()).unwrap();
    let name = record::key_octets(RecordKey::Key(key.fingerprint));
    assert!(store.get_cf(records, &name).unwrap().is_some());
    let row = record::encode(&Record::Key(*key));
    store.put_cf(records, &name, row).unwrap();
}

/// The commands that the page has for it, in its order.
fn shown() -> [String; 8] {
    commands(below(PAGE, "A wrong app hash"))
        .try_into()
        .unwrap()
}

#[test]
fn a_site_whose_store_was_changed_ends_with_14_and_goes_on_with_the_blocks_of_its_peers() {
    let [diff, copy, version, digest, replay, back, away, start] = shown();
    let mut four = Four::of_which_one_ended();
    let height = four.entry.height;
    // then the page's comparison names what the site has not
    let (code, said) = four.typed(&diff);
    assert_eq!(code, 14, "{said}");
    for words in [
        ", no event and membership.admitted.v1\n",
        "first record that differs: ",
        &format!("height {height}, "),
    ] {
        assert!(said.contains(words), "{said}");
    }
    // and its program, of which it is asked, agrees with every header, but not with its own store
    four.done(&copy);
    assert!(four.done(&version).starts_with("ktr-node "));
    four.done(&digest);
    let last = Site::highest(&four.sites);
    assert!(last > height);
    four.export(last);
    let said = four.done(&replay);
    assert!(
        said.contains("every header agrees, no store here says what the last block led to"),
        "{said}"
    );
    four.export(height);
    let (code, said) = four.typed(&replay);
    assert_eq!(code, 14, "{said}");
    let words = format!("after block {height} the node committed app hash ");
    assert!(said.contains(&words), "{said}");
    // when it goes one height back, it executes the block to the same hash as before, and ends so again
    let said = four.done(&back);
    let words = format!("engine and store are at height {}", height - 1);
    assert!(said.starts_with(&words), "{said}");
    four.sites[WRONG].launch();
    let ended = four.sites[WRONG].ended();
    assert_eq!(ended, 14, "{}", four.sites[WRONG].end_of_log());
    // when it begins with nothing but its key and what it signed last
    four.done(&away);
    let data = four.sites[WRONG].home().join("engine/data");
    let left = fs::read_dir(data).unwrap();
    let left: Vec<String> = left
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["priv_validator_state.json"]);
    assert_eq!(start, "systemctl start ktr-node");
    four.sites[WRONG].launch();
    // then it comes back, and the copy still has the store that was changed
    let copied = four.shelf.path().join("ktr-node-wrong/store/CURRENT");
    assert!(copied.exists());
    four.are_one_again();
}

#[test]
fn a_site_whose_last_block_was_executed_otherwise_goes_on_after_one_height_back() {
    let [.., back, _, _] = shown();
    let mut four = Four::of_which_one_ended();
    // when what it executes with is right again
    put(&four.sites[WRONG], &four.right);
    let said = four.done(&back);
    let words = format!("engine and store are at height {}", four.entry.height - 1);
    assert!(said.starts_with(&words), "{said}");
    four.sites[WRONG].launch();
    // then it executes the block again
    four.are_one_again();
}

/// The page.
const PAGE: &str = include_str!("../../../../docs/src/operating/halted-chain.md");
/// The page's folder of a node, and the engine of another site.
const FOLDER: &str = "/var/lib/ktr-node";
const OTHER: &str = "192.0.2.20:26657";
/// The site whose store is changed: a county.
const WRONG: usize = 2;
/// The county whose key it no longer believes, counted from 0.
const COUNTY: u8 = 1;
