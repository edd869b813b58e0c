//! A site's folder is lost and its backup is put back, both as the page tells it, command by command: it comes back as an observer, has what
//! the others have, and its old key signs nothing any more. Without new keys, and with the key and the signing state of the day of the
//! backup, it does not start. How long it takes to catch up is printed, and no bar.

use std::{fs, path::PathBuf, process::Command};

use ktr_core::id::MemberId;
use ktr_node::store::Placed;
use ktr_testkit::{
    page::{below, commands},
    signer::Signer,
};
use ktr_wire::transaction;
use prost::Message;
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use super::{
    invariant::Seen,
    journal::Entry,
    judge::{self, Judge},
    shell::FOLDER,
};
use crate::support::{Site, admitting};

/// Somebody who follows the page, with the test's places for those of the page.
struct Reader {
    /// Outside of every site's folder.
    shelf: TempDir,
}

impl Reader {
    fn new() -> Self {
        Self {
            shelf: TempDir::new().unwrap(),
        }
    }

    fn archive(&self) -> PathBuf {
        self.shelf.path().join("backup.tar")
    }

    fn follow(&self, site: &mut Site, command: &str) {
        match command {
            "systemctl stop ktr-node" => assert_eq!(site.stop(), 0),
            "systemctl start ktr-node" => site.launch(),
            _ => self.type_in(site, command),
        }
    }

    fn type_in(&self, site: &Site, command: &str) {
        let program = format!("ktr-node --home {FOLDER} ");
        if let Some(arguments) = command.strip_prefix(program.as_str()) {
            let arguments: Vec<&str> = arguments.split(' ').collect();
            site.run(&arguments);
            return;
        }
        // One user has all of it here.
        if command.starts_with("chown ") {
            return;
        }
        let (home, archive) = (site.home(), self.archive());
        let backups = format!("{}/", archive.parent().unwrap().display());
        let archive = archive.to_str().unwrap();
        let line = command.replace(LAID, archive).replace(TAKEN, archive);
        let line = line.replace("/var/backups/", &backups);
        let line = line.replace(FOLDER, home.to_str().unwrap());
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
    }

    /// What lies in the archive, a name on each line.
    fn names(&self) -> String {
        let listed = Command::new("tar").arg("-tf").arg(self.archive()).output();
        String::from_utf8(listed.unwrap().stdout).unwrap()
    }
}

/// The key that votes and what it signed last, laid aside as they are at some moment.
struct Signing(TempDir);

impl Signing {
    fn of(site: &Site) -> Self {
        let aside = TempDir::new().unwrap();
        for (file, name) in SIGNING {
            fs::copy(site.home().join(file), aside.path().join(name)).unwrap();
        }
        Self(aside)
    }

    fn put_into(&self, site: &Site) {
        for (file, name) in SIGNING {
            fs::copy(self.0.path().join(name), site.home().join(file)).unwrap();
        }
    }

    fn word(&self, name: &str, key: &str) -> String {
        let text = fs::read(self.0.path().join(name)).unwrap();
        let file: Value = serde_json::from_slice(&text).unwrap();
        file[key].as_str().unwrap().to_owned()
    }

    fn address(&self) -> String {
        self.word("key", "address")
    }

    /// The height of the last signature.
    fn height(&self) -> u64 {
        self.word("state", "height").parse().unwrap()
    }
}

/// Gets an organisation of a county, counted from 0, into a block, and notes where it stands.
pub(super) fn acknowledged(site: &Site, county: u8, number: u8) -> Entry {
    let tx = admitting(&site.cast, county, MemberId([number; 16]));
    assert_eq!(site.submit(&tx), 0);
    let hash = transaction::hash(&tx);
    let answer = site.until("the transaction is in a block", || {
        Some(site.query("/tx", &hash.0)).filter(|answer| answer.code == 0)
    });
    let placed = Placed::decode(answer.value.as_slice()).unwrap();
    Entry {
        height: placed.height,
        hash,
        code: placed.code,
    }
}

/// Whether the commit of a height carries a signature of this address.
pub(super) fn signed(site: &Site, height: u64, address: &str) -> Option<bool> {
    let answer = site.rpc.ask(&format!("/commit?height={height}"))?;
    let signatures = answer.pointer("/signed_header/commit/signatures")?;
    let mut signatures = signatures.as_array()?.iter();
    Some(signatures.any(|one| one["validator_address"] == address))
}

/// Whose votes a site's key signs.
pub(super) fn address(site: &Site) -> String {
    Signer::of(&site.home()).address
}

/// Waits until a commit of this height or above carries a signature of this address.
pub(super) fn signs_again(site: &Site, address: &str, height: u64) {
    site.until("the site signs again", || {
        let mut heights = height..=site.height()?;
        let is_signed = heights.any(|height| signed(site, height, address) == Some(true));
        is_signed.then_some(())
    });
}

/// Backs a site up as the page says; gives its key and signing state of that moment. It has signed on since.
fn backed_up(reader: &Reader, sites: &mut [Site]) -> Signing {
    let mut then = None;
    let shown = commands(below(PAGE, "Back up"));
    assert_eq!(shown.len(), 3, "{shown:?}");
    for command in shown {
        reader.follow(&mut sites[LOST], &command);
        if command.starts_with("tar ") {
            then = Some(Signing::of(&sites[LOST]));
        }
    }
    let then = then.unwrap();
    signs_again(&sites[0], &then.address(), then.height() + 1);
    let names = reader.names();
    for held in ["./store/", "./engine/data/blockstore.db/", "./node.toml"] {
        assert!(names.contains(held), "{names}");
    }
    for kept_out in ["priv_validator", "cs.wal", ".sock"] {
        assert!(!names.contains(kept_out), "{names}");
    }
    then
}

/// Starts a site whose key guard refuses it, and finds what it says.
fn is_refused(site: &mut Site, says: &str) {
    let before = site.log().len();
    site.launch();
    assert_eq!(site.ended(), 13);
    let said = site.log().split_off(before);
    assert!(said.contains(says), "{said}");
}

/// Puts the backup back as the page says, and tries before what it warns of; gives the moment of the start that nothing refuses.
fn restored(reader: &Reader, site: &mut Site, then: &Signing, county: &str) -> Instant {
    let shown = commands(below(PAGE, "Restore as an observer"));
    assert_eq!(shown.len(), 4, "{shown:?}");
    // without new keys
    fs::create_dir(site.home()).unwrap();
    for command in shown.iter().filter(|command| command.starts_with("tar ")) {
        reader.follow(site, command);
    }
    is_refused(
        site,
        "priv_validator_state.json is missing beside a block store",
    );
    fs::remove_dir_all(site.home()).unwrap();
    // with the key and the signing state of that day, which somebody kept
    for command in &shown {
        reader.follow(site, command);
    }
    let path = site.home().join("node.toml");
    let text = fs::read_to_string(&path).unwrap();
    let asking = text.replace("guard_rpc = []", &format!("guard_rpc = [\"{county}\"]"));
    assert_ne!(asking, text);
    fs::write(path, asking).unwrap();
    let fresh = Signing::of(site);
    then.put_into(site);
    is_refused(site, "find the state file of the disk that signed last");
    // with the new keys
    fresh.put_into(site);
    let begun = Instant::now();
    site.launch();
    begun
}

#[test]
fn a_lost_site_comes_back_from_its_backup_as_an_observer_and_its_old_key_signs_nothing() {
    // given four sites, one with a backup, and a chain that has gone on
    let mut sites = Site::four();
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(2);
    let mut journal = vec![acknowledged(&sites[0], 0, 1)];
    sites[LOST].wait_above(journal[0].height);
    let mut seen = Seen::default();
    seen.look(&sites[0]);
    let reader = Reader::new();
    let then = backed_up(&reader, &mut sites);
    journal.push(acknowledged(&sites[0], 0, 2));
    // when its folder is lost, the chain goes on once more, and the backup is put back
    assert_eq!(sites[LOST].stop(), 0);
    let stopped = Site::highest(&sites);
    fs::remove_dir_all(sites[LOST].home()).unwrap();
    journal.push(acknowledged(&sites[0], 0, 3));
    seen.look(&sites[0]);
    let county = sites[0].rpc.address().to_owned();
    let begun = restored(&reader, &mut sites[LOST], &then, &county);
    // then it is where the others are, with every hash and all that was acknowledged
    let height = Site::highest(&sites).max(stopped + 2);
    sites[LOST].wait_above(height);
    let took = begun.elapsed();
    for site in &sites {
        site.wait_above(height);
    }
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(height, &journal), Ok(()));
    seen.judge(&sites);
    // and has no vote, and nobody has signed with the old key since: its last vote may be in the block after the one that stood
    let status = sites[LOST].rpc.ask("/status").unwrap();
    let power = status.pointer("/validator_info/voting_power");
    assert_eq!(power.and_then(Value::as_str), Some("0"));
    let address = then.address();
    for at in stopped + 2..=height {
        assert_eq!(signed(&sites[0], at, &address), Some(false), "block {at}");
    }
    // and its blocks execute to its store, and all have the same rows
    judge::execute_to_their_stores(&mut sites, &[LOST], height);
    // a night's table has this line
    eprintln!(
        "measured: a backup of height {} has caught up with height {height} {took:.2?} after its start",
        then.height()
    );
}

/// The page.
const PAGE: &str = include_str!("../../../../docs/src/operating/restore.md");
/// Where the page lays a backup, and from where it takes one.
const LAID: &str = "/var/backups/ktr-node-$(date +%F).tar";
const TAKEN: &str = "ktr-node-DATE.tar";
/// The site that is lost: a county.
const LOST: usize = 2;
/// The files of a validator that no backup has, below a node's folder, and their names where they are laid aside.
const SIGNING: [(&str, &str); 2] = [
    ("engine/config/priv_validator_key.json", "key"),
    ("engine/data/priv_validator_state.json", "state"),
];
