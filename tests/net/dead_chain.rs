//! Two counties of three are lost for good with their validators' keys, and what the page says is done: what remains is exported and stopped,
//! and a chain with another id begins with the same keys of all roles. The commands are the page's own, read from it and typed.
//! Its sites are made as the page of a new county says, by hand, and a localnet's word starts them. Nobody compares anything by voice.

use std::{
    fmt::Write,
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use ktr_core::id::Sha256;
use ktr_proof::{
    commit::{self, NotCommitted},
    log,
};
use ktr_testkit::{
    page::{below, commands},
    wait,
};
use ktr_wire::{digest, genesis, recorded::Recorded};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tendermint::{PublicKey, block::signed_header::SignedHeader, validator, vote::Power};

use crate::{alone, bad_input::offer, localnet::Net, programs};

/// The commands of the page's section, in its order.
fn shown() -> [String; 15] {
    let lines = commands(below(PAGE, "A chain that cannot come back"));
    lines.try_into().expect("as many as the test types")
}

/// A program of the product, which must succeed; what it prints.
fn program(name: &str, home: &Path, words: &[&str]) -> String {
    let mut program = Command::new(programs().join(name));
    program.arg("--home").arg(home).args(words);
    let output = program.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {words:?}: {said}");
    let printed = String::from_utf8(output.stdout).expect("text");
    printed.trim().to_owned()
}

/// What somebody has who follows the page at a site that remains.
struct Desk {
    folder: TempDir,
    /// The site's folder.
    home: PathBuf,
    /// Where its engine answers.
    rpc: String,
    /// What `gpg` has.
    ring: TempDir,
}

impl Desk {
    /// At a site of a localnet, by its place and its name.
    fn at(net: &Net, (place, name): (usize, &str)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = net.rpc()[place].clone();
        let own = folder.path().join("net");
        fs::create_dir(&own).expect("made");
        fs::write(own.join("rpc.txt"), &url).expect("written");
        for file in ["genesis.json", "alliance.json"] {
            fs::copy(net.folder.path().join(file), own.join(file)).expect("copied");
        }
        Self {
            folder,
            home: net.folder.path().join("sites").join(name),
            rpc: url.trim_start_matches("http://").to_owned(),
            ring: ring(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Types a command of the page, with the test's places for those of the page; what it prints.
    fn typed(&self, command: &str) -> String {
        self.typed_with(&self.ring, command)
    }

    /// The same with another keyring.
    fn typed_with(&self, ring: &TempDir, command: &str) -> String {
        let home = self.home.display().to_string();
        // One user has all of it here.
        let line = command.strip_prefix(AS_ITS_USER).unwrap_or(command);
        let line = line.replace(FOLDER, &home).replace(RPC, &self.rpc);
        let programs = programs();
        let line = format!("PATH='{}':\"$PATH\"; {line}", programs.display());
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(self.folder.path());
        shell.env("GNUPGHOME", ring.path()).stdin(Stdio::null());
        let output = shell.output().expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Exports what the site has, executes it again, and keeps the commit of its last block; gives that height.
    fn kept(&self, [export, replay, curl]: [&str; 3]) -> usize {
        self.typed(export);
        let blocks = self.blocks();
        let height = blocks.len();
        let said = self.typed(replay);
        let words = "every header agrees, and so does this node's store for the last block";
        assert!(said.contains(words), "{said}");
        self.typed(&curl.replace("height=H'", &format!("height={height}'")));
        let signed = self.commit();
        assert_eq!(signed.header.height.value().to_string(), height.to_string());
        let wrong = wrong(&signed, &read(&self.path("net/genesis.json")), None);
        assert_eq!(wrong, None);
        // and the last line of the export is of that very header
        let last: Value = serde_json::from_str(&blocks[height.saturating_sub(1)]).expect("JSON");
        let app_hash = hex::encode(signed.header.app_hash.as_bytes());
        assert_eq!(last["app_hash"], app_hash);
        height
    }

    /// The lines that it exported.
    fn blocks(&self) -> Vec<String> {
        let blocks = fs::read_to_string(self.path("blocks.jsonl")).expect("exported");
        blocks.lines().map(str::to_owned).collect()
    }

    /// The commit that it kept.
    fn commit(&self) -> SignedHeader {
        signed_header(&read(&self.path("commit.json")))
    }
}

/// The stores of a site whose engine runs no more, shown by the engine's own program until this goes.
struct Stores(Child);

impl Stores {
    /// Where the engine answered.
    fn shown(desk: &Desk, command: &str) -> Self {
        let home = desk.home.display().to_string();
        let settings = fs::read_to_string(desk.home.join("node.toml")).expect("settings");
        let mut lines = settings.lines();
        let engine = lines.find_map(|line| line.strip_prefix("engine_binary = "));
        // The test has its engine elsewhere.
        let words = command.strip_prefix(AS_ITS_USER);
        let words = words.and_then(|words| words.strip_prefix("cometbft "));
        let words = words.expect("the engine's program").replace(FOLDER, &home);
        let line = format!("exec {} {words}", engine.expect("an engine"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).stdin(Stdio::null());
        shell.stdout(Stdio::null()).env_remove("CMTHOME");
        let stores = Self(shell.spawn().expect("a shell"));
        wait::until("the stores answer", 60, || {
            TcpStream::connect(&desk.rpc).ok().map(drop)
        });
        stores
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        let pid = Pid::from_raw(self.0.id().try_into().expect("a number"));
        // One that is gone meanwhile needs no signal.
        kill(pid, Signal::SIGTERM).unwrap_or(());
        let ended = wait::seen(60, || self.0.try_wait().expect("a child of this test"));
        if ended.is_none() {
            self.0.kill().expect("it runs");
            self.0.wait().expect("it was killed");
            assert!(thread::panicking(), "`cometbft inspect` does not end");
        }
    }
}

/// An empty keyring, in a folder whose name is short enough for a socket.
fn ring() -> TempDir {
    let folder = tempfile::Builder::new().prefix("k").tempdir();
    folder.expect("a folder")
}

fn read(path: &Path) -> Value {
    let text = fs::read(path).expect("it is there");
    serde_json::from_slice(&text).expect("JSON")
}

/// The signed header in what an engine answers.
fn signed_header(answer: &Value) -> SignedHeader {
    let signed = answer["result"]["signed_header"].clone();
    serde_json::from_value(signed).expect("a signed header")
}

/// Why a header is none that the validators of a genesis signed; those of the chain that is named, if it is another one.
#[expect(clippy::unwrap_in_result, reason = "a test stops at what cannot be")]
fn wrong(signed: &SignedHeader, file: &Value, chain: Option<&str>) -> Option<NotCommitted> {
    let state = genesis::from_json(file["app_state"].to_string().as_bytes());
    let validators = state.expect("a genesis").validators;
    let entries = validators.iter().map(|site| {
        let key = PublicKey::from_raw_ed25519(&site.key.0).expect("a key");
        let power = Power::try_from(site.power).expect("a power");
        validator::Info::new(key, power)
    });
    let set = validator::Set::without_proposer(entries.collect());
    let own = file["chain_id"].as_str().expect("a chain");
    let chain = chain.unwrap_or(own);
    commit::verify(chain, &set, &signed.header, &signed.commit).err()
}

/// That a member was admitted: an event with its proof, and the header that carries it.
struct Receipt {
    event: Value,
    signed: SignedHeader,
}

impl Receipt {
    /// Of a chain that goes on.
    fn of(net: &Net) -> Self {
        let folder = net.folder.path().join("audit");
        net.ktr(&["audit", "--out", &folder.display().to_string()]);
        let events = read(&folder.join("events.json"));
        let is_admission = |event: &&Value| {
            let recorded = Recorded::decode(&octets(&event["octets"]));
            recorded.expect("an event").name() == "membership.admitted.v1"
        };
        let mut listed = events.as_array().expect("a list").iter();
        let event = listed.find(is_admission).expect("there is one");
        let height = event["header"]["height"].as_u64().expect("a height");
        let answer = net.engine(&format!("/commit?height={height}"));
        Self {
            event: event.clone(),
            signed: signed_header(&answer),
        }
    }

    /// What is wrong with it by a genesis alone.
    #[expect(clippy::unwrap_in_result, reason = "a test stops at what cannot be")]
    fn wrong(&self, file: &Value, chain: Option<&str>) -> Option<NotCommitted> {
        let event = &self.event;
        let leaf = log::leaf(&octets(&event["octets"]));
        let path = event["path"].as_array().expect("a list").iter().map(hash);
        let path: Vec<Sha256> = path.collect();
        let index = event["index"].as_u64().expect("a place");
        let opening = &event["opening"];
        let size = opening["log_size"].as_u64().expect("a size");
        let [root, state] = ["log_root", "state_root"].map(|name| hash(&opening[name]));
        assert_eq!(log::verify(&leaf, index, &path, size, &root), Ok(()));
        let app_hash = digest::app_hash(size, &root, &state);
        assert_eq!(self.signed.header.app_hash.as_bytes(), app_hash.0);
        wrong(&self.signed, file, chain)
    }
}

fn octets(text: &Value) -> Vec<u8> {
    hex::decode(text.as_str().expect("a text")).expect("hex")
}

fn hash(text: &Value) -> Sha256 {
    Sha256::from_slice(&octets(text)).expect("32 octets")
}

fn height(net: &Net) -> u64 {
    let status = net.engine("/status");
    let height = status["result"]["sync_info"]["latest_block_height"].as_str();
    height.and_then(|height| height.parse().ok()).expect("one")
}

/// Admits the member and waits until nothing happens any more; the transaction.
fn admitted(net: &Net) -> Vec<u8> {
    let path = |name: &str| net.folder.path().join(name).display().to_string();
    let [key, body, tx] = ["member.asc", "member.body", "member.tx"].map(path);
    net.ktr(&["keys", "new", "--role-text", "spare", "--out", &key]);
    let build = ["tx", "build", "--chain", DEAD, "--out", &body];
    let admit = ["membership", "admit", "--home-county", "1"];
    let whom = ["--member", MEMBER, "--cert", &key];
    net.ktr(&[&build[..], &admit, &whom].concat());
    net.ktr(&["tx", "sign", &body, "--out", &tx, "--key", &net.key(COUNTY)]);
    let sent = net.ktr(&["tx", "broadcast", &tx]);
    let landed = net.ktr(&["tx", "wait", sent["hash"].as_str().expect("a hash")]);
    let landed = landed["height"].as_u64().expect("a height");
    wait::until("two blocks more", 60, || {
        (height(net) > landed.saturating_add(1)).then_some(())
    });
    fs::read(tx).expect("written")
}

/// Kills a site and takes its folder away, keys and all.
fn lose(net: &Net, name: &str) {
    let pids = fs::read_to_string(net.folder.path().join("pids")).expect("written");
    let is_its = |line: &str| line.strip_prefix(name).map(|pid| pid.trim().to_owned());
    let node = pids.lines().find_map(is_its).expect("it runs");
    let home = net.folder.path().join("sites").join(name);
    let engine = fs::read_to_string(home.join("engine.pid")).expect("its engine runs");
    let both = [node, engine].map(|pid| pid.trim().parse::<i32>().expect("a number"));
    for pid in both {
        // One that is gone meanwhile needs no signal.
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap_or(());
    }
    for pid in both {
        wait::until("it has ended", 60, || {
            let words = fs::read(format!("/proc/{pid}/cmdline"));
            let runs = words.is_ok_and(|words| !words.is_empty());
            (!runs).then_some(())
        });
    }
    fs::remove_dir_all(home).expect("removed");
}

/// A chain that has ended still proves the term in force and a county's key.
fn says_which_are_in_force(desk: &Desk, net: &Net, [term, key]: [&str; 2]) {
    let shown = net.ktr(&["keys", "show", &net.key(COUNTY)]);
    let fingerprint = shown["fingerprint"].as_str().expect("a fingerprint");
    let asked = [
        term.replace(" N", " 1"),
        key.replace("FINGERPRINT", fingerprint),
    ];
    for command in asked {
        let said = desk.typed(&command);
        assert!(said.contains("proven by header "), "{said}");
    }
}

/// Lays what the page asks for beside the desk's network: everybody's certificates, the county's key and the member's.
fn brought(net: &Net, desk: &Desk) -> Vec<String> {
    let keys = net.folder.path().join("keys");
    fs::create_dir(desk.path("keys")).expect("made");
    let mut roles = Vec::new();
    for entry in fs::read_dir(&keys).expect("keys") {
        let name = entry.expect("a key").file_name();
        let name = name.into_string().expect("text");
        if let Some(role) = name.strip_suffix(".asc.pub") {
            let to = desk.path("keys").join(&name);
            fs::copy(keys.join(&name), to).expect("copied");
            roles.push(role.to_owned());
        }
    }
    let county = format!("{COUNTY}.asc");
    fs::copy(keys.join(&county), desk.path(&county)).expect("copied");
    for name in ["member.asc", "member.asc.pub"] {
        fs::copy(net.folder.path().join(name), desk.path(name)).expect("copied");
    }
    roles
}

/// A site of the new chain: its ports and what its node prints of its keys.
struct Site {
    name: &'static str,
    power: u64,
    county: Option<u8>,
    home: PathBuf,
    ports: [u16; 2],
    validator: String,
    node_id: String,
}

impl Site {
    fn peer(&self) -> String {
        let [_, port] = self.ports;
        format!("{}@127.0.0.1:{port}", self.node_id)
    }
}

/// Four sites with keys of their own, below a folder.
fn sites(folder: &Path) -> Vec<Site> {
    let held = [(); 8].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let ports = held.each_ref().map(TcpListener::local_addr);
    let ports = ports.map(|address| address.expect("an address").port());
    let of = |(place, (name, power, county)): (usize, (&'static str, u64, Option<u8>))| {
        let home = folder.join("sites").join(name);
        fs::create_dir_all(&home).expect("made");
        Site {
            name,
            power,
            county,
            ports: [ports[place], ports[place.saturating_add(SITES.len())]],
            validator: program("ktr-node", &home, &["key"]),
            node_id: program("ktr-node", &home, &["key", "--which", "node"]),
            home,
        }
    };
    SITES.into_iter().enumerate().map(of).collect()
}

/// The description of the new network.
fn description(roles: &[String], sites: &[Site]) -> String {
    let mut text = format!("chain_id = \"{NEXT}\"\ncounties = 3\nhost = 1\nlocalnet = true\n");
    text.push_str("[alliance]\nname = \"Localnet Alliance\"\ndomain = \"relay.example\"\n[keys]\n");
    for role in roles {
        writeln!(text, "{role} = \"keys/{role}.asc.pub\"").expect("written");
    }
    for site in sites {
        let Site {
            name,
            power,
            validator,
            ..
        } = site;
        writeln!(
            text,
            "[[validators]]\nname = \"{name}\"\nkey = \"{validator}\"\npower = {power}"
        )
        .expect("written");
        if let Some(county) = site.county {
            writeln!(text, "county = {county}").expect("written");
        }
    }
    text
}

/// Makes the new network as the page says, and starts it.
fn begun(desk: &Desk, roles: &[String], [make, check]: [&str; 2]) -> Net {
    let folder = tempfile::tempdir().expect("a folder");
    let sites = sites(folder.path());
    fs::write(desk.path("network.toml"), description(roles, &sites)).expect("written");
    desk.typed(make);
    let said = desk.typed(check);
    assert!(said.starts_with(&format!("{NEXT} ")), "{said}");
    for file in ["genesis.json", "alliance.json"] {
        let from = desk.path("next").join(file);
        fs::copy(from, folder.path().join(file)).expect("copied");
    }
    let genesis = desk.path("next/genesis.json").display().to_string();
    for site in &sites {
        let [rpc, p2p] = site.ports.map(|port| format!("127.0.0.1:{port}"));
        let others = sites.iter().filter(|other| other.name != site.name);
        let peers: Vec<String> = others.map(Site::peer).collect();
        let peers = peers.join(",");
        let init = ["init", "--localnet", "--genesis", &genesis];
        let at = ["--rpc", &rpc, "--p2p", &p2p, "--peers", &peers];
        program("ktr-node", &site.home, &[&init[..], &at].concat());
    }
    let listed = sites.iter().map(|site| {
        let [rpc, p2p] = site.ports;
        json!({
            "name": site.name, "home": site.home, "rpc": rpc, "p2p": p2p,
            "node_id": site.node_id, "validator": site.validator, "pid": null,
        })
    });
    let listed: Vec<Value> = listed.collect();
    let sockets = folder.path().join("sockets");
    let file = json!({"sites": listed, "sockets": sockets}).to_string();
    fs::write(folder.path().join("sites.json"), file).expect("written");
    let net = Net { folder };
    net.ktr(&["localnet", "up"]);
    let rpc = net.folder.path().join("rpc.txt");
    fs::copy(rpc, desk.path("next/rpc.txt")).expect("copied");
    net
}

/// What an auditor compares of two genesis files: all is the same but chain and validators.
fn are_alike(dead: &Net, next: &Net) {
    let [old, new] = [dead, next].map(|net| net.ktr(&["genesis", "show"]));
    for same in ["network", "parameters", "keys"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    assert_ne!(old["validators"], new["validators"]);
    assert_eq!([&old["chain"], &new["chain"]], [DEAD, NEXT]);
    let [old, new] = [dead, next].map(|net| fs::read(net.folder.path().join("alliance.json")));
    assert_eq!(old.expect("read"), new.expect("read"));
}

/// A county signs what all must know, with the key that it had on the dead chain, and a member who has its certificate verifies that.
fn signed_by_a_county(desk: &Desk, net: &Net, [digest, sign, verify]: [&str; 3]) {
    let sha256 = desk.typed(digest);
    let (sha256, _) = sha256.split_once(' ').expect("a digest and a name");
    let told = net.ktr(&["genesis", "check"]);
    assert_eq!(told["sha256"], sha256);
    let header = desk.commit().header;
    let text = format!(
        "{DEAD} ended with block {} {} {}\n{NEXT} begins with genesis.json {sha256}\n",
        header.height,
        header.hash(),
        hex::encode(header.app_hash.as_bytes()),
    );
    fs::write(desk.path("restart.txt"), text).expect("written");
    desk.typed(&format!("gpg --batch --import {COUNTY}.asc"));
    let key = desk.path(&format!("{COUNTY}.asc")).display().to_string();
    let shown = net.ktr(&["keys", "show", &key]);
    let fingerprint = shown["fingerprint"].as_str().expect("a fingerprint");
    desk.typed(&sign.replace("FINGERPRINT", fingerprint));
    let member = ring();
    let import = format!("gpg --batch --import keys/{COUNTY}.asc.pub");
    desk.typed_with(&member, &import);
    let verify = verify.replace("gpg ", "gpg --status-fd 1 ");
    let said = desk.typed_with(&member, &verify);
    let words = format!("VALIDSIG {}", fingerprint.to_uppercase());
    assert!(said.contains(&words), "{said}");
    // and that very key is in the genesis, which has the keys of the dead chain
    let genesis = net.ktr(&["genesis", "show"]);
    let mut keys = genesis["keys"].as_array().expect("a list").iter();
    assert!(keys.any(|key| key["fingerprint"] == fingerprint));
}

/// A receipt of the dead chain holds by its genesis, and by no other, whatever chain that claims to be of.
fn holds_by_its_own_genesis(receipt: &Receipt, desk: &Desk) {
    let [old, young] = ["net", "next"].map(|name| read(&desk.path(name).join("genesis.json")));
    assert_eq!(receipt.wrong(&old, None), None);
    let cases = [
        (None, NotCommitted::OtherChain),
        (Some(DEAD), NotCommitted::OtherValidators),
    ];
    for (chain, why) in cases {
        assert_eq!(receipt.wrong(&young, chain), Some(why));
    }
}

#[test]
fn a_chain_that_lost_two_counties_ends_and_another_begins_with_the_same_keys() {
    let _turn = alone();
    let [
        export,
        replay,
        curl,
        inspect,
        term,
        key,
        stop,
        aside,
        make,
        check,
        proof,
        admit,
        digest,
        sign,
        verify,
    ] = shown();
    // given a chain with a member, and a receipt of its admission
    let dead = Net::up();
    let tx = admitted(&dead);
    let receipt = Receipt::of(&dead);
    let desks = [(0, "a"), (3, "witness")].map(|site| Desk::at(&dead, site));
    let [desk, witness] = &desks;
    let roles = brought(&dead, desk);
    // when two counties are lost for good
    for county in ["b", "c"] {
        lose(&dead, county);
    }
    // then each that remains keeps what it has, and they have the same
    let taken = [export.as_str(), &replay, &curl];
    let last = desks.each_ref().map(|desk| desk.kept(taken));
    let blocks = desks.each_ref().map(Desk::blocks);
    let common = last[0].min(last[1]);
    assert_eq!(blocks[0][..common], blocks[1][..common]);
    // and says which keys are in force, and no block comes any more
    says_which_are_in_force(desk, &dead, [&term, &key]);
    assert_eq!(height(&dead).to_string(), last[0].to_string());
    assert!(stop.starts_with("systemctl disable --now "), "{stop}");
    dead.ktr(&["localnet", "down"]);
    // and where no engine answers any more, its stores still give the same
    let stores = Stores::shown(witness, &inspect);
    assert_eq!(witness.kept(taken), last[1]);
    assert_eq!(witness.blocks(), blocks[1]);
    drop(stores);
    for desk in [desk, witness] {
        desk.typed(&aside);
    }
    // when another one begins
    let next = begun(desk, &roles, [&make, &check]);
    // then it has the keys, the parameters and the Alliance of the dead one, and admits the member again
    are_alike(&dead, &next);
    let proof = desk.typed(&proof.replace("MEMBER", MEMBER));
    let admit = admit.replace("MEMBER", MEMBER);
    desk.typed(&admit.replace("PROOF", proof.trim()));
    let member = next.ktr(&["query", "member", MEMBER]);
    assert_eq!(member["present"], true, "{member}");
    // and refuses what was signed for the dead one
    assert_eq!(offer(&next, "broadcast_tx_sync", &tx), Some(WRONG_CHAIN));
    // and what was proven of the dead one stays so, and a county signs which is which
    holds_by_its_own_genesis(&receipt, desk);
    signed_by_a_county(desk, &next, [&digest, &sign, &verify]);
}

/// The page.
const PAGE: &str = include_str!("../../docs/src/operating/halted-chain.md");
/// The page's folder of a node, and where it asks the engine.
const FOLDER: &str = "/var/lib/ktr-node";
const RPC: &str = "127.0.0.1:26657";
/// How the page becomes the user of the node.
const AS_ITS_USER: &str = "sudo -u ktr-node ";
/// The chain that ends, as a localnet calls itself, and the one that begins.
const DEAD: &str = "ktr-localnet-1";
const NEXT: &str = "ktr-localnet-2";
/// The county that remains, by its key, and a member of it.
const COUNTY: &str = "county-1";
const MEMBER: &str = "000102030405060708090a0b0c0d0e0f";
/// Name, power and county of the new sites: none of them has a key of the dead chain.
const SITES: [(&str, u64, Option<u8>); 4] = [
    ("a", 100, Some(1)),
    ("b", 100, Some(2)),
    ("c", 100, Some(3)),
    ("witness", 1, None),
];
/// `WrongChain` of `ktr.envelope`.
const WRONG_CHAIN: u64 = 120;
