//! A validator's key signs two votes of one round, and what the page says is done then, typed at four real sites: the site is stopped, a set
//! that still names its key is declined, and a new host with another key comes into the set.
//! The votes are made here, as a second engine with a copied key would make them; how that came about is what nobody finds out here.

use ktr_testkit::{
    page::{below, commands},
    signer::{Ballot, Kind, Signer, handing},
    wait,
};
use serde_json::Value;

use crate::{
    alone,
    desk::{Desk, said},
    keys::{a_new_host, comes_into_the_set, validators},
    localnet::Net,
};

/// The validators of the next block, as an engine has them.
fn set(net: &Net) -> Vec<Value> {
    let answer = net.engine("/validators");
    let listed = answer["result"]["validators"].as_array();
    listed.expect("a list").clone()
}

/// Hands over that a key signed for a block and for none at a height that is over, and waits until that stands in the log and its power is gone.
fn signs_twice(net: &Net, desk: &Desk<'_>, signer: &Signer) {
    let block = net.engine(&format!("/block?height={OVER}"));
    let time = &block["result"]["block"]["header"]["time"];
    let before = set(net);
    let power = |one: &Value| -> u64 {
        let power = one["voting_power"].as_str().expect("a power");
        power.parse().expect("a number")
    };
    let total: u64 = before.iter().map(power).sum();
    let mut own = before.iter().filter(|one| one["address"] == signer.address);
    let ballot = Ballot {
        chain: CHAIN,
        kind: Kind::Prevote,
        height: OVER,
        round: 0,
        time,
        block: None,
    };
    let own = own.next().map(power).expect("it votes");
    let answer = net.engine(&handing(&signer.twice(&ballot, [own, total])));
    assert!(answer["result"].is_object(), "{answer}");
    wait::until("the log names the validator", 60, || {
        let listed = desk.run("ktr --home net events list", &[]);
        let listed = String::from_utf8(listed.stdout).expect("text");
        listed.contains("governance.misbehaved.v1").then_some(())
    });
    wait::until("its power is gone", 60, || {
        let after = set(net);
        let is_its = |one: &Value| one["address"] == signer.address;
        (!after.iter().any(is_its)).then_some(())
    });
}

/// The set that a county proposed before: with the key, and another power of the witness.
fn proposes_the_old_set(net: &Net, desk: &Desk<'_>) {
    let key = |name: &str| {
        let site = net.site(name);
        site["validator"].as_str().expect("a key").to_owned()
    };
    let [one, two, three, witness] = ["a", "b", "c", "witness"].map(key);
    let build = format!(
        "ktr --home net tx build --out p.body governance propose --proposal 1 --until +7d validators --validators \
         {one}:100:1,{two}:100:2,{three}:100:3,{witness}:2"
    );
    desk.types(&build, &[]);
    desk.sends("p.body", "county-1.asc");
}

/// How a proposal stands.
fn standing(desk: &Desk<'_>) -> Value {
    let line = said(PAGE, "ktr --home net query proposal N");
    let shown = desk.types(line, &[("N", "1")]);
    shown["record"]["status"].clone()
}

#[test]
fn a_validator_that_signed_twice_is_stopped_and_a_new_host_takes_its_place() {
    let _turn = alone();
    let part = commands(below(PAGE, "A validator that signed twice"));
    let ([stop, aside], decline) = (&part[..2], &part[2..]) else {
        panic!("two commands and those of a voice: {part:?}");
    };
    // given four sites, a set that is proposed, and a validator of it whose key signed twice
    let net = Net::up();
    let desk = Desk::beside(&net);
    desk.settles_above(OVER);
    proposes_the_old_set(&net, &desk);
    let signer = Signer::of(&net.folder.path().join("sites/b"));
    signs_twice(&net, &desk, &signer);
    // when its site is stopped, and its disk kept
    assert_eq!(stop, "systemctl disable --now ktr-node");
    desk.stops("b");
    desk.types(&aside.replace("/var/lib/ktr-node", "net/sites/b"), &[]);
    let mut sites = net.sites();
    let known = sites["sites"].as_array_mut().expect("a list");
    known.retain(|site| site["name"] != "b");
    net.remember(&sites);
    a_new_host(&desk);
    // then no other set can be proposed while the old one is, which two counties decline
    let witness = net.site("witness");
    let witness = witness["validator"].as_str().expect("a key");
    let another = format!(
        "governance propose --proposal 2 --until +7d validators --accepts-halt --validators {witness}:1"
    );
    assert_eq!(desk.judged(&another, "county-3.asc"), SUBJECT_OPEN);
    let mut height = 0;
    for (county, stands) in [("county-3", "open"), ("county-2", "rejected")] {
        let lines = decline.iter().map(|line| line.replace("county-3", county));
        let lines: Vec<String> = lines.collect();
        let answer = desk.follows(&lines, &[("N", "1")]);
        height = answer["height"].as_u64().expect("a height");
        assert_eq!(standing(&desk), stands);
    }
    desk.settles_above(height);
    // and the new host's key comes into the set, and the old one does not
    let force = comes_into_the_set(&desk, "2", &signer.address);
    let before = validators(&net, force.saturating_sub(1));
    assert!(!before.contains(&signer.address));
}

/// The page.
const PAGE: &str = include_str!("../../docs/src/operating/lost-county.md");
/// The chain, as a localnet calls itself.
const CHAIN: &str = "ktr-localnet-1";
/// A height of which evidence may tell.
const OVER: u64 = 2;
/// `SubjectOpen` of `ktr.governance`.
const SUBJECT_OPEN: u64 = 1_609;
