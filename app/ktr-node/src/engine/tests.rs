//! Sentences about the engine's folder and log; the engine itself judges keys and genesis.
//! That it runs is shown by the net tests.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use ktr_core::{
    id::{Sha256, ValidatorKey},
    time::Secs,
};
use ktr_os::FileError;
use ktr_testkit::Cast;
use tempfile::TempDir;

use super::{
    Asked, Document, GenesisError, GuardError, Init, InitError, KeyError, Keys, Lock,
    answer::http_date,
    guard::{guard_key, guard_signatures_within},
    height::{Looks, vouched},
    init,
    process::judge,
    rollback::reason,
    rpc::ask_within,
    supervise::shelf,
};
use crate::{
    exit::Exit,
    home::Home,
    limits::{ENGINE_REASON_MAX_CHARS, FRAME_MAX_BYTES, SILENCE_MIN},
    settings::Settings,
};

/// A folder that was made from a genesis with this node's own key.
fn made() -> (TempDir, Home, Keys, Document) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(folder.path().join("node"));
    let keys = Keys::ensure(&home, None).unwrap();
    let mut genesis = Cast::new(ktr_core::time::Time(1_800_000_000)).genesis();
    genesis.validators[0].key = ValidatorKey(keys.validator);
    let document =
        Document::new("ktr-test-1", ktr_core::time::Time(1_800_000_000), &genesis).unwrap();
    let path = folder.path().join("genesis.json");
    fs::write(&path, document.text().unwrap()).unwrap();
    let from = Init {
        genesis: &path,
        settings: Settings::new(""),
        validator_key: None,
    };
    let made = init(&home, from).unwrap();
    assert_eq!(made.keys, keys);
    assert!(made.broken.is_none());
    (folder, home, keys, document)
}

fn engine(home: &Home, command: &str) -> String {
    let output = Command::new(program())
        .arg(command)
        .arg("--home")
        .arg(home.engine())
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test has no arguments")]
fn program() -> PathBuf {
    let named = std::env::var("KTR_COMETBFT").map(PathBuf::from);
    named.unwrap_or_else(|_| {
        PathBuf::from(std::env::var("HOME").unwrap()).join(".cache/ktr/bin/cometbft")
    })
}

#[test]
fn the_engine_reads_our_keys_as_we_do() {
    let (_folder, home, keys, _) = made();
    assert_eq!(engine(&home, "show-node-id").trim(), keys.node_id);
    let shown: serde_json::Value = serde_json::from_str(&engine(&home, "show-validator")).unwrap();
    let text = home.validator_key();
    let ours: serde_json::Value = serde_json::from_slice(&fs::read(text).unwrap()).unwrap();
    assert_eq!(shown, ours["pub_key"]);
}

#[test]
fn snapshots_of_one_network_are_alike_however_its_genesis_file_is_laid_out() {
    let (_folder, home, _, document) = made();
    let settings = Settings::new("ktr-test-1");
    let digest = shelf(&home, &settings, false).unwrap().genesis;
    assert_eq!(
        digest,
        ktr_wire::genesis::digest(&document.genesis().unwrap())
    );
    let value: serde_json::Value =
        serde_json::from_slice(&fs::read(home.genesis()).unwrap()).unwrap();
    let plain = value.to_string();
    assert_ne!(plain.as_bytes(), fs::read(home.genesis()).unwrap());
    fs::write(home.genesis(), plain).unwrap();
    assert_eq!(shelf(&home, &settings, false).unwrap().genesis, digest);
}

/// The document of another network, which has the same chain id.
fn another(document: &Document) -> Document {
    let start = ktr_core::time::Time(1_800_000_000);
    let other = Document::new("ktr-test-1", start, &Cast::new(start).genesis()).unwrap();
    assert!(!other.is_same(document));
    other
}

#[test]
fn a_genesis_file_that_was_touched_stops_a_node_without_blocks_alone() {
    let (_folder, home, _, document) = made();
    let settings = Settings::new("ktr-test-1");
    let digest = ktr_wire::genesis::digest(&document.genesis().unwrap());
    let other = another(&document);
    let found = ktr_wire::genesis::digest(&other.genesis().unwrap());
    for text in [other.text().unwrap(), "{}".to_owned()] {
        fs::write(home.genesis(), &text).unwrap();
        // the engine of a chain that has begun does not read it
        assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
        // any other would begin with it
        let refused = shelf(&home, &settings, false).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused);
        let says = refused.to_string();
        let names_both = says.contains(&found.to_string()) && says.contains(&digest.to_string());
        assert!(names_both || text == "{}", "{says}");
    }
    fs::remove_file(home.genesis()).unwrap();
    assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
    assert!(shelf(&home, &settings, false).is_err());
}

#[test]
fn a_folder_of_a_build_that_kept_no_digest_keeps_one_from_its_next_start_on() {
    let (_folder, home, _, document) = made();
    let settings = Settings::new("ktr-test-1");
    let digest = ktr_wire::genesis::digest(&document.genesis().unwrap());
    fs::remove_file(home.genesis_digest()).unwrap();
    assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
    fs::write(home.genesis(), "{}").unwrap();
    assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
}

#[test]
fn a_folder_whose_genesis_would_begin_no_chain_today_starts_if_its_chain_has_begun() {
    let (_folder, home, _, document) = made();
    let settings = Settings::new("ktr-test-1");
    // given an older genesis and no digest
    let (older, digest) = older(&document);
    fs::write(home.genesis(), older.text().unwrap()).unwrap();
    fs::remove_file(home.genesis_digest()).unwrap();
    // then only a chain without blocks is refused
    assert!(shelf(&home, &settings, false).is_err());
    for _ in 0..2 {
        assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
    }
    let kept = fs::read_to_string(home.genesis_digest()).unwrap();
    assert_eq!(kept, format!("{digest}\n"));
}

/// A genesis with parameters that none may have any more.
fn older(document: &Document) -> (Document, Sha256) {
    let mut genesis = document.genesis().unwrap();
    genesis.parameters.tx_window_secs = Secs(172_800);
    let start = ktr_core::time::Time(1_800_000_000);
    let older = Document::new("ktr-test-1", start, &genesis).unwrap();
    assert!(Document::parse(older.text().unwrap().as_bytes()).is_err());
    (older, ktr_wire::genesis::digest(&genesis))
}

#[test]
fn a_folder_without_blocks_takes_an_older_genesis_only_to_join_its_chain_with_a_snapshot() {
    let (folder, home, _, document) = made();
    let (older, digest) = older(&document);
    let path = folder.path().join("genesis.json");
    fs::write(&path, older.text().unwrap()).unwrap();
    let alone = Settings::new("ktr-test-1");
    let joins = Settings {
        join_rpc: ["192.0.2.20:26657", "192.0.2.30:26657"]
            .map(str::to_owned)
            .to_vec(),
        trust_height: 7,
        trust_hash: "ab".repeat(32),
        ..alone.clone()
    };
    let with = |settings: &Settings| {
        let from = Init {
            genesis: &path,
            settings: settings.clone(),
            validator_key: None,
        };
        init(&home, from)
    };
    // given a folder that was made to begin a chain
    let rule = "app_state: no network can work with these parameters";
    let refused = with(&alone).unwrap_err();
    assert!(matches!(refused, InitError::Genesis { .. }), "{refused}");
    assert_eq!(refused.to_string(), format!("{}: {rule}", path.display()));
    let made = with(&joins).unwrap();
    assert_eq!(made.broken.unwrap().to_string(), rule);
    // then a start judges alike
    assert_eq!(shelf(&home, &joins, false).unwrap().genesis, digest);
    assert!(shelf(&home, &alone, false).is_err());
    // and who joins is not let off what the folder was made with
    fs::write(home.genesis(), document.text().unwrap()).unwrap();
    let refused = shelf(&home, &joins, false).unwrap_err().to_string();
    assert!(refused.contains("another than this folder was made with"));
}

#[test]
fn init_again_takes_the_older_genesis_that_the_engine_of_its_folder_has_begun_with() {
    let (folder, home, keys, document) = made();
    let (older, digest) = older(&document);
    let path = folder.path().join("genesis.json");
    fs::write(&path, older.text().unwrap()).unwrap();
    fs::create_dir(home.block_store()).unwrap();
    // given an engine that began with another
    let refused = init_again(&home, &path).unwrap_err();
    assert!(matches!(refused, InitError::Begun { .. }), "{refused}");
    // when it is the one that it began with
    fs::write(home.genesis_digest(), format!("{digest}\n")).unwrap();
    assert_eq!(init_again(&home, &path).unwrap(), keys);
    let settings = Settings::new("ktr-test-1");
    assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
}

/// What `init` says to a folder that is there.
fn init_again(home: &Home, genesis: &Path) -> Result<Keys, InitError> {
    let from = Init {
        genesis,
        settings: Settings::new(""),
        validator_key: None,
    };
    init(home, from).map(|made| made.keys)
}

#[test]
fn init_with_another_genesis_writes_nothing_beside_a_chain_that_has_begun_and_says_how_to_leave_it()
{
    let (folder, home, keys, document) = made();
    let other = another(&document);
    let path = folder.path().join("genesis.json");
    fs::create_dir(home.block_store()).unwrap();
    // its own is none
    assert_eq!(init_again(&home, &path).unwrap(), keys);
    fs::write(&path, other.text().unwrap()).unwrap();
    let files = [home.genesis(), home.genesis_digest(), home.settings()];
    let octets = || files.clone().map(|file| fs::read(file).ok());
    fs::write(home.settings(), "touched").unwrap();
    // with the digest, and as a build that kept none left it
    for is_kept in [true, false] {
        if !is_kept {
            fs::remove_file(home.genesis_digest()).unwrap();
        }
        let before = octets();
        let refused = init_again(&home, &path).unwrap_err();
        assert!(matches!(refused, InitError::Begun { .. }), "{refused}");
        assert_eq!(octets(), before);
        let says = refused.to_string();
        for document in [&document, &other] {
            let digest = ktr_wire::genesis::digest(&document.genesis().unwrap());
            assert!(says.contains(&digest.to_string()), "{says}");
        }
        let how = "remove store and everything in engine/data but priv_validator_state.json";
        assert!(says.contains(how), "{says}");
    }
    // and what it says helps
    fs::remove_dir(home.block_store()).unwrap();
    assert_eq!(init_again(&home, &path).unwrap(), keys);
    let found = ktr_wire::genesis::digest(&other.genesis().unwrap());
    let settings = Settings::new("ktr-test-1");
    assert_eq!(shelf(&home, &settings, false).unwrap().genesis, found);
}

#[test]
fn a_damaged_digest_is_an_error_and_not_taken_for_none() {
    let (_folder, home, _, document) = made();
    let settings = Settings::new("ktr-test-1");
    let digest = ktr_wire::genesis::digest(&document.genesis().unwrap());
    for text in ["", "\n", "00", "no digest"] {
        fs::write(home.genesis_digest(), text).unwrap();
        for has_blocks in [true, false] {
            let refused = shelf(&home, &settings, has_blocks).unwrap_err();
            assert_eq!(refused.exit(), Exit::Refused);
            let says = refused.to_string();
            assert!(
                says.contains("genesis.digest holds no digest"),
                "{text}: {says}"
            );
        }
        assert_eq!(fs::read_to_string(home.genesis_digest()).unwrap(), text);
    }
    // and what it says helps
    fs::remove_file(home.genesis_digest()).unwrap();
    assert_eq!(shelf(&home, &settings, true).unwrap().genesis, digest);
}

#[test]
fn a_digest_is_replaced_as_a_whole_and_never_written_over() {
    // given a second name of the file: what is written into it would be seen there
    let (folder, home, _, document) = made();
    let second = folder.path().join("second");
    fs::hard_link(home.genesis_digest(), &second).unwrap();
    let path = folder.path().join("genesis.json");
    fs::write(&path, another(&document).text().unwrap()).unwrap();
    init_again(&home, &path).unwrap();
    let digest = ktr_wire::genesis::digest(&document.genesis().unwrap());
    assert_eq!(fs::read_to_string(second).unwrap(), format!("{digest}\n"));
    let now = fs::read_to_string(home.genesis_digest()).unwrap();
    assert_ne!(now, format!("{digest}\n"));
}

#[test]
fn a_genesis_that_differs_from_every_chain_s_is_refused() {
    let (_folder, _home, _keys, document) = made();
    let text = document.text().unwrap();
    assert_eq!(Document::parse(text.as_bytes()).unwrap(), document);
    let changes = [
        ("\"1048576\"", "\"-1\"", "consensus_params"),
        (
            "\"power\": \"100\",\n      \"name\"",
            "\"power\": \"101\",\n      \"name\"",
            "validators",
        ),
        (
            "\"app_hash\": \"\"",
            "\"app_hash\": \"00\"",
            "initial_height or app_hash",
        ),
        ("00Z\"", "00.5Z\"", "genesis_time"),
    ];
    for (from, to, field) in changes {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{field}");
        let refused = Document::parse(other.as_bytes());
        assert!(
            matches!(&refused, Err(GenesisError::Field(name)) if *name == field),
            "{field}: {refused:?}"
        );
    }
    // nor is one taken for an older one whose chain begins elsewhere, or with others, than its `app_state` says
    for (from, to, field) in [
        changes[1],
        changes[2],
        (
            "\"initial_height\": \"1\"",
            "\"initial_height\": \"9\"",
            changes[2].2,
        ),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{to}");
        let refused = Document::begun(other.as_bytes());
        assert!(
            matches!(&refused, Err(GenesisError::Field(name)) if *name == field),
            "{to}: {refused:?}"
        );
    }
    let unknown = text.replacen("\"chain_id\"", "\"more\": 1, \"chain_id\"", 1);
    assert!(matches!(
        Document::parse(unknown.as_bytes()),
        Err(GenesisError::Json(_))
    ));
}

#[test]
fn a_genesis_whose_time_is_none_in_utc_is_refused_and_ends_no_program() {
    let (.., document) = made();
    let text = document.text().unwrap();
    for time in [
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:60-00:01",
        "0000-01-01T00:00:00+23:59",
        "0000-01-01T00:00:00Z",
        "2027-01-15T09:00:00+01:00",
        "2027-01-15",
        "Z",
    ] {
        let other = text.replacen("2027-01-15T08:00:00Z", time, 1);
        assert_ne!(other, text);
        let read = [
            Document::parse(other.as_bytes()).map(drop),
            Document::begun(other.as_bytes()).map(drop),
        ];
        for refused in read {
            let why = refused.unwrap_err().to_string();
            assert!(why.contains("genesis_time is no time in UTC"), "{why}");
        }
    }
}

#[test]
fn a_frame_holds_sixteen_blocks_of_every_genesis() {
    let (.., document) = made();
    let value: serde_json::Value = serde_json::from_str(&document.text().unwrap()).unwrap();
    let block = value["consensus_params"]["block"]["max_bytes"].as_str();
    let block: usize = block.unwrap().parse().unwrap();
    assert_eq!(FRAME_MAX_BYTES, 16 * block);
}

#[test]
fn a_genesis_whose_first_term_begins_after_its_time_is_refused() {
    let (.., document) = made();
    let text = document.text().unwrap();
    let earlier = text.replacen("08:00:00Z", "07:59:59Z", 1);
    assert_ne!(earlier, text);
    let refused = Document::parse(earlier.as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("the first term begins"), "{refused}");
    let later = text.replacen("08:00:00Z", "08:00:01Z", 1);
    assert!(Document::parse(later.as_bytes()).is_ok());
}

#[test]
fn keys_are_made_once_and_never_replaced() {
    let (folder, home, keys, _) = made();
    assert_eq!(Keys::ensure(&home, None).unwrap(), keys);
    let other = Home::new(folder.path().join("other"));
    let copied = Keys::ensure(&other, Some(&home.validator_key())).unwrap();
    assert_eq!(copied.validator, keys.validator);
    assert_ne!(copied.node_id, keys.node_id);
    let again = Keys::ensure(&other, Some(&home.validator_key()));
    assert!(matches!(again, Err(KeyError::Exists(_))));
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, home, ..) = made();
    fs::set_permissions(home.validator_key(), fs::Permissions::from_mode(0o640)).unwrap();
    let exposed = Keys::ensure(&home, None);
    assert!(matches!(
        exposed,
        Err(KeyError::File(FileError::Exposed(_)))
    ));
}

#[test]
fn a_validator_that_forgot_what_it_signed_does_not_start() {
    let (_folder, home, ..) = made();
    guard_key(&home).unwrap();
    fs::create_dir(home.block_store()).unwrap();
    guard_key(&home).unwrap();
    fs::remove_file(home.validator_state()).unwrap();
    assert!(matches!(
        guard_key(&home),
        Err(GuardError::ValidatorState(_))
    ));
    // and making keys does not invent a state
    Keys::ensure(&home, None).unwrap();
    assert!(!home.validator_state().exists());
}

#[test]
fn an_answer_that_drips_is_given_up_when_its_time_is_over() {
    // given a peer whose answer is a good one in the end, octet by octet
    let answer = [
        b"HTTP/1.0 200 OK\r\n\r\n".as_slice(),
        &[b' '; 40],
        b"{\"result\":{}}",
    ]
    .concat();
    let ask_with_pause = |pause: u64| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let octets = answer.clone();
        let peer = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; "GET /status HTTP/1.0\r\n\r\n".len()];
            stream.read_exact(&mut request).unwrap();
            for octet in octets {
                if stream.write_all(&[octet]).is_err() {
                    break;
                }
                thread::sleep(Duration::from_millis(pause));
            }
        });
        let answered = ask_within(&address, "/status", Duration::from_secs(2));
        peer.join().unwrap();
        answered.is_some()
    };
    // then no octet comes late, and the answer does
    assert!(ask_with_pause(0));
    assert!(!ask_with_pause(50));
}

/// A county at height 500 that takes a pause before each answer, and knows no signature.
fn serve_with_pause(listener: &TcpListener, pause: Duration) {
    for stream in listener.incoming() {
        let mut reader = BufReader::new(stream.unwrap());
        let mut request = String::new();
        reader.read_line(&mut request).unwrap();
        reader.read_line(&mut String::new()).unwrap();
        thread::sleep(pause);
        let result = if request.starts_with("GET /status ") {
            serde_json::json!({
                "node_info": {"network": "ktr-test-1"},
                "sync_info": {"latest_block_height": "500", "catching_up": false},
            })
        } else {
            serde_json::json!({"signed_header": {"commit": {"signatures": []}}})
        };
        let body = serde_json::json!({ "result": result });
        // Whoever asked may have given up.
        drop(write!(reader.get_mut(), "HTTP/1.0 200 OK\r\n\r\n{body}"));
    }
}

#[test]
fn a_county_that_answers_every_height_slowly_is_given_up_when_its_time_is_over() {
    let (_folder, home, keys, _) = made();
    let asked_with_pause = |pause: u64| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let settings = Settings {
            guard_rpc: vec![listener.local_addr().unwrap().to_string()],
            ..Settings::new("ktr-test-1")
        };
        thread::spawn(move || serve_with_pause(&listener, Duration::from_millis(pause)));
        let time = Duration::from_secs(3);
        guard_signatures_within(&home, &settings, &keys.validator_address(), time).unwrap()
    };
    // a hundred heights are asked for: they take five seconds with a pause
    let (whole, in_part) = (1, 0);
    assert_eq!(asked_with_pause(0), Asked { whole, in_part });
    let (whole, in_part) = (0, 1);
    assert_eq!(asked_with_pause(50), Asked { whole, in_part });
}

#[test]
fn the_clock_in_an_answer_is_read_over_leap_days() {
    let dates = [
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
        ("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799)),
        ("Wed, 01 Mar 2000 00:00:00 GMT", Some(951_868_800)),
        ("Sat, 28 Nov 2026 17:23:41 GMT", Some(1_795_886_621)),
        ("Fri, 31 Dec 2100 12:00:00 GMT", Some(4_133_937_600)),
        ("Sat, 28 Now 2026 17:23:41 GMT", None),
        ("yesterday", None),
    ];
    for (text, seconds) in dates {
        assert_eq!(http_date(text).map(|time| time.0), seconds, "{text}");
    }
}

#[test]
fn one_node_runs_in_one_folder() {
    let (_folder, home, ..) = made();
    let held = Lock::take(&home).unwrap();
    assert!(matches!(Lock::take(&home), Err(GuardError::Running(_))));
    drop(held);
    drop(Lock::take(&home).unwrap());
}

#[test]
fn a_home_too_deep_for_a_socket_is_refused() {
    let (folder, ..) = made();
    let home = Home::new(folder.path().join("d".repeat(100)));
    let from = Init {
        genesis: &folder.path().join("genesis.json"),
        settings: Settings::new(""),
        validator_key: None,
    };
    assert!(matches!(init(&home, from), Err(InitError::SocketPath(_))));
}

#[test]
fn a_node_ends_that_gets_no_block_for_five_heartbeats_while_a_county_goes_on() {
    let after = |looks: usize, height| {
        let first = Looks::default().then(height);
        (0..looks).fold(first, |seen, _| seen.then(height))
    };
    let silent = after(5, 7);
    // then it ends, and names both heights
    let ends = silent.judge(Some(9)).unwrap();
    assert_eq!(ends.exit, Exit::Engine);
    assert!(ends.why.contains("after height 7 for 5 heartbeats"));
    assert!(ends.why.contains("is at 9;"));
    // but not if nobody is above it by more than the block that may be on its way
    for theirs in [None, Some(0), Some(6), Some(7), Some(8)] {
        assert_eq!(silent.judge(theirs), None, "{theirs:?}");
    }
    // nor a heartbeat earlier, nor after another block, nor before the first one
    for looks in [after(4, 7), silent.then(8), after(100, 0)] {
        assert!(!looks.is_silent(), "{looks:?}");
        assert_eq!(looks.judge(Some(900)), None, "{looks:?}");
    }
}

#[test]
fn a_node_that_was_started_in_a_silence_is_not_ended_by_it_again() {
    let looks = |from: Looks| (0..100).fold(from, |seen, _| seen.then(7));
    let silent = looks(Looks::begun_at(7));
    assert!(!silent.is_silent());
    assert_eq!(silent.judge(Some(900)), None);
    // and a block of this run makes its silence count
    assert!(looks(Looks::begun_at(6)).is_silent());
}

#[test]
fn who_stands_still_for_ten_heartbeats_starts_anew_if_it_misses_a_peer_and_not_before_a_first_block()
 {
    let after =
        |looks: u32, height| (0..looks).fold(Looks::begun_at(height), |seen, _| seen.then(height));
    let ends = after(10, 7).judge_alone(2).unwrap();
    assert_eq!(ends.exit, Exit::Engine);
    assert!(ends.why.contains("after height 7 for 10 heartbeats"));
    assert!(ends.why.contains("misses 2 of its peers"));
    for (looks, missing) in [
        (after(10, 7), 0),
        (after(9, 7), 2),
        (after(10, 7).then(8), 2),
        (after(100, 0), 2),
    ] {
        assert_eq!(looks.judge_alone(missing), None, "{looks:?}");
    }
}

#[test]
fn one_county_alone_never_says_where_the_chain_is() {
    let named: [(&[Option<u64>], Option<u64>); 8] = [
        (&[], None),
        (&[None], None),
        (&[Some(900)], None),
        (&[Some(900), None], None),
        (&[Some(900), Some(7)], Some(7)),
        (&[Some(7), Some(900)], Some(7)),
        (&[Some(9), Some(900), None], Some(9)),
        (&[Some(8), Some(7), Some(9)], Some(8)),
    ];
    for (heights, wanted) in named {
        assert_eq!(vouched(heights), wanted, "{heights:?}");
    }
}

#[test]
fn a_county_that_is_further_alone_is_doubted_and_two_are_not() {
    let silent = (0..6).fold(Looks::default(), |seen, _| seen.then(7));
    assert!(silent.is_silent());
    let named: [(&[Option<u64>], Option<u64>); 7] = [
        (&[], None),
        (&[None, None], None),
        (&[Some(8)], None),
        (&[Some(9)], Some(9)),
        (&[Some(7), Some(900)], Some(900)),
        (&[Some(900), Some(8), None], Some(900)),
        (&[Some(900), Some(9)], None),
    ];
    for (heights, wanted) in named {
        assert_eq!(silent.doubt(heights), wanted, "{heights:?}");
    }
    // and nobody is where a block has just come
    assert_eq!(silent.then(8).doubt(&[Some(900)]), None);
}

#[test]
fn a_short_heartbeat_makes_no_short_silence() {
    let silence = |heartbeat: &str| {
        let settings = Settings {
            heartbeat: heartbeat.to_owned(),
            ..Settings::new("")
        };
        settings.silence(SILENCE_MIN)
    };
    assert_eq!(silence("1s"), Duration::from_secs(30));
    assert_eq!(silence("60s"), Duration::from_mins(1));
}

#[test]
fn only_the_end_of_consensus_or_another_app_hash_in_the_log_ends_the_node() {
    let lines = [
        (
            r#"{"level":"error","_msg":"CONSENSUS FAILURE!!!","err":"runtime error"}"#,
            Some(Exit::Engine),
        ),
        (
            r#"{"_msg":"CONSENSUS FAILURE!!!","err":"+2/3 committed an invalid block: wrong Block.Header.AppHash.  Expected AA, got BB"}"#,
            Some(Exit::AppHash),
        ),
        (
            "panic: Tendermint state.AppHash does not match AppHash after replay. Got AA",
            Some(Exit::AppHash),
        ),
        (
            "panic: +2/3 committed an invalid block: wrong Block.Header.AppHash.  Expected AA, got BB",
            Some(Exit::AppHash),
        ),
        (
            r#"{"level":"error","_msg":"Error in validation","height":7,"err":"wrong Block.Header.AppHash.  Expected AA, got BB"}"#,
            Some(Exit::AppHash),
        ),
        (
            r#"{"level":"error","_msg":"Error in validation","height":7,"err":"wrong signature (#1): AA"}"#,
            None,
        ),
        (
            r#"{"_msg":"prevote step: consensus deems this block invalid","err":"wrong Block.Header.AppHash"}"#,
            None,
        ),
        (r#"{"_msg":"finalizing commit of block"}"#, None),
        // what a peer calls its network
        (
            r#"{"_msg":"Inbound Peer rejected","err":"peer is on a different network. Got CONSENSUS FAILURE!!! Error in validation wrong Block.Header.AppHash does not match AppHash after replay"}"#,
            None,
        ),
    ];
    for (line, exit) in lines {
        assert_eq!(judge(line).map(|reason| reason.exit), exit, "{line}");
    }
}

#[test]
fn of_an_engines_errors_the_last_line_is_its_reason_and_no_more_than_a_line() {
    for (said, shown) in [
        (
            "usage\nERROR: failed to rollback state: no blocks\n\n  \n",
            "failed to rollback state: no blocks",
        ),
        ("it is \u{1b}[31mred\r\n", "it is [31mred"),
        ("", "it gives no reason"),
        ("\n \n", "it gives no reason"),
    ] {
        assert_eq!(reason(said), shown, "{said:?}");
    }
    let long = "é".repeat(2 * ENGINE_REASON_MAX_CHARS);
    assert_eq!(reason(&long).chars().count(), ENGINE_REASON_MAX_CHARS);
}
