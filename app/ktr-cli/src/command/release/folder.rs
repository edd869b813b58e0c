//! The folder of one release: `bundle.json`, `bundle.json.asc`, `alliance.pgp`, and `release.json` with what the chain will keep.
//! `release.json` is the desk's note; nobody trusts it: everything in it is compared.

use std::path::{Path, PathBuf};

use ktr_artefact::{
    alliance::Alliance,
    archive,
    finding::{Place, rule},
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
use crate::error::{CliError, at};
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
        let note = self.read_note()?;
        let wrong = |text: String| self.wrong(&text);
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

    /// Release and session of the note.
    pub(super) fn named(&self) -> Result<(ReleaseId, SessionId), CliError> {
        let note = self.read_note()?;
        let release = args::release(&note.release).map_err(|text| self.wrong(&text))?;
        Ok((release, SessionId(note.session)))
    }

    fn read_note(&self) -> Result<Note, CliError> {
        let note = serde_json::from_slice(&file::read(&self.note())?);
        note.map_err(|error| self.wrong(&error.to_string()))
    }

    fn wrong(&self, text: &str) -> CliError {
        CliError::of_file(&self.note(), text)
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

/// The release that stands on the chain in the place of one that is to be sealed: by its id, or because it has its session.
pub(super) fn standing(
    state: &State,
    release: ReleaseId,
    session: SessionId,
) -> Option<(&bundle::Release, &Key)> {
    let by_id = state.bundle.get(&release);
    let release = by_id.or_else(|| state.bundle.of_session(session))?;
    Some((release, state.key(&release.key)?))
}

/// The signing key of the release desk: live on the chain at `now`, and one with which this certificate can sign.
pub(super) fn releaser<'a>(
    state: &'a State,
    certificate: &Certificate,
    now: Time,
) -> Result<&'a Key, CliError> {
    signing(state.governance.keys_of(Role::Releaser), certificate, now)
}

fn signing<'a>(
    keys: impl Iterator<Item = &'a Key>,
    certificate: &Certificate,
    now: Time,
) -> Result<&'a Key, CliError> {
    let live = keys.filter(|key| matches!(key.body, KeyBody::Sign(_)) && key.is_live(now));
    let live: Vec<&Key> = live.collect();
    if live.is_empty() {
        return Err(CliError::NotThere(
            "no signing key of the releaser is live: register one first".to_owned(),
        ));
    }
    let held = live.into_iter();
    held.filter(|key| certificate.can_sign_with(&key.fingerprint, now))
        .max_by_key(|key| key.valid_from)
        .ok_or_else(|| {
            CliError::NotThere(
                "the certificate can sign with no key that is live on the chain as the releaser's: name the Alliance's with --certificate, or register its key"
                    .to_owned(),
            )
        })
}

/// The id of a release in a bundle's own words.
pub(super) fn bundle_id(bundle: &[u8], path: &Path) -> Result<stix::BundleId, CliError> {
    Ok(stix::read(bundle).map_err(at(path))?.id)
}

/// Names a release.
pub(super) fn file_name(release: &ReleaseId) -> String {
    format!("{release}.pgp")
}

#[cfg(test)]
mod tests {
    use ktr_artefact::openpgp::{
        Certificate, UserId, add_seal_subkey, make_alliance_key, signing_fingerprint,
    };
    use ktr_core::{
        State,
        key::{Key, KeyBody, Revocation, RevocationReason, Role},
        time::{Secs, Time},
    };

    use super::{releaser, signing};

    /// 2026-11-25T12:00:00Z.
    const NOW: Time = Time(1_795_608_000);
    const DAY: u64 = 86_400;

    fn registered(certificate: &Certificate, at: Time) -> Key {
        let body = certificate.signing_key(at).unwrap();
        Key {
            fingerprint: signing_fingerprint(&body),
            body: KeyBody::Sign(body),
            role: Role::Releaser,
            valid_from: at,
            valid_until: NOW.plus(Secs(30 * DAY)),
            revoked: None,
            expired: false,
        }
    }

    #[test]
    fn the_releaser_signs_with_the_key_that_is_live_whatever_comes_first() {
        let id = UserId::parse("Alliance").unwrap();
        let before = NOW.minus(Secs(9 * DAY));
        let made = make_alliance_key(&id, before, 390).unwrap().secret;
        let both = add_seal_subkey(&made, NOW, 390).unwrap().certificate();
        let mut old = registered(&made.certificate(), before);
        let mut new = registered(&both, NOW);
        assert_ne!(old.fingerprint, new.fingerprint);
        let chosen = |keys: [&Key; 2]| {
            let key = signing(keys.into_iter(), &both, NOW);
            key.map(|key| key.fingerprint).ok()
        };
        new.valid_from = NOW.plus(Secs(DAY));
        let expected = Some(old.fingerprint);
        assert_eq!(chosen([&new, &old]), expected, "the new one to come");
        assert_eq!(chosen([&old, &new]), expected, "the new one to come");
        new.valid_from = NOW;
        old.revoked = Some(Revocation {
            at: NOW,
            reason: RevocationReason::Superseded,
        });
        let expected = Some(new.fingerprint);
        assert_eq!(chosen([&new, &old]), expected, "the old one revoked");
        assert_eq!(chosen([&old, &new]), expected, "the old one revoked");
        let told = signing([&new].into_iter(), &made.certificate(), NOW).unwrap_err();
        assert!(told.to_string().contains("--certificate"), "{told}");
        let told = releaser(&State::default(), &both, NOW).unwrap_err();
        assert!(told.to_string().contains("releaser"), "{told}");
    }
}
