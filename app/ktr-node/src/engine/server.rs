//! The ABCI server of a node: what the node hears from it beside the engine's calls.
//! When it listens, and when it ends, is `supervise.rs`'s.

use std::path::Path;

use ktr_abci::{ServeError, Server, ServerBuilder, StaleSocket};

use crate::{application::Node, limits::FRAME_MAX_BYTES};

/// Binds a node's socket: each call is counted, and the signatures of transactions that wait are judged together.
pub(super) fn bind(socket: &Path, node: Node) -> Result<Server<Node>, ServeError> {
    let (meter, ahead) = (node.clone(), node.clone());
    ServerBuilder::new(FRAME_MAX_BYTES)
        .stale_socket(StaleSocket::RemoveUnderLock)
        .on_call(move |call| meter.called(call))
        .on_ahead(move |txs| ahead.check_ahead(txs))
        .bind_unix(socket, node)
}

#[cfg(test)]
mod test {
    use std::{
        sync::{Arc, Mutex},
        thread,
    };

    use ktr_abci::contract::RawPeer;
    use prost::Message;
    use tendermint_proto::v0_38::abci::{
        Request, RequestCheckTx, RequestFlush, request::Value as Call, response::Value as Answer,
    };

    use super::bind;
    use crate::{application::Node, stage::Stage};

    fn framed(call: Call) -> Vec<u8> {
        Request { value: Some(call) }.encode_length_delimited_to_vec()
    }

    #[test]
    fn transactions_that_wait_are_judged_together_before_the_first_of_them_is_answered() {
        // given a node that notes how many signatures it knows whenever it looks at its clock, which is once for a look ahead and once a call
        let (mut stage, node) = Stage::begun();
        drop(node);
        let txs: Vec<Vec<u8>> = (1..=3).map(|n| stage.admission(n).2).collect();
        let watched = Arc::new(Mutex::new(None::<Node>));
        let counts = Arc::new(Mutex::new(Vec::<usize>::new()));
        let (seen, notes, now) = (Arc::clone(&watched), Arc::clone(&counts), stage.chain.now());
        let clock = move || {
            let known = seen.lock().unwrap().as_ref().map(Node::verdicts);
            notes.lock().unwrap().extend(known);
            now
        };
        let node = stage.open_by(stage.store(), Box::new(clock));
        *watched.lock().unwrap() = Some(node.clone());
        // when the engine writes three transactions at once
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("abci.sock");
        let server = bind(&socket, node).unwrap();
        let stop = server.stop_handle();
        let listening = thread::spawn(move || server.listen());
        let calls = txs.into_iter().map(|tx| {
            Call::CheckTx(RequestCheckTx {
                tx: tx.into(),
                ..RequestCheckTx::default()
            })
        });
        let calls = calls.chain([Call::Flush(RequestFlush {})]);
        let octets: Vec<u8> = calls.flat_map(framed).collect();
        let mut engine = RawPeer::unix(&socket).unwrap();
        engine.send(&octets).unwrap();
        for _ in 0..3 {
            let answer = engine.receive().unwrap();
            assert!(matches!(&answer, Answer::CheckTx(checked) if checked.code == 0));
        }
        stop.stop();
        listening.join().unwrap().unwrap();
        // then all are known when it is asked about the first
        assert_eq!(*counts.lock().unwrap(), [0, 3, 3, 3]);
        drop(watched.lock().unwrap().take());
    }
}
