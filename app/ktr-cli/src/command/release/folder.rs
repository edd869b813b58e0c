//! The folder of one release: `bundle.json`, `bundle.json.asc`, `alliance.pgp`, and `release.json` with what the chain will keep.
//! `release.json` is the desk's note; nobody trusts it: everything in it is compared.

use std::path::{Path, PathBuf};

use ktr_artefact::{
    alliance::Alliance,
    archive,
    finding::{Finding, Place, rule},
    openpgp::Certificate,
    stix::{self, ChainId},
};
use ktr_core::{
    State, bundle,
    id::{Commitment, Fingerprint, ReleaseId, SessionId, Sha256},
    key::{Key, KeyBody, Role},
    limits::PROFILE,
    time::Time,
};
use serde::{Deserialize, Serialize};

use crate::args;
use crate::cli::Shared;
use crate::error::CliError;
use crate::file;
use crate::signer;

/// What `bundle build` notes for `seal`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    /// The release, hex.
    pub(super) release: String,
    /// The session.
    pub(super) session: u32,
    /// SHA-256 of the bundle, hex.
    pub(super) sha256: String,
    /// Octets of the bundle.
    pub(super) size: u64,
    /// The STIX profile.
    pub(super) profile: u32,
    /// SHA-256 of the STIX bundle's id, hex.
    pub(super) beacon: String,
    /// The STIX bundle's id.
    pub(super) bundle_id: String,
    /// The nominations in it, hex, rising.
    pub(super) nominations: Vec<String>,
}

impl Note {
    /// Of a bundle that was built for a session.
    pub(super) fn of(built: &stix::Bundle, session: SessionId) -> Self {
        Self {
            release: built.release.to_string(),
            session: session.0,
            sha256: built.sha256.to_string(),
            size: u64::try_from(built.bytes.len()).unwrap_or(u64::MAX),
            profile: PROFILE,
            beacon: built.beacon.to_string(),
            bundle_id: built.id.as_str().to_owned(),
            nominations: built.nominations.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A release's folder.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn bundle(&self) -> PathBuf {
        self.0.join("bundle.json")
    }

    pub(super) fn seal(&self) -> PathBuf {
        self.0.join("bundle.json.asc")
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.0.join("alliance.pgp")
    }

    fn note(&self) -> PathBuf {
        self.0.join("release.json")
    }

    pub(super) fn write_note(&self, note: &Note) -> Result<(), CliError> {
        let text = format!("{:#}\n", serde_json::json!(note));
        Ok(file::write(&self.note(), text.as_bytes())?)
    }

    /// The facts of the note as what the chain will keep, sealed by `key` and sent at `at`.
    pub(super) fn intended(&self, key: Fingerprint, at: Time) -> Result<bundle::Release, CliError> {
        let path = self.note();
        let wrong = |text: String| CliError::Description(format!("{}: {text}", path.display()));
        let note: Note = serde_json::from_slice(&file::read(&path)?)
            .map_err(|error| wrong(error.to_string()))?;
        let nominations: Result<Vec<Commitment>, String> = note
            .nominations
            .iter()
            .map(|text| args::commitment(text))
            .collect();
        Ok(bundle::Release {
            id: args::release(&note.release).map_err(wrong)?,
            session: SessionId(note.session),
            sha256: args::sha256(&note.sha256).map_err(wrong)?,
            size: note.size,
            profile: note.profile,
            key,
            beacon: args::sha256(&note.beacon).map_err(wrong)?,
            nominations: nominations.map_err(wrong)?,
            sealed_at: at,
            retracted: None,
        })
    }

    /// Both files.
    pub(super) fn read(&self) -> Result<archive::Release, CliError> {
        Ok(archive::Release {
            bundle: file::read(&self.bundle())?,
            seal: file::read(&self.seal())?,
        })
    }
}

/// What is known of the Alliance here.
pub(super) struct House {
    /// Its constants, as the genesis pins them.
    pub(super) alliance: Alliance,
    /// Its certificate.
    pub(super) certificate: Certificate,
    /// The chain.
    pub(super) chain: ChainId,
}

impl House {
    /// Reads `alliance.json` of the home, which the genesis must pin, and a certificate.
    pub(super) fn read(shared: &Shared, certificate: &Path) -> Result<Self, CliError> {
        let (alliance, chain) = alliance(shared)?;
        Ok(Self {
            alliance,
            certificate: signer::certificate(certificate)?,
            chain,
        })
    }
}

/// `alliance.json` of the home and the chain's id.
pub(super) fn alliance(shared: &Shared) -> Result<(Alliance, ChainId), CliError> {
    let trust = shared.trust()?;
    let path = shared.home.join("alliance.json");
    let octets = file::read(&path)?;
    let alliance = Alliance::from_canonical(&octets).map_err(at(&path))?;
    if ktr_wire::digest::sha256(&[&octets]) != trust.genesis().network.alliance {
        return Err(CliError::Description(format!(
            "{} is not the one that the genesis pins",
            path.display()
        )));
    }
    let chain = ChainId::parse(trust.chain_id())
        .map_err(|rule| CliError::Description(format!("chain id: {rule}")))?;
    Ok((alliance, chain))
}

/// A finding in a file.
pub(super) fn at(path: &Path) -> impl FnOnce(Finding) -> CliError {
    |finding| CliError::Artefact {
        path: path.to_owned(),
        finding,
    }
}

/// The release on the chain that has these bytes; they lie at `path`.
pub(super) fn sealed<'a>(
    state: &'a State,
    bundle: &[u8],
    path: &Path,
) -> Result<(&'a bundle::Release, &'a Key), CliError> {
    let sha256: Sha256 = ktr_wire::digest::sha256(&[bundle]);
    let release = state.bundle.iter().find(|release| release.sha256 == sha256);
    let found = release.and_then(|release| Some((release, state.key(&release.key)?)));
    found.ok_or_else(|| at(path)(rule::NOT_THE_SEALED_BYTES.at(Place::bundle())))
}

/// The signing key of the release desk.
pub(super) fn releaser(state: &State) -> Result<&Key, CliError> {
    let mut keys = state.governance.keys_of(Role::Releaser);
    keys.find(|key| matches!(key.body, KeyBody::Sign(_)))
        .ok_or_else(|| CliError::NotThere("the genesis names no releaser".to_owned()))
}

/// The id of a release in a bundle's own words.
pub(super) fn bundle_id(bundle: &[u8], path: &Path) -> Result<stix::BundleId, CliError> {
    Ok(stix::read(bundle).map_err(at(path))?.id)
}

/// Names a release.
pub(super) fn file_name(release: &ReleaseId) -> String {
    format!("{release}.pgp")
}
