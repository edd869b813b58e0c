//! The sixteen calls of ABCI 2.0, by name, and the height a request speaks of.
//! Nothing else of a request is looked at here.

use std::fmt;

use tendermint_proto::v0_38::abci::request::Value;

/// One of the sixteen calls of ABCI 2.0 (`spec/abci/abci++_methods.md` of CometBFT v0.38).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the ABCI specification")]
pub enum Method {
    Echo,
    Flush,
    Info,
    InitChain,
    Query,
    CheckTx,
    Commit,
    ListSnapshots,
    OfferSnapshot,
    LoadSnapshotChunk,
    ApplySnapshotChunk,
    PrepareProposal,
    ProcessProposal,
    ExtendVote,
    VerifyVoteExtension,
    FinalizeBlock,
}

impl Method {
    /// All sixteen, in the order of their tags on the wire.
    pub const ALL: [Self; 16] = [
        Self::Echo,
        Self::Flush,
        Self::Info,
        Self::InitChain,
        Self::Query,
        Self::CheckTx,
        Self::Commit,
        Self::ListSnapshots,
        Self::OfferSnapshot,
        Self::LoadSnapshotChunk,
        Self::ApplySnapshotChunk,
        Self::PrepareProposal,
        Self::ProcessProposal,
        Self::ExtendVote,
        Self::VerifyVoteExtension,
        Self::FinalizeBlock,
    ];

    /// The name in `snake_case`, as metrics and log fields carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Flush => "flush",
            Self::Info => "info",
            Self::InitChain => "init_chain",
            Self::Query => "query",
            Self::CheckTx => "check_tx",
            Self::Commit => "commit",
            Self::ListSnapshots => "list_snapshots",
            Self::OfferSnapshot => "offer_snapshot",
            Self::LoadSnapshotChunk => "load_snapshot_chunk",
            Self::ApplySnapshotChunk => "apply_snapshot_chunk",
            Self::PrepareProposal => "prepare_proposal",
            Self::ProcessProposal => "process_proposal",
            Self::ExtendVote => "extend_vote",
            Self::VerifyVoteExtension => "verify_vote_extension",
            Self::FinalizeBlock => "finalize_block",
        }
    }

    /// Which call a request is.
    #[must_use]
    pub const fn of(request: &Value) -> Self {
        match request {
            Value::Echo(_) => Self::Echo,
            Value::Flush(_) => Self::Flush,
            Value::Info(_) => Self::Info,
            Value::InitChain(_) => Self::InitChain,
            Value::Query(_) => Self::Query,
            Value::CheckTx(_) => Self::CheckTx,
            Value::Commit(_) => Self::Commit,
            Value::ListSnapshots(_) => Self::ListSnapshots,
            Value::OfferSnapshot(_) => Self::OfferSnapshot,
            Value::LoadSnapshotChunk(_) => Self::LoadSnapshotChunk,
            Value::ApplySnapshotChunk(_) => Self::ApplySnapshotChunk,
            Value::PrepareProposal(_) => Self::PrepareProposal,
            Value::ProcessProposal(_) => Self::ProcessProposal,
            Value::ExtendVote(_) => Self::ExtendVote,
            Value::VerifyVoteExtension(_) => Self::VerifyVoteExtension,
            Value::FinalizeBlock(_) => Self::FinalizeBlock,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The block height a request names, if its kind has one. For a query it is the height asked about,
/// 0 meaning the newest.
pub(crate) const fn height(request: &Value) -> Option<i64> {
    match request {
        Value::InitChain(request) => Some(request.initial_height),
        Value::Query(request) => Some(request.height),
        Value::PrepareProposal(request) => Some(request.height),
        Value::ProcessProposal(request) => Some(request.height),
        Value::ExtendVote(request) => Some(request.height),
        Value::VerifyVoteExtension(request) => Some(request.height),
        Value::FinalizeBlock(request) => Some(request.height),
        Value::Echo(_)
        | Value::Flush(_)
        | Value::Info(_)
        | Value::CheckTx(_)
        | Value::Commit(_)
        | Value::ListSnapshots(_)
        | Value::OfferSnapshot(_)
        | Value::LoadSnapshotChunk(_)
        | Value::ApplySnapshotChunk(_) => None,
    }
}
