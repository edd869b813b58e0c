//! Sentences about single checks, without a program around them.
//! That all of them are made, and what they say of a folder of `init`, is shown beside the program (`tests/start`).

use ktr_os::Verdict;

use super::folder;
use crate::settings::Settings;

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

/// Any chain's.
const CHAIN_ID: &str = "ktr-doctor-1";
