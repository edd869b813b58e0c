//! Hands a request to the application and settles what a panic in it means.
//! It sees one call at a time: order is the grammar's matter, bytes are the connection's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    ResponseCheckTx, ResponseException, ResponseListSnapshots, ResponseLoadSnapshotChunk,
    ResponseQuery,
    request::Value as Request,
    response::Value::{
        self as Response, ApplySnapshotChunk, CheckTx, Commit, Echo, Exception, ExtendVote,
        FinalizeBlock, Flush, Info, InitChain, ListSnapshots, LoadSnapshotChunk, OfferSnapshot,
        PrepareProposal, ProcessProposal, Query, VerifyVoteExtension,
    },
};

use crate::Method;

/// The code of a Query or `CheckTx` answer whose call panicked. It never appears inside a block.
pub const CAUGHT_PANIC_CODE: u32 = 9001;

/// The codespace of [`CAUGHT_PANIC_CODE`].
pub const CAUGHT_PANIC_CODESPACE: &str = "ktr.node";

/// What became of a call.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The application answered.
    Answered(Response),
    /// It panicked where nothing of consensus depends on it; this goes out in its stead.
    Caught(Response),
    /// It panicked where an answer would be a guess: the process must end.
    Fatal,
}

/// Runs one call.
pub(crate) fn dispatch<App: Application>(app: &App, request: Request) -> Outcome {
    let method = Method::of(&request);
    // The application's state may be torn by a panic. What is answered after one never comes from
    // that state, and the calls which write to it end the process instead.
    catch_unwind(AssertUnwindSafe(|| call(app, request)))
        .map_or_else(|_payload| after_panic(method), Outcome::Answered)
}

/// An answer that makes the engine drop the connection.
pub(crate) fn exception(reason: impl Into<String>) -> Response {
    Exception(ResponseException {
        error: reason.into(),
    })
}

fn call<App: Application>(app: &App, request: Request) -> Response {
    match request {
        Request::Echo(request) => Echo(app.echo(request)),
        Request::Flush(_) => Flush(app.flush()),
        Request::Info(request) => Info(app.info(request)),
        Request::InitChain(request) => InitChain(app.init_chain(request)),
        Request::Query(request) => Query(app.query(request)),
        Request::CheckTx(request) => CheckTx(app.check_tx(request)),
        Request::Commit(_) => Commit(app.commit()),
        Request::ListSnapshots(_) => ListSnapshots(app.list_snapshots()),
        Request::OfferSnapshot(request) => OfferSnapshot(app.offer_snapshot(request)),
        Request::LoadSnapshotChunk(request) => LoadSnapshotChunk(app.load_snapshot_chunk(request)),
        Request::ApplySnapshotChunk(request) => {
            ApplySnapshotChunk(app.apply_snapshot_chunk(request))
        }
        Request::PrepareProposal(request) => PrepareProposal(app.prepare_proposal(request)),
        Request::ProcessProposal(request) => ProcessProposal(app.process_proposal(request)),
        Request::ExtendVote(request) => ExtendVote(app.extend_vote(request)),
        Request::VerifyVoteExtension(request) => {
            VerifyVoteExtension(app.verify_vote_extension(request))
        }
        Request::FinalizeBlock(request) => FinalizeBlock(app.finalize_block(request)),
    }
}

/// Query and `CheckTx` have a code to say it with. Listing and loading snapshots is asked by any
/// peer of the network, and an exception would stop the engine, so they answer "nothing here".
/// Offers and chunks are our own bootstrap: it ends.
fn after_panic(method: Method) -> Outcome {
    match method {
        Method::Query => Outcome::Caught(Query(ResponseQuery {
            code: CAUGHT_PANIC_CODE,
            codespace: CAUGHT_PANIC_CODESPACE.to_owned(),
            ..ResponseQuery::default()
        })),
        Method::CheckTx => Outcome::Caught(CheckTx(ResponseCheckTx {
            code: CAUGHT_PANIC_CODE,
            codespace: CAUGHT_PANIC_CODESPACE.to_owned(),
            ..ResponseCheckTx::default()
        })),
        Method::ListSnapshots => Outcome::Caught(ListSnapshots(ResponseListSnapshots::default())),
        Method::LoadSnapshotChunk => {
            Outcome::Caught(LoadSnapshotChunk(ResponseLoadSnapshotChunk::default()))
        }
        Method::OfferSnapshot | Method::ApplySnapshotChunk => {
            Outcome::Caught(exception(format!("the application panicked in {method}")))
        }
        Method::Echo
        | Method::Flush
        | Method::Info
        | Method::InitChain
        | Method::Commit
        | Method::PrepareProposal
        | Method::ProcessProposal
        | Method::ExtendVote
        | Method::VerifyVoteExtension
        | Method::FinalizeBlock => Outcome::Fatal,
    }
}
