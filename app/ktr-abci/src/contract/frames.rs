//! The server's own reading of a byte stream, without a socket: frames, and the requests in them.
//! It answers nothing; what a request does is the server's affair.

use prost::Message;
use tendermint_proto::v0_38::abci::Request;

use crate::frame::FrameReader;

/// How many requests the octets of a stream hold before the first thing that ends the connection.
#[must_use]
pub fn requests_in(stream: &[u8], limit: usize) -> usize {
    let mut reader = FrameReader::new(stream, limit);
    let mut requests = 0_usize;
    while let Ok(Some(frame)) = reader.next() {
        if Request::decode(frame).is_err() {
            break;
        }
        requests = requests.saturating_add(1);
    }
    requests
}
