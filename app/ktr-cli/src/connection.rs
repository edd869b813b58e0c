//! From flags to a connection: genesis, RPC URLs, a runtime to wait on.
//! What is asked over it is the commands' affair.

use std::future::Future;
use std::time::Duration;

use ktr_client::{Client, ClientError, Follower, Trust};

use crate::cli::Shared;
use crate::error::{CliError, untrusted};
use crate::file;
use crate::output;

/// Runs one command's conversation with the chain.
pub(crate) fn block_on<T>(
    conversation: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|cause| CliError::Program {
        program: "ktr".to_owned(),
        text: cause.to_string(),
    })?;
    runtime.block_on(conversation)
}

impl Shared {
    /// What is believed of the network before it is asked.
    pub(crate) fn trust(&self) -> Result<Trust, CliError> {
        let path = self
            .genesis
            .clone()
            .unwrap_or_else(|| self.home.join("genesis.json"));
        let octets = file::read(&path)?;
        Trust::read(&octets, self.genesis_sha256.as_ref()).map_err(untrusted(&path))
    }

    /// The RPC URLs of the flags, else of the home.
    pub(crate) fn urls(&self) -> Result<Vec<String>, CliError> {
        if !self.rpc.is_empty() {
            return Ok(self.rpc.clone());
        }
        let path = self.home.join("rpc.txt");
        if !path.exists() {
            return Err(CliError::Client(ClientError::NoUrl));
        }
        let octets = file::read(&path)?;
        let text = String::from_utf8_lossy(&octets);
        Ok(text.split_whitespace().map(str::to_owned).collect())
    }

    /// A connection to the chain.
    pub(crate) fn client(&self) -> Result<Client, CliError> {
        Ok(Client::new(&self.urls()?, self.trust()?)?)
    }

    /// The state as every event so far gives it.
    pub(crate) async fn follower(&self) -> Result<Follower, CliError> {
        let mut follower = Follower::new(self.client()?);
        let spinner = output::waiting("reading the chain");
        let read = follower.advance().await;
        spinner.finish_and_clear();
        read?;
        Ok(follower)
    }

    /// How long to wait for a block.
    pub(crate) const fn within(&self) -> Duration {
        Duration::from_secs(self.wait)
    }
}
