//! The page on upgrades, followed with four real engines: another program of the same version comes to one site after the other, and the next
//! version to all of them at the height that two counties resolve.
//! There is no second version yet: both are `ktr-node-next`, the same node whose application version is an argument.

use std::fs;

use ktr_testkit::{
    page::{below, commands},
    wait,
};
use ktr_tests::play;
use serde_json::{Value, json};

use crate::{
    alone,
    desk::{Desk, said},
    localnet::Net,
    programs,
};

/// Starts what does not run with the new program, which executes up to a version.
fn starts_new(desk: &Desk<'_>, version: u64) {
    let program = programs().join(NEXT).display().to_string();
    let up = format!("KTR_NODE_APP_VERSION={version} ktr --home net localnet up --node {program}");
    desk.types(&up, &[]);
}

/// What a site's node said.
fn log(net: &Net, name: &str) -> String {
    let path = format!("logs/{name}.node.log");
    fs::read_to_string(net.folder.path().join(path)).expect("a log")
}

/// The exit code of the last node of a site that ended.
fn last_exit(net: &Net, name: &str) -> Option<u64> {
    let log = log(net, name);
    let mut lines = log.lines().rev();
    lines.find_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        line["fields"]["exit"].as_u64()
    })
}

/// The new program executes the chain of the old one.
fn executes_the_chain(desk: &Desk<'_>) {
    let lines = commands(below(PAGE, "Which kind of upgrade"));
    let [export, replay] = <[String; 2]>::try_from(lines).expect("two commands");
    desk.types(&export, &[]);
    for program in ["ktr-node", "ktr-node-next --app-version 2"] {
        let replay = replay.replace("ktr-node", program);
        let answer = desk.types(&replay, &[]);
        assert!(answer["blocks"].as_u64() >= Some(2), "{program}: {answer}");
    }
}

/// The last height that the witness's engine has.
fn committed(net: &Net) -> Option<u64> {
    let last = net.engine_of("witness", "/commit");
    let height = last["result"]["signed_header"]["header"]["height"].as_str()?;
    height.parse().ok()
}

/// Which program a site's node is: both answer as the same version.
fn is_run_by(net: &Net, name: &str, program: &str) {
    let pid = net.site(name)["pid"].to_string();
    let runs = fs::read_link(format!("/proc/{pid}/exe")).expect("it runs");
    assert_eq!(runs, programs().join(program), "{name}");
}

/// Another program comes to a site: `starts` puts it in its place and starts it.
fn changes_program(desk: &Desk<'_>, name: &str, program: &str, starts: impl FnOnce()) {
    let part = below(PAGE, "One site after the other");
    said(part, "systemctl stop ktr-node");
    let since = committed(desk.net).expect("a height");
    desk.stops(name);
    assert_eq!(last_exit(desk.net, name), Some(0), "{name}");
    said(part, "systemctl start ktr-node");
    starts();
    is_run_by(desk.net, name, program);
    let doctor = of_site(said(part, DOCTOR), name);
    wait::until("its peers are there and nothing is wrong", 60, || {
        let output = desk.run(&doctor, &[]);
        let found: Value = serde_json::from_slice(&output.stdout).expect("findings");
        let mut found = found["findings"].as_array()?.iter();
        let is_well = found.all(|one| one["verdict"] != "wrong");
        assert_eq!(output.status.success(), is_well);
        is_well.then_some(())
    });
    // No validator is missing before the next site is stopped.
    wait::until("a commit that all four signed", 60, || {
        // The last one is as this engine saw it when it had enough; the one before it stands in a block, with the votes that came later.
        let before = committed(desk.net)?.checked_sub(1)?;
        if before <= since {
            return None;
        }
        let path = format!("/commit?height={before}");
        let commit = desk.net.engine_of("witness", &path);
        let signatures = &commit["result"]["signed_header"]["commit"]["signatures"];
        let signatures = signatures.as_array()?;
        let has_signed = |one: &&Value| one["block_id_flag"] == SIGNED;
        (signatures.iter().filter(has_signed).count() == NAMES.len()).then_some(())
    });
}

/// A command of the page, for the folder of a site. One user has all of it here.
fn of_site(command: &str, name: &str) -> String {
    let command = command.strip_prefix(AS_ITS_USER).unwrap_or(command);
    command.replace("/var/lib/ktr-node", &format!("net/sites/{name}"))
}

/// Takes a site's last height back, with the command of a part of the page; gives where it stands then.
fn rolls_back(desk: &Desk<'_>, part: &str, name: &str) -> u64 {
    let back = of_site(said(below(PAGE, part), ROLLBACK), name);
    let answer = desk.types(&back, &[]);
    answer["height"].as_u64().expect("a height")
}

/// The old program comes back: to one site as the new one came, to another after one height back.
fn goes_back_at_two_sites(desk: &Desk<'_>) {
    changes_program(desk, "b", "ktr-node", || desk.starts());
    changes_program(desk, "witness", "ktr-node", || {
        rolls_back(desk, "One site after the other", "witness");
        desk.starts();
    });
}

/// What the old program ends with when it is started at a site whose version has come to its end; a minute is for a loaded machine.
fn ends_the_old(desk: &Desk<'_>, name: &str) -> Option<i32> {
    let start = format!("timeout 60 ktr-node --home net/sites/{name} start");
    desk.run(&start, &[]).status.code()
}

/// Before the next version has made a block, the way back leads to the last height again.
fn has_no_way_back(desk: &Desk<'_>, last: u64) {
    let back = rolls_back(desk, "At a height", "c");
    assert_eq!(back, last.saturating_sub(1));
    assert_eq!(ends_the_old(desk, "c"), Some(10));
    let examined = desk.run("ktr-node --home net/sites/c doctor", &[]);
    let examined = String::from_utf8(examined.stdout).expect("text");
    let says = format!("height {last} was the last of this version");
    assert!(examined.contains(&says), "{examined}");
}

/// Above that height the old program takes no block, and the next one goes on where it was.
fn takes_no_block_above(desk: &Desk<'_>) {
    desk.stops("c");
    assert_eq!(ends_the_old(desk, "c"), Some(10));
    let since = committed(desk.net).expect("a height");
    starts_new(desk, 2);
    desk.settles_above(since);
}

/// The counties resolve the last height of this version; gives it.
fn is_resolved(desk: &Desk<'_>) -> u64 {
    let status = desk.types("ktr-node --home net/sites/a status", &[]);
    let height = status["height"].as_u64().expect("a height");
    let last = height.saturating_add(AHEAD);
    let number = said(PAGE, "ktr --home net query proposal N");
    let free = desk.types(number, &[("N", "1")]);
    assert_eq!(free["present"], false, "{free}");
    let lines = commands(below(PAGE, "At a height"));
    let height = last.to_string();
    let words = [("N", "1"), ("H", height.as_str())];
    desk.follows(&lines, &words);
    desk.sends("a.body", "county-2.asc");
    let resolved = desk.types(said(PAGE, "ktr --home net query resolved"), &[]);
    let planned = json!({"app_version": 2, "height": last});
    assert_eq!(resolved["record"]["planned"], planned, "{resolved}");
    last
}

fn ends_at_every_site(desk: &Desk<'_>, last: u64) {
    let sites = NAMES.map(|name| desk.net.site(name));
    wait::until("the end of the version at every site", 180, || {
        (!sites.iter().any(play::runs)).then_some(())
    });
    let says = format!("height {last} was the last of this version; application version 2 goes on");
    for name in NAMES {
        assert_eq!(last_exit(desk.net, name), Some(10), "{name}");
        assert!(log(desk.net, name).contains(&says), "{name}");
    }
    // and a node of the old version that is started again ends so at once
    let again = desk.run("ktr-node --home net/sites/a start", &[]);
    assert_eq!(again.status.code(), Some(10));
    // of which its doctor warns
    let examined = desk.run("ktr-node --home net/sites/a doctor", &[]);
    let examined = String::from_utf8(examined.stdout).expect("text");
    let warns = format!("{says}; start the next program");
    assert!(examined.contains(&warns), "{examined}");
}

fn goes_on_with_the_next(desk: &Desk<'_>, last: u64) {
    starts_new(desk, 2);
    let first = last.saturating_add(1);
    desk.settles_above(first);
    let block = |name: &str, height: u64| {
        let answer = desk.net.engine_of(name, &format!("/block?height={height}"));
        answer["result"]["block"]["header"].clone()
    };
    assert_eq!(block("a", last)["version"]["app"], "1");
    for name in NAMES {
        let header = block(name, first);
        assert_eq!(header["version"]["app"], "2", "{name}");
        assert_eq!(header["app_hash"], block("a", first)["app_hash"], "{name}");
        let status = desk.types(&format!("ktr-node --home net/sites/{name} status"), &[]);
        assert_eq!(status["app_version"], 2, "{name}: {status}");
    }
}

#[test]
fn a_program_comes_site_by_site_and_the_next_version_at_a_height_with_the_commands_of_their_page() {
    let _turn = alone();
    let net = Net::up();
    let desk = Desk::beside(&net);
    executes_the_chain(&desk);
    for name in NAMES {
        changes_program(&desk, name, NEXT, || starts_new(&desk, 1));
    }
    goes_back_at_two_sites(&desk);
    let last = is_resolved(&desk);
    ends_at_every_site(&desk, last);
    has_no_way_back(&desk, last);
    goes_on_with_the_next(&desk, last);
    takes_no_block_above(&desk);
}

/// The page.
const PAGE: &str = include_str!("../../docs/src/operating/upgrade.md");
/// How the page looks at a node, its way back, and how it becomes the user of the node.
const DOCTOR: &str = "sudo -u ktr-node ktr-node --home /var/lib/ktr-node doctor";
const ROLLBACK: &str = "sudo -u ktr-node ktr-node --home /var/lib/ktr-node rollback";
const AS_ITS_USER: &str = "sudo -u ktr-node ";
/// The program that is another one.
const NEXT: &str = "ktr-node-next";
/// The sites in the order of the page: the witness first.
const NAMES: [&str; 4] = ["witness", "a", "b", "c"];
/// Heights from the choice of the last one to it: two transactions and what is typed for them take a quarter of them on a quiet machine.
const AHEAD: u64 = 45;
/// How the engine marks a vote for the block in a commit.
const SIGNED: u64 = 2;
