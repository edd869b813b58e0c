//! The state machine: one call in, in order or not out. It holds five numbers, knows no content,
//! and goes on after a breach as if the call had been right.

use crate::{Breach, Method, Rule};

/// Watches the calls of all connections of one server.
#[derive(Debug, Clone, Default)]
pub struct Grammar {
    phase: Phase,
    informed: bool,
    /// The connection that carries consensus.
    consensus: Option<u64>,
    /// The connection that carries a state sync, until consensus begins.
    sync: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    /// An engine has come, or none yet.
    #[default]
    Start,
    /// A snapshot was offered.
    Offered,
    /// At least one chunk of it was applied.
    Applied,
    /// In the rounds of a height; the height committed before, where it was seen. Info after a
    /// chunk leads here, too: another chunk says that it was not the engine's.
    Rounds { committed: Option<i64> },
    /// A block was finalised and must be committed.
    Finalized { height: Option<i64> },
}

impl Grammar {
    /// A call on `connection`, whose numbers rise with time; `height` as the request names it.
    ///
    /// # Errors
    ///
    /// The rule that the call breaks. The machine then goes on from where the call would have led.
    pub fn observe(
        &mut self,
        connection: u64,
        method: Method,
        height: Option<i64>,
    ) -> Result<(), Breach> {
        let seen = match method {
            Method::Echo
            | Method::Flush
            | Method::Query
            | Method::CheckTx
            | Method::ListSnapshots
            | Method::LoadSnapshotChunk => Ok(()),
            Method::Info => {
                self.inform();
                Ok(())
            }
            Method::OfferSnapshot => self.offer(connection),
            Method::ApplySnapshotChunk => self.apply(connection),
            Method::InitChain => self.take(connection).and(self.init_chain()),
            Method::PrepareProposal
            | Method::ProcessProposal
            | Method::ExtendVote
            | Method::VerifyVoteExtension => self.take(connection).and(self.round(height)),
            Method::FinalizeBlock => self.take(connection).and(self.finalize(height)),
            Method::Commit => self.take(connection).and(self.commit()),
        };
        seen.map_err(|rule| Breach { method, rule })
    }

    /// A connection has ended. If it carried consensus or a state sync, whoever calls next starts
    /// anew.
    pub fn closed(&mut self, connection: u64) {
        if [self.consensus, self.sync].contains(&Some(connection)) {
            self.restart();
        }
    }

    /// **Invariant:** `informed` survives: the new engine's Info may be seen before the old
    /// engine's end.
    const fn restart(&mut self) {
        self.phase = Phase::Start;
        self.consensus = None;
        self.sync = None;
    }

    fn take(&mut self, connection: u64) -> Result<(), Rule> {
        let before = self.consensus;
        if before.is_some_and(|before| before < connection) {
            self.restart();
        }
        self.consensus = Some(connection);
        self.sync = None;
        if before.is_some_and(|before| connection < before) {
            Err(Rule::OneConnection)
        } else {
            Ok(())
        }
    }

    fn inform(&mut self) {
        self.informed = true;
        if self.phase == Phase::Applied {
            self.phase = Phase::Rounds { committed: None };
        }
    }

    fn init_chain(&mut self) -> Result<(), Rule> {
        let before = self.phase;
        self.phase = Phase::Rounds { committed: None };
        match before {
            Phase::Start => Ok(()),
            Phase::Offered | Phase::Applied | Phase::Rounds { .. } | Phase::Finalized { .. } => {
                Err(Rule::InitChainFirst)
            }
        }
    }

    fn offer(&mut self, connection: u64) -> Result<(), Rule> {
        let before = self.phase;
        self.phase = Phase::Offered;
        self.sync = Some(connection);
        match before {
            Phase::Start | Phase::Offered | Phase::Applied | Phase::Rounds { committed: None } => {
                Ok(())
            }
            Phase::Rounds { committed: Some(_) } | Phase::Finalized { .. } => Err(Rule::SyncFirst),
        }
    }

    fn apply(&mut self, connection: u64) -> Result<(), Rule> {
        let before = self.phase;
        let synced = self.sync == Some(connection);
        self.phase = Phase::Applied;
        self.sync = Some(connection);
        match before {
            Phase::Offered | Phase::Applied => Ok(()),
            // The Info that was taken for the end of the state sync was not the engine's.
            Phase::Rounds { committed: None } if synced => Ok(()),
            Phase::Start | Phase::Rounds { .. } | Phase::Finalized { .. } => {
                Err(Rule::OfferBeforeChunk)
            }
        }
    }

    /// A call of a round. It leaves an unfinished commit where it is: the Commit that follows is
    /// then in order.
    fn round(&mut self, height: Option<i64>) -> Result<(), Rule> {
        let before = self.phase;
        if !matches!(before, Phase::Rounds { .. } | Phase::Finalized { .. }) {
            self.phase = Phase::Rounds { committed: None };
        }
        self.may_come(before, height)
    }

    fn finalize(&mut self, height: Option<i64>) -> Result<(), Rule> {
        let before = self.phase;
        self.phase = Phase::Finalized { height };
        self.may_come(before, height)
    }

    fn may_come(&self, phase: Phase, height: Option<i64>) -> Result<(), Rule> {
        match phase {
            Phase::Start if self.informed => Ok(()),
            Phase::Start => Err(Rule::InfoFirst),
            Phase::Offered | Phase::Applied => Err(Rule::InfoAfterSync),
            Phase::Rounds { committed: None } => Ok(()),
            Phase::Rounds {
                committed: Some(committed),
            } => {
                if height == committed.checked_add(1) {
                    Ok(())
                } else {
                    Err(Rule::NextHeight)
                }
            }
            Phase::Finalized { .. } => Err(Rule::CommitAfterFinalize),
        }
    }

    fn commit(&mut self) -> Result<(), Rule> {
        let before = self.phase;
        match before {
            Phase::Finalized { height } => {
                self.phase = Phase::Rounds { committed: height };
                Ok(())
            }
            Phase::Start | Phase::Offered | Phase::Applied | Phase::Rounds { .. } => {
                self.phase = Phase::Rounds { committed: None };
                Err(Rule::FinalizeBeforeCommit)
            }
        }
    }
}
