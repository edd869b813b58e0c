//! A transaction step by step: build the body, sign it elsewhere or here, broadcast it, wait for it.
//! The steps speak through files, so that the signing machine needs no network.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ktr_core::{
    id::{ProposalId, Sha256},
    time::Time,
};
use ktr_wire::transaction::{self, Draft};
use serde_json::json;

use super::build::Build;
use crate::args;
use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::file;
use crate::output;
use crate::sender;
use crate::signer::SignerArgs;
use crate::when;

/// Steps of a transaction.
#[derive(Debug, Subcommand)]
pub(crate) enum Tx {
    /// Write the body of a transaction; asks no node.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out vote.body nomination vote --commitment COMMITMENT --approve"
    )]
    Build(BuildArgs),
    /// Sign a body and write the transaction; asks no node.
    #[command(
        after_help = "Examples:\n  ktr tx sign vote.body --out vote.tx --key seat.asc\n  ktr tx sign vote.body --out vote.tx --gpg FINGERPRINT"
    )]
    Sign(SignArgs),
    /// Hand a signed transaction to the mempools of two nodes.
    #[command(after_help = "Examples:\n  ktr --home net tx broadcast vote.tx")]
    Broadcast {
        /// The transaction.
        file: PathBuf,
    },
    /// Wait until a transaction is in a block; refused there is exit code 1.
    #[command(
        after_help = "Examples:\n  ktr --home net tx wait SHA256\n  ktr --home net --wait 300 tx wait SHA256"
    )]
    Wait {
        /// Its hash.
        #[arg(value_parser = args::sha256)]
        hash: Sha256,
    },
}

/// Flags of `tx build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The chain id; without it that of genesis.json.
    #[arg(long, env = "KTR_CHAIN")]
    chain: Option<String>,
    /// After this time it counts no more.
    #[arg(long, env = "KTR_EXPIRES_AT", value_parser = when::parse, default_value = "+1h")]
    expires_at: Time,
    /// The enacted proposal of the counties on which the command rests.
    #[arg(long, env = "KTR_MANDATE", value_parser = args::proposal)]
    mandate: Option<ProposalId>,
    /// Where the body is written.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
    #[command(subcommand)]
    command: Build,
}

/// Flags of `tx sign`.
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The body.
    body: PathBuf,
    /// Where the transaction is written.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Runs one step.
pub(crate) fn run(shared: &Shared, tx: Tx) -> Result<(), CliError> {
    match tx {
        Tx::Build(flags) => build(shared, flags),
        Tx::Sign(flags) => sign(shared, &flags),
        Tx::Broadcast { file } => block_on(async {
            let octets = file::read(&file)?;
            let hash = shared.client()?.broadcast(&octets).await?;
            let value = json!({"ok": true, "hash": hash.to_string()});
            output::answer(shared.output, &hash.to_string(), &value);
            Ok(())
        }),
        Tx::Wait { hash } => block_on(async {
            let landed = shared.client()?.wait(hash, shared.within()).await?;
            if landed.code != 0 {
                return Err(CliError::Client(ktr_client::ClientError::Refused {
                    code: landed.code,
                    hash,
                    height: Some(landed.height),
                }));
            }
            sender::tell(shared, &landed, json!({}));
            Ok(())
        }),
    }
}

fn build(shared: &Shared, flags: BuildArgs) -> Result<(), CliError> {
    let chain = match flags.chain {
        Some(chain) => chain,
        None => shared.trust()?.chain_id().to_owned(),
    };
    let asked = flags.command.asked(&chain)?;
    let draft = Draft {
        proposal: flags.mandate,
        ..asked.draft(&chain, flags.expires_at)
    };
    file::write(&flags.out, &draft.body())?;
    let nonce = draft.nonce.to_string();
    let command = draft.command_digest().to_string();
    let text = format!("{}: nonce {nonce}, command {command}", flags.out.display());
    let value = json!({"body": flags.out, "chain": chain, "nonce": nonce, "expires_at": draft.expires_at.0, "command": command});
    output::answer(shared.output, &text, &value);
    Ok(())
}

fn sign(shared: &Shared, flags: &SignArgs) -> Result<(), CliError> {
    let body = file::read(&flags.body)?;
    let octets = sender::sign(&flags.signer.signer()?, body)?;
    let hash = transaction::hash(&octets).to_string();
    file::write(&flags.out, &octets)?;
    let value = json!({"tx": flags.out, "hash": hash, "octets": octets.len()});
    output::answer(shared.output, &hash, &value);
    Ok(())
}
