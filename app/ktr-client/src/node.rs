//! One node's RPC: the few calls that are needed, with errors that say whose fault it was.
//! The mode of the dialect is set, never asked; a subscription is never made (design: ledger, section 11).

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use ktr_core::id::Sha256;
use tendermint::{block::signed_header::SignedHeader, validator};
use tendermint_rpc::{
    Client as _, HttpClient, HttpClientUrl, Paging,
    client::CompatMode,
    endpoint::{abci_query::AbciQuery, status},
    error::ErrorDetail,
};

use crate::{
    block::{Asked, Block},
    error::{ClientError, Unproven},
    limits::{ANSWER_WITHIN, VALIDATORS_ASKED},
};

/// One node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    url: String,
    rpc: HttpClient,
}

/// What the mempool said.
pub(crate) enum Verdict {
    /// Taken in, or known already.
    Taken,
    /// Refused with this code.
    Refused(u32),
}

impl Node {
    pub(crate) fn new(url: &str) -> Result<Self, ClientError> {
        let bad = || ClientError::Url(url.to_owned());
        // A pin would not be looked at here: what a node says is proved or refused without one (ADR 0046).
        if url.contains('#') {
            return Err(bad());
        }
        let address: HttpClientUrl = url.parse().or(Err(bad()))?;
        let rpc = HttpClient::builder(address)
            .compat_mode(CompatMode::V0_38)
            .timeout(ANSWER_WITHIN)
            .build()
            .or(Err(bad()))?;
        Ok(Self {
            url: url.to_owned(),
            rpc,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn unproven(&self, why: Unproven) -> ClientError {
        ClientError::Unproven {
            url: self.url.clone(),
            why,
        }
    }

    fn error(&self, error: Box<tendermint_rpc::Error>) -> ClientError {
        if let ErrorDetail::Response(response) = error.detail() {
            return ClientError::Node {
                url: self.url.clone(),
                text: response.source.to_string(),
            };
        }
        ClientError::NoNode {
            url: self.url.clone(),
            cause: error,
        }
    }

    /// Asks the application; a code other than 0 is an error.
    pub(crate) async fn query(
        &self,
        path: &str,
        argument: Vec<u8>,
    ) -> Result<AbciQuery, ClientError> {
        let asked = self
            .rpc
            .abci_query(Some(path.to_owned()), argument, None, true);
        let answer = heard(asked).await.map_err(|error| self.error(error))?;
        match answer.code.value() {
            0 => Ok(answer),
            code => Err(ClientError::QueryRefused { code }),
        }
    }

    /// Hands a transaction to the mempool.
    pub(crate) async fn broadcast(&self, octets: Vec<u8>) -> Result<Verdict, ClientError> {
        match heard(self.rpc.broadcast_tx_sync(octets)).await {
            Ok(answer) if answer.code.is_ok() => Ok(Verdict::Taken),
            Ok(answer) => Ok(Verdict::Refused(answer.code.value())),
            Err(error) => match self.error(error) {
                error if says(&error, "already exists in cache") => Ok(Verdict::Taken),
                error => Err(error),
            },
        }
    }

    /// Header and commit of a height; `None` if the node has no such block yet.
    pub(crate) async fn signed_header(
        &self,
        height: u64,
    ) -> Result<Option<SignedHeader>, ClientError> {
        match heard(self.rpc.commit(self.height(height)?)).await {
            Ok(answer) => Ok(Some(answer.signed_header)),
            Err(error) => self.none_if_ahead(error),
        }
    }

    /// The validators in force at a height, in whatever order the node gives them: the caller knows their hash.
    pub(crate) async fn validators(
        &self,
        height: u64,
    ) -> Result<Vec<validator::Info>, ClientError> {
        let page = Paging::Specific {
            page_number: 1.into(),
            per_page: VALIDATORS_ASKED.into(),
        };
        let answer = heard(self.rpc.validators(self.height(height)?, page)).await;
        Ok(answer.map_err(|error| self.error(error))?.validators)
    }

    /// A block; `None` if the node has no such block yet.
    pub(crate) async fn block(&self, height: u64) -> Result<Option<Block>, ClientError> {
        let height = self.height(height)?;
        match heard(self.rpc.perform(Asked { height })).await {
            Ok(answer) => Ok(Some(answer.block)),
            Err(error) => self.none_if_ahead(error),
        }
    }

    /// What the engine says of itself; `None` where none runs and its stores alone are shown, as `cometbft inspect` does.
    pub(crate) async fn status(&self) -> Result<Option<status::Response>, ClientError> {
        match heard(self.rpc.status()).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) => match self.error(error) {
                error if says(&error, "Method not found") => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Header and commit of the last block that the node has.
    pub(crate) async fn last_signed_header(&self) -> Result<SignedHeader, ClientError> {
        let answer = heard(self.rpc.latest_commit()).await;
        Ok(answer.map_err(|error| self.error(error))?.signed_header)
    }

    fn height(&self, height: u64) -> Result<tendermint::block::Height, ClientError> {
        height
            .try_into()
            .or(Err(self.unproven(Unproven::AppHash(height))))
    }

    fn none_if_ahead<T>(
        &self,
        error: Box<tendermint_rpc::Error>,
    ) -> Result<Option<T>, ClientError> {
        match self.error(error) {
            error if says(&error, "must be less than or equal") => Ok(None),
            error => Err(error),
        }
    }
}

/// What the library makes of an answer. Over some that it should refuse it panics, such as a time whose offset leads beyond the year 9999:
/// that ends the asking of this node and not the program.
async fn heard<T>(
    asked: impl Future<Output = Result<T, tendermint_rpc::Error>>,
) -> Result<T, Box<tendermint_rpc::Error>> {
    let mut asked = pin!(asked);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| asked.as_mut().poll(context)));
        let polled = polled.unwrap_or_else(|_panic| {
            let why = "the answer cannot be read".to_owned();
            Poll::Ready(Err(tendermint_rpc::Error::client_internal(why)))
        });
        polled.map_err(Box::new)
    })
    .await
}

/// Whether the node itself answered with these words: the engine has no code for it.
fn says(error: &ClientError, words: &str) -> bool {
    matches!(error, ClientError::Node { text, .. } if text.contains(words))
}

/// 32 octets of a hash of the engine.
pub(crate) fn app_hash(octets: &[u8]) -> Option<Sha256> {
    Sha256::from_slice(octets)
}
