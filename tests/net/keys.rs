//! The page on keys, followed with four real engines: every key is replaced with the commands that it shows, and the old one is refused.
//! The day after which a role's key begins has twenty seconds here. The rules of each key have their tests in the core.

use std::{fs, net::TcpListener};

use ktr_testkit::{
    page::{below, commands},
    wait,
};
use serde_json::{Value, json};

use crate::{
    alone,
    desk::{Desk, Words, said},
    localnet::Net,
};

/// Somebody at a desk, and how many proposals there were.
struct Walk<'a> {
    desk: Desk<'a>,
    proposals: u32,
}

impl Walk<'_> {
    /// The number that the next proposal has.
    fn number(&mut self) -> String {
        self.proposals = self.proposals.saturating_add(1);
        self.proposals.to_string()
    }

    /// What `keys show` has of a file under this name.
    fn shown(&self, file: &str, name: &str) -> String {
        let shown = self.desk.types(&format!("ktr keys show {file}"), &[]);
        shown[name].as_str().expect("a text").to_owned()
    }

    /// What the chain has of a file's signing key.
    fn record(&self, file: &str) -> Value {
        let line = said(PAGE, "ktr --home net query key FINGERPRINT");
        let fingerprint = self.shown(file, "fingerprint");
        let answer = self
            .desk
            .types(line, &[("FINGERPRINT", fingerprint.as_str())]);
        answer["record"].clone()
    }

    /// A county proposes, another reads it and approves, with the three commands of a page; gives the height.
    fn resolves(&mut self, [propose, look, approve]: [&str; 3], words: Words<'_>) -> u64 {
        let number = self.number();
        let own = [("N", number.as_str()), ("1d", DAY)];
        let words = [words, &own[..]].concat();
        self.desk.types(propose, &words);
        self.desk.sends("p.body", "county-1.asc");
        let shown = self.desk.types(look, &words);
        let digest = shown["record"]["digest"].as_str().expect("a digest");
        let words = [words, vec![("DIGEST", digest)]].concat();
        self.desk.types(approve, &words);
        self.desk.sends("a.body", "county-2.asc")
    }

    /// The old key of a role is refused with the first of these codes and the new one by a rule alone, which is the second. Then the new file
    /// takes the place of the old one.
    fn takes_over(&self, role: &str, [gone, known]: [u64; 2], command: &str) {
        let (old, new) = (format!("{role}.asc"), format!("{role}-new.asc"));
        let (ended, began) = (self.record(&old), self.record(&new));
        assert_eq!(ended["role"], began["role"], "{role}");
        if gone == OVER {
            // With the new one's beginning, or with its approval where that came later.
            let time = |record: &Value, name: &str| record[name].as_u64().expect("a time");
            let over = time(&ended, "valid_until");
            assert!(over >= time(&began, "valid_from"), "{role}");
            assert!(over < time(&began, "valid_until"), "{role}");
        } else {
            assert!(ended["revoked"]["at"].is_u64(), "{role}: {ended}");
        }
        assert_eq!(self.desk.judged(command, &old), gone, "{role}");
        assert_eq!(self.desk.judged(command, &new), known, "{role}");
        for ending in ["", ".pub", ".rev"] {
            let [from, to] = [&new, &old].map(|name| self.desk.path(&format!("{name}{ending}")));
            fs::rename(from, to).expect("moved");
        }
    }
}

/// From a file for county 3, and for county 2 with a keyring.
fn a_countys_own(walk: &Walk<'_>) {
    let lines = commands(below(PAGE, "A county's own key"));
    let [new, build] = <[String; 2]>::try_from(lines).expect("two commands");
    walk.desk.types(&new, &[]);
    walk.desk.types(&build, &[]);
    let height = walk.desk.sends("t.body", "county-3.asc");
    walk.desk.settles_above(height);
    walk.takes_over("county-3", [REVOKED, PROPOSAL_UNKNOWN], COUNTY_ASKS);
    let of_two = |line: &str| {
        line.replace("county 3", "county 2")
            .replace("county-3", "county-2")
    };
    let made = walk.desk.types(&of_two(&new), &[]);
    walk.desk
        .types("gpg --batch --import county-2-new.asc", &[]);
    let prove = said(
        PAGE,
        "ktr --home net keys proof --county 3 --gpg FINGERPRINT",
    );
    let fingerprint = made["fingerprint"].as_str().expect("a fingerprint");
    let words = [("FINGERPRINT", fingerprint)];
    let proven = walk.desk.types(&of_two(prove), &words);
    let proof = proven["proof"].as_str().expect("a proof");
    let build = of_two(&build).replace("county-2-new.asc", "county-2-new.asc.pub");
    walk.desk.types(&format!("{build} --proof {proof}"), &[]);
    let height = walk.desk.sends("t.body", "county-2.asc");
    walk.desk.settles_above(height);
    walk.takes_over("county-2", [REVOKED, PROPOSAL_UNKNOWN], COUNTY_ASKS);
}

fn a_countys_lost(walk: &mut Walk<'_>) {
    let lines = commands(below(PAGE, "A county's key that is lost"));
    let [new, make, propose, approve] = <[String; 4]>::try_from(lines).expect("four commands");
    let number = walk.number();
    walk.desk.types(&new, &[]);
    let built = walk.desk.types(&make, &[("N", number.as_str())]);
    let digest = built["command"].as_str().expect("a digest");
    let words = [("N", number.as_str()), ("DIGEST", digest)];
    walk.desk.types(&propose, &words);
    walk.desk.sends("p.body", "county-1.asc");
    walk.desk.types(&approve, &words);
    walk.desk.sends("a.body", "county-2.asc");
    let line = said(PAGE, "ktr --home net query proposal N");
    let shown = walk.desk.types(line, &words);
    assert_eq!(shown["record"]["status"], "enacted", "{shown}");
    let height = walk.desk.sends("t.body", "county-1.asc");
    walk.desk.settles_above(height);
    walk.takes_over("county-3", [REVOKED, PROPOSAL_UNKNOWN], COUNTY_ASKS);
}

/// Proposes and approves a new key of a role of the network; of a sidecar, the one that receives as well.
fn a_roles(walk: &mut Walk<'_>, role: &str) {
    let lines = commands(below(PAGE, "A role's key"));
    let lines = <[String; 5]>::try_from(lines).expect("five commands");
    let (text, name) = (role.replace(':', " "), role.replace(':', "-"));
    let [new, show, propose, look, approve] = lines.map(|line| {
        line.replace("sidecar 2", &text)
            .replace("sidecar-2", &name)
            .replace("sidecar:2", role)
    });
    // The Alliance's primary does not sign.
    let seals = new.replace("--encrypt-too --days 367", "--alliance --days 390");
    let new = if role == "releaser" { seals } else { new };
    walk.desk.types(&new, &[]);
    let shown = walk.desk.types(&show, &[]);
    let body = |name: &str| shown[name].as_str().expect("a body").to_owned();
    let signs = [propose.as_str(), &look, &approve];
    walk.resolves(signs, &[("BODY", body("body").as_str())]);
    if role == "sidecar:2" {
        let receives = propose.replace("--purpose sign", "--purpose encrypt");
        let receives = [receives.as_str(), &look, &approve];
        walk.resolves(receives, &[("BODY", body("encryption_body").as_str())]);
        let fingerprint = shown["encryption_fingerprint"].as_str().expect("a text");
        let line = said(PAGE, "ktr --home net query key FINGERPRINT");
        let answer = walk.desk.types(line, &[("FINGERPRINT", fingerprint)]);
        assert_eq!(answer["record"]["purpose"], "encrypt", "{answer}");
    }
}

/// Once all of them have begun.
fn roles_take_over(walk: &Walk<'_>) {
    let begins = ROLES.iter().map(|(role, _, _)| {
        let record = walk.record(&format!("{}-new.asc", role.replace(':', "-")));
        record["valid_from"].as_u64().expect("a time")
    });
    let begins = begins.max();
    wait::until("every new key has begun", 60, || {
        let status = walk.desk.net.ktr(&["status"]);
        let nodes = status["nodes"].as_array().cloned()?;
        let begun = |node: &Value| node["time"].as_u64() >= begins;
        nodes.iter().all(begun).then_some(())
    });
    for (role, command, known) in ROLES {
        walk.takes_over(&role.replace(':', "-"), [OVER, known], command);
    }
}

/// How others dial a site.
fn peer(site: &Value) -> String {
    let id = site["node_id"].as_str().expect("an id");
    format!("{id}@127.0.0.1:{}", site["p2p"])
}

/// A site in a new folder beside the one of county 2, with a key of its own, as the page of a county's start makes it.
pub(crate) fn a_new_host(desk: &Desk<'_>) {
    let net = desk.net;
    let lines = commands(below(START, "With the first genesis"));
    let mut lines = lines.iter().filter(|line| line.contains("ktr-node"));
    let home = net.folder.path().join("sites/b-new").display().to_string();
    let held = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let [rpc, p2p] = held.map(|port| port.local_addr().expect("an address").port());
    let mut sites = net.sites();
    let sockets = sites["sockets"].as_str().expect("a folder");
    // What a localnet has otherwise than the page.
    let twins = format!(
        "KTR_NODE_LOCALNET=true KTR_NODE_RPC=127.0.0.1:{rpc} KTR_NODE_P2P=127.0.0.1:{p2p} KTR_NODE_ABCI_SOCKET={sockets}/b-new.sock"
    );
    let peers = ["a", "c", "witness"].map(|name| peer(&net.site(name)));
    let of_here = |line: &str| {
        let line = line.replace(FOLDER, &home).replace("sudo -u ktr-node ", "");
        line.replace(PEERS, &peers.join(","))
    };
    let mut made = Value::Null;
    for line in lines.by_ref().take(3) {
        made = desk.types(&format!("{twins} {}", of_here(line)), &[]);
    }
    let site = json!({
        "name": "b-new", "home": home, "rpc": rpc, "p2p": p2p, "pid": null,
        "node_id": made["node_id"], "validator": made["validator"],
    });
    sites["sites"].as_array_mut().expect("a list").push(site);
    net.remember(&sites);
    assert_eq!(
        lines.next().map(String::as_str),
        Some("systemctl enable --now ktr-node")
    );
    desk.starts();
    let shown: Vec<Value> = lines.map(|line| desk.types(&of_here(line), &[])).collect();
    assert!(shown[0]["findings"].is_array(), "{shown:?}");
    assert!(shown[1]["height"].is_u64(), "{shown:?}");
    wait::until("the new site has the chain", 60, || {
        let status = net.ktr(&["status"]);
        let nodes = status["nodes"].as_array()?;
        let (first, new) = (nodes.first()?, nodes.last()?);
        let caught_up = new["catching_up"] == false;
        (caught_up && new["height"].as_u64() >= first["height"].as_u64()).then_some(())
    });
}

/// The addresses that the engines have for the validators of a height.
pub(crate) fn validators(net: &Net, height: u64) -> Vec<String> {
    let answer = net.engine(&format!("/validators?height={height}"));
    let listed = answer["result"]["validators"].as_array().expect("a list");
    let address = |one: &Value| one["address"].as_str().expect("an address").to_owned();
    listed.iter().map(address).collect()
}

/// The address of the key that votes at a site that runs.
fn address(net: &Net, name: &str) -> String {
    let status = net.engine_of(name, "/status");
    let address = status["result"]["validator_info"]["address"].as_str();
    address.expect("an address").to_owned()
}

/// The counties put the new host's validator into the set with the commands of the page: it is there two heights later and not before, `gone` is
/// not, and it signs. Gives that height.
pub(crate) fn comes_into_the_set(desk: &Desk<'_>, number: &str, gone: &str) -> u64 {
    let net = desk.net;
    let key = |name: &str| {
        net.site(name)["validator"]
            .as_str()
            .expect("a key")
            .to_owned()
    };
    let [one, new, three, witness] = ["a", "b-new", "c", "witness"].map(key);
    let words = [
        ("N", number),
        ("KEY1", one.as_str()),
        ("NEWKEY", new.as_str()),
        ("KEY3", three.as_str()),
        ("WITNESS", witness.as_str()),
    ];
    let lines = commands(below(LOST, "A new host"));
    let answer = desk.follows(&lines, &words);
    let resolved = answer["height"].as_u64().expect("a height");
    let force = resolved.saturating_add(2);
    desk.settles_above(force);
    let come = address(net, "b-new");
    assert!(!validators(net, force.saturating_sub(1)).contains(&come));
    let after = validators(net, force);
    assert!(after.contains(&come) && !after.iter().any(|one| one == gone));
    wait::until("a commit that the new validator signed", 60, || {
        let commit = net.engine("/commit");
        let signatures = &commit["result"]["signed_header"]["commit"]["signatures"];
        let signatures = signatures.as_array()?;
        let has_signed = |one: &Value| one["validator_address"] == come.as_str();
        signatures.iter().any(has_signed).then_some(())
    });
    force
}

fn a_validators(walk: &mut Walk<'_>) {
    let net = walk.desk.net;
    a_new_host(&walk.desk);
    let (number, gone) = (walk.number(), address(net, "b"));
    let force = comes_into_the_set(&walk.desk, &number, &gone);
    // in the place of the old one, which was there until then
    assert!(validators(net, force.saturating_sub(1)).contains(&gone));
    walk.desk.stops("b");
    let mut sites = net.sites();
    let known = sites["sites"].as_array_mut().expect("a list");
    known.retain(|site| site["name"] != "b");
    net.remember(&sites);
    walk.desk.starts();
}

/// Puts others in the place of peers in a site's `node.toml`.
fn dials(net: &Net, name: &str, changes: &[(&str, &str)]) {
    let path = net.folder.path().join("sites").join(name).join("node.toml");
    let mut text = fs::read_to_string(&path).expect("settings");
    for (old, new) in changes {
        assert!(text.contains(old), "{name}: {old}");
        text = text.replace(old, new);
    }
    fs::write(path, text).expect("written");
}

/// Another id for the first site; the others dial it, and the new validator in the place of the old one, after one restart each.
fn a_nodes(walk: &Walk<'_>, replaced: &Value) {
    let (desk, net) = (&walk.desk, walk.desk.net);
    let (gone, come) = (peer(replaced), peer(&net.site("b-new")));
    let place = (gone.as_str(), come.as_str());
    dials(net, "a", &[place]);
    let mut ids = Vec::new();
    for line in commands(below(PAGE, "A node's id")) {
        match line.as_str() {
            "systemctl stop ktr-node" => desk.stops("a"),
            "systemctl start ktr-node" => desk.starts(),
            _ => {
                let line = line.replace("sudo -u ktr-node ", "");
                let made = desk.types(&line.replace(FOLDER, "net/sites/a"), &[]);
                ids.extend(made["node_id"].as_str().map(str::to_owned));
            }
        }
    }
    let [id] = <[String; 1]>::try_from(ids).expect("one id");
    let known = net.site("a")["node_id"].as_str().expect("an id").to_owned();
    assert_ne!(id, known);
    let node = (known.as_str(), id.as_str());
    for (name, changes) in [
        ("witness", &[node, place][..]),
        ("c", &[node, place][..]),
        ("b-new", &[node][..]),
    ] {
        dials(net, name, changes);
        desk.stops(name);
        desk.starts();
    }
    for name in ["b-new", "c", "witness"] {
        wait::until("the new id among the peers", 60, || {
            let there = net.engine_of(name, "/net_info");
            let peers = there["result"]["peers"].as_array()?;
            let is_it = |peer: &Value| peer["node_info"]["id"] == id.as_str();
            (peers.len() == 3 && peers.iter().any(is_it)).then_some(())
        });
        let found = desk.types(&format!("ktr-node --home net/sites/{name} doctor"), &[]);
        let found = found["findings"].as_array().expect("findings");
        let verdict = |check: &str| {
            let finding = found.iter().find(|found| found["check"] == check);
            finding.map(|finding| finding["verdict"].clone())
        };
        assert_eq!(verdict("peers"), Some(json!("good")), "{found:?}");
        assert_eq!(verdict("role-keys"), Some(json!("good")), "{found:?}");
    }
}

/// The keys of people: a seat's holder, its deputy, a member.
fn a_persons(walk: &Walk<'_>) {
    let lines = commands(below(PAGE, "A seat's, a deputy's, a member's"));
    let (of_board, of_member) = lines.split_at(4);
    for (lines, role, voter) in [
        (&of_board[..2], "seat-2", "holder"),
        (&of_board[2..], "deputy-2", "deputy"),
    ] {
        let receives = walk.shown(&format!("{role}.asc"), "encryption_fingerprint");
        walk.desk.follows(lines, &[]);
        let height = walk.desk.sends("t.body", &format!("{role}.asc"));
        walk.desk.settles_above(height);
        walk.takes_over(role, [REVOKED, NOMINATION_UNKNOWN], SEAT_ASKS);
        let signs = walk.shown(&format!("{role}.asc"), "fingerprint");
        let term = walk.desk.types("ktr --home net query term 1", &[]);
        let keys = &term["record"]["seats"][1][voter];
        assert_eq!(keys, &json!({"sign": signs, "encrypt": receives}), "{term}");
    }
    let new = "ktr keys new --role-text member --out member.asc";
    walk.desk.types(new, &[]);
    let admit = "ktr --home net member admit --home-county 1 --cert member.asc --key county-1.asc";
    let admitted = walk.desk.types(admit, &[]);
    let member = admitted["member"].as_str().expect("an id");
    let old = walk.shown("member.asc", "fingerprint");
    let words = [("MEMBER", member), ("FINGERPRINT", old.as_str())];
    walk.desk.follows(of_member, &words);
    let height = walk.desk.sends("t.body", "member.asc");
    walk.desk.settles_above(height);
    walk.takes_over("member", [REVOKED, NOMINATION_UNKNOWN], MEMBER_ASKS);
}

#[test]
fn every_key_is_replaced_with_the_commands_of_its_page_and_the_old_one_is_refused() {
    let _turn = alone();
    let net = Net::up();
    let mut walk = Walk {
        desk: Desk::beside(&net),
        proposals: 0,
    };
    a_countys_own(&walk);
    a_countys_lost(&mut walk);
    for (role, _, _) in ROLES {
        a_roles(&mut walk, role);
    }
    let replaced = net.site("b");
    a_validators(&mut walk);
    roles_take_over(&walk);
    a_nodes(&walk, &replaced);
    a_persons(&walk);
}

/// The pages.
const PAGE: &str = include_str!("../../docs/src/operating/keys.md");
const LOST: &str = include_str!("../../docs/src/operating/lost-county.md");
const START: &str = include_str!("../../docs/src/operating/start-county.md");
/// The pages' folder of a node, and their peers of a new one.
const FOLDER: &str = "/var/lib/ktr-node";
const PEERS: &str = "ID@192.0.2.20:26656,ID@192.0.2.30:26656,ID@192.0.2.40:26656";
/// What the day is here after which a role's new key begins.
const DAY: &str = "20s";

/// Codes of keys: after their validity, and revoked.
const OVER: u64 = 106;
const REVOKED: u64 = 107;
/// Codes of rules that ask for the sender's role first, for what there is not.
const PROPOSAL_UNKNOWN: u64 = 1_610;
const NOMINATION_UNKNOWN: u64 = 1_207;
const COUNTY_ASKS: &str = "governance withdraw --proposal 999";
const SEAT_ASKS: &str = "nomination vote --approve --commitment abababababababababababababababababababababababababababababababab";
const MEMBER_ASKS: &str = "nomination withdraw --commitment abababababababababababababababababababababababababababababababab";
/// The roles whose keys the counties resolve, with a command of each and the code of the rule that refuses it.
const ROLES: [(&str, &str, u64); 4] = [
    (
        "sidecar:2",
        "session report-joined --session 9 --county 2",
        1_409,
    ),
    ("studio", "session open --session 9", 1_409),
    (
        "releaser",
        "bundle retract --release abababababababababababababababab --reason quality",
        1_314,
    ),
    (
        "collector",
        "ingestion publish --session 9 --bucket 64 --hits 50 --beacon abababababababababababababababababababababababababababababababab",
        1_502,
    ),
];
