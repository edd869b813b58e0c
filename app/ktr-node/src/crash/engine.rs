//! What the engine keeps, its steps through a height, and its handshake with an application that comes back.
//! Source: CometBFT v0.38, `consensus/replay.go` and the points of `fail.Fail()`; votes and peers are not modelled.

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{RequestInfo, ResponseFinalizeBlock};

use super::{disk::Faulty, history::History};
use crate::application::Node;

/// The engine's own disk: synced at each step, and never the one that is wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Engine {
    /// Blocks in the block store.
    pub(super) stored: usize,
    /// The answer to the last stored block, if it was saved.
    pub(super) saved: Option<ResponseFinalizeBlock>,
    /// The height of the state.
    pub(super) state: usize,
    /// The journal outside the node: the highest Commit that it answered or height that it showed.
    pub(super) acknowledged: usize,
}

impl Engine {
    /// The handshake, then blocks to the target. Each `step` is a point at which all may end.
    pub(super) fn run(
        &mut self,
        node: &Node,
        disk: &Faulty,
        history: &History,
        target: usize,
    ) -> Result<(), String> {
        self.handshake(node, disk, history)?;
        while self.state < target {
            self.stored = self.state + 1;
            self.saved = None;
            disk.step();
            self.apply(node, disk, history, self.stored)?;
            self.state = self.stored;
            disk.step();
        }
        Ok(())
    }

    fn handshake(&mut self, node: &Node, disk: &Faulty, history: &History) -> Result<(), String> {
        let info = node.info(RequestInfo::default());
        let app = usize::try_from(info.last_block_height).map_err(|error| error.to_string())?;
        if app < self.acknowledged {
            return Err(format!(
                "I1: height {} was acknowledged and the node is at {app}",
                self.acknowledged
            ));
        }
        if app > self.stored {
            return Err(format!(
                "the node is at {app} and the engine has {} blocks",
                self.stored
            ));
        }
        if app > 0 && info.last_block_app_hash != history.heights[app - 1].response.app_hash {
            return Err(format!("I3: height {app} has another app hash"));
        }
        // Whoever asked has seen it.
        self.acknowledged = app;
        if app == 0 {
            node.init_chain(history.genesis.clone());
            disk.step();
        }
        for height in app + 1..=self.stored {
            self.apply(node, disk, history, height)?;
        }
        // The node has all: the engine takes the saved answer in its place.
        if self.state < self.stored {
            let judge = &history.heights[self.stored - 1].response;
            if self.saved.as_ref() != Some(judge) {
                return Err(format!(
                    "the node committed block {} and no answer to it is saved",
                    self.stored
                ));
            }
            self.state = self.stored;
        }
        disk.step();
        Ok(())
    }

    /// `FinalizeBlock`, the answer saved, Commit.
    fn apply(
        &mut self,
        node: &Node,
        disk: &Faulty,
        history: &History,
        height: usize,
    ) -> Result<(), String> {
        let block = &history.heights[height - 1];
        let response = node.finalize_block(block.request.clone());
        if response != block.response {
            return Err(format!("I3: block {height} executes to another answer"));
        }
        disk.step();
        if height == self.stored {
            self.saved = Some(response);
        }
        disk.step();
        node.commit();
        self.acknowledged = self.acknowledged.max(height);
        disk.step();
        Ok(())
    }
}
