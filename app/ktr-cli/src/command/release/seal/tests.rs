//! A release desk with real gpg, gpgv, sq and sqv: what becomes a seal, what is refused, and what is left as it lies.
//! No chain is asked: what it would say is an argument.

use std::{cell::Cell, path::Path, process::Command};

use clap::{CommandFactory, Parser};
use ktr_artefact::{
    Day,
    alliance::{Alliance, AllianceDomain, AllianceName},
    finding::rule,
    form,
    openpgp::{Certificate, signing_fingerprint},
    seal::Names,
    stix::{self, Case, ChainId, Plan, PublicSectors, Seed},
};
use ktr_core::{
    bundle::Release,
    id::{Commitment, SessionId},
    key::{Key, KeyBody, Role},
    time::{Secs, Time},
};
use tempfile::TempDir;

use super::run::{Ready, Seal, judge_standing};
use crate::cli::{Cli, Command as Words};
use crate::clock;
use crate::command::release::folder::{Folder, House, Note};
use crate::error::CliError;
use crate::file;
use crate::signer::{Signer, gpg_seal, sealed};

const FORM: &str =
    include_str!("../../../../../ktr-artefact/tests/data/forms/01-ceranakeeper.json");

/// A release desk: a bundle that was built, a home of GnuPG, and what is known of chain and Alliance.
struct Desk {
    home: TempDir,
    folder: Folder,
    house: House,
    key: Key,
    intended: Release,
    octets: Vec<u8>,
}

impl Desk {
    /// With the certificate that `make` leaves in a folder as `alliance.pgp`.
    fn new(make: impl FnOnce(&Path)) -> Self {
        let home = tempfile::Builder::new().prefix("k").tempdir().unwrap();
        make(home.path());
        let folder = Folder(home.path().to_owned());
        let certificate = crate::signer::certificate(&folder.certificate()).unwrap();
        let domain = AllianceDomain::parse("relay.example").unwrap();
        let name = AllianceName::parse("Test Alliance").unwrap();
        let house = House {
            alliance: Alliance::mint(name, domain, &Seed([9; 32])),
            chain: ChainId::parse("ktr-test-1").unwrap(),
            certificate,
        };
        let octets = built(&house, &folder);
        let key = key_of(&house.certificate);
        let intended = folder.intended(key.fingerprint, clock::now()).unwrap();
        Self {
            home,
            folder,
            house,
            key,
            intended,
            octets,
        }
    }

    fn names(&self) -> Names<'_> {
        Names {
            chain: &self.house.chain,
            release: self.intended.id,
            domain: &self.house.alliance.domain,
        }
    }

    /// The command that `ktr seal --help` names, with this desk's words, further options before them.
    fn sign_as_the_help_says(&self, more: &str, bundle: &str) {
        let help = Cli::command();
        let help = help.find_subcommand("seal").unwrap().get_after_help();
        let help = help.unwrap().to_string();
        let (_, line) = help.split_once("is made by:\n").unwrap();
        let line = line
            .replace("FINGERPRINT", &self.key.fingerprint.to_string())
            .replace("DOMAIN", self.house.alliance.domain.as_str())
            .replace("=CHAIN", "=ktr-test-1")
            .replace("=RELEASE", &format!("={}", self.intended.id))
            .replace(
                "--detach-sign bundle.json",
                &format!("{more} --detach-sign {bundle}"),
            );
        run(self.home.path(), "sh", &["-c", &line]);
    }

    /// What `ktr seal --signature bundle.json.sig` makes of it.
    fn taken(&self) -> Result<Vec<u8>, CliError> {
        let made = self
            .flags()
            .made(&self.signer(), &self.house, &self.intended, &self.octets)?;
        self.check(&made)?;
        Ok(made)
    }

    fn check(&self, seal: &[u8]) -> Result<(), CliError> {
        self.ready().check(&self.octets, seal)
    }

    fn ready(&self) -> Ready<'_> {
        Ready {
            folder: &self.folder,
            house: &self.house,
            intended: self.intended.clone(),
            key: &self.key,
        }
    }

    fn signer(&self) -> Signer {
        Signer::Gpg(self.key.fingerprint.to_string())
    }

    /// The folder against the intended release as the one that is on the chain.
    fn standing(&self) -> Result<(), CliError> {
        let read = || {
            Ok(House {
                alliance: self.house.alliance.clone(),
                chain: self.house.chain.clone(),
                certificate: self.house.certificate.clone(),
            })
        };
        judge_standing(&self.folder, (&self.intended, &self.key), read)
    }

    fn flags(&self) -> Seal {
        let path = |name: &str| self.home.path().join(name).display().to_string();
        let fingerprint = self.key.fingerprint.to_string();
        let line = [
            "ktr",
            "seal",
            &path(""),
            "--signature",
            &path("bundle.json.sig"),
            "--gpg",
            &fingerprint,
        ];
        let Words::Seal(flags) = Cli::try_parse_from(line).unwrap().command else {
            panic!("a seal");
        };
        flags
    }

    /// gpgv and sqv accept what lies in the folder.
    fn peers_accept(&self, seal: &[u8]) {
        self.check(seal).unwrap();
        file::write(&self.folder.seal(), seal).unwrap();
        let files = ["bundle.json.asc", "bundle.json"];
        for program in ["gpgv", "sqv"] {
            let words = [&["--keyring", "./alliance.pgp"][..], &files].concat();
            run(self.home.path(), program, &words);
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        run(self.home.path(), "gpgconf", &["--kill", "gpg-agent"]);
    }
}

fn built(house: &House, folder: &Folder) -> Vec<u8> {
    let nomination = form::check(&form::read(FORM.as_bytes()).unwrap()).unwrap();
    let day = Day::of(clock::now()).unwrap();
    let built = stix::build(&Plan {
        alliance: &house.alliance,
        chain: &house.chain,
        session: SessionId(7),
        seed: Seed([5; 32]),
        day,
        previous: day,
        public_sectors: &PublicSectors::default(),
        cases: &[Case {
            commitment: Commitment([1; 32]),
            nomination,
        }],
    });
    let built = built.unwrap();
    file::write(&folder.bundle(), &built.bytes).unwrap();
    folder.write_note(&Note::of(&built, SessionId(7))).unwrap();
    built.bytes
}

/// The ledger's record of a certificate's signing key.
fn key_of(certificate: &Certificate) -> Key {
    let body = certificate.signing_key(clock::now()).unwrap();
    Key {
        fingerprint: signing_fingerprint(&body),
        body: KeyBody::Sign(body),
        role: Role::Releaser,
        valid_from: Time(0),
        valid_until: clock::now().plus(Secs(86_400)),
        revoked: None,
        expired: false,
    }
}

fn run(folder: &Path, program: &str, words: &[&str]) -> Vec<u8> {
    let mut command = Command::new(program);
    let ran = command.args(words).current_dir(folder);
    let ran = ran.env("GNUPGHOME", folder).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{program} {words:?}: {told}");
    ran.stdout
}

/// An Alliance's key as gpg makes it: a primary that certifies, and a subkey that signs.
fn by_gpg(folder: &Path) {
    let quick = ["--batch", "--passphrase", ""];
    let gpg = |words: &[&str]| run(folder, "gpg", &[&quick[..], words].concat());
    gpg(&["--quick-gen-key", "Alliance", "ed25519", "cert", "1y"]);
    let listed = gpg(&["--with-colons", "--list-keys"]);
    let listed = String::from_utf8(listed).unwrap();
    let primary = listed.lines().find_map(|line| line.strip_prefix("fpr:"));
    let primary = primary.unwrap().trim_matches(':');
    gpg(&["--quick-add-key", primary, "ed25519", "sign", "1y"]);
    gpg(&["-o", "alliance.pgp", "--export", primary]);
}

#[test]
fn a_signature_that_gpg_made_becomes_a_seal_that_gpgv_and_sqv_accept() {
    for more in ["", "--armor"] {
        let desk = Desk::new(by_gpg);
        desk.sign_as_the_help_says(more, "bundle.json");
        let raw = file::read(&desk.home.path().join("bundle.json.sig")).unwrap();
        assert!(desk.check(&raw).is_err(), "as gpg writes it");
        desk.peers_accept(&desk.taken().unwrap());
    }
}

#[test]
fn gpg_itself_can_seal_where_it_holds_the_key() {
    let desk = Desk::new(by_gpg);
    let mut gpg = gpg_seal(&desk.key.fingerprint.to_string(), &desk.names());
    let gpg = gpg.env("GNUPGHOME", desk.home.path());
    desk.peers_accept(&sealed(gpg, &desk.octets).unwrap());
}

#[test]
fn sq_can_seal_where_it_holds_the_key() {
    let desk = Desk::new(|folder| {
        run(
            folder,
            "sq",
            &[
                "key", "generate", "--userid", "Alliance", "--export", "sq.pgp",
            ],
        );
        let public = run(folder, "sq", &["key", "extract-cert", "--binary", "sq.pgp"]);
        file::write(&folder.join("alliance.pgp"), &public).unwrap();
    });
    let signer = Signer::Sq(desk.home.path().join("sq.pgp"));
    desk.peers_accept(&signer.seal(&desk.names(), &desk.octets).unwrap());
}

#[test]
fn a_signature_that_is_no_seal_is_refused_by_what_is_wrong_with_it() {
    let desk = Desk::new(by_gpg);
    let refused = |desk: &Desk, more: &str, bundle: &str| {
        drop(std::fs::remove_file(
            desk.home.path().join("bundle.json.sig"),
        ));
        desk.sign_as_the_help_says(more, bundle);
        desk.taken().unwrap_err()
    };
    // gpg takes no text with a line as long as a bundle's.
    file::write(&desk.home.path().join("line"), b"one line\n").unwrap();
    for (more, option, bundle) in [
        ("--textmode", "textmode", "line"),
        (
            "--sig-policy-url https://relay.example/",
            "sig-policy-url",
            "bundle.json",
        ),
        (
            "--default-sig-expire 1d",
            "default-sig-expire",
            "bundle.json",
        ),
        ("--digest-algo SHA384", "digest-algo", "bundle.json"),
    ] {
        let told = refused(&desk, more, bundle).to_string();
        assert!(told.contains(option), "{more}: {told}");
    }
    let rule_of = |error: CliError| error.rule();
    let more = "--set-notation purpose@relay.example=case";
    let told = rule_of(refused(&desk, more, "bundle.json"));
    assert_eq!(told, Some(rule::SEAL_NOTATIONS));
    file::write(&desk.home.path().join("other"), b"other bytes").unwrap();
    let told = rule_of(refused(&desk, "", "other")).unwrap();
    // One time in 65,536 the left 16 bits are the same.
    assert!(
        [rule::LEFT_16, rule::BAD_SIGNATURE].contains(&told),
        "{told}"
    );
}

#[test]
fn a_signature_of_the_day_before_yesterday_is_refused_before_anything_is_sent() {
    let mut desk = Desk::new(by_gpg);
    desk.sign_as_the_help_says("", "bundle.json");
    let seal = desk.taken().unwrap();
    desk.intended.sealed_at = clock::now().plus(Secs(86_400));
    let told = desk.check(&seal).unwrap_err().rule();
    assert_eq!(told, Some(rule::SEAL_TIME));
}

#[test]
fn the_seal_of_another_certificate_is_refused() {
    let (desk, other) = (Desk::new(by_gpg), Desk::new(by_gpg));
    other.sign_as_the_help_says("", "bundle.json");
    let seal = other.taken().unwrap();
    let told = desk.check(&seal).unwrap_err().rule();
    assert_eq!(told, Some(rule::NOT_THE_SEALED_KEY));
}

#[test]
fn a_release_that_is_on_the_chain_is_judged_and_its_seal_stays() {
    let mut desk = Desk::new(by_gpg);
    desk.sign_as_the_help_says("", "bundle.json");
    let first = desk.taken().unwrap();
    let seal = desk.folder.seal();
    file::write(&seal, &first).unwrap();
    desk.standing().unwrap();
    // An hour later a new seal would be younger than the block; what lies there is refused, and stays.
    desk.intended.sealed_at = clock::now().minus(Secs(3_600));
    let told = desk.standing().unwrap_err().to_string();
    assert!(told.contains("205") && told.contains("put back"), "{told}");
    assert_eq!(file::read(&seal).unwrap(), first);
    std::fs::remove_file(&seal).unwrap();
    let told = desk.standing().unwrap_err().to_string();
    assert!(told.contains("bundle.json.asc"), "{told}");
    assert!(!seal.exists(), "nothing is written");
}

#[test]
fn another_bundle_for_a_session_that_has_its_release_is_refused() {
    let mut desk = Desk::new(by_gpg);
    desk.sign_as_the_help_says("", "bundle.json");
    file::write(&desk.folder.seal(), &desk.taken().unwrap()).unwrap();
    desk.intended.sha256.0[0] ^= 1;
    let told = desk.standing().unwrap_err().to_string();
    assert!(told.contains("session 7 has release"), "{told}");
}

#[test]
fn a_seal_that_passes_is_kept_and_no_second_one_is_made() {
    let desk = Desk::new(by_gpg);
    desk.sign_as_the_help_says("", "bundle.json");
    let first = desk.taken().unwrap();
    file::write(&desk.folder.seal(), &first).unwrap();
    let unasked = |_: &Release| -> Result<Vec<u8>, CliError> { panic!("a second seal") };
    let kept = desk.ready().seal(&desk.octets, clock::now, unasked);
    assert_eq!(kept.unwrap(), first);
    file::write(&desk.folder.seal(), b"no seal").unwrap();
    let made = |_: &Release| Ok(first.clone());
    let made = desk.ready().seal(&desk.octets, clock::now, made);
    assert_eq!(made.unwrap(), first);
}

#[test]
fn a_pin_that_takes_ten_minutes_costs_no_seal() {
    let mut desk = Desk::new(by_gpg);
    desk.sign_as_the_help_says("", "bundle.json");
    let made = desk.taken().unwrap();
    desk.intended.sealed_at = clock::now().minus(Secs(600));
    let told = desk.check(&made).unwrap_err().rule();
    assert_eq!(told, Some(rule::SEAL_TIME), "at the time of the start");
    let has_pin = Cell::new(false);
    let now = || clock::now().minus(Secs(if has_pin.get() { 0 } else { 600 }));
    let draw = |_: &Release| {
        has_pin.set(true);
        Ok(made.clone())
    };
    let mut ready = desk.ready();
    assert_eq!(ready.seal(&desk.octets, now, draw).unwrap(), made);
}
