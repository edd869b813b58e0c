//! Sentences about single checks, without a program around them.
//! That all of them are made, and what they say of a folder of `init`, is shown beside the program (`tests/start`).

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
};

use ktr_os::Verdict;
use tendermint_abci::Application;

use super::{folder, sample};
use crate::{engine, home::Home, settings::Settings, stage::Stage, store::Store};

#[test]
fn an_address_is_exposed_unless_it_is_loopback_or_localhost() {
    for (host, verdict) in [
        ("127.0.0.1", Verdict::Good),
        ("127.3.2.1", Verdict::Good),
        ("localhost", Verdict::Good),
        ("[::1]", Verdict::Good),
        ("[::ffff:127.0.0.1]", Verdict::Good),
        ("0.0.0.0", Verdict::Weak),
        ("[::]", Verdict::Weak),
        ("192.0.2.10", Verdict::Weak),
        ("[2001:db8::1]", Verdict::Weak),
        ("county.example", Verdict::Weak),
    ] {
        let settings = Settings {
            rpc_laddr: format!("{host}:26657"),
            ..Settings::new(CHAIN_ID)
        };
        settings.check().unwrap();
        let found = folder::exposed(&settings);
        let verdicts: Vec<Verdict> = found.iter().map(|found| found.verdict).collect();
        assert_eq!(verdicts, [verdict], "{host}");
    }
}

#[test]
fn each_exposed_address_is_named_by_its_key_and_an_empty_one_is_none() {
    let anywhere = "0.0.0.0:1".to_owned();
    let open = Settings {
        rpc_laddr: anywhere.clone(),
        metrics_laddr: anywhere.clone(),
        node_metrics_laddr: anywhere,
        ..Settings::new(CHAIN_ID)
    };
    let says: Vec<String> = folder::exposed(&open)
        .into_iter()
        .map(|found| found.says)
        .collect();
    let wanted = ["rpc_laddr", "metrics_laddr", "node_metrics_laddr"].map(|key| {
        format!(
            "{key} in node.toml listens beyond this machine; set 127.0.0.1, or a tunnel's own address"
        )
    });
    assert_eq!(says, wanted);
    // and figures that are shown nowhere are seen by nobody
    let nowhere = Settings {
        metrics_laddr: String::new(),
        node_metrics_laddr: String::new(),
        ..Settings::new(CHAIN_ID)
    };
    let found = folder::exposed(&nowhere);
    assert!(found.iter().all(|found| found.verdict == Verdict::Good));
}

#[test]
fn each_line_of_config_toml_is_named_when_it_is_spoilt_and_when_it_is_gone() {
    let temp = tempfile::tempdir().unwrap();
    let home = Home::new(temp.path().to_owned());
    fs::create_dir_all(home.engine_config().parent().unwrap()).unwrap();
    let joins = Settings {
        join_rpc: ["192.0.2.20:26657", "192.0.2.30:26657"]
            .map(str::to_owned)
            .to_vec(),
        trust_height: 7,
        trust_hash: "0a".repeat(32),
        ..Settings::new(CHAIN_ID)
    };
    for settings in [Settings::new(CHAIN_ID), joins] {
        let written = engine::config_text(&home, &settings);
        let found = |text: &str| {
            fs::write(home.engine_config(), text).unwrap();
            folder::config(&home, &settings)
        };
        let mut section = String::new();
        let lines: Vec<&str> = written.lines().collect();
        for (place, line) in lines.iter().enumerate() {
            if let Some(name) = line.strip_prefix('[') {
                section = format!("{}.", name.trim_end_matches(']'));
            }
            let Some((key, _)) = line.split_once(" = ") else {
                continue;
            };
            for (other, says) in [
                (format!("{key} = \"spoilt\""), "is \"spoilt\""),
                (String::new(), "is missing"),
            ] {
                let mut spoilt: Vec<&str> = lines.clone();
                spoilt[place] = other.as_str();
                let findings = found(&spoilt.join("\n"));
                let wanted = format!("{section}{key} {says}, must be ");
                assert_eq!(findings.len(), 1, "{wanted}: {findings:#?}");
                assert_eq!(findings[0].verdict, Verdict::Wrong);
                assert!(findings[0].says.starts_with(&wanted), "{findings:#?}");
            }
        }
        // and as it was written it has nothing wrong, and no line was passed over
        let findings = found(&written);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let count = lines.iter().filter(|line| line.contains(" = ")).count();
        let says = format!("all {count} lines of config.toml are as they must be");
        assert_eq!(findings[0].says, says);
    }
}

#[test]
fn a_choice_of_node_toml_that_is_weaker_than_the_sample_is_weak_and_named_by_its_key() {
    let usual = || Settings::new(CHAIN_ID);
    let beats = |heartbeat: &str| Settings {
        heartbeat: heartbeat.to_owned(),
        ..usual()
    };
    for (settings, words) in [
        (
            beats("1s"),
            "heartbeat (consensus.create_empty_blocks_interval) is 1s, the sample has 60s",
        ),
        (
            beats("59999ms"),
            "heartbeat (consensus.create_empty_blocks_interval) is 59999ms, the sample has 60s",
        ),
        (
            beats("100000s"),
            "heartbeat (consensus.create_empty_blocks_interval) is 100000s, the sample has 60s",
        ),
        (
            Settings {
                allow_duplicate_ip: true,
                ..usual()
            },
            "allow_duplicate_ip (p2p.allow_duplicate_ip) is true, the sample has false",
        ),
        (
            Settings {
                metrics_laddr: String::new(),
                ..usual()
            },
            "metrics_laddr (instrumentation.prometheus) is empty, the sample has an address",
        ),
        (
            Settings {
                node_metrics_laddr: String::new(),
                ..usual()
            },
            "node_metrics_laddr is empty, the sample has an address",
        ),
    ] {
        // given what a start takes
        settings.check().unwrap();
        // then it is no reason to end with 1
        let found = sample::weaker(&settings);
        assert_eq!(found.len(), 1, "{words}: {found:#?}");
        assert_eq!(found[0].verdict, Verdict::Weak, "{words}");
        let wanted = format!("in node.toml {words}: ");
        assert!(found[0].says.starts_with(&wanted), "{found:#?}");
    }
    // and what a network on one machine chooses is named line by line
    let local = Settings {
        allow_duplicate_ip: true,
        metrics_laddr: String::new(),
        node_metrics_laddr: String::new(),
        ..beats("1s")
    };
    assert_eq!(sample::weaker(&local).len(), 4);
    // and the sample is good, however its minute is written
    for settings in [usual(), beats("60000ms")] {
        let found = sample::weaker(&settings);
        let verdicts: Vec<Verdict> = found.iter().map(|found| found.verdict).collect();
        assert_eq!(verdicts, [Verdict::Good], "{found:#?}");
    }
}

#[test]
fn a_store_at_the_last_height_of_this_version_is_wrong_and_one_below_it_good() {
    // given a folder whose chain ends this version after height 3
    let mut stage = Stage::new();
    let home = Home::new(stage.folder.path().to_owned());
    let settings = Settings::new(stage.chain.id());
    fs::create_dir_all(home.block_store()).unwrap();
    let open = |stage: &Stage| stage.open_with(Store::open(&home.store()).unwrap());
    let node = open(&stage);
    node.init_chain(stage.genesis());
    stage.block(&node, &[]);
    let txs = stage.upgrade(2, 3);
    stage.block(&node, &txs);
    drop(node);
    let found = folder::store(&home, &settings);
    assert_eq!(found.verdict, Verdict::Good, "{}", found.says);
    // when that height is committed
    let node = open(&stage);
    node.finalize_block(stage.request(&[]));
    let committed = catch_unwind(AssertUnwindSafe(|| node.commit()));
    assert!(committed.is_err(), "the last Commit ends it");
    drop(node);
    // then
    let found = folder::store(&home, &settings);
    assert_eq!(found.verdict, Verdict::Wrong, "{}", found.says);
    let says = "height 3 was the last of this version; application version 2 goes on; start the next program";
    assert_eq!(found.says, says);
}

/// Any chain's.
const CHAIN_ID: &str = "ktr-doctor-1";
