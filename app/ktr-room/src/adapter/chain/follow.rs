//! The follower as a task, and reports on their way into a block.
//! A view that is too old counts as silence; it is never acted on as fresh.

use std::sync::Arc;
use std::time::Duration;

use ktr_artefact::openpgp::{self, SecretCertificate};
use ktr_client::{Client, ClientError, Follower, code};
use ktr_core::id::{CountyId, Nonce};
use ktr_core::session::Rejection;
use ktr_core::time::{Secs, Time};
use ktr_wire::transaction::{self, Draft};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::command::command;
use super::outlook::outlook;
use super::skew::SkewMeter;
use crate::clock::SystemClock;
use crate::entropy;
use crate::error::ChainError;
use crate::limits::{OUTLOOK_SECS, REPORT_EXPIRES_SECS, REPORT_WAIT_SECS};
use crate::plan::Outlook;
use crate::port::{Chain, Clock, Sent};
use crate::report::Report;

/// The chain, followed.
#[derive(Debug)]
pub struct FollowedChain {
    client: Client,
    county: CountyId,
    secret: Arc<SecretCertificate>,
    view: watch::Receiver<Option<View>>,
    task: JoinHandle<()>,
}

/// What was last proven, and when that was.
#[derive(Clone, Debug)]
struct View {
    outlook: Outlook,
    at: Instant,
}

impl FollowedChain {
    /// Begins to follow, asking each `period`.
    #[must_use]
    pub fn begin(
        client: Client,
        county: CountyId,
        secret: Arc<SecretCertificate>,
        period: Duration,
    ) -> Self {
        let (sender, view) = watch::channel(None);
        let task = tokio::spawn(follow(
            Follower::new(client.clone()),
            county,
            period,
            sender,
        ));
        Self {
            client,
            county,
            secret,
            view,
            task,
        }
    }
}

impl Drop for FollowedChain {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads what is new, again and again. A node that is silent or proves nothing leaves the last view to grow old.
async fn follow(
    mut follower: Follower,
    county: CountyId,
    period: Duration,
    view: watch::Sender<Option<View>>,
) {
    let mut meter = SkewMeter::default();
    let chain_id = follower.client().trust().chain_id().to_owned();
    loop {
        match follower.advance().await {
            Ok(_) => {
                if let Some(header) = follower.header() {
                    meter.look(header.height.0, header.time.0, SystemClock.local_ms());
                    let outlook = outlook(
                        follower.state(),
                        county,
                        &chain_id,
                        header.time,
                        meter.skew_ms(),
                    );
                    view.send_replace(Some(View {
                        outlook,
                        at: Instant::now(),
                    }));
                }
            }
            Err(error) => tracing::debug!(%error, "the chain gave no proven answer"),
        }
        tokio::time::sleep(period).await;
    }
}

impl Chain for FollowedChain {
    async fn outlook(&self) -> Result<Outlook, ChainError> {
        let view = self.view.borrow().clone().ok_or(ChainError::Silent)?;
        if view.at.elapsed() > Duration::from_secs(OUTLOOK_SECS) {
            return Err(ChainError::Silent);
        }
        Ok(view.outlook)
    }

    fn sign(&self, report: &Report) -> Result<Vec<u8>, ChainError> {
        let now = Time(SystemClock.local_ms() / 1_000);
        let draft = Draft {
            chain_id: self.client.trust().chain_id().to_owned(),
            nonce: Nonce(entropy::draw()),
            expires_at: now.plus(Secs(REPORT_EXPIRES_SECS)),
            command: command(self.county, report),
            proposal: None,
            key_proof: Vec::new(),
        };
        let body = draft.body();
        let signature = openpgp::sign(&self.secret, now, &transaction::signed(&body))
            .map_err(|_no_live_key| ChainError::Unsigned)?;
        Ok(transaction::assemble(body, signature.as_bytes().to_vec()))
    }

    async fn send(&self, signed: &[u8]) -> Result<Sent, ChainError> {
        match self
            .client
            .submit(signed, Duration::from_secs(REPORT_WAIT_SECS))
            .await
        {
            Ok(_) => Ok(Sent::Accepted),
            Err(ClientError::Refused { code, .. }) => Ok(verdict(code)),
            Err(_) => Err(ChainError::Silent),
        }
    }
}

/// What a refusal means for a report that is sent once. Whether a number that is not the next one is that of a report on chain, whoever knows
/// the chain's count says.
pub(super) fn verdict(code: u32) -> Sent {
    const EXPIRED: u32 = 121;
    const REPORTED: [u32; 2] = [
        Rejection::AlreadyWitnessed.code(),
        Rejection::AlreadyReported.code(),
    ];
    if REPORTED.contains(&code) {
        Sent::Already
    } else if code::is_too_early(code) || code == EXPIRED || code == code::REPLAYED {
        Sent::NotYet
    } else {
        Sent::Refused(code)
    }
}
