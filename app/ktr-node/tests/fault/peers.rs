//! A site whose cables to all others are down, what its page has to find out why, and how it meets them again when they are up.
//! The cables are the kernel's (`cables.rs`); what a unit keeps its node from is in no test here.

use std::{fs, path::Path, process::Command};

use ktr_testkit::page::{below, commands};

use super::{
    cables::Cables,
    judge::Judge,
    line::{Joint, Way},
    shell::{self, FOLDER},
};
use crate::support::Site;

/// What a command of the page prints and ends with, typed where a site runs.
fn typed(namespace: &str, home: &Path, command: &str) -> (i32, String) {
    let mut shell = Command::new("ip");
    shell.args(["netns", "exec", namespace, "sh"]);
    shell::typed(shell, &[(FOLDER, home.to_str().unwrap())], command)
}

/// Whether the port of another site answers the lone one, by the command of the page.
fn answers(namespace: &str, home: &Path, command: &str, other: usize) -> bool {
    let address = Cables::dial(LONE, other, LISTENS);
    let host = address.strip_suffix(":26656").unwrap();
    let (code, said) = typed(namespace, home, &command.replace("HOST", host));
    assert_eq!(code == 0, said.contains("it answers"), "{said}");
    code == 0
}

#[test]
fn a_site_without_cables_is_told_whom_it_misses_and_meets_them_without_a_restart() {
    let [doctor, allowed, key, port]: [String; 4] = commands(below(PAGE, "Peers do not meet"))
        .try_into()
        .unwrap();
    assert_eq!(allowed, "systemctl show ktr-node -p IPAddressAllow");
    // given four sites, one of which reaches nobody
    let Some(cables) = Cables::lay() else {
        return;
    };
    let places = cables.places();
    let mut sites = Site::four_in(&places, "1s", Cables::dial);
    for other in OTHERS {
        cables.set([LONE, other], Way::Held);
    }
    for site in &mut sites {
        site.launch();
    }
    for other in OTHERS {
        sites[other].wait_above(2);
    }
    // then its doctor names all others, by the ids that each of them prints and that its settings have
    let (lone, place) = (&sites[LONE], &places[LONE].namespace);
    let home = lone.home();
    let finds = |words: &str| {
        lone.until(words, || {
            let (_, said) = typed(place, &home, &doctor);
            said.contains(words).then_some(())
        });
    };
    let settings = fs::read_to_string(home.join("node.toml")).unwrap();
    let ids = OTHERS.map(|other| {
        let said = typed(&places[other].namespace, &sites[other].home(), &key);
        let id = shell::done(&key, said).trim().to_owned();
        let dials = format!("{id}@{}", Cables::dial(LONE, other, LISTENS));
        assert!(settings.contains(&dials), "{dials}: {settings}");
        id
    });
    let missing = ids.join(", ");
    finds(&format!(
        "wrong      peers          0 of 3 peers are connected; missing: {missing}\n"
    ));
    // and no port answers
    let answers = |other| answers(place, &home, &port, other);
    assert_eq!(OTHERS.map(answers), [false; 3]);
    // when one cable is up, one port answers and one peer is there; and when all are, all
    cables.set([LONE, OTHERS[0]], Way::Open);
    let missing = ids[1..].join(", ");
    finds(&format!(
        "weak       peers          1 of 3 peers are connected; missing: {missing}\n"
    ));
    assert_eq!(OTHERS.map(answers), [true, false, false]);
    for other in &OTHERS[1..] {
        cables.set([LONE, *other], Way::Open);
    }
    finds("good       peers          3 of 3 peers are connected\n");
    assert_eq!(OTHERS.map(answers), [true; 3]);
    // and it comes to where the others are
    let height = Site::highest(&sites) + 1;
    for site in &sites {
        site.wait_above(height);
    }
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(height, &[]), Ok(()));
    for site in &mut sites {
        assert_eq!(site.stop(), 0);
    }
}

/// The page.
const PAGE: &str = include_str!("../../../../docs/src/operating/halted-chain.md");
/// Where a site in a namespace listens for others.
const LISTENS: &str = "0.0.0.0:26656";
/// The site that reaches nobody, a county, and all others.
const LONE: usize = 2;
const OTHERS: [usize; 3] = [0, 1, 3];
