//! From a request to its answer, or to the code of what is wrong with it.
//! A wrong query gets a code and never a dropped connection.

use tendermint_proto::v0_38::abci::{RequestQuery, ResponseQuery};

use super::{PATHS, Unanswered, record};
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
    let mut response = by_path(view, &meta, &request.path, &request.data)?;
    response.height = height;
    Ok(response)
}

fn by_path(
    view: &View<'_>,
    meta: &Meta,
    path: &str,
    data: &[u8],
) -> Result<ResponseQuery, Unanswered> {
    if let Some(kind) = path.strip_prefix("/state/") {
        return record::by_kind(view, meta, kind, data);
    }
    let known = PATHS.iter().find(|known| known.described.path == path);
    let known = known.ok_or(Unanswered::Path)?;
    (known.answer)(view, meta, data)
}
