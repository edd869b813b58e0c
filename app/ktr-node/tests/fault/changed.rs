//! Four real sites, some of which have a row in their store that was changed behind their backs, and the commands of a page, typed at any of
//! them.
//! What comes of it is for the sentences of `wrong.rs` and `halves.rs`.

use std::{fs, path::PathBuf, process::Command};

use ktr_core::{Record, RecordKey, key::Key};
use ktr_node::store::Family;
use ktr_wire::record;
use rocksdb::{DB, Options};
use tempfile::TempDir;

use super::{
    invariant::Seen,
    journal::Entry,
    judge::{self, Judge},
    restore::{address, signs_again},
    shell::{self, FOLDER},
};
use crate::support::Site;

/// Four sites that run and vote; the first is none of those whose store was changed.
pub(super) struct Changed {
    pub(super) sites: Vec<Site>,
    /// Those whose store was changed.
    wrong: Vec<usize>,
    /// The key whose row was changed, as the others know it.
    pub(super) right: Key,
    seen: Seen,
    /// Outside of every site's folder.
    shelf: TempDir,
}

impl Changed {
    /// Changes the county's key in the stores of `wrong`, one site after the other, and starts each of them again.
    pub(super) fn of(wrong: &[usize], change: impl Fn(Key) -> Key) -> Self {
        let mut sites = Site::four();
        for site in &mut sites {
            site.launch();
        }
        for site in &sites {
            site.wait_above(2);
        }
        let right = key(&sites[0]);
        for &at in wrong {
            assert_eq!(sites[at].stop(), 0);
            put(&sites[at], &change(right));
            let height = Site::highest(&sites);
            sites[at].start(height);
        }
        let mut seen = Seen::default();
        seen.look(&sites[0]);
        Self {
            sites,
            wrong: wrong.to_vec(),
            right,
            seen,
            shelf: TempDir::new().unwrap(),
        }
    }

    /// The page's folder of backups at a site.
    pub(super) fn backups(&self, at: usize) -> PathBuf {
        self.shelf.path().join(at.to_string())
    }

    /// What a command of the page prints and ends with at a site; the places are the test's.
    pub(super) fn typed(&self, at: usize, command: &str) -> (i32, String) {
        let backups = self.backups(at);
        fs::create_dir_all(&backups).unwrap();
        let (backups, home) = (format!("{}/", backups.display()), self.sites[at].home());
        let places = [
            ("/var/backups/", backups.as_str()),
            (FOLDER, home.to_str().unwrap()),
            (OTHER, self.sites[0].rpc.address()),
        ];
        let mut shell = Command::new("sh");
        shell.current_dir(self.shelf.path());
        shell::typed(shell, &places, command)
    }

    /// The same, for a command that must succeed.
    pub(super) fn done(&self, at: usize, command: &str) -> String {
        shell::done(command, self.typed(at, command))
    }

    /// Lays what the first site has of the blocks up to `last` where the page reads it.
    pub(super) fn export(&self, last: u64) {
        let blocks = self.sites[0].export(last);
        fs::write(self.shelf.path().join("blocks.jsonl"), blocks).unwrap();
    }

    /// The sites that were wrong are where the others are, have every hash and what was acknowledged, and their keys vote and signed nothing
    /// twice.
    pub(super) fn are_one_again(mut self, entry: Entry) {
        let height = Site::highest(&self.sites) + 1;
        for site in &self.sites {
            site.wait_above(height);
        }
        let mut judge = Judge::new(Site::doors(&self.sites));
        assert_eq!(judge.judge_all(height, &[entry]), Ok(()));
        for &at in &self.wrong {
            signs_again(&self.sites[0], &address(&self.sites[at]), height);
        }
        self.seen.judge(&self.sites);
        // and their blocks execute to their stores, and all have the same rows
        judge::execute_to_their_stores(&mut self.sites, &self.wrong, height);
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
pub(super) fn put(site: &Site, key: &Key) {
    let families = Family::ALL.map(Family::name);
    let store = DB::open_cf(&Options::default(), site.home().join("store"), families).unwrap();
    let records = store.cf_handle(Family::Records.name()).unwrap();
    let name = record::key_octets(RecordKey::Key(key.fingerprint));
    assert!(store.get_cf(records, &name).unwrap().is_some());
    let row = record::encode(&Record::Key(*key));
    store.put_cf(records, &name, row).unwrap();
}

/// The page's engine of another site.
const OTHER: &str = "192.0.2.20:26657";
/// The county whose key is changed, counted from 0.
pub(super) const COUNTY: u8 = 1;
