//! From a request to its answer, or to the code of what is wrong with it.
//! A wrong query gets a code and never a dropped connection.

use tendermint_proto::v0_38::abci::{RequestQuery, ResponseQuery};

use super::{Unanswered, log, path, question::Question, record, status, tree};
use crate::store::{Meta, View};

/// Answers a query from the store as the last Commit left it.
#[must_use]
pub fn answer(view: &View<'_>, request: &RequestQuery) -> ResponseQuery {
    let answered = route(view, request);
    answered.unwrap_or_else(|error| ResponseQuery {
        code: error.code(),
        codespace: "ktr.query".to_owned(),
        log: error.to_string(),
        ..ResponseQuery::default()
    })
}

fn route(view: &View<'_>, request: &RequestQuery) -> Result<ResponseQuery, Unanswered> {
    let meta = view.meta()?.ok_or(Unanswered::NothingCommitted)?;
    let height = i64::try_from(meta.height).unwrap_or(i64::MAX);
    if request.height != 0 && request.height != height {
        return Err(Unanswered::Pruned { last: meta.height });
    }
    let question = path::asked(&request.path, &request.data)?;
    let mut response = by_question(view, &meta, &question)?;
    response.height = height;
    Ok(response)
}

fn by_question(
    view: &View<'_>,
    meta: &Meta,
    question: &Question,
) -> Result<ResponseQuery, Unanswered> {
    let response = match question {
        // These have no key: a page is of many events.
        Question::Events { from, count } => return log::events(view, meta, *from, *count),
        Question::Status => return status::status(view, meta),
        Question::Record(key) => record::proven(view, meta, *key)?,
        Question::Event(index) => log::event(view, meta, *index)?,
        Question::Consistency { before, after } => log::consistency(view, meta, *before, *after)?,
        Question::Tx(hash) => log::tx(view, hash)?,
        Question::Height(height) => tree::height(view, meta, *height)?,
        Question::TreeNode { version, nibbles } => tree::node(view, meta, *version, nibbles)?,
        Question::LogNode { level, index } => log::subtree(view, *level, *index)?,
    };
    Ok(ResponseQuery {
        key: question.data().into(),
        ..response
    })
}
