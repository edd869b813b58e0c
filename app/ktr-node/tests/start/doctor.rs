//! Sentences about `ktr-node doctor` and the key guard: what is wrecked is named, and nothing else is.
//! Engines here are scripts, and other counties are `county.rs`.

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::Path,
    process::Command,
};

use ktr_abci::contract::Peer;
use ktr_core::time::{Secs, Time};
use ktr_node::{
    doctor::examine,
    engine::{Document, Lock},
};
use ktr_os::Verdict;
use ktr_testkit::Cast;
use serde_json::Value;

use crate::{
    county::County,
    engine::{Node, block, block_signed_by, commit, finalized, init_chain},
    folder::{CHAIN_ID, Folder, RIGHT, START, STAYS},
    running::said,
    touched::another,
};

/// What the doctor says, as (check, verdict, words), and its exit code.
pub(crate) fn examined(folder: &Folder) -> (i32, Vec<(String, String, String)>) {
    let (code, said) = folder.answer(&["doctor", "--output", "json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    let findings = said
        .get("findings")
        .and_then(Value::as_array)
        .unwrap()
        .iter();
    let word = |found: &Value, name: &str| found.get(name).unwrap().as_str().unwrap().to_owned();
    let findings = findings.map(|found| {
        (
            word(found, "check"),
            word(found, "verdict"),
            word(found, "says"),
        )
    });
    (code, findings.collect())
}

/// The address of this node's validator, as the engine writes it.
fn address_of(folder: &Folder) -> String {
    let text = fs::read(folder.home().validator_key()).unwrap();
    let key: Value = serde_json::from_slice(&text).unwrap();
    key.get("address").unwrap().as_str().unwrap().to_owned()
}

/// Runs the chain to a block that carries a signature of this validator; the test has no engine's key, so the state file does not know it.
fn sign_in_a_block(folder: &Folder) {
    folder.engine_says(STAYS);
    fs::create_dir_all(folder.home().block_store()).unwrap();
    let (mut node, mut engine) = Node::start(folder);
    init_chain(&mut engine, &Cast::new(START));
    for call in [block(1, &[]), block_signed_by(&address_of(folder), 2)] {
        finalized(engine.call(call).unwrap());
        commit(&mut engine);
    }
    node.terminate();
    assert_eq!(node.ended().code(), Some(0));
    folder.engine_says(RIGHT);
}

pub(crate) fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_sound_folder_has_nothing_wrong() {
    let folder = Folder::made(RIGHT);
    let (code, findings) = examined(&folder);
    assert_eq!(code, 0, "{findings:#?}");
    let wrong = findings.iter().filter(|(_, verdict, _)| verdict == "wrong");
    assert_eq!(wrong.count(), 0, "{findings:#?}");
    // and nothing was changed
    assert!(!folder.home().store().exists());
    assert!(!folder.home().lock().exists());
    // and text says the same, the worst first
    let (code, text) = folder.answer(&["doctor"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(text.lines().count(), findings.len());
    assert!(text.starts_with("weak       "), "{text}");
}

#[test]
fn all_checks_are_made_in_their_order_and_each_has_its_line_in_the_book() {
    let folder = Folder::made(RIGHT);
    let found = examine(&folder.home(), || START);
    let made: Vec<&str> = found.iter().map(|found| found.check).collect();
    assert_eq!(made, CHECKS);
    for check in CHECKS {
        assert!(PAGE.contains(&format!("\n| `{check}` | ")), "{check}");
    }
}

#[test]
fn a_key_of_the_network_that_ends_in_less_than_sixty_days_is_weak() {
    let folder = Folder::made(RIGHT);
    // All keys of this genesis live for a thousand days.
    let after = |days: u64, second: u64| {
        let now = Time(1_800_000_000 + days * 86_400 + second);
        let findings = examine(&folder.home(), || now);
        let mut findings = findings.into_iter();
        findings.find(|found| found.check == "role-keys").unwrap()
    };
    let (good, weak) = (after(940, 0), after(940, 1));
    assert_eq!((good.verdict, weak.verdict), (Verdict::Good, Verdict::Weak));
    assert!(good.says.ends_with("in 60 days"), "{}", good.says);
    assert!(weak.says.ends_with("in 59 days"), "{}", weak.says);
}

/// All checks, in their order; in a sound folder each has one line to say.
const CHECKS: [&str; 17] = [
    "settings",
    "config",
    "sample",
    "exposed",
    "genesis",
    "version",
    "key",
    "store",
    "faults",
    "role-keys",
    "disk",
    "socket",
    "signatures",
    "ports",
    "engine-genesis",
    "peers",
    "clock",
];

/// The page with the table of checks.
const PAGE: &str = include_str!("../../../../docs/src/operating/node.md");

/// What is done to a folder, which check must name it, and with which words.
type Wreck = (&'static str, fn(&Folder), &'static str, &'static str);

const WRECKS: [Wreck; 27] = [
    (
        "no node.toml",
        |folder| {
            fs::remove_file(folder.home().settings()).unwrap();
        },
        "settings",
        "node.toml: No such file",
    ),
    (
        "a value of node.toml that says nothing",
        |folder| folder.set("heartbeat", "soon"),
        "settings",
        "heartbeat is not a whole number",
    ),
    (
        "a key of node.toml that nobody knows",
        |folder| {
            replace(&folder.home().settings(), "chain_id", "more = 1\nchain_id");
        },
        "settings",
        "more",
    ),
    (
        "a line of config.toml that was changed",
        |folder| {
            replace(
                &folder.home().engine_config(),
                "recheck = true",
                "recheck = false",
            );
        },
        "config",
        "mempool.recheck is false, must be true",
    ),
    (
        "a line of config.toml that was taken out",
        |folder| {
            replace(
                &folder.home().engine_config(),
                "double_sign_check_height = 0\n",
                "",
            );
        },
        "config",
        "consensus.double_sign_check_height is missing, must be 0",
    ),
    (
        "a config.toml that is none",
        |folder| {
            fs::write(folder.home().engine_config(), "none").unwrap();
        },
        "config",
        "config.toml of the engine is missing or no TOML",
    ),
    (
        "no genesis",
        |folder| {
            fs::remove_file(folder.home().genesis()).unwrap();
        },
        "genesis",
        "genesis.json: No such file",
    ),
    (
        "a genesis that was edited",
        |folder| {
            replace(&folder.home().genesis(), "\"1048576\"", "\"-1\"");
        },
        "genesis",
        "consensus_params is not what a chain of the Relay has",
    ),
    (
        "a genesis of another chain",
        |folder| {
            replace(&folder.home().genesis(), "ktr-start-1", "ktr-start-2");
        },
        "genesis",
        "genesis.json is of chain ktr-start-2, chain_id in node.toml is ktr-start-1",
    ),
    (
        "a genesis that is sound and not the one of init",
        |folder| {
            fs::write(folder.home().genesis(), another().text().unwrap()).unwrap();
        },
        "genesis",
        "genesis.json is another than this folder was made with",
    ),
    (
        "a digest of the genesis that is none",
        |folder| {
            fs::write(folder.home().genesis_digest(), "00\n").unwrap();
        },
        "genesis",
        "genesis.digest holds no digest",
    ),
    (
        "no engine",
        |folder| {
            fs::remove_file(folder.engine()).unwrap();
        },
        "version",
        "cannot be run: No such file",
    ),
    (
        "an engine that is none",
        |folder| {
            folder.engine_says("echo hello");
        },
        "version",
        "does not say its version",
    ),
    (
        "an engine of another version",
        |folder| {
            folder.engine_says("echo 0.37.4");
        },
        "version",
        "is version 0.37.4, the Relay runs 0.38.25",
    ),
    (
        "no key of the node",
        |folder| {
            fs::remove_file(folder.home().node_key()).unwrap();
        },
        "key",
        "node_key.json: No such file",
    ),
    (
        "a key that is none",
        |folder| {
            fs::write(folder.home().validator_key(), "{}").unwrap();
        },
        "key",
        "priv_validator_key.json is no Ed25519 key file of the engine",
    ),
    (
        "a key that others can read",
        |folder| {
            let open = fs::Permissions::from_mode(0o644);
            fs::set_permissions(folder.home().validator_key(), open).unwrap();
        },
        "key",
        "can be read by others: its mode must be 0600",
    ),
    (
        "a validator that forgot what it signed",
        |folder| {
            fs::create_dir(folder.home().block_store()).unwrap();
            fs::remove_file(folder.home().validator_state()).unwrap();
        },
        "key",
        "priv_validator_state.json is missing beside a block store",
    ),
    (
        "a state file that says nothing",
        |folder| {
            fs::write(folder.home().validator_state(), "{}").unwrap();
        },
        "signatures",
        "does not say what the validator signed last",
    ),
    (
        "an engine whose blocks are gone beside a store",
        |folder| {
            sign_in_a_block(folder);
            replace(&folder.home().validator_state(), "\"0\"", "\"1\"");
            fs::remove_dir_all(folder.home().block_store()).unwrap();
        },
        "store",
        "the store is at height 2 and the engine has no blocks",
    ),
    (
        "a store that is none",
        |folder| {
            fs::create_dir(folder.home().store()).unwrap();
            fs::write(folder.home().store().join("CURRENT"), "garbage").unwrap();
        },
        "store",
        "the store's disk failed (",
    ),
    (
        "a file in the way of the socket",
        |folder| {
            fs::write(folder.home().path().join("abci.sock"), "mine").unwrap();
        },
        "socket",
        "abci_socket names a file that is no socket",
    ),
    (
        "a socket that is open to others",
        |folder| {
            let socket = folder.home().path().join("abci.sock");
            drop(UnixListener::bind(&socket).unwrap());
            fs::set_permissions(&socket, fs::Permissions::from_mode(0o660)).unwrap();
        },
        "socket",
        "the socket's mode is 660, must be 600",
    ),
    (
        "a clock that is far off",
        |folder| {
            let county = County {
                date: "Sat, 01 Jan 2000 00:00:00 GMT".to_owned(),
                ..County::honest()
            };
            folder.beside(|address| county.serve(address));
        },
        "clock",
        " s from another county's",
    ),
    (
        "a key that lives elsewhere",
        |folder| {
            let county = County {
                validator: address_of(folder),
                ..County::honest()
            };
            folder.beside(|address| county.serve(address));
        },
        "signatures",
        "number 1 of guard_rpc runs with this validator's key",
    ),
    (
        "a state file older than the chain's signatures",
        |folder| {
            let signed = Some((433, address_of(folder)));
            folder.beside(|address| {
                County {
                    signed,
                    ..County::honest()
                }
                .serve(address);
            });
        },
        "signatures",
        "block 433 carries a signature of this validator's key and its state file knows 0",
    ),
    (
        "a state file older than the blocks beside it, and nobody to ask",
        sign_in_a_block,
        "signatures",
        "block 1 carries a signature of this validator's key and its state file knows 0",
    ),
];

#[test]
fn every_wreck_is_named_and_nothing_else_is() {
    for (what, wreck, check, words) in WRECKS {
        let folder = Folder::made(RIGHT);
        wreck(&folder);
        let (code, findings) = examined(&folder);
        assert_eq!(code, 1, "{what}: {findings:#?}");
        let wrong: Vec<_> = findings
            .iter()
            .filter(|(_, verdict, _)| verdict == "wrong")
            .collect();
        assert!(
            wrong
                .iter()
                .all(|(named, _, said)| named == check && said.contains(words))
                && wrong.len() == 1,
            "{what}: {findings:#?}"
        );
    }
}

#[test]
fn a_socket_with_too_long_a_path_and_an_address_of_another_machine_are_named_beside_config_toml() {
    let elsewhere = || "192.0.2.1:26657".to_owned();
    for (key, value, (check, wanted), words) in [
        (
            "abci_socket",
            "s".repeat(120),
            ("socket", "wrong"),
            "choose a shorter home or abci_socket",
        ),
        (
            "rpc_laddr",
            elsewhere(),
            ("ports", "wrong"),
            "cannot be listened on",
        ),
        (
            "rpc_laddr",
            elsewhere(),
            ("exposed", "weak"),
            "rpc_laddr in node.toml listens beyond this machine",
        ),
    ] {
        let folder = Folder::made(RIGHT);
        folder.set(key, &value);
        let (verdict, says) = said(&examined(&folder).1, check);
        assert!(verdict == wanted && says.contains(words), "{check}: {says}");
    }
}

#[test]
fn a_foreign_line_of_config_toml_and_a_site_without_peers_are_weak() {
    let folder = Folder::made(RIGHT);
    let path = folder.home().engine_config();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("more = 1\n{text}")).unwrap();
    let (code, findings) = examined(&folder);
    assert_eq!(code, 0, "{findings:#?}");
    for (check, words) in [
        ("config", "more is none of the node's lines"),
        ("peers", "persistent_peers in node.toml names nobody"),
    ] {
        let (verdict, says) = said(&findings, check);
        assert!(verdict == "weak" && says.starts_with(words), "{says}");
    }
}

#[test]
fn a_network_on_one_machine_is_told_what_is_weaker_than_the_sample_and_nothing_is_wrong() {
    let folder = Folder::made(RIGHT);
    let genesis = fs::read_to_string(folder.home().genesis()).unwrap();
    let made = folder.init(&genesis, &["--localnet"]);
    assert_eq!(made, (0, String::new()));
    let (code, findings) = examined(&folder);
    assert_eq!(code, 0, "{findings:#?}");
    let samples = findings.iter().filter(|(check, ..)| check == "sample");
    let samples: Vec<_> = samples.collect();
    assert_eq!(samples.len(), 2, "{findings:#?}");
    for ((_, verdict, says), key) in samples.iter().zip(["heartbeat", "allow_duplicate_ip"]) {
        let words = format!("in node.toml {key} (");
        assert!(verdict == "weak" && says.starts_with(&words), "{says}");
    }
}

#[test]
fn who_validates_and_how_long_keys_last_is_unverified_without_store_and_genesis() {
    let folder = Folder::made(RIGHT);
    fs::remove_file(folder.home().genesis()).unwrap();
    let (_, findings) = examined(&folder);
    for check in ["faults", "role-keys"] {
        let (verdict, says) = said(&findings, check);
        assert_eq!(verdict, "unverified", "{check}: {says}");
    }
}

#[test]
fn a_clock_is_weak_above_two_seconds_and_wrong_above_five() {
    let folder = Folder::made(RIGHT);
    // given a county whose clock shows the beginning of the first term
    folder.beside(|address| {
        County {
            date: "Fri, 15 Jan 2027 08:00:00 GMT".to_owned(),
            ..County::honest()
        }
        .serve(address);
    });
    let ahead_by = |secs: u64| {
        let findings = examine(&folder.home(), || START.plus(Secs(secs)));
        let mut findings = findings.into_iter();
        let clock = findings.find(|found| found.check == "clock");
        clock.unwrap().verdict
    };
    assert_eq!(
        [2, 3, 5, 6].map(ahead_by),
        [Verdict::Good, Verdict::Weak, Verdict::Weak, Verdict::Wrong]
    );
}

#[test]
fn a_county_that_leaves_a_height_without_an_answer_is_named_while_the_guard_asks_on() {
    // given a county that has no answer for one height, and a later signature below it
    let folder = Folder::made(RIGHT);
    let signed = Some((433, address_of(&folder)));
    folder.beside(|address| {
        County {
            signed,
            silent: vec![440],
            ..County::honest()
        }
        .serve(address);
    });
    // when
    let status = folder.launch().wait().unwrap();
    // then the log has it, with how many are left
    let log = folder.log();
    let said: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("left a height without an answer; the key guard asks on"))
        .collect();
    assert_eq!(said.len(), 1, "{log}");
    for field in ["\"county\":1", "\"height\":440", "\"left\":39"] {
        assert!(said.concat().contains(field), "{said:?}");
    }
    // and what lies below was still found
    assert_eq!(status.code(), Some(13), "{log}");
}

#[test]
fn a_county_that_leaves_three_heights_without_an_answer_is_asked_no_further() {
    // given a county that knows a later signature, below heights for which it has no answer
    for (silent, ends_with) in [(vec![499, 500], 13), (vec![498, 499, 500], 12)] {
        let folder = Folder::made(RIGHT);
        let signed = Some((433, address_of(&folder)));
        folder.beside(|address| {
            County {
                signed,
                silent,
                ..County::honest()
            }
            .serve(address);
        });
        // when, then it is found behind two of them; behind three the engine is started
        let (code, said) = folder.start();
        assert_eq!(code, ends_with, "{said}");
        assert_eq!(folder.engine_started(), code == 12);
    }
}

#[test]
fn a_set_that_tolerates_nobody_is_weak() {
    let word = |folder: &Folder| {
        let (code, findings) = examined(folder);
        assert_eq!(code, 0, "{findings:#?}");
        let mut faults = findings.into_iter().filter(|(named, ..)| named == "faults");
        let (_, verdict, says) = faults.next().unwrap();
        (verdict, says)
    };
    let folder = Folder::made(RIGHT);
    let (verdict, says) = word(&folder);
    assert_eq!(verdict, "good");
    assert_eq!(says, "4 validators, tolerates 1");
    // when the witness is left out
    let mut genesis = Cast::new(START).genesis();
    genesis.validators.truncate(3);
    let document = Document::new(CHAIN_ID, START, &genesis).unwrap();
    fs::write(folder.home().genesis(), document.text().unwrap()).unwrap();
    fs::remove_file(folder.home().genesis_digest()).unwrap();
    // then
    let (verdict, says) = word(&folder);
    assert_eq!(verdict, "weak");
    let wanted = "3 validators, tolerates 0: halts when one site is down";
    assert_eq!(says, wanted);
}

#[test]
fn a_taken_port_is_named_by_the_doctor_too() {
    let folder = Folder::made(RIGHT);
    let _other = TcpListener::bind(folder.spare()).unwrap();
    folder.set("rpc_laddr", folder.spare());
    let (code, findings) = examined(&folder);
    assert_eq!(code, 1);
    assert!(
        findings
            .iter()
            .any(|(check, verdict, says)| check == "ports"
                && verdict == "wrong"
                && says.starts_with("rpc_laddr: port ")),
        "{findings:#?}"
    );
}

#[test]
fn a_start_ends_with_the_guard_s_code_before_the_engine_if_the_key_signs_elsewhere() {
    // given a county that knows a later signature
    let folder = Folder::made(RIGHT);
    let signed = Some((500, address_of(&folder)));
    folder.beside(|address| {
        County {
            signed,
            ..County::honest()
        }
        .serve(address);
    });
    // when, then
    let (code, said) = folder.start();
    assert_eq!(code, 13, "{said}");
    assert!(
        said.contains("block 500 carries a signature of this validator's key"),
        "{said}"
    );
    assert!(!folder.engine_started());
    // and a state file that knows the signature lets it start
    replace(&folder.home().validator_state(), "\"0\"", "\"500\"");
    assert_eq!(folder.start().0, 12);
    assert!(folder.engine_started());
}

#[test]
fn a_start_beside_blocks_with_a_later_signature_ends_with_the_guard_s_code_and_asks_nobody() {
    // given a state file of another day beside these blocks, and no county in guard_rpc
    let folder = Folder::made(RIGHT);
    sign_in_a_block(&folder);
    // when, then
    let (code, said) = folder.start();
    assert_eq!(code, 13, "{said}");
    let words = "block 1 carries a signature of this validator's key and its state file knows 0";
    assert!(said.contains(words), "{said}");
    assert!(!folder.engine_started());
    // and the state file that knows the signature lets it start
    replace(&folder.home().validator_state(), "\"0\"", "\"1\"");
    assert_eq!(folder.start().0, 12);
    assert!(folder.engine_started());
}

#[test]
fn a_clock_that_agrees_is_good() {
    let folder = Folder::made(RIGHT);
    let said = Command::new("date")
        .env("LC_ALL", "C")
        .args(["-u", "+%a, %d %b %Y %H:%M:%S GMT"])
        .output();
    let date = String::from_utf8(said.unwrap().stdout)
        .unwrap()
        .trim()
        .to_owned();
    folder.beside(|address| {
        County {
            date,
            ..County::honest()
        }
        .serve(address);
    });
    let (_, findings) = examined(&folder);
    let clock = findings
        .iter()
        .find(|(check, ..)| check == "clock")
        .unwrap();
    assert_eq!(clock.1, "good", "{clock:?}");
}

/// The doctor's word about signatures where one county answers.
fn signatures_by(county: County) -> (String, String) {
    let folder = Folder::made(RIGHT);
    folder.beside(|address| county.serve(address));
    let (_, findings) = examined(&folder);
    let mut signatures = findings
        .into_iter()
        .filter(|(named, ..)| named == "signatures");
    let (_, verdict, says) = signatures.next().unwrap();
    (verdict, says)
}

#[test]
fn a_height_that_nobody_answered_is_unknown_and_not_good() {
    let without = |height| County {
        silent: vec![height],
        ..County::honest()
    };
    for height in [401, 450, 500] {
        let (verdict, says) = signatures_by(without(height));
        assert_eq!(verdict, "unverified", "{height}: {says}");
    }
    // one before the last hundred is not asked for
    let (verdict, says) = signatures_by(without(400));
    assert_eq!(verdict, "good", "{says}");
}

#[test]
fn a_county_that_is_behind_or_on_another_chain_knows_nothing_of_our_signatures() {
    for (what, county) in [
        (
            "no block yet",
            County {
                height: 0,
                ..County::honest()
            },
        ),
        (
            "catching up",
            County {
                catches_up: true,
                ..County::honest()
            },
        ),
        (
            "another chain",
            County {
                network: "ktr-start-2",
                ..County::honest()
            },
        ),
    ] {
        let (verdict, says) = signatures_by(county);
        assert_eq!(verdict, "unverified", "{what}: {says}");
    }
}

#[test]
fn the_doctor_makes_no_lock_and_sees_who_holds_it() {
    let folder = Folder::made(RIGHT);
    let word = |folder: &Folder| {
        let (_, findings) = examined(folder);
        let mut ports = findings.into_iter().filter(|(named, ..)| named == "ports");
        ports.next().unwrap().2
    };
    assert_eq!(word(&folder), "free");
    assert!(!folder.home().lock().exists());
    let held = Lock::take(&folder.home()).unwrap();
    assert_eq!(word(&folder), "held by the running node");
    drop(held);
    assert_eq!(word(&folder), "free");
}
