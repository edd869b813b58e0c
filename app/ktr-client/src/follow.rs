//! Follows the chain: reads every event from 0, recomputes the log's root against a verified header, folds with the core's own `evolve`.
//! Nothing is stored: a restarted program reads from 0 again and knows by its own cursor what it has acted on.

use ktr_core::{State, evolve};
use ktr_proof::log::{self, Frontier};
use ktr_wire::recorded::{Entry, Recorded};

use crate::{
    Client,
    answer::{self, Opening},
    error::{ClientError, Unproven},
    header::ProvenHeader,
    limits::PAGE,
    node::Node,
    query::anchored,
};

/// All that is known of the chain up to a verified header.
#[derive(Clone, Debug)]
pub struct Follower {
    client: Client,
    state: State,
    log: Frontier,
    opening: Option<Opening>,
    header: Option<ProvenHeader>,
}

/// What one node showed, verified.
struct Step {
    events: Vec<Recorded>,
    log: Frontier,
    opening: Opening,
    header: ProvenHeader,
}

impl Follower {
    /// Begins at genesis; nothing is read yet.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let state = State::from(client.trust().genesis().clone());
        Self {
            client,
            state,
            log: Frontier::default(),
            opening: None,
            header: None,
        }
    }

    /// The state after every event read so far.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// How many events were read: the index of the next.
    #[must_use]
    pub const fn cursor(&self) -> u64 {
        self.log.size()
    }

    /// The header under which all of it stands; `None` before the first [`Self::advance`].
    #[must_use]
    pub const fn header(&self) -> Option<&ProvenHeader> {
        self.header.as_ref()
    }

    /// What that header's app hash opens to.
    #[must_use]
    pub const fn opening(&self) -> Option<&Opening> {
        self.opening.as_ref()
    }

    /// The connection.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Reads what is new, verifies it, folds it and gives it; empty if nothing happened. On an error nothing has changed.
    ///
    /// # Errors
    /// That of the last node, if none has a proven answer.
    pub async fn advance(&mut self) -> Result<Vec<Recorded>, ClientError> {
        let mut last = ClientError::NoUrl;
        for node in &self.client.nodes {
            match self.read_from(node).await {
                Ok(step) => {
                    for recorded in &step.events {
                        if let Entry::Event(event) = &recorded.entry {
                            evolve(&mut self.state, event);
                        }
                    }
                    self.log = step.log;
                    self.opening = Some(step.opening);
                    self.header = Some(step.header);
                    return Ok(step.events);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn read_from(&self, node: &Node) -> Result<Step, ClientError> {
        let unproven = |why| node.unproven(why);
        let mut log = self.log.clone();
        let mut events = Vec::new();
        loop {
            let from = log.size();
            let argument = [from.to_be_bytes().as_slice(), &PAGE.to_be_bytes()].concat();
            let answer = node.query("/events", argument).await?;
            let opening = Opening::read(answer.proof.as_ref()).map_err(unproven)?;
            if opening.log_size < from {
                return Err(ClientError::Behind {
                    url: node.url().to_owned(),
                    has: opening.log_size,
                    known: from,
                });
            }
            let items = answer::page(&answer.value).map_err(unproven)?;
            if items.is_empty() && opening.log_size > from {
                return Err(unproven(Unproven::LogRoot(opening.log_size)));
            }
            for octets in items {
                events.push(read_leaf(&mut log, &octets).map_err(unproven)?);
            }
            if log.size() < opening.log_size {
                continue;
            }
            if log.size() != opening.log_size || log.root() != opening.log_root {
                return Err(unproven(Unproven::LogRoot(opening.log_size)));
            }
            let (opening, header) = anchored(&self.client, node, &answer).await?;
            return Ok(Step {
                events,
                log,
                opening,
                header,
            });
        }
    }
}

/// Reads a leaf at the log's edge and appends it.
fn read_leaf(log: &mut Frontier, octets: &[u8]) -> Result<Recorded, Unproven> {
    let index = log.size();
    let recorded = Recorded::decode(octets).map_err(|wire| Unproven::Leaf(index, wire))?;
    if recorded.index != index {
        return Err(Unproven::LogRoot(index));
    }
    log.append(log::leaf(octets));
    Ok(recorded)
}
