//! From a command of the core to a transaction in a block, with the sender's signature.
//! Whether the command is allowed is for the chain to say.

use ktr_client::{Client, Landed};
use ktr_core::{Command, id::Nonce, time::Secs, time::Time};
use ktr_wire::transaction::{self, Draft, Transaction};
use serde_json::{Value, json};

use crate::cli::Shared;
use crate::clock;
use crate::entropy;
use crate::error::CliError;
use crate::limits::EXPIRES_SECS;
use crate::output;
use crate::signer::{Signer, SignerArgs};

/// A command with what a new signing key signed; the proof is empty for every other command.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// What is asked.
    pub(crate) command: Command,
    /// The key proof.
    pub(crate) key_proof: Vec<u8>,
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self {
            command,
            key_proof: Vec::new(),
        }
    }
}

impl Asked {
    /// The body to sign, with a fresh nonce.
    pub(crate) fn draft(&self, chain_id: &str, expires_at: Time) -> Draft {
        Draft {
            chain_id: chain_id.to_owned(),
            nonce: Nonce(entropy::draw()),
            expires_at,
            command: self.command.clone(),
            proposal: None,
            key_proof: self.key_proof.clone(),
        }
    }
}

/// Signs a body; reads the whole back as the chain will, so that what cannot be accepted is not sent.
pub(crate) fn sign(signer: &Signer, body: Vec<u8>) -> Result<Vec<u8>, CliError> {
    let signature = signer.sign(&transaction::signed(&body))?;
    let octets = transaction::assemble(body, signature.as_bytes().to_vec());
    Transaction::decode(&octets)?;
    Ok(octets)
}

/// Signs, submits and waits; makes the transaction anew while it comes too early.
pub(crate) async fn send(
    shared: &Shared,
    client: &Client,
    signer: &SignerArgs,
    asked: &Asked,
) -> Result<Landed, CliError> {
    send_by(shared, client, &signer.signer()?, asked).await
}

/// As [`send`], by a signer that is chosen already.
pub(crate) async fn send_by(
    shared: &Shared,
    client: &Client,
    signer: &Signer,
    asked: &Asked,
) -> Result<Landed, CliError> {
    let chain_id = client.trust().chain_id();
    let make = || {
        let expires_at = clock::now().plus(Secs(EXPIRES_SECS));
        sign(signer, asked.draft(chain_id, expires_at).body())
    };
    let spinner = output::waiting("waiting for the block");
    let landed = client.submit_renewed(make, shared.within()).await;
    spinner.finish_and_clear();
    landed
}

/// Sends one command and prints where it stands, with `more` about it.
pub(crate) async fn send_and_tell(
    shared: &Shared,
    signer: &SignerArgs,
    asked: &Asked,
    more: Value,
) -> Result<(), CliError> {
    let client = shared.client()?;
    let landed = send(shared, &client, signer, asked).await?;
    tell(shared, &landed, more);
    Ok(())
}

/// Prints where a transaction stands.
pub(crate) fn tell(shared: &Shared, landed: &Landed, more: Value) {
    let mut value = json!({
        "ok": landed.code == 0,
        "hash": landed.hash.to_string(),
        "height": landed.height,
        "position": landed.position,
        "code": landed.code,
        "name": ktr_client::code::name(landed.code),
        "first": landed.first,
        "count": landed.count,
    });
    let mut text = format!(
        "block {}, transaction {}, events {} from {}",
        landed.height, landed.hash, landed.count, landed.first
    );
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        for (name, entry) in more {
            let shown = entry
                .as_str()
                .map_or_else(|| entry.to_string(), str::to_owned);
            text.extend(["\n", name.as_str(), " ", shown.as_str()]);
            value.insert(name, entry);
        }
    }
    output::answer(shared.output, &text, &value);
}
