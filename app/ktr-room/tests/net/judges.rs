//! A session with real OpenPGP, met by people without the agent: the page for members is followed literally.
//! What was posted is then judged by gpg, gpgv, sq and sqv, each a program of others.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;

use ktr_artefact::openpgp::SecretCertificate;
use ktr_core::id::MemberId;
use ktr_core::time::Time;
use ktr_room::adapter::openpgp::OpenPgp;
use ktr_room::name;
use ktr_room::port::Cipher;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::support::{County, Guest, Ledger, clock_ms, until};
use crate::world::{SESSION, World, cipher, role};

/// The page for members.
const PAGE: &str = include_str!("../../../../docs/src/members/without-the-agent.md");

/// Members: one comes after post 0, two follow the page, the others come in over plain HTTP.
const MEMBERS: u8 = 11;

/// A person with a shell, a GnuPG home and nothing of ours.
struct Person {
    home: tempfile::TempDir,
    n: u8,
}

impl Person {
    /// The person has its own secret key, the sidecar's certificate and the Alliance's.
    fn new(n: u8, secret: &SecretCertificate, world: &World) -> Self {
        // An agent listens on a socket inside: the path must stay short.
        let home = tempfile::Builder::new().prefix("k").tempdir();
        let person = Self {
            home: home.expect("a folder"),
            n,
        };
        let alliance = world.cipher.certificate.to_binary().expect("octets");
        let sidecar = world.cipher.secret.certificate().to_armoured();
        for (name, octets) in [
            ("key.asc", secret.to_armoured().expect("octets")),
            ("sidecar.asc", sidecar.expect("octets")),
            ("alliance.pgp", alliance),
            // What bash reads before the page's block.
            ("env", Vec::new()),
        ] {
            fs::write(person.path(name), octets).expect("written");
        }
        person.succeeds("gpg", &["--batch", "--quiet", "--import", "key.asc"]);
        person.succeeds("gpg", &["--batch", "--quiet", "--import", "sidecar.asc"]);
        person
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.home.path()).env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        for name in ["GNUPGHOME", "HOME", "SEQUOIA_HOME"] {
            command.env(name, self.home.path());
        }
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let output = self.command(program).args(arguments).output();
        output.unwrap_or_else(|error| panic!("{program} is needed by this test: {error}"))
    }

    fn succeeds(&self, program: &str, arguments: &[&str]) -> String {
        judged(program, self.run(program, arguments))
    }

    /// Runs the page's block under this heading; it must succeed.
    fn follows(&self, heading: &str, county: &County<OpenPgp>, sidecar: &str) -> String {
        judged(heading, self.tries(heading, county, sidecar))
    }

    /// Runs the page's block under this heading, with the page's variables and no others.
    fn tries(&self, heading: &str, county: &County<OpenPgp>, sidecar: &str) -> Output {
        let member = MemberId([self.n; 16]).to_string();
        let mut shell = self.command("bash");
        shell.args(["-c", block(heading)]);
        shell.env("PASSES", format!("http://127.0.0.1:{}", county.pass_port));
        shell.env("HOMESERVER", county.synapse.base());
        shell.env("CHAIN", "ktr-test");
        shell.env("SESSION", SESSION.to_string());
        shell.env("MEMBER", member).env("SIDECAR", sidecar);
        shell.env("BASH_ENV", self.path("env"));
        shell.output().expect("bash")
    }

    /// Follows the page to a post, and is told that there is none for it yet.
    fn is_told_to_ask_again(&self, county: &County<OpenPgp>, sidecar: &str) {
        let output = self.tries("3. Read and decrypt", county, sidecar);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{words}");
        assert!(words.contains("ask again"), "{words}");
        assert!(!self.path("release.tar").exists());
    }

    /// Whether gpg and sq, each, open this file with the person's key and find the archive in it.
    fn opens(&self, file: &str, archive: &[u8]) -> [bool; 2] {
        let out = self.path("opened");
        drop(fs::remove_file(&out));
        self.run("gpg", &["--batch", "--quiet", "-o", "opened", "-d", file]);
        let by_gpg = fs::read(out).is_ok_and(|octets| octets == archive);
        let by_sq = self.run("sq", &["decrypt", "--recipient-key", "key.asc", file]);
        [by_gpg, by_sq.status.success() && by_sq.stdout == archive]
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        drop(self.command("gpgconf").args(["--kill", "all"]).output());
    }
}

/// What a program wrote; it must have succeeded.
fn judged(what: &str, output: Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {words}");
    String::from_utf8(output.stdout).expect("text")
}

/// The block of commands under a heading of the page.
fn block(heading: &str) -> &'static str {
    let (_, section) = PAGE
        .split_once(&format!("\n## {heading}\n"))
        .expect(heading);
    let (_, rest) = section.split_once("```bash\n").expect("a block");
    rest.split_once("```").expect("its end").0
}

/// A session of members whose keys the chain knows.
fn ledger(world: &World, secrets: &[SecretCertificate]) -> Ledger {
    let ledger = Ledger::with(MEMBERS, [2, 4, 900], b"");
    ledger.change(|inner| {
        inner.session.sealed = Some(world.sealed.clone());
        for (member, secret) in inner.members.iter_mut().zip(secrets) {
            let body = secret.certificate().encryption_key(world.now);
            member.room_keys = vec![body.expect("a key")];
        }
    });
    ledger
}

// The passes are served by this process while its thread waits for a program.
#[tokio::test(flavor = "multi_thread")]
async fn two_members_with_curl_gpg_and_tar_read_post_0_and_a_late_batch_and_nobody_else_can() {
    let world = World::new();
    let made_at = Time(world.now.0 - 100_000);
    let secrets: Vec<SecretCertificate> = (1..=MEMBERS)
        .map(|n| role(&format!("member {n}"), made_at))
        .collect();
    let handed = world.handed_over(&world.archive, &world.cipher.secret, None);
    let county = County::of(world.cipher.clone(), ledger(&world, &secrets), &handed).await;
    let sidecar = county.start();
    let signer = world.cipher.secret.certificate().signing_key(world.now);
    let signer = ktr_artefact::openpgp::signing_fingerprint(&signer.expect("a key"));
    let signer = signer.to_string().to_uppercase();
    let [first, second] = [1, 2].map(|n| Person::new(n, &secrets[usize::from(n - 1)], &world));
    let outside = role("stranger", made_at);
    let stranger = Person::new(99, &outside, &world);
    for (number, slots, person) in [(0u32, 10, &first), (1, 1, &second)] {
        arrives(person, &county, &signer).await;
        if number == 0 {
            person.is_told_to_ask_again(&county, &signer);
            for (n, secret) in (3..).zip(&secrets[2..]) {
                comes_in(n, secret, &county, &world).await;
            }
        }
        county.ledger.open();
        until("its post is out", 60, || async {
            let journal = county.store.load().expect("journal")?;
            (journal.posted() > number).then_some(())
        })
        .await;
        person.follows("3. Read and decrypt", &county, &signer);
        let hash = person.follows("4. Verify", &county, &signer);
        assert!(hash.starts_with(&world.sealed.release.sha256.to_string()));
        judge(person, &stranger, &world, slots);
        fs::copy(
            person.path("release.pgp"),
            stranger.path(&format!("{number}.pgp")),
        )
        .expect("kept");
    }
    for (name, readers) in [("0.pgp", [true, false]), ("1.pgp", [false, true])] {
        for (person, reads) in [&first, &second].into_iter().zip(readers) {
            fs::copy(stranger.path(name), person.path(name)).expect("copied");
            assert_eq!(person.opens(name, &world.archive), [reads; 2], "{name}");
        }
    }
    passes_over_posts(&first, &county, &signer);
    refuses_passes(&stranger, &outside, &county, &world, &signer);
    for person in [&first, &second] {
        person.follows("5. Leave", &county, &signer);
        assert!(!person.path("bearer").exists() && person.path("bundle.json").exists());
    }
    sidecar.abort();
}

/// Waits for the pass, takes it and joins.
async fn arrives(person: &Person, county: &County<OpenPgp>, signer: &str) {
    let member = MemberId([person.n; 16]);
    let name = ktr_room::name::pass("ktr-test", SESSION, member);
    let passes = county.site.passes.join(SESSION.to_string());
    until("its pass is laid out", 60, || async {
        passes.join(&name).exists().then_some(())
    })
    .await;
    person.follows("1. The pass", county, signer);
    person.follows("2. Join", county, signer);
}

/// Another member comes in, over plain HTTP.
async fn comes_in(n: u8, secret: &SecretCertificate, county: &County<OpenPgp>, world: &World) {
    let http = Client::new();
    let sealed = Guest::sealed_pass(&http, county.pass_port, SESSION, n).await;
    let own = Arc::new(secret.clone());
    let own = cipher(own, world.cipher.certificate.clone());
    let signer = world.cipher.secret.certificate().signing_key(world.now);
    let pass = own.open_pass(&sealed, &[signer.expect("a key")]);
    let pass: Value = serde_json::from_slice(&pass.expect("a pass")).expect("json");
    let guest = Guest {
        n,
        base: county.synapse.base(),
        pass,
        http,
    };
    assert_eq!(guest.join().await.0, StatusCode::OK);
}

/// Of passes in the right place with the right signature the page takes the one for this hour, and no other.
fn refuses_passes(
    person: &Person,
    secret: &SecretCertificate,
    county: &County<OpenPgp>,
    world: &World,
    signer: &str,
) {
    let key = secret.certificate().encryption_key(world.now);
    let key = key.expect("a key");
    let place = county.site.passes.join(SESSION.to_string());
    let place = place.join(name::pass("ktr-test", SESSION, MemberId([person.n; 16])));
    let takes = |fields: &Value| {
        let octets = serde_json::to_vec(fields).expect("json");
        let sealed = world.cipher.encrypt_pass(&octets, &[key]);
        ktr_os::file::put(&place, &sealed.expect("a pass")).expect("laid out");
        let output = person.tries("1. The pass", county, signer);
        assert_eq!(output.status.success(), person.path("bearer").exists());
        output.status.success()
    };
    let now = clock_ms() / 1_000;
    let good = json!({
        "v": 1, "chain": "ktr-test", "session": 4, "server": "county-a.test", "token": "a-token",
        "user": "@m-1:county-a.test", "alias": "#ktr-4:county-a.test", "expires": now + 600,
    });
    assert!(takes(&good));
    for (field, value) in [
        ("v", json!(2)),
        ("chain", json!("ktr-other")),
        ("session", json!(40)),
        ("user", json!("@m-1:county-b.test")),
        ("alias", json!("#ktr-5:county-a.test")),
        ("expires", json!(now - 1)),
    ] {
        let mut pass = good.clone();
        pass[field] = value;
        assert!(!takes(&pass), "{field}");
    }
}

/// With what this person downloaded in the homeserver's place: a post of another version is passed over, and one that names another file.
fn passes_over_posts(person: &Person, county: &County<OpenPgp>, signer: &str) {
    let listed = fs::read_to_string(person.path("messages.json")).expect("a list");
    let octets = fs::read(person.path("release.pgp")).expect("a file");
    let digest = name::sha256(&octets).to_string();
    fs::write(person.path("kept.pgp"), octets).expect("kept");
    let instead =
        "curl() { case \"$*\" in *messages) cat kept.json ;; *) cp kept.pgp release.pgp ;; esac; }";
    fs::write(person.path("env"), instead).expect("written");
    fs::write(person.path("kept.json"), &listed).expect("written");
    person.follows("3. Read and decrypt", county, signer);
    for (part, other) in [("\"v\":1", "\"v\":2"), (&*digest, &*"0".repeat(64))] {
        assert!(listed.contains(part), "{part}: {listed}");
        fs::write(person.path("kept.json"), listed.replace(part, other)).expect("written");
        person.is_told_to_ask_again(county, signer);
    }
    fs::write(person.path("env"), "").expect("written");
}

/// What this person read is one message to so many hidden recipients that a stranger cannot open, and the inside is accepted.
fn judge(person: &Person, stranger: &Person, world: &World, recipients: usize) {
    let packets = person.run("gpg", &["--batch", "--list-packets", "release.pgp"]);
    let packets = String::from_utf8_lossy(&packets.stdout).into_owned();
    let slots: Vec<_> = packets
        .lines()
        .filter(|line| line.starts_with(":pubkey enc packet:"))
        .collect();
    assert_eq!(slots.len(), recipients, "{packets}");
    assert!(
        slots
            .iter()
            .all(|slot| slot.ends_with("keyid 0000000000000000")),
        "{slots:?}"
    );
    for program in ["gpgv", "sqv"] {
        person.succeeds(
            program,
            &[
                "--keyring",
                "./alliance.pgp",
                "bundle.json.asc",
                "bundle.json",
            ],
        );
    }
    fs::copy(person.path("release.pgp"), stranger.path("other.pgp")).expect("copied");
    assert_eq!(stranger.opens("other.pgp", &world.archive), [false; 2]);
    assert!(!stranger.path("opened").exists(), "not one octet");
}
