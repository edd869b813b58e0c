//! `ktr-agent init`: configuration and a throw-away room key, made once.
//! It contacts nobody; the member's signing key adds the room key to the ledger with `ktr`.

use std::path::{Path, PathBuf};

use ktr_artefact::openpgp::{
    Certificate, KeyUse, SecretCertificate, UserId, encryption_fingerprint, make_role_key,
};
use ktr_core::id::{Fingerprint, MemberId};

use crate::{
    config::{Blanks, Config, sample},
    error::AgentError,
    file,
    port::Clock,
};

/// What `init` made, or found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Whose agent it is.
    pub member: MemberId,
    /// Fingerprint of the cv25519 key, under which the ledger will know it.
    pub room_key: Fingerprint,
    /// The public certificate that is to be registered.
    pub certificate: PathBuf,
}

/// Writes `agent.toml`, `room.pgp` and `room.pub.asc` below `home`. What exists is kept and used.
///
/// # Errors
/// A file cannot be written, or what exists is wrong.
pub fn run(
    home: &Path,
    blanks: &Blanks,
    days: u64,
    clock: &impl Clock,
) -> Result<Made, AgentError> {
    file::folder(home)?;
    let path = home.join("agent.toml");
    if !path.exists() {
        file::put(&path, sample(blanks).as_bytes())?;
    }
    let config = Config::load(&path)?;
    let certificate = room_key(&config.room_key, days, clock)?;
    let broken = |finding| AgentError::Broken {
        path: config.room_key.clone(),
        finding,
    };
    let body = certificate.encryption_key(clock.now()).map_err(broken)?;
    let public = home.join("room.pub.asc");
    file::put(
        &public,
        &certificate.to_armoured().map_err(AgentError::KeyMaking)?,
    )?;
    Ok(Made {
        member: config.member,
        room_key: encryption_fingerprint(&body),
        certificate: public,
    })
}

/// The room key's public certificate; the secret is made where it is missing.
fn room_key(path: &Path, days: u64, clock: &impl Clock) -> Result<Certificate, AgentError> {
    if path.exists() {
        return Ok(secret(path)?.certificate());
    }
    let name = UserId::parse("room").map_err(|rule| {
        AgentError::KeyMaking(rule.at(ktr_artefact::finding::Place::named("key")))
    })?;
    let made = make_role_key(&name, KeyUse::SignAndReceive, clock.now(), days);
    let made = made.map_err(AgentError::KeyMaking)?;
    // The key can be thrown away, so its revocation packet is not kept: the ledger revokes.
    file::put(
        path,
        &made.secret.to_armoured().map_err(AgentError::KeyMaking)?,
    )?;
    Ok(made.secret.certificate())
}

/// Reads the room key.
///
/// # Errors
/// [`AgentError::Broken`], [`AgentError::File`].
pub fn secret(path: &Path) -> Result<SecretCertificate, AgentError> {
    let octets = file::read_secret(path)?;
    SecretCertificate::from_bytes(&octets).map_err(|finding| AgentError::Broken {
        path: path.to_owned(),
        finding,
    })
}
