//! Looks at the transactions that wait behind the one that is answered next, for an application that does in bulk what is cheaper in bulk.
//! It takes nothing from the stream and answers nothing.

use std::{
    iter,
    panic::{AssertUnwindSafe, catch_unwind},
};

use bytes::Bytes;
use prost::Message;
use tendermint_proto::v0_38::abci::{CheckTxType, Request, request::Value};

use crate::shared::AheadHook;

/// Which of the coming requests were looked at.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    /// So many of those that are answered next.
    seen: usize,
}

impl Ahead {
    /// A request is answered next, and `waiting` are the frames at hand behind it. New transactions among them, up to the first
    /// other request, are shown together and once.
    pub(crate) fn look(
        &mut self,
        request: &Value,
        waiting: impl Iterator<Item = impl AsRef<[u8]>>,
        hook: &AheadHook,
    ) {
        if let Some(seen) = self.seen.checked_sub(1) {
            self.seen = seen;
            return;
        }
        let Some(first) = new_transaction(request) else {
            return;
        };
        let rest = waiting.map_while(|frame| {
            let request = Request::decode(frame.as_ref()).ok()?.value?;
            new_transaction(&request)
        });
        let transactions: Vec<Bytes> = iter::once(first).chain(rest).collect();
        self.seen = transactions.len().saturating_sub(1);
        if self.seen > 0 {
            // Whatever makes it panic comes up again in the call for that transaction, which has an answer for it.
            drop(catch_unwind(AssertUnwindSafe(|| hook(&transactions))));
        }
    }
}

/// The transaction of a `CheckTx` for one that is new. Those that are checked again were seen before.
fn new_transaction(request: &Value) -> Option<Bytes> {
    let Value::CheckTx(check) = request else {
        return None;
    };
    (check.r#type() == CheckTxType::New).then(|| check.tx.clone())
}
