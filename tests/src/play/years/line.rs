//! A line to the chain for transactions by the dozen: each is signed by the key of its sender, all are handed in together and then waited for.
//! It goes by the product's client and no other way; what is asked is the acts' affair.

use std::{fs, time::Duration};

use ktr_artefact::openpgp::{self, SecretCertificate};
use ktr_client::{Client, Follower, Trust};
use ktr_core::{Command, State, id::Nonce, time::Secs};
use ktr_os::{clock, entropy};
use ktr_wire::{
    recorded::Recorded,
    transaction::{self, Draft},
};
use tokio::runtime::{Builder, Runtime};

use super::super::{Failure, stage::Stage};

/// Seconds for which a transaction counts.
const EXPIRES_SECS: u64 = 3_600;
/// Seconds within which each of a dozen must be in a block, at pace 1.
const WITHIN_SECS: u64 = 30;

/// What somebody asks of the chain.
pub(crate) struct Asked<'a> {
    pub(crate) by: &'a SecretCertificate,
    pub(crate) command: Command,
}

/// A line to all nodes of the stage.
pub(crate) struct Line {
    client: Client,
    runtime: Runtime,
    within: Duration,
}

impl Line {
    /// Names the nodes that run today.
    pub(crate) fn to(stage: &Stage) -> Result<Self, Failure> {
        let genesis = fs::read(stage.net.join("genesis.json"))?;
        let trust =
            Trust::read(&genesis, None).map_err(|error| Failure::of("the genesis", error))?;
        let rpc = stage.rpc()?;
        let urls: Vec<&str> = rpc.split(',').collect();
        let client = Client::new(&urls, trust).map_err(|error| Failure::of("rpc.txt", error))?;
        Ok(Self {
            client,
            runtime: Builder::new_current_thread().enable_all().build()?,
            within: Duration::from_secs(stage.secs(WITHIN_SECS)),
        })
    }

    /// Hands all of it in, in this order, and waits until the chain has accepted each.
    pub(crate) fn send(&self, asked: Vec<Asked<'_>>) -> Result<(), Failure> {
        let signed: Vec<Vec<u8>> = asked
            .into_iter()
            .map(|asked| self.signed(asked))
            .collect::<Result<_, _>>()?;
        self.runtime.block_on(async {
            let failed = |error| Failure::of("a transaction", error);
            let mut hashes = Vec::new();
            for octets in &signed {
                hashes.push(self.client.broadcast(octets).await.map_err(failed)?);
            }
            for hash in hashes {
                let landed = self.client.wait(hash, self.within).await.map_err(failed)?;
                if landed.code != 0 {
                    let (height, code) = (landed.height, landed.code);
                    let why = format!("transaction {hash} was refused in block {height}: {code}");
                    return Err(Failure::new(why));
                }
            }
            Ok(())
        })
    }

    /// Every event so far, under a header that the validators signed, and the state that they give.
    pub(crate) fn read(&self) -> Result<(State, Vec<Recorded>), Failure> {
        let mut follower = Follower::new(self.client.clone());
        let events = self.runtime.block_on(follower.advance());
        let events = events.map_err(|error| Failure::of("the log", error))?;
        Ok((follower.state().clone(), events))
    }

    fn signed(&self, asked: Asked<'_>) -> Result<Vec<u8>, Failure> {
        let now = clock::now();
        let draft = Draft {
            chain_id: self.client.trust().chain_id().to_owned(),
            nonce: Nonce(entropy::draw()),
            expires_at: now.plus(Secs(EXPIRES_SECS)),
            command: asked.command,
            proposal: None,
            key_proof: Vec::new(),
        };
        let body = draft.body();
        let signature = openpgp::sign(asked.by, now, &transaction::signed(&body))
            .map_err(|finding| Failure::of("a signature", finding))?;
        Ok(transaction::assemble(body, signature.as_bytes().to_vec()))
    }
}

/// Reads a secret key file of the play.
pub(crate) fn key(path: &str) -> Result<SecretCertificate, Failure> {
    SecretCertificate::from_bytes(&fs::read(path)?).map_err(|finding| Failure::of(path, finding))
}
