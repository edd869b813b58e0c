//! How a call can be out of order.
//! Whether that matters is the server's decision.

use std::fmt;

use crate::Method;

/// A call that came out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    /// The call.
    pub method: Method,
    /// What it should have waited for, or come before.
    pub rule: Rule,
}

/// The rules of the order of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The engine asks for Info (or initialises the chain) before its first height.
    InfoFirst,
    /// `InitChain` is the first consensus call of an engine.
    InitChainFirst,
    /// Snapshots are offered before the first height only.
    SyncFirst,
    /// A chunk belongs to an offered snapshot.
    OfferBeforeChunk,
    /// A restored snapshot is confirmed by Info before the first height.
    InfoAfterSync,
    /// Commit follows `FinalizeBlock`.
    FinalizeBeforeCommit,
    /// After `FinalizeBlock` no other consensus call comes before Commit.
    CommitAfterFinalize,
    /// Heights rise by one.
    NextHeight,
    /// One connection carries consensus; an older one does not come back.
    OneConnection,
}

impl Rule {
    const fn text(self) -> &'static str {
        match self {
            Self::InfoFirst => "before info or init_chain",
            Self::InitChainFirst => "after other consensus calls",
            Self::SyncFirst => "after the first height",
            Self::OfferBeforeChunk => "without an offered snapshot",
            Self::InfoAfterSync => "in the middle of a state sync",
            Self::FinalizeBeforeCommit => "without finalize_block",
            Self::CommitAfterFinalize => "between finalize_block and commit",
            Self::NextHeight => "with a height that is not the next",
            Self::OneConnection => "on a connection that consensus had left",
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} came {}", self.method, self.rule.text())
    }
}
