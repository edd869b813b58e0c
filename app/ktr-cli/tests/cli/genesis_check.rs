//! What `ktr genesis check` refuses, one edit of a good file each, through the program.
//! Each edit must be named by its own words, or another check answered.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_wire::digest::sha256;
use serde_json::{Value, json};

use crate::genesis::{DEFAULT, describe, keys};
use crate::run::{answer, ktr};

/// A good network in `net`, and its file.
fn made(folder: &Path) -> Value {
    keys(folder);
    describe(folder, &DEFAULT);
    answer(folder, &["genesis", "new", "net.toml", "--out", "net"]);
    let text = std::fs::read(folder.join("net/genesis.json")).expect("it was made");
    serde_json::from_slice(&text).expect("it is JSON")
}

/// Exit code and words about a file beside the network's `alliance.json`.
fn judged(folder: &Path, file: &Value, flags: &[&str]) -> (Option<i32>, String) {
    std::fs::write(folder.join("net/edited.json"), file.to_string()).expect("written");
    let words = [&["genesis", "check", "net/edited.json"], flags].concat();
    let ran = ktr(folder, &words);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran.status.code(), told)
}

/// The same sites for engine and application: power and county, 0 for the witness.
fn put_sites(file: &mut Value, sites: &[(u64, u32)]) {
    let key = |number: u8| [number; 32];
    let numbered = || (1_u8..).zip(sites);
    file["app_state"]["validators"] = numbered()
        .map(|(n, (power, county))| {
            json!({"key": hex::encode(key(n)), "power": power.to_string(), "county": county})
        })
        .collect();
    file["validators"] = numbered()
        .map(|(n, (power, county))| {
            let address = sha256(&[&key(n)]).0;
            let name = match county {
                0 => "witness".to_owned(),
                county => format!("county-{county}"),
            };
            json!({
                "address": hex::encode_upper(address.split_at(20).0),
                "pub_key": {"type": "tendermint/PubKeyEd25519", "value": STANDARD.encode(key(n))},
                "power": power.to_string(),
                "name": name,
            })
        })
        .collect();
}

/// Leaves counties 1 and 2, as after one was removed.
fn without_county_three(file: &mut Value) {
    file["app_state"]["network"]["counties"] = json!(2);
    let keys = file["app_state"]["keys"].as_array_mut().expect("keys");
    keys.retain(|key| {
        !matches!(key["role"].as_str(), Some("county" | "sidecar")) || key["number"] != json!(3)
    });
    put_sites(file, &[(100, 1), (100, 2), (1, 0)]);
}

fn key_of<'a>(file: &'a mut Value, role: &str) -> &'a mut Value {
    let keys = file["app_state"]["keys"].as_array_mut().expect("keys");
    keys.iter_mut()
        .find(|key| key["role"] == json!(role) && key["purpose"] == json!("sign"))
        .expect("the role has a key")
}

/// What is edited, how, and the words that must answer.
type Edit = (&'static str, fn(&mut Value), &'static str);

const FORK: &str = "one lying site alone could fork this network";
const HALT: &str = "this network halts when one site is down";
const SITES: &str = "each county needs a validator, and each key is its own";
const RANGE: &str = "the validators' keys or powers are out of range";

const SETS: [Edit; 10] = [
    (
        "2/1/1",
        |file| put_sites(file, &[(2, 1), (1, 2), (1, 3)]),
        FORK,
    ),
    (
        "3/3/4",
        |file| put_sites(file, &[(3, 1), (3, 2), (4, 3)]),
        FORK,
    ),
    (
        "one county above a third, with a witness",
        |file| put_sites(file, &[(200, 1), (100, 2), (100, 3), (1, 0)]),
        FORK,
    ),
    (
        "one county twice among four equal engines",
        |file| put_sites(file, &[(100, 1), (100, 1), (100, 2), (100, 3)]),
        FORK,
    ),
    (
        "two engines in each county and no witness",
        |file| put_sites(file, &[(1, 1), (1, 1), (1, 2), (1, 2), (1, 3), (1, 3)]),
        HALT,
    ),
    (
        "three equal counties without a witness",
        |file| put_sites(file, &[(100, 1), (100, 2), (100, 3)]),
        HALT,
    ),
    ("two counties and a witness", without_county_three, HALT),
    (
        "a county without a site",
        |file| put_sites(file, &[(100, 1), (100, 2), (100, 2), (1, 0)]),
        SITES,
    ),
    (
        "one key at two sites",
        |file| {
            let twice = file["app_state"]["validators"][0]["key"].clone();
            file["app_state"]["validators"][1]["key"] = twice;
        },
        SITES,
    ),
    (
        "more power than the engine counts",
        |file| {
            let much = 1 << 59;
            put_sites(file, &[(much, 1), (much, 2), (much, 3), (much, 0)]);
        },
        RANGE,
    ),
];

const PARTS: [Edit; 16] = [
    (
        "a validator that the engine would see twice",
        |file| {
            let sites = file["validators"].as_array_mut().expect("validators");
            sites.push(sites[0].clone());
        },
        "are not the same Ed25519 keys and powers, each once",
    ),
    (
        "a key of another kind",
        |file| {
            file["validators"][0]["pub_key"]["type"] = json!("tendermint/PubKeySecp256k1");
        },
        "are not the same Ed25519 keys and powers, each once",
    ),
    (
        "a time that counts from now",
        |file| file["genesis_time"] = json!("+90s"),
        "genesis_time is not a whole second",
    ),
    (
        "a host that is no county",
        |file| file["app_state"]["network"]["host"] = json!(4),
        "counties are numbered 1 to at most 16, host among them",
    ),
    (
        "a role without its key",
        |file| {
            let keys = file["app_state"]["keys"].as_array_mut().expect("keys");
            keys.retain(|key| key["role"] != json!("studio"));
        },
        "needs exactly one",
    ),
    (
        "one key for two roles",
        |file| {
            let studio = key_of(file, "studio")["body"].clone();
            key_of(file, "collector")["body"] = studio;
        },
        "a value is out of range",
    ),
    (
        "a term without length",
        |file| {
            let from = file["app_state"]["term"]["from"].clone();
            file["app_state"]["term"]["until"] = from;
        },
        "the first term has number 1, waits, and has a length",
    ),
    (
        "a seat whose holder has its deputy's key",
        |file| {
            let deputy = file["app_state"]["term"]["seats"][1]["deputy"].clone();
            file["app_state"]["term"]["seats"][1]["holder"] = deputy;
        },
        "seat 2 needs holder and deputy with their keys",
    ),
    (
        "a term that begins after the genesis time",
        |file| file["genesis_time"] = json!("2020-01-01T00:00:00Z"),
        "the first term begins at the genesis time or before",
    ),
    (
        "parameters under which no transaction counts",
        |file| file["app_state"]["parameters"]["signer_txs_max"] = json!(0),
        "no network can work with these parameters",
    ),
    (
        "a key that is over at the genesis time",
        |file| {
            let key = key_of(file, "studio");
            key["valid_until"] = key["valid_from"].clone();
        },
        "is not valid at the genesis time",
    ),
    (
        "an engine that has another power than the application",
        |file| file["validators"][0]["power"] = json!("99"),
        "are not the same Ed25519 keys and powers, each once",
    ),
    (
        "an engine that lacks the witness",
        |file| {
            file["validators"].as_array_mut().expect("sites").pop();
        },
        "are not the same Ed25519 keys and powers, each once",
    ),
    (
        "a key that nobody knows",
        |file| file["app_state"]["more"] = json!(1),
        "unknown field",
    ),
    (
        "a number that is not written as one",
        |file| file["app_state"]["parameters"]["skew_secs"] = json!("0300"),
        "is not as the schema has it",
    ),
    (
        "no application",
        |file| {
            file.as_object_mut().expect("a file").remove("app_state");
        },
        "missing field `app_state`",
    ),
];

/// Another value of one of the engine's parameters.
fn param(file: &mut Value, place: &str, value: Value) {
    let place = format!("/consensus_params/{place}");
    *file.pointer_mut(&place).expect("it is there") = value;
}

const CONSTANTS: [Edit; 13] = [
    (
        "a chain that begins later",
        |file| file["initial_height"] = json!("2"),
        "initial_height is not \"1\": every chain begins with block 1",
    ),
    (
        "an engine that knows an app hash",
        |file| file["app_hash"] = json!("00"),
        "app_hash is not \"\": the application says",
    ),
    (
        "blocks without a bound",
        |file| param(file, "block/max_bytes", json!("-1")),
        "block.max_bytes is not \"1048576\": a frame",
    ),
    (
        "a block that no frame holds",
        |file| param(file, "block/max_bytes", json!("33554432")),
        "block.max_bytes is not \"1048576\": a frame",
    ),
    (
        "gas",
        |file| param(file, "block/max_gas", json!("1000")),
        "block.max_gas is not \"-1\": no gas",
    ),
    (
        "evidence that counts for few blocks",
        |file| param(file, "evidence/max_age_num_blocks", json!("1440")),
        "evidence.max_age_num_blocks is not \"30240\": misbehaviour",
    ),
    (
        "evidence that is forgotten before a header is",
        |file| param(file, "evidence/max_age_duration", json!("172800000000000")),
        "evidence.max_age_duration is not \"1814400000000000\": misbehaviour",
    ),
    (
        "evidence that fills a block",
        |file| param(file, "evidence/max_bytes", json!("1048576")),
        "evidence.max_bytes is not \"65536\": evidence leaves room",
    ),
    (
        "validators with keys of another kind to come",
        |file| param(file, "validator/pub_key_types", json!(["secp256k1"])),
        "validator.pub_key_types is not [\"ed25519\"]: validators",
    ),
    (
        "rules of a later version",
        |file| param(file, "version/app", json!("2")),
        "version.app is not \"1\": every chain",
    ),
    (
        "vote extensions",
        |file| param(file, "abci/vote_extensions_enable_height", json!("1")),
        "abci.vote_extensions_enable_height is not \"0\": votes",
    ),
    (
        "no parameters",
        |file| file["consensus_params"] = json!({}),
        "block.max_bytes is not \"1048576\": a frame",
    ),
    (
        "a parameter that no chain has",
        |file| file["consensus_params"]["block"]["time_iota_ms"] = json!("1000"),
        "consensus_params has more than a chain of the Relay has",
    ),
];

const SITES_OF_ENGINE: [Edit; 3] = [
    (
        "an address of another key",
        |file| {
            let other = file["validators"][1]["address"].clone();
            file["validators"][0]["address"] = other;
        },
        "is not its key's, which is ",
    ),
    (
        "a site without its address",
        |file| {
            let site = file["validators"][0].as_object_mut().expect("a site");
            site.remove("address");
        },
        "missing field `address`",
    ),
    (
        "a site with a name of its own",
        |file| file["validators"][0]["name"] = json!("north"),
        "has another name",
    ),
];

#[test]
fn every_set_and_every_part_that_no_network_may_begin_with_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = made(folder.path());
    assert_eq!(judged(folder.path(), &good, &[]).0, Some(0));
    let edits = SETS.into_iter().chain(PARTS).chain(CONSTANTS);
    for (what, edit, words) in edits.chain(SITES_OF_ENGINE) {
        let mut file = good.clone();
        edit(&mut file);
        let (code, told) = judged(folder.path(), &file, &[]);
        assert_eq!(code, Some(1), "{what}: {told}");
        assert!(told.contains(words), "{what}: {told}");
    }
}

#[test]
fn a_set_that_halts_is_accepted_by_whoever_says_so_and_no_other_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = made(folder.path());
    for (what, edit, words) in SETS {
        let mut file = good.clone();
        edit(&mut file);
        let (code, told) = judged(folder.path(), &file, &["--accepts-halt"]);
        let wanted = i32::from(words != HALT);
        assert_eq!(code, Some(wanted), "{what}: {told}");
    }
}

#[test]
fn a_genesis_without_its_alliance_file_or_with_one_in_another_form_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = made(folder.path());
    let path = folder.path().join("net/alliance.json");
    let alliance = std::fs::read(&path).expect("it was made");
    std::fs::write(&path, [alliance.as_slice(), b" "].concat()).expect("written");
    assert_eq!(judged(folder.path(), &good, &[]).0, Some(1));
    std::fs::remove_file(&path).expect("it was there");
    let (code, told) = judged(folder.path(), &good, &[]);
    assert_eq!(code, Some(1));
    assert!(told.contains("alliance.json"), "{told}");
}

#[test]
fn a_genesis_that_is_not_trusted_is_named_by_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = made(folder.path());
    put_sites(&mut file, &[(1 << 59, 1), (1 << 59, 2), (1 << 59, 3)]);
    let (_, told) = judged(folder.path(), &file, &[]);
    assert_eq!(told, format!("ktr: net/edited.json: {RANGE}\n"));
    // and so is one with which no chain could begin
    put_sites(&mut file, &[(100, 1), (100, 2), (100, 2), (1, 0)]);
    let (_, told) = judged(folder.path(), &file, &[]);
    assert!(told.starts_with("ktr: net/edited.json: "), "{told}");
    assert!(told.contains(SITES), "{told}");
}

#[test]
fn the_words_of_a_genesis_command_no_terminal() {
    let commands = |c: char| c.is_control() && c != '\n';
    let folder = tempfile::tempdir().expect("a folder");
    let good = made(folder.path());
    // in a refusal
    let mut strange = good.clone();
    strange["app_state"]["\u{1b}[2Jall is well"] = json!(1);
    let (code, told) = judged(folder.path(), &strange, &[]);
    assert_eq!(code, Some(1));
    assert!(!told.contains(commands), "{told:?}");
    assert!(
        told.contains("unknown field `\\u001b[2Jall is well`"),
        "{told}"
    );
    // in an answer
    let mut named = good;
    named["chain_id"] = json!("\u{9b}2Jktr-1");
    let path = folder.path().join("net/named.json");
    std::fs::write(path, named.to_string()).expect("written");
    let words = ["genesis", "show", "net/named.json"];
    let shown = ktr(folder.path(), &words).stdout;
    let shown = String::from_utf8(shown).expect("text");
    assert!(!shown.contains(commands), "{shown:?}");
    assert!(shown.contains("chain \\u009b2Jktr-1, "), "{shown}");
    // which stays for programs what it was
    let value = answer(folder.path(), &words);
    assert_eq!(value["chain"], json!("\u{9b}2Jktr-1"));
}
