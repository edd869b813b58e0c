//! Holds answers until they are worth a write: at a Flush, at 64 KiB, or when the peer has nothing
//! more at hand. It does not decide when; the connection does.

use std::io::{self, Write};

use prost::Message;
use tendermint_proto::v0_38::abci::{Response, response};

use crate::limits::ANSWER_BUFFER_BYTES;

/// The writing half of a connection.
#[derive(Debug)]
pub(crate) struct AnswerWriter<W> {
    sink: W,
    held: Vec<u8>,
}

impl<W: Write> AnswerWriter<W> {
    pub(crate) fn new(sink: W) -> Self {
        Self {
            sink,
            held: Vec::with_capacity(ANSWER_BUFFER_BYTES),
        }
    }

    /// Adds one answer, writing nothing, and says how many bytes it takes without its length.
    pub(crate) fn push(&mut self, value: response::Value) -> io::Result<usize> {
        let response = Response { value: Some(value) };
        let bytes = response.encoded_len();
        response
            .encode_length_delimited(&mut self.held)
            .map_err(io::Error::other)?;
        Ok(bytes)
    }

    /// Writes what is held if that is 64 KiB or more.
    pub(crate) fn send_if_full(&mut self) -> io::Result<()> {
        if self.held.len() < ANSWER_BUFFER_BYTES {
            Ok(())
        } else {
            self.send()
        }
    }

    /// Writes what is held, at once.
    pub(crate) fn send(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        self.sink.write_all(&self.held)?;
        self.held.clear();
        // One large answer must not keep its room for the life of the connection.
        self.held.shrink_to(ANSWER_BUFFER_BYTES);
        Ok(())
    }
}
