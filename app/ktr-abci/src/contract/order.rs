//! Legal orders of calls, made up from bytes: each byte decides one fork of the productions that stand in `grammar/mod.rs`.
//! It is written from the productions and not from the checker, so that each judges the other; what is in a call is the caller's matter.

use std::slice::Iter;

use crate::Method;

/// One thing that happens at a server's socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A call arrives.
    Call {
        /// On which connection; the numbers rise with time.
        connection: u64,
        /// Which call.
        method: Method,
        /// The height that it names, where its kind names one.
        height: Option<i64>,
    },
    /// A connection ends.
    Closed {
        /// Which.
        connection: u64,
    },
}

/// How wide the orders may range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Engines, one after another, at most; each opens four connections. With 1 nobody comes back.
    pub engines: u8,
    /// Whether a new engine may restore a snapshot before its first height.
    pub state_sync: bool,
}

/// A legal order of calls of engines that start, go height by height, die anywhere (in a state sync, in a round, between
/// `FinalizeBlock` and Commit) and come back.
///
/// Any bytes give an order; where they end, the shortest way to an end is taken. It begins with
/// Info and holds at least one height.
#[must_use]
pub fn legal_order(choices: &[u8], range: Range) -> Vec<Step> {
    let mut writer = Writer {
        choices: choices.iter(),
        steps: Vec::new(),
        first: 0,
        committed: 0,
        is_last: false,
        has_height: false,
    };
    let mut late = Vec::new();
    let last = writer.below(range.engines);
    for engine in 0..=last {
        writer.is_last = engine == last;
        writer.call(Connection::Query, Method::Info, None);
        writer.close(late.drain(..));
        let _ended_or_died = writer.engine(range);
        let ended = writer.first..writer.first.saturating_add(CONNECTIONS);
        writer.first = ended.end;
        // The end of an old engine may be seen after the first call of the next one.
        if writer.below(2) == 0 {
            writer.close(ended);
        } else {
            late.extend(ended);
        }
    }
    writer.close(late.into_iter());
    writer.steps
}

/// The connections of one engine, in the order in which it opens them.
#[derive(Clone, Copy)]
enum Connection {
    Query,
    Snapshot,
    Mempool,
    Consensus,
}

const CONNECTIONS: u64 = 4;

/// The height up to which a state sync restores.
const SNAPSHOT_HEIGHT: i64 = 100;

struct Writer<'a> {
    choices: Iter<'a, u8>,
    steps: Vec<Step>,
    /// The first connection of the engine that runs.
    first: u64,
    committed: i64,
    /// Whether no engine comes after the one that runs.
    is_last: bool,
    /// Whether a block was finalised.
    has_height: bool,
}

/// The engine writes no more.
struct Died;

/// Calls of a round or of a state sync for each death in one.
const CALLS_PER_DEATH: u8 = 16;
/// Blocks for each death before their Commit.
const BLOCKS_PER_DEATH: u8 = 6;

impl Writer<'_> {
    /// A number below `bound`, 0 where the choices have ended.
    fn below(&mut self, bound: u8) -> u8 {
        let choice = self.choices.next().copied().unwrap_or(0);
        choice.checked_rem(bound).unwrap_or(0)
    }

    fn call(&mut self, connection: Connection, method: Method, height: Option<i64>) {
        let offset = match connection {
            Connection::Query => 0,
            Connection::Snapshot => 1,
            Connection::Mempool => 2,
            Connection::Consensus => 3,
        };
        self.steps.push(Step::Call {
            connection: self.first.saturating_add(offset),
            method,
            height,
        });
    }

    fn consensus(&mut self, method: Method, height: i64) {
        self.call(Connection::Consensus, method, Some(height));
    }

    fn close(&mut self, connections: impl Iterator<Item = u64>) {
        self.steps
            .extend(connections.map(|connection| Step::Closed { connection }));
    }

    /// Here the engine may die: one in so many does. It lives where the order would be left without a height.
    fn live(&mut self, one_in: u8) -> Result<(), Died> {
        let may_die = self.has_height || !self.is_last;
        if may_die && self.below(one_in) == one_in.saturating_sub(1) {
            return Err(Died);
        }
        Ok(())
    }

    /// `start`, after its first Info: until the engine has had enough.
    fn engine(&mut self, range: Range) -> Result<(), Died> {
        if self.committed == 0 {
            let syncs = range.state_sync && self.below(3) == 1;
            // CometBFT itself initialises no chain before a state sync.
            if !(syncs && self.below(2) == 1) {
                self.consensus(Method::InitChain, 1);
            }
            if syncs {
                self.state_sync()?;
            }
        }
        for _ in 0..=self.below(4) {
            let height = self.committed.saturating_add(1);
            self.any_time();
            for _ in 0..self.below(3) {
                self.round(height)?;
            }
            self.consensus(Method::FinalizeBlock, height);
            self.has_height = true;
            self.any_time();
            self.live(BLOCKS_PER_DEATH)?;
            self.call(Connection::Consensus, Method::Commit, None);
            self.committed = height;
        }
        Ok(())
    }

    /// `*(offer *apply) offer 1*apply info`
    fn state_sync(&mut self) -> Result<(), Died> {
        for _ in 0..self.below(3) {
            self.offer(0)?;
        }
        self.offer(1)?;
        self.call(Connection::Query, Method::Info, None);
        self.committed = SNAPSHOT_HEIGHT;
        Ok(())
    }

    fn offer(&mut self, chunks_min: u8) -> Result<(), Died> {
        self.of_sync(Method::OfferSnapshot)?;
        let more = self.below(3);
        for _ in 0..chunks_min.saturating_add(more) {
            self.of_sync(Method::ApplySnapshotChunk)?;
        }
        Ok(())
    }

    /// A call of a state sync, and what others call meanwhile: Info, too, which ends none.
    fn of_sync(&mut self, method: Method) -> Result<(), Died> {
        self.call(Connection::Snapshot, method, None);
        self.any_time();
        self.live(CALLS_PER_DEATH)
    }

    /// `*verify-ext [PrepareProposal [ProcessProposal]] [extend] / *verify-ext [ProcessProposal] [extend]`
    fn round(&mut self, height: i64) -> Result<(), Died> {
        for _ in 0..self.below(3) {
            self.of_round(Method::VerifyVoteExtension, height)?;
        }
        let proposal: &[Method] = match self.below(4) {
            0 => &[],
            1 => &[Method::PrepareProposal],
            2 => &[Method::PrepareProposal, Method::ProcessProposal],
            _ => &[Method::ProcessProposal],
        };
        for method in proposal {
            self.of_round(*method, height)?;
        }
        if self.below(2) == 1 {
            self.of_round(Method::ExtendVote, height)?;
        }
        Ok(())
    }

    fn of_round(&mut self, method: Method, height: i64) -> Result<(), Died> {
        self.consensus(method, height);
        self.live(CALLS_PER_DEATH)
    }

    fn any_time(&mut self) {
        for _ in 0..self.below(4) {
            let (connection, method) = match self.below(8) {
                0 => (Connection::Query, Method::Echo),
                1 => (Connection::Mempool, Method::Flush),
                2 => (Connection::Query, Method::Info),
                3 => (Connection::Query, Method::Query),
                4 => (Connection::Mempool, Method::CheckTx),
                5 => (Connection::Snapshot, Method::ListSnapshots),
                6 => (Connection::Snapshot, Method::LoadSnapshotChunk),
                _ => (Connection::Consensus, Method::Flush),
            };
            self.call(connection, method, None);
        }
    }
}
