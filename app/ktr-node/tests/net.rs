//! One real node with a real CometBFT: it makes blocks, proves what it answers, and goes on after every kill.
//! Four nodes are the matter of the network's own tests.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod fault;
mod support;

use std::path::PathBuf;

use fault::admitted;
use ktr_core::{
    Command, Record,
    governance::{self, Subject, Upgrade},
    id::{Height, MemberId, ProposalId, Sha256},
    time::Secs,
};
use ktr_proof::{log, state};
use ktr_testkit::{number, wait};
use ktr_wire::{
    digest, record,
    recorded::Recorded,
    transaction::{self, Draft},
};
use support::{Answered, CHAIN_ID, ENGINE, Site, admitting, now};

const MEMBER: MemberId = MemberId([7; 16]);

/// County 1 admits the organisation that these tests ask for.
fn admission(site: &Site) -> Vec<u8> {
    admitting(&site.cast, 0, MEMBER)
}

/// Log size, log root and state root of the last operation, held against the header that carries them.
fn opened(site: &Site, answer: &Answered) -> (u64, Sha256, Sha256) {
    let (kind, data) = answer.ops.last().unwrap();
    assert_eq!(kind, "ktr:app-hash:1");
    assert_eq!(data.len(), 72);
    let leaves = u64::from_be_bytes(data[..8].try_into().unwrap());
    let log_root = Sha256::from_slice(&data[8..40]).unwrap();
    let state_root = Sha256::from_slice(&data[40..]).unwrap();
    let header = site.until("the next header carries the app hash", || {
        site.header_app_hash(answer.height + 1)
    });
    assert_eq!(header, digest::app_hash(leaves, &log_root, &state_root));
    (leaves, log_root, state_root)
}

/// One accepted transaction, calls in order, an engine with this genesis, a socket for nobody else.
fn is_seen_from_outside(site: &Site) {
    let figures = site.figures();
    assert!(
        figures.contains("ktr_tx_total{code=\"0\"} 1\n"),
        "{figures}"
    );
    assert!(
        figures.contains("ktr_grammar_breach_total 0\n"),
        "{figures}"
    );
    let examined = site.run(&["doctor"]);
    assert!(
        examined.contains("good       engine-genesis the engine keeps"),
        "{examined}"
    );
    assert!(
        examined.contains("good       socket         mode 600"),
        "{examined}"
    );
}

#[test]
fn a_transaction_gets_into_a_block_and_everything_about_it_is_proven() {
    // given a node that runs
    let mut site = Site::alone();
    site.start(1);
    // when
    let tx = admission(&site);
    assert_eq!(site.submit(&tx), 0);
    // then its place is known
    let hash = transaction::hash(&tx);
    let placed = site.until("the transaction is in a block", || {
        Some(site.query("/tx", &hash.0)).filter(|answer| answer.code == 0)
    });
    assert!(!placed.value.is_empty());
    // and its event is proven
    let event = site.query("/event", &1_u64.to_be_bytes());
    let recorded = Recorded::decode(&event.value).unwrap();
    assert_eq!(recorded.name(), "membership.admitted.v1");
    assert_eq!(recorded.tx_hash, Some(hash));
    let (leaves, log_root, _) = opened(&site, &event);
    let path = event.ops[0]
        .1
        .chunks(32)
        .map(|step| Sha256::from_slice(step).unwrap());
    let path: Vec<Sha256> = path.collect();
    log::verify(&log::leaf(&event.value), 1, &path, leaves, &log_root).unwrap();
    // and the member's record
    let answer = site.query("/state/member", &MEMBER.0);
    let (_, _, state_root) = opened(&site, &answer);
    let key = record::key_of("member", &MEMBER.0).unwrap();
    let proven = state::verify(key, Some(&answer.value), &answer.ops[0].1, &state_root).unwrap();
    assert!(matches!(proven, Some(Record::Member(member)) if member.id == MEMBER));
    // and the absence of another
    let answer = site.query("/state/member", &[8; 16]);
    let (_, _, state_root) = opened(&site, &answer);
    let key = record::key_of("member", &[8; 16]).unwrap();
    let proven = state::verify(key, None, &answer.ops[0].1, &state_root).unwrap();
    assert_eq!(proven, None);
    // and the node's own figures and the doctor know of it
    is_seen_from_outside(&site);
    // and a heartbeat changes no app hash
    let height = site.height().unwrap();
    let last = site.wait_above(height + 3);
    let of = |height| site.header_app_hash(height).unwrap();
    assert_eq!(of(height + 2), of(last));
    assert!(site.resident_mib() < 150, "{} MiB", site.resident_mib());
    assert_eq!(site.stop(), 0);
}

#[test]
fn a_chain_goes_on_after_every_kind_of_death() {
    // given a node with a member
    let mut site = Site::alone();
    site.start(1);
    assert_eq!(site.submit(&admission(&site)), 0);
    let admitted = |site: &Site| {
        site.until("the member is there", || {
            Some(site.query("/state/member", &MEMBER.0)).filter(|answer| !answer.value.is_empty())
        })
    };
    admitted(&site);
    // when node and engine die at once
    let height = site.height().unwrap();
    site.kill_both();
    site.start(height);
    // then the chain goes on with what it knew
    admitted(&site);
    // when the node alone dies, its engine follows and the next node waits for that
    let height = site.height().unwrap();
    site.kill_node();
    site.start(height);
    admitted(&site);
    // when the engine alone dies, the node ends with the engine's code
    let height = site.height().unwrap();
    site.kill_engine();
    assert_eq!(site.ended(), 12);
    site.start(height);
    assert!(site.run(&["status"]).contains("tolerates"));
    assert_eq!(site.stop(), 0);
    // when the engine's blocks are gone and the store is not, the node ends and says so
    site.wipe_engine();
    site.launch();
    assert_eq!(site.ended(), 11);
    assert!(site.log().contains("and the engine has no blocks"));
}

#[test]
fn a_call_that_cannot_say_no_ends_node_and_engine_with_its_code() {
    let mut site = Site::alone();
    let path = site.home().join("node.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace(CHAIN_ID, "ktr-net-2")).unwrap();
    site.launch();
    assert_eq!(site.ended(), 11);
    assert!(
        site.log()
            .contains("the engine's genesis is of chain ktr-net-1, the configuration names ktr-net-2; correct chain_id in node.toml, or run init with")
    );
    assert!(!site.home().join("engine.pid").exists());
}

#[test]
fn the_blocks_of_a_real_engine_execute_again_to_the_same_hashes() {
    // given a chain with a transaction
    let mut site = Site::alone();
    site.start(1);
    let tx = admission(&site);
    assert_eq!(site.submit(&tx), 0);
    let placed = site.until("the transaction is in a block", || {
        Some(site.query("/tx", &transaction::hash(&tx).0)).filter(|answer| answer.code == 0)
    });
    let last = site.wait_above(placed.height + 2);
    // when
    let said = site.replayed(last);
    // then
    assert!(
        said.starts_with(&format!(
            "{last} blocks, 1 transactions, every header agrees, and so does this node's store for the last block;"
        )),
        "{said}"
    );
}

#[test]
fn a_node_goes_one_height_back_and_on_again() {
    // given a chain with a transaction in its last blocks
    let mut site = Site::alone();
    site.start(2);
    assert_eq!(site.submit(&admission(&site)), 0);
    site.until("the member is there", || {
        Some(site.query("/state/member", &MEMBER.0)).filter(|answer| !answer.value.is_empty())
    });
    assert_eq!(site.stop(), 0);
    // when engine and store go back
    let said = site.run(&["rollback"]);
    assert!(
        said.starts_with("engine and store are at height "),
        "{said}"
    );
    let height: u64 = said.split([' ', ',']).nth(6).unwrap().parse().unwrap();
    // then the next start executes the block again, and the chain goes on with what it knew
    site.start(height + 1);
    let answer = site.query("/state/member", &MEMBER.0);
    assert!(!answer.value.is_empty());
    assert_eq!(site.stop(), 0);
}

/// What systemd makes of the unit, seen at a process and in its place: whose it is, what it may ask the kernel for, where root could write.
fn is_within_walls(site: &Site, process: &str) {
    let status = site
        .machine()
        .run("cat", &[&format!("/proc/{process}/status")]);
    for wall in [
        "Uid:\t4711\t4711\t4711\t4711",
        "Umask:\t0077",
        "CapBnd:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
    ] {
        assert!(status.lines().any(|line| line == wall), "{wall}: {status}");
    }
    let tries = "for place in /usr /etc /var/lib /tmp /var/lib/ktr-node; do
            touch $place/tried 2> /dev/null && rm $place/tried && echo $place
        done
        ls -A /home /root /tmp";
    let within = ["--target", process, "--mount", "sh", "-c", tries];
    let seen = site.machine().run("nsenter", &within);
    // The homes of others are empty, and so is what everybody's /tmp holds.
    assert_eq!(seen, "/tmp\n/var/lib/ktr-node\n/home:\n\n/root:\n\n/tmp:\n");
}

#[test]
fn a_node_and_its_engine_live_within_the_walls_of_the_shipped_unit() {
    // given a site whose init is systemd
    let Some(mut site) = Site::under_unit() else {
        return;
    };
    let before = site.machine().names();
    // when its unit is started
    site.start(1);
    assert_eq!(site.machine().exit(), None);
    // then a transaction gets into a block
    assert_eq!(site.submit(&admission(&site)), 0);
    site.until("the member is there", || {
        Some(site.query("/state/member", &MEMBER.0)).filter(|answer| !answer.value.is_empty())
    });
    // and node and engine are both closed in
    let engine = std::fs::read_to_string(site.home().join("engine.pid")).unwrap();
    for process in [&site.machine().main_process(), &engine] {
        is_within_walls(&site, process);
    }
    // and its user's doctor sees through them
    let examined = site.machine().told(&["doctor"]);
    for finding in [
        "good       socket         mode 600",
        "good       ports          held by the running node",
        "good       engine-genesis the engine keeps",
    ] {
        assert!(examined.contains(finding), "{examined}");
    }
    // and a stop leaves what alarms read, and nothing else anywhere
    assert_eq!(site.stop(), 0);
    let left = ["root/run/ktr-node", "root/run/ktr-node/exit.prom"].map(PathBuf::from);
    let more = || -> Vec<PathBuf> {
        let names = site.machine().names();
        names.difference(&before).cloned().collect()
    };
    // systemd takes the private /tmp away after the unit has ended.
    wait::seen(60, || (more() == left).then_some(()));
    assert_eq!(more(), left);
}

#[test]
fn a_call_that_the_unit_forbids_ends_the_node_and_the_figure_of_its_exit_says_so() {
    // given a unit that forbids a call that the node makes, and that is not started again
    let Some(mut site) = Site::under_unit() else {
        return;
    };
    site.machine()
        .amend("[Service]\nSystemCallFilter=~listen\nRestart=no\n");
    // when
    site.launch();
    // then the kernel ends it before there is an engine
    let exit = site.until("the unit ends", || site.machine().exit());
    assert_eq!(exit, -1);
    assert!(!site.home().join("engine.pid").exists());
}

/// A command of a county that the net tests' only site takes.
fn governed(site: &Site, county: usize, nonce: u8, command: governance::Command) -> Vec<u8> {
    let at = now();
    let draft = Draft {
        chain_id: CHAIN_ID.to_owned(),
        nonce: ktr_core::id::Nonce([nonce; 16]),
        expires_at: at.plus(Secs(3_600)),
        command: Command::Governance(command),
        proposal: None,
        key_proof: Vec::new(),
    };
    site.cast.counties[county].sign(&draft, at)
}

#[test]
fn the_height_of_an_upgrade_is_the_last_one_and_the_node_exits_10_whenever_it_is_started() {
    // given two counties that resolve to end this version soon
    let mut site = Site::alone();
    site.start(1);
    let last = Height(site.height().unwrap() + 6);
    let subject = Subject::Upgrade(Upgrade {
        app_version: 2,
        height: last,
    });
    let digest = digest::proposal(CHAIN_ID, &subject);
    let propose = governance::Command::Propose {
        proposal: ProposalId(1),
        subject,
        digest,
        until: now().plus(Secs(3_600)),
    };
    let approve = governance::Command::Approve {
        proposal: ProposalId(1),
        digest,
    };
    assert_eq!(site.submit(&governed(&site, 0, 21, propose)), 0);
    site.until("the proposal stands", || {
        let answer = site.query("/state/proposal", &1_u32.to_be_bytes());
        Some(()).filter(|()| !answer.value.is_empty())
    });
    assert_eq!(site.submit(&governed(&site, 1, 22, approve)), 0);
    // then it stops by itself, engine and all, and says which version goes on
    assert_eq!(site.ended(), 10);
    assert!(!site.home().join("engine.pid").exists());
    assert!(
        site.log().contains(&format!("height {}", last.0)),
        "{}",
        site.log()
    );
    // and a start of the same version makes no block more: its engine, whose lines have a field of this name, is not even started
    let before = site.log().len();
    site.launch();
    assert_eq!(site.ended(), 10);
    let said = site.log().split_off(before);
    assert!(!said.contains("\"_msg\""), "{said}");
}

/// Every figure of the engine that the shipped alarms and the dashboard take for granted.
fn shows_what_alarms_ask_for(site: &Site) {
    let figures = site.engine_figures();
    for name in ENGINE {
        let mut lines = figures.lines().filter(|line| !line.starts_with('#'));
        let shown = lines.any(|line| line.split(['{', ' ']).next() == Some(name));
        assert!(shown, "the engine shows no {name}: {figures}");
    }
}

/// Two engines that answer agree, and so does a folder whose node ended with one of them.
fn say_that_nothing_differs(sites: &mut [Site]) {
    assert_eq!(sites[3].stop(), 0);
    let folder = sites[3].home();
    let (one, other) = (sites[0].rpc.address(), sites[1].rpc.address());
    for first in [other, folder.to_str().unwrap()] {
        let said = sites[0].run(&["diff", first, one]);
        assert!(said.ends_with(": nothing differs\n"), "{said}");
    }
}

/// Kills a site, lets the others put a transaction into a block, and brings it back to the same chain.
fn go_on_without(sites: &mut [Site], lost: usize) {
    // given a site that is down
    let height = Site::highest(sites);
    sites[lost].kill_both();
    // then a transaction gets into a block all the same
    let [first, second] = [1, 2].map(|after| (lost + after) % sites.len());
    let member = MemberId([u8::try_from(lost).unwrap() + 1; 16]);
    let tx = admitting(&sites[first].cast, 0, member);
    assert_eq!(sites[second].submit(&tx), 0);
    let hash = transaction::hash(&tx);
    let placed = |site: &Site| {
        site.until("the transaction is in a block", || {
            Some(site.query("/tx", &hash.0)).filter(|answer| answer.code == 0)
        })
    };
    let value = placed(&sites[first]).value;
    // and the site that comes back has the same chain
    sites[lost].start(height);
    assert_eq!(placed(&sites[lost]).value, value);
}

#[test]
fn four_sites_go_on_without_any_one_of_them() {
    // given three counties and the witness
    let mut sites = Site::four();
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(2);
    // when each of them is down once
    for lost in 0..sites.len() {
        go_on_without(&mut sites, lost);
    }
    // then all have one chain
    let height = Site::highest(&sites);
    let hashes = sites.iter().map(|site| {
        site.wait_above(height);
        site.header_app_hash(height).unwrap()
    });
    let hashes: Vec<Sha256> = hashes.collect();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    // and shows every figure; the one of refused transactions comes with the first of them
    assert_ne!(sites[0].submit(b"no transaction"), 0);
    shows_what_alarms_ask_for(&sites[0]);
    for site in &sites {
        assert!(site.resident_mib() < 150, "{} MiB", site.resident_mib());
    }
    say_that_nothing_differs(&mut sites);
    for site in &mut sites[..3] {
        assert_eq!(site.stop(), 0);
    }
}

#[test]
fn three_equal_counties_halt_without_one_of_them_and_go_on_when_it_is_back() {
    // given a network that tolerates nobody's absence
    let mut sites = Site::strict_three();
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(2);
    let words = "tolerates 0: halts when one site is down";
    assert!(sites[0].run(&["status"]).contains(words));
    // when a county is down and the others have voted all they can
    sites[2].kill_both();
    let tx = admission(&sites[0]);
    assert_eq!(sites[0].submit(&tx), 0);
    let halted = sites[0].until("two of three have voted and wait", || {
        let (step, votes) = sites[0].rpc.waits_at()?;
        let (other, seen) = sites[1].rpc.waits_at()?;
        let all = votes.contains(" 200/300") && seen.contains(" 200/300");
        (all && step == other).then(|| sites[0].height())?
    });
    // then there is no block with it
    let hash = transaction::hash(&tx);
    assert_ne!(sites[1].query("/tx", &hash.0).code, 0);
    assert_eq!(sites[0].height(), Some(halted));
    // and when the county is back, the chain goes on with it
    sites[2].start(halted);
    sites[0].until("the transaction is in a block", || {
        Some(sites[2].query("/tx", &hash.0)).filter(|answer| answer.code == 0)
    });
    for site in &mut sites {
        assert_eq!(site.stop(), 0);
    }
}

/// Four sites that make snapshots, with a transaction before one of them; gives the height of a snapshot that has so many chunks.
fn with_snapshots(sites: &mut [Site], chunks: usize) -> u64 {
    // One of several chunks has to be there still when all of it is fetched.
    let every = if chunks > 1 { 24 } else { 4 };
    for site in &mut *sites {
        site.take_snapshots(every);
        site.launch();
    }
    sites[0].wait_above(1);
    assert_eq!(sites[0].submit(&admission(&sites[0])), 0);
    let mut first = sites[0].until("the member is there", || {
        let answer = sites[0].query("/state/member", &MEMBER.0);
        Some(answer.height).filter(|_| !answer.value.is_empty())
    });
    let mut more = 0;
    loop {
        // The next snapshot has it, and needs two headers more.
        let height = (first / every + 1) * every;
        sites[0].wait_above(height + 2);
        let made = sites[0].until("the snapshot is there", || {
            Some(sites[0].snapshot_chunks(height)).filter(|made| *made > 0)
        });
        if made >= chunks {
            return height;
        }
        admitted(sites, more, MORE_MEMBERS);
        more += MORE_MEMBERS;
        first = sites[0].height().unwrap();
    }
}

#[test]
fn a_fresh_site_joins_from_a_snapshot_and_nothing_differs() {
    // given a chain with a snapshot
    let mut sites = Site::four();
    let chunks = usize::try_from(number("KTR_JOIN_CHUNKS", 1)).unwrap();
    let height = with_snapshots(&mut sites, chunks);
    eprintln!("a snapshot of {} chunks", sites[0].snapshot_chunks(height));
    // when a site joins that trusts one header
    let hash = sites[1].rpc.block_hash(1).unwrap();
    let mut fresh = Site::joining(&sites, 1, &hash);
    fresh.launch();
    wait::until("a block after the snapshot", JOINED_SECS, || {
        fresh.height().filter(|now| *now > height)
    });
    // then it began with the snapshot, and has no history before
    let status = fresh.run(&["-o", "json", "status"]);
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let from = status["history_from"].as_u64().unwrap();
    assert!(from >= height && from.is_multiple_of(4), "{status}");
    assert!(!fresh.query("/state/member", &MEMBER.0).value.is_empty());
    // and goes on with the others
    let last = fresh.wait_above(from + 3);
    let hashes = [&fresh, &sites[0]].map(|site| {
        site.wait_above(last);
        site.header_app_hash(last).unwrap()
    });
    assert_eq!(hashes[0], hashes[1]);
    let said = fresh.run(&["diff", fresh.rpc.address(), sites[0].rpc.address()]);
    assert!(said.ends_with(": nothing differs\n"), "{said}");
    // and its engine called in order, and its folder is as it should be
    let figures = fresh.figures();
    assert!(
        figures.contains("ktr_grammar_breach_total 0\n"),
        "{figures}"
    );
    assert_eq!(fresh.stop(), 0);
    // and a restart is one as any other
    fresh.start(last);
    assert_eq!(fresh.stop(), 0);
    for site in &mut sites {
        assert_eq!(site.stop(), 0);
    }
}

/// Organisations that each county admits at once, to make a snapshot larger: about 7 MiB of it by all three.
const MORE_MEMBERS: u64 = 4_000;

/// Within which a site joins. An unoptimised build makes the state tree of a hundred thousand records for some time.
const JOINED_SECS: u64 = 600;
