//! Several nodes of one chain as one: asks the next when one is down, behind or lying.
//! Which calls exist is in the modules that add them.

use std::time::Duration;

use crate::{
    error::ClientError, limits::PROOF_BLOCK_WITHIN, node::Node, trust::Trust, validators::Known,
};

/// A connection to the chain. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) nodes: Vec<Node>,
    pub(crate) trust: Trust,
    /// The sets of validators that were learned so far, shared by clones.
    pub(crate) known: Known,
    /// How long the proof block may take.
    pub(crate) patience: Duration,
}

impl Client {
    /// Names the nodes; none of them is asked yet.
    ///
    /// # Errors
    /// [`ClientError::NoUrl`], [`ClientError::Url`].
    pub fn new<S: AsRef<str>>(urls: &[S], trust: Trust) -> Result<Self, ClientError> {
        let nodes: Vec<Node> = urls
            .iter()
            .map(|url| Node::new(url.as_ref()))
            .collect::<Result<_, _>>()?;
        if nodes.is_empty() {
            return Err(ClientError::NoUrl);
        }
        Ok(Self {
            nodes,
            known: Known::from(trust.validators().clone()),
            trust,
            patience: PROOF_BLOCK_WITHIN,
        })
    }

    /// Waits this long for a proof block instead of [`PROOF_BLOCK_WITHIN`]: for a network with another heartbeat.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// What is believed without asking.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }
}

/// Asks node by node until one gives an answer, or a refusal that every node would give.
macro_rules! first_answer {
    ($client:expr, $node:ident => $call:expr) => {{
        let mut last = $crate::error::ClientError::NoUrl;
        for $node in &$client.nodes {
            match $call.await {
                Err(error) if error.is_of_one_node() => last = error,
                answer => return answer,
            }
        }
        Err(last)
    }};
}
pub(crate) use first_answer;

/// Asks node by node until one has what is asked for; `None` if none of them has it, and one that neither lies nor is down says so.
macro_rules! first_that_has {
    ($client:expr, $node:ident => $call:expr) => {{
        let mut last = Err($crate::error::ClientError::NoUrl);
        let mut is_awaited = false;
        for $node in &$client.nodes {
            match $call.await {
                Ok(None) => is_awaited = true,
                Err(error) if error.is_of_one_node() => last = Err(error),
                answer => return answer,
            }
        }
        if is_awaited { Ok(None) } else { last }
    }};
}
pub(crate) use first_that_has;
