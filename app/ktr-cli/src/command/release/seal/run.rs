//! Seals a built bundle with the Alliance's key or takes a seal made elsewhere, puts its hash on the chain, and verifies the whole as a member will.
//! If anything fails before `Seal`, nothing was sent. A release that is on the chain already is only judged: its first seal is the only one that can pass.

use std::path::PathBuf;

use clap::Args;
use ktr_artefact::{
    seal::{self, Facts, Names},
    stix,
};
use ktr_core::{Command, bundle, key::Key, time::Time};
use serde_json::{Map, Value, json};

use crate::cli::Shared;
use crate::clock;
use crate::command::release::folder::{Folder, House, bundle_id, releaser, standing};
use crate::command::release::verify::{judge, judge_as};
use crate::connection::block_on;
use crate::engine::EngineArgs;
use crate::error::{CliError, at};
use crate::file;
use crate::output;
use crate::sender;
use crate::signer::{self, Signer, SignerArgs};
use crate::when;

/// Flags of `seal`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr --home net seal release --key alliance.asc\n  ktr --home net seal release --gpg FINGERPRINT\n  ktr --home net seal release --signature bundle.json.sig --certificate alliance.pgp --gpg FINGERPRINT\n\nThe signer seals, and signs Seal on the chain as the releaser. A signature made elsewhere is made by:\n  gpg --no-options --disable-signer-uid --digest-algo SHA256 -u FINGERPRINT! \\\n    --set-notation chain-id@DOMAIN=CHAIN --set-notation release-id@DOMAIN=RELEASE \\\n    --set-notation purpose@DOMAIN=release -o bundle.json.sig --detach-sign bundle.json"
)]
pub(crate) struct Seal {
    /// Folder that `bundle build` made.
    folder: PathBuf,
    /// Detached signature over bundle.json that gpg or a card made as the seal, armoured or not; without it, the signer makes the seal. A seal in the folder that passes is kept.
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
    let (release, session) = folder.named()?;
    let mut follower = shared.follower().await?;
    if let Some(found) = standing(follower.state(), release, session) {
        return tell_standing(shared, &folder, found);
    }
    let certificate = match &flags.certificate {
        Some(path) => signer::certificate(path)?,
        None => flags.signer.certificate()?,
    };
    let now = clock::now();
    let key = *releaser(follower.state(), &certificate, now)?;
    let signer = flags.signer.signer()?.with(&key.fingerprint, now)?;
    file::write(&folder.certificate(), &certificate.to_binary()?)?;
    let house = House::read(shared, &folder.certificate())?;
    let octets = file::read(&folder.bundle())?;
    let contents = stix::read(&octets).map_err(at(&folder.bundle()))?;
    let engine = flags.engine.compile(&contents)?;
    let mut ready = Ready {
        folder: &folder,
        house: &house,
        intended: folder.intended(key.fingerprint, now)?,
        key: &key,
    };
    let made = ready.seal(&octets, clock::now, |intended| {
        flags.made(&signer, &house, intended, &octets)
    })?;
    file::write(&folder.seal(), &made)?;
    let intended = &ready.intended;
    let asked = command(intended).into();
    let landed = sender::send_by(shared, follower.client(), &signer, &asked).await?;
    follower.advance().await?;
    judge(folder.read()?, &folder.0, &house, follower.state())?;
    let mut more = files_of(&folder, intended);
    more.insert("yara_engine".to_owned(), json!(engine));
    sender::tell(shared, &landed, Value::Object(more));
    Ok(())
}

/// What is said of a release that is sealed and passes.
fn files_of(folder: &Folder, release: &bundle::Release) -> Map<String, Value> {
    let entries = [
        ("release", json!(release.id.to_string())),
        ("session", json!(release.session.0)),
        ("sha256", json!(release.sha256.to_string())),
        ("bundle", json!(folder.bundle())),
        ("seal", json!(folder.seal())),
        ("certificate", json!(folder.certificate())),
        ("verified", json!(true)),
    ];
    let entries = entries.map(|(name, value)| (name.to_owned(), value));
    entries.into_iter().collect()
}

/// The answer for a folder whose release is on the chain already: nothing is written, and nothing is sent.
fn tell_standing(
    shared: &Shared,
    folder: &Folder,
    found: (&bundle::Release, &Key),
) -> Result<(), CliError> {
    let (release, _) = found;
    let house = || House::read(shared, &folder.certificate());
    judge_standing(folder, found, house)?;
    let mut value = files_of(folder, release);
    value.insert("ok".to_owned(), json!(true));
    value.insert("sealed_at".to_owned(), json!(release.sealed_at.0));
    let text = format!(
        "release {} of session {} was sealed on the chain at {}; the folder passes, nothing was written or sent",
        release.id,
        release.session,
        when::show(release.sealed_at)
    );
    output::answer(shared.output, &text, &Value::Object(value));
    Ok(())
}

/// Judges a folder against the release that is on the chain already. A new seal could not pass any more: it would be younger than its block.
pub(super) fn judge_standing(
    folder: &Folder,
    found: (&bundle::Release, &Key),
    house: impl FnOnce() -> Result<House, CliError>,
) -> Result<(), CliError> {
    let (release, _) = found;
    let judged = || -> Result<(), CliError> {
        judge_as(found, folder.read()?, &folder.0, &house()?)?;
        Ok(())
    };
    judged().map_err(|error| {
        CliError::NotThere(format!(
            "session {} has release {} on the chain already, and the folder does not pass as it: {error}; nothing was written, and no new seal can pass: put back bundle.json, bundle.json.asc and alliance.pgp as they were sealed",
            release.session, release.id
        ))
    })
}

impl Seal {
    /// The seal in our form: made here, or what was made elsewhere without what no seal may hold.
    pub(super) fn made(
        &self,
        signer: &Signer,
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
            return signer.seal(&names, octets);
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
pub(super) struct Ready<'a> {
    pub(super) folder: &'a Folder,
    pub(super) house: &'a House,
    pub(super) intended: bundle::Release,
    pub(super) key: &'a Key,
}

impl Ready<'_> {
    /// The seal that lies in the folder, if it passes, else the one that is made now. The time is asked once it is there: an engine and a
    /// person with a PIN take theirs.
    pub(super) fn seal(
        &mut self,
        octets: &[u8],
        now: impl Fn() -> Time,
        make: impl FnOnce(&bundle::Release) -> Result<Vec<u8>, CliError>,
    ) -> Result<Vec<u8>, CliError> {
        self.intended.sealed_at = now();
        let kept = file::read(&self.folder.seal()).ok();
        if let Some(kept) = kept.filter(|kept| self.check(octets, kept).is_ok()) {
            return Ok(kept);
        }
        let fresh = make(&self.intended)?;
        self.intended.sealed_at = now();
        self.check(octets, &fresh)?;
        Ok(fresh)
    }

    /// Runs all of the strict verification that needs no chain.
    pub(super) fn check(&self, octets: &[u8], seal: &[u8]) -> Result<(), CliError> {
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
            release: &self.intended,
            key: self.key,
        };
        let judged = seal::verify_intended(&facts, octets, seal, &self.house.certificate);
        judged.map_err(at(&self.folder.seal()))?;
        Ok(())
    }
}
