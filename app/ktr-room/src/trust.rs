//! What the configuration names, read once: genesis, alliance.json, the Alliance's certificate, the sidecar's key.
//! Files that do not belong together are refused by name before anything is started.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ktr_artefact::alliance::Alliance;
use ktr_artefact::openpgp::{Certificate, SecretCertificate};
use ktr_artefact::stix::ChainId;
use ktr_client::{Client, Trust};

use crate::adapter::chain::FollowedChain;
use crate::adapter::openpgp::OpenPgp;
use crate::config::Config;
use crate::error::RoomError;
use crate::file;
use crate::synapse::read_secret;

/// The chain and OpenPGP as the configuration names them. Begins to follow the chain.
///
/// # Errors
/// [`RoomError::Config`] with the file that is missing, damaged or of another network.
pub fn connect(config: &Config) -> Result<(FollowedChain, OpenPgp), RoomError> {
    let trust = Trust::read(&read(&config.chain.genesis)?, None)
        .map_err(|error| wrong(&config.chain.genesis, error.to_string()))?;
    let alliance = Alliance::from_canonical(&read(&config.chain.alliance)?)
        .map_err(|finding| wrong(&config.chain.alliance, finding.to_string()))?;
    let digest = alliance
        .sha256()
        .map_err(|rule| wrong(&config.chain.alliance, rule.to_string()))?;
    if digest != trust.genesis().network.alliance {
        return Err(wrong(
            &config.chain.alliance,
            "it is not the one that the genesis pins".to_owned(),
        ));
    }
    let certificate = Certificate::from_bytes(&read(&config.chain.alliance_key)?)
        .map_err(|finding| wrong(&config.chain.alliance_key, finding.to_string()))?;
    let secret = SecretCertificate::from_bytes(&read_secret(&config.chain.sidecar_key)?)
        .map_err(|finding| wrong(&config.chain.sidecar_key, finding.to_string()))?;
    let secret = Arc::new(secret);
    let chain = ChainId::parse(trust.chain_id())
        .map_err(|rule| wrong(&config.chain.genesis, rule.to_string()))?;
    let client = Client::new(&config.chain.rpc, trust)
        .map_err(|error| wrong(&config.chain.genesis, error.to_string()))?;
    let period = Duration::from_secs(config.timing.tick_secs.min(1));
    let followed = FollowedChain::begin(client, config.county(), Arc::clone(&secret), period);
    Ok((
        followed,
        OpenPgp {
            secret,
            alliance,
            certificate,
            chain,
        },
    ))
}

fn read(path: &Path) -> Result<Vec<u8>, RoomError> {
    file::find(path)?.ok_or_else(|| wrong(path, "there is no such file".to_owned()))
}

fn wrong(path: &Path, reason: String) -> RoomError {
    RoomError::Config {
        path: path.to_owned(),
        reason,
    }
}
