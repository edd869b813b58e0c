//! Asks a running node over its own socket where it stands.
//! It is for the operator of the folder; everybody else asks the engine.

use std::{
    io::{self, BufReader, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use prost::Message;
use tendermint_proto::v0_38::abci::{
    Request, RequestFlush, RequestQuery, Response, request::Value as Call,
    response::Value as Answer,
};
use tokio::time::Instant;

use crate::{
    limits::{STATUS_MAX_BYTES, STATUS_TIMEOUT},
    timed::Timed,
};

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// Nobody is behind the socket.
    #[error("no node answers: {0}")]
    NoNode(#[from] io::Error),
    /// The answer is none.
    #[error("the node's answer cannot be read")]
    Malformed,
    /// The node says no. Its words are another's, and are shown escaped: a terminal would obey what else is in them.
    #[error("the node answers with code {code}: {log:?}")]
    Refused {
        /// Of codespace `ktr.query`.
        code: u32,
        /// In words.
        log: String,
    },
}

/// The value of a query without data; the whole answer must be there in five seconds, from a node that takes the connection.
///
/// # Errors
/// See [`NoAnswer`].
pub fn ask(socket: &Path, path: &str) -> Result<Vec<u8>, NoAnswer> {
    ask_within(socket, path, STATUS_TIMEOUT)
}

/// The same, for an answer that is there as a whole within a time.
pub(crate) fn ask_within(socket: &Path, path: &str, time: Duration) -> Result<Vec<u8>, NoAnswer> {
    let begun = Instant::now();
    let mut stream = Timed::new(UnixStream::connect(socket)?, begun, time);
    let query = Call::Query(RequestQuery {
        path: path.to_owned(),
        ..RequestQuery::default()
    });
    let mut octets = frame(query);
    octets.extend(frame(Call::Flush(RequestFlush {})));
    stream.write_all(&octets)?;
    let mut reader = BufReader::new(stream);
    let length = read_length(&mut reader)?;
    if length > STATUS_MAX_BYTES {
        return Err(NoAnswer::Malformed);
    }
    let mut octets = Vec::new();
    reader.take(length).read_to_end(&mut octets)?;
    let response = Response::decode(octets.as_slice()).or(Err(NoAnswer::Malformed))?;
    match response.value {
        Some(Answer::Query(answer)) if answer.code == 0 => Ok(answer.value.to_vec()),
        Some(Answer::Query(answer)) => Err(NoAnswer::Refused {
            code: answer.code,
            log: answer.log,
        }),
        Some(_) | None => Err(NoAnswer::Malformed),
    }
}

fn frame(call: Call) -> Vec<u8> {
    Request { value: Some(call) }.encode_length_delimited_to_vec()
}

fn read_length(reader: &mut impl Read) -> Result<u64, NoAnswer> {
    let mut octets = Vec::new();
    loop {
        let mut octet = [0];
        reader.read_exact(&mut octet)?;
        octets.extend(octet);
        if octet[0] & 0x80 == 0 || octets.len() >= 10 {
            break;
        }
    }
    prost::encoding::decode_varint(&mut octets.as_slice()).or(Err(NoAnswer::Malformed))
}
