//! What counties resolve, on four real engines: other validators are in force two heights later, and every client follows.
//! The rules of proposals have their tests in the core; the end of a version has its own with one node.

use ktr_core::time::Time;
use ktr_testkit::Cast;
use ktr_wire::genesis;
use serde_json::Value;

use crate::{alone, localnet::Net};

/// Builds a command of a county, signs it with the county's key and waits for its block; the height of it.
fn send(net: &Net, county: u8, words: &[&str]) -> u64 {
    let body = net.folder.path().join(format!("county-{county}.body"));
    let tx = body.with_extension("tx");
    let (body, tx) = (body.display().to_string(), tx.display().to_string());
    let status = net.ktr(&["status"]);
    let chain = status["chain"].as_str().expect("a chain id");
    net.ktr(
        &[
            &[
                "tx",
                "build",
                "--chain",
                chain,
                "--out",
                &body,
                "governance",
            ],
            words,
        ]
        .concat(),
    );
    let key = net.key(&format!("county-{county}"));
    net.ktr(&["tx", "sign", &body, "--out", &tx, "--key", &key]);
    let sent = net.ktr(&["tx", "broadcast", &tx]);
    let hash = sent["hash"].as_str().expect("a hash");
    let landed = net.ktr(&["tx", "wait", hash]);
    landed["height"].as_u64().expect("a height")
}

/// What the first site's engine says of the validators at a height: key and power, in its order.
fn validators(net: &Net, height: u64) -> Vec<(String, u64)> {
    let answer = net.engine(&format!("/validators?height={height}"));
    let listed = answer["result"]["validators"].as_array().expect("a list");
    let number = |text: &Value| text.as_str().and_then(|text| text.parse().ok());
    let one = |validator: &Value| {
        let key = validator["pub_key"]["value"].as_str().expect("a key");
        (
            key.to_owned(),
            number(&validator["voting_power"]).expect("a power"),
        )
    };
    listed.iter().map(one).collect()
}

/// County 1 proposes these powers for the four sites, county 2 approves; the height at which they resolved it.
fn resolve(net: &Net, number: &str, sites: &[String], powers: [u64; 4]) -> u64 {
    let set = sites.iter().zip(powers).zip(["1", "2", "3", ""]);
    let set: Vec<String> = set
        .map(|((key, power), county)| format!("{key}:{power}:{county}"))
        .map(|site| site.trim_end_matches(':').to_owned())
        .collect();
    let propose = ["propose", "--proposal", number, "--until", "+1d"];
    send(
        net,
        1,
        &[
            &propose[..],
            &["validators", "--validators", &set.join(",")],
        ]
        .concat(),
    );
    let shown = net.ktr(&["query", "proposal", number]);
    let digest = shown["record"]["digest"].as_str().expect("a digest");
    send(
        net,
        2,
        &["approve", "--proposal", number, "--digest", digest],
    )
}

#[test]
fn other_validators_are_in_force_two_heights_later_and_every_client_follows() {
    let _turn = alone();
    let net = Net::up();
    let known = net.ktr(&["query", "validators"]);
    let known = known["record"].as_array().expect("a list");
    let key = |site: &Value| site["key"].as_str().expect("a key").to_owned();
    let sites: Vec<String> = known.iter().map(key).collect();
    let earlier = net.ktr(&["audit"]);
    let earlier = earlier["log"].as_str().expect("size and root");
    let first = validators(&net, 1);
    let resolved = resolve(&net, "1", &sites, [100, 100, 100, 2]);
    let again = resolve(&net, "2", &sites, [101, 101, 101, 3]);
    // and one more command, which is answered once the block after its own is there: two heights have passed since
    let sha256 = "47".repeat(32);
    let propose = ["propose", "--proposal", "3", "--until", "+1d"];
    send(
        &net,
        1,
        &[&propose[..], &["roots", "--sha256", &sha256]].concat(),
    );
    net.ktr(&["query", "proposal", "3"]);
    // then the engine has them at H + 2 and not before
    assert_eq!(validators(&net, resolved + 1), first);
    let powers = |height| -> Vec<u64> {
        validators(&net, height)
            .into_iter()
            .map(|(_, power)| power)
            .collect()
    };
    assert_eq!(powers(resolved + 2), [100, 100, 100, 2]);
    assert_eq!(powers(again + 2), [101, 101, 101, 3]);
    // and who knows nothing but the genesis proves what is said after both changes
    let status = net.ktr(&["status"]);
    assert_eq!(
        (&status["total"], &status["tolerates"]),
        (&306.into(), &1.into())
    );
    let record = net.ktr(&["query", "validators"]);
    assert_eq!(record["record"][3]["power"], 3);
    // and whoever shows the set, or one that was proposed, says what it tolerates
    let proposal = net.ktr(&["query", "proposal", "2"]);
    let words = "tolerates 1: any one site may be down (quorum 205 of 306)";
    for shown in [&status, &record, &proposal["record"]["proposed"]] {
        assert_eq!(shown["tolerates_text"], words, "{shown}");
    }
    // and whoever audited before reads only what is new
    let audited = net.ktr(&["audit", "--since", earlier]);
    let [events, since, proven] = ["events", "since", "proven"].map(|name| audited[name].as_u64());
    assert_eq!(
        events,
        since
            .zip(proven)
            .and_then(|(since, proven)| since.checked_add(proven))
    );
    assert!(since > Some(0), "{audited}");
    // and the log of then is proven to be the beginning of that one, and of the one of now
    let later = audited["log"].as_str().expect("size and root");
    let words = ["log", "consistency", "--from", earlier, "--to", later];
    let proven = net.ktr(&words);
    assert_eq!(
        (proven["from"].as_str(), proven["to"].as_str()),
        (Some(earlier), Some(later)),
        "{proven}"
    );
    let now = net.ktr(&words[..4]);
    assert!(now["header"]["height"].as_u64() > Some(0), "{now}");
}

#[test]
fn the_status_compares_the_parameters_in_force_and_not_those_of_the_genesis() {
    let _turn = alone();
    let net = Net::up();
    let before = net.ktr(&["status"]);
    assert_eq!(before["default_parameters"], false, "{before}");
    // when two counties resolve those of the product, in place of a localnet's
    let default = Cast::new(Time(1_800_000_000)).genesis();
    let default = genesis::to_json(&default).expect("JSON");
    let file = net.folder.path().join("parameters.json");
    std::fs::write(&file, default["parameters"].to_string()).expect("written");
    let file = file.display().to_string();
    let propose = ["propose", "--proposal", "1", "--until", "+1d"];
    send(
        &net,
        1,
        &[&propose[..], &["parameters", "--parameters", &file]].concat(),
    );
    let shown = net.ktr(&["query", "proposal", "1"]);
    let digest = shown["record"]["digest"].as_str().expect("a digest");
    send(&net, 2, &["approve", "--proposal", "1", "--digest", digest]);
    // then the status says so, by their record
    let after = net.ktr(&["status"]);
    let shown = (&after["default_parameters"], &after["parameters_proven"]);
    assert_eq!(shown, (&true.into(), &true.into()), "{after}");
}
