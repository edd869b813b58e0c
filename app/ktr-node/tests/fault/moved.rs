//! A site's machine is gone and its disk is not: the folder comes to another machine as the page tells it, command by command, and its key signs
//! on there. That machine is another folder and other ports of this one; its user and its unit are in no test.

use std::{fs, path::Path, process::Command};

use ktr_testkit::page::{below, commands};

use super::{
    invariant::Seen,
    judge::{self, Judge},
    restore::{acknowledged, address, signs_again},
    shell::{self, FOLDER},
};
use crate::support::Site;

/// What a command of the page prints and ends with, for the folder on the old disk and that of the site.
fn typed(site: &Site, disk: &Path, command: &str) -> (i32, String) {
    let home = site.home();
    let places = [
        (DISK, disk.to_str().unwrap()),
        (FOLDER, home.to_str().unwrap()),
    ];
    shell::typed(Command::new("sh"), &places, command)
}

/// The same, for a command that must succeed.
fn done(site: &Site, disk: &Path, command: &str) -> String {
    shell::done(command, typed(site, disk, command))
}

/// Changes texts of `node.toml`, each of which must be there.
fn set(site: &Site, changes: &[[String; 2]]) {
    let path = site.home().join("node.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    for [old, new] in changes {
        assert!(text.contains(old.as_str()), "{old}: {text}");
        text = text.replace(old.as_str(), new);
    }
    fs::write(path, text).unwrap();
}

/// The folder comes to the new machine, and its doctor finds the signatures good once the settings name whom to ask.
fn carried(sites: &mut [Site], [carry, owner, doctor]: [&str; 3]) {
    let disk = sites[LOST].home();
    let addresses = sites[LOST].moves();
    let site = &sites[LOST];
    done(site, &disk, carry);
    assert!(!disk.exists());
    // One user has all of it here.
    assert_eq!(owner, "chown -R ktr-node: /var/lib/ktr-node");
    let (_, said) = typed(site, &disk, doctor);
    let words = "unverified signatures     no county of guard_rpc answers\n";
    assert!(said.contains(words), "{said}");
    let quoted = |address: String| format!("\"{address}\"");
    let mut changes: Vec<[String; 2]> = addresses.map(|pair| pair.map(quoted)).into();
    let asked = [0, 1].map(|place: usize| quoted(sites[place].rpc.address().to_owned()));
    let asked = format!("guard_rpc = [{}]", asked.join(", "));
    changes.push(["guard_rpc = []".to_owned(), asked]);
    set(site, &changes);
    let (_, said) = typed(site, &disk, doctor);
    let words =
        "good       signatures     2 of guard_rpc know no later signature of this validator\n";
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_site_whose_disk_comes_to_another_machine_signs_on_with_its_key() {
    let [carry, owner, doctor, start, status]: [String; 5] =
        commands(below(PAGE, "The same disk")).try_into().unwrap();
    // given four sites, one of whose machines dies, and a chain that goes on
    let mut sites = Site::four();
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(2);
    let mut journal = vec![acknowledged(&sites[0], 0, 1)];
    sites[LOST].wait_above(journal[0].height);
    let mut seen = Seen::default();
    seen.look(&sites[0]);
    sites[LOST].kill_both();
    journal.push(acknowledged(&sites[0], 0, 2));
    for site in &sites[..LOST] {
        site.wait_above(journal[1].height + 1);
    }
    seen.look(&sites[0]);
    // when its disk comes to another one
    carried(&mut sites, [&carry, &owner, &doctor]);
    assert_eq!(start, "systemctl start ktr-node");
    let (stood, before) = (Site::highest(&sites[..LOST]), sites[LOST].log().len());
    sites[LOST].launch();
    // then it comes to where the others are, and its key votes
    let height = sites[LOST].wait_above(stood + 1);
    let said = sites[LOST].log().split_off(before);
    let words = "no county knows a later signature of the validator's key";
    assert!(said.contains(words), "{said}");
    done(&sites[LOST], Path::new(DISK), &status);
    signs_again(&sites[0], &address(&sites[LOST]), height);
    // and it has every hash and all that was acknowledged, and nobody signed anything twice
    let height = Site::highest(&sites);
    for site in &sites {
        site.wait_above(height);
    }
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(height, &journal), Ok(()));
    seen.judge(&sites);
    // and its blocks execute to its store, and all have the same rows
    judge::execute_to_their_stores(&mut sites, &[LOST], height);
}

/// The page.
const PAGE: &str = include_str!("../../../../docs/src/operating/lost-county.md");
/// Where the page has the folder on the old disk.
const DISK: &str = "/mnt/var/lib/ktr-node";
/// The site whose machine is lost: a county.
const LOST: usize = 2;
