//! Seals a built bundle with the Alliance's key or takes a seal made elsewhere, puts its hash on the chain, and verifies the whole as a member will.
//! If anything fails before `Seal`, nothing was sent.

use std::path::PathBuf;

use clap::Args;
use ktr_artefact::{
    seal::{self, Facts, Names},
    stix,
};
use ktr_core::{Command, bundle, key::Key};
use serde_json::json;

use super::folder::{Folder, House, at, bundle_id, releaser};
use super::verify::judge;
use crate::cli::Shared;
use crate::clock;
use crate::connection::block_on;
use crate::engine::EngineArgs;
use crate::error::CliError;
use crate::file;
use crate::sender;
use crate::signer::{self, SignerArgs};

/// Flags of `seal`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr --home net seal release --key alliance.asc\n  ktr --home net seal release --gpg FINGERPRINT\n  ktr --home net seal release --signature bundle.json.sig --certificate alliance.pgp --gpg FINGERPRINT\n\nThe signer seals, and signs Seal on the chain as the releaser. A signature made elsewhere is made by:\n  gpg --no-options --disable-signer-uid --digest-algo SHA256 -u FINGERPRINT! \\\n    --set-notation chain-id@DOMAIN=CHAIN --set-notation release-id@DOMAIN=RELEASE \\\n    --set-notation purpose@DOMAIN=release -o bundle.json.sig --detach-sign bundle.json"
)]
pub(crate) struct Seal {
    /// Folder that `bundle build` made.
    folder: PathBuf,
    /// Detached signature over bundle.json that gpg or a card made as the seal, armoured or not; without it, the signer makes the seal.
    #[arg(long, env = "KTR_SIGNATURE", value_name = "FILE")]
    signature: Option<PathBuf>,
    /// The Alliance's certificate; without it, that of the signer.
    #[arg(long, env = "KTR_CERTIFICATE", value_name = "FILE")]
    certificate: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

/// Seals.
pub(crate) fn run(shared: &Shared, flags: &Seal) -> Result<(), CliError> {
    block_on(seal(shared, flags))
}

async fn seal(shared: &Shared, flags: &Seal) -> Result<(), CliError> {
    let folder = Folder(flags.folder.clone());
    let certificate = match &flags.certificate {
        Some(path) => signer::certificate(path)?,
        None => flags.signer.certificate()?,
    };
    file::write(&folder.certificate(), &certificate.to_binary()?)?;
    let house = House::read(shared, &folder.certificate())?;
    let mut follower = shared.follower().await?;
    let key = releaser(follower.state())?;
    let intended = folder.intended(key.fingerprint, clock::now())?;
    let octets = file::read(&folder.bundle())?;
    let contents = stix::read(&octets).map_err(at(&folder.bundle()))?;
    let engine = flags.engine.compile(&contents)?;
    let made = flags.made(&house, &intended, &octets)?;
    let ready = Ready {
        folder: &folder,
        house: &house,
        intended: &intended,
        key,
    };
    ready.check(&octets, &made)?;
    file::write(&folder.seal(), &made)?;
    let asked = command(&intended).into();
    let landed = sender::send(shared, follower.client(), &flags.signer, &asked).await?;
    follower.advance().await?;
    judge(folder.read()?, &folder.0, &house, follower.state())?;
    let more = json!({
        "release": intended.id.to_string(),
        "session": intended.session.0,
        "sha256": intended.sha256.to_string(),
        "bundle": folder.bundle(),
        "seal": folder.seal(),
        "certificate": folder.certificate(),
        "verified": true,
        "yara_engine": engine,
    });
    sender::tell(shared, &landed, more);
    Ok(())
}

impl Seal {
    /// The seal in our form: made here, or what was made elsewhere without what no seal may hold.
    fn made(
        &self,
        house: &House,
        intended: &bundle::Release,
        octets: &[u8],
    ) -> Result<Vec<u8>, CliError> {
        let Some(path) = &self.signature else {
            let names = Names {
                chain: &house.chain,
                release: intended.id,
                domain: &house.alliance.domain,
            };
            return self.signer.signer()?.seal(&names, octets);
        };
        Ok(seal::normalise(&file::read(path)?)?)
    }
}

/// The command that puts a release on the chain.
fn command(release: &bundle::Release) -> Command {
    Command::Bundle(bundle::Command::Seal {
        release: release.id,
        session: release.session,
        sha256: release.sha256,
        size: release.size,
        profile: release.profile,
        beacon: release.beacon,
        nominations: release.nominations.clone(),
    })
}

/// A release that is about to be sealed.
struct Ready<'a> {
    folder: &'a Folder,
    house: &'a House,
    intended: &'a bundle::Release,
    key: &'a Key,
}

impl Ready<'_> {
    /// Runs all of the strict verification that needs no chain.
    fn check(&self, octets: &[u8], seal: &[u8]) -> Result<(), CliError> {
        let is_of_the_note = bundle_id(octets, &self.folder.bundle())?.beacon()
            == self.intended.beacon
            && ktr_wire::digest::sha256(&[octets]) == self.intended.sha256;
        if !is_of_the_note {
            return Err(CliError::NotThere(
                "release.json is not of this bundle.json: build again".to_owned(),
            ));
        }
        let facts = Facts {
            chain: &self.house.chain,
            alliance: &self.house.alliance,
            pinned: self.house.certificate.primary(),
            release: self.intended,
            key: self.key,
        };
        let judged = seal::verify_intended(&facts, octets, seal, &self.house.certificate);
        judged.map_err(at(&self.folder.seal()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, process::Command};

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

    use super::{Ready, Seal};
    use crate::cli::{Cli, Command as Words};
    use crate::clock;
    use crate::command::release::folder::{Folder, House, Note};
    use crate::error::CliError;
    use crate::file;
    use crate::signer::{Signer, gpg_seal, sealed};

    const FORM: &str =
        include_str!("../../../../ktr-artefact/tests/data/forms/01-ceranakeeper.json");

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
                .made(&self.house, &self.intended, &self.octets)?;
            self.check(&made)?;
            Ok(made)
        }

        fn check(&self, seal: &[u8]) -> Result<(), CliError> {
            let ready = Ready {
                folder: &self.folder,
                house: &self.house,
                intended: &self.intended,
                key: &self.key,
            };
            ready.check(&self.octets, seal)
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
}
