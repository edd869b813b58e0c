//! Reads one frame after another from a byte stream. It never asks for more room than the limit,
//! and never looks at a byte twice but for its one copy out of the read buffer.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read},
    iter,
};

use bytes::Bytes;

use crate::limits::{READ_BUFFER_BYTES, VARINT_MAX_BITS};

/// Why no further frame can be read from a stream.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// The stream broke, or ended inside a frame: nobody is there to be told.
    #[error("connection lost inside a frame")]
    Lost(#[source] io::Error),
    /// The length prefix is no 64-bit varint.
    #[error("length prefix is no varint of at most {VARINT_MAX_BITS} bits")]
    Length,
    /// The frame is longer than this server takes.
    #[error("frame of {bytes} bytes is over the limit of {limit}")]
    TooLong { bytes: u64, limit: usize },
}

/// A stream seen as frames of at most `limit` bytes.
#[derive(Debug)]
pub(crate) struct FrameReader<R> {
    source: BufReader<R>,
    limit: usize,
}

impl<R: Read> FrameReader<R> {
    pub(crate) fn new(source: R, limit: usize) -> Self {
        Self {
            source: BufReader::with_capacity(READ_BUFFER_BYTES, source),
            limit,
        }
    }

    /// Whether a whole frame is at hand, so that [`Self::next`] will not wait for the peer.
    pub(crate) fn has_frame(&self) -> bool {
        // What cannot become a frame will be refused without waiting.
        !matches!(front(self.source.buffer()), Ok(None))
    }

    /// The whole frames at hand, in their order; they stay.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &[u8]> {
        let mut held = self.source.buffer();
        iter::from_fn(move || {
            let (frame, rest) = front(held).ok().flatten()?;
            held = rest;
            Some(frame)
        })
    }

    /// The next frame without its length, or `None` where the stream ends between two frames.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, FrameError> {
        let Some(length) = self.length()? else {
            return Ok(None);
        };
        let too_long = FrameError::TooLong {
            bytes: length,
            limit: self.limit,
        };
        match usize::try_from(length) {
            Ok(room) if room <= self.limit => self.body(length, room).map(Some),
            Ok(_) | Err(_) => Err(too_long),
        }
    }

    fn length(&mut self) -> Result<Option<u64>, FrameError> {
        let mut varint = Varint::default();
        loop {
            let byte = match self.source.fill_buf() {
                Ok(held) => held.first().copied(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(FrameError::Lost(error)),
            };
            let Some(byte) = byte else {
                return if varint.is_empty() {
                    Ok(None)
                } else {
                    Err(lost())
                };
            };
            self.source.consume(1);
            if let Some(length) = varint.push(byte)? {
                return Ok(Some(length));
            }
        }
    }

    /// The `length` bytes of a frame, for which there is `room` (the same number).
    fn body(&mut self, length: u64, room: usize) -> Result<Bytes, FrameError> {
        if let Some(held) = self.source.buffer().get(..room) {
            let frame = Bytes::copy_from_slice(held);
            self.source.consume(room);
            return Ok(frame);
        }
        // Reserved once; the kernel gives the pages only as they are written, so a length without a
        // body costs nothing.
        let mut frame = Vec::with_capacity(room);
        self.source
            .by_ref()
            .take(length)
            .read_to_end(&mut frame)
            .map_err(FrameError::Lost)?;
        if frame.len() < room {
            Err(lost())
        } else {
            Ok(Bytes::from(frame))
        }
    }
}

/// A frame without its length, and what comes after it.
type Front<'held> = (&'held [u8], &'held [u8]);

/// The first frame of `held`; `None` where it is not whole.
fn front(held: &[u8]) -> Result<Option<Front<'_>>, FrameError> {
    let mut varint = Varint::default();
    let mut rest = held;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if let Some(length) = varint.push(*byte)? {
            let length = usize::try_from(length).ok();
            return Ok(length.and_then(|length| rest.split_at_checked(length)));
        }
    }
    Ok(None)
}

fn lost() -> FrameError {
    FrameError::Lost(ErrorKind::UnexpectedEof.into())
}

/// An unsigned varint while its bytes arrive, seven bits at a time, lowest first.
#[derive(Debug, Default)]
struct Varint {
    value: u64,
    shift: u32,
}

impl Varint {
    const fn is_empty(&self) -> bool {
        self.shift == 0
    }

    /// Takes one byte; answers the number when it was the last.
    fn push(&mut self, byte: u8) -> Result<Option<u64>, FrameError> {
        let group = u64::from(byte & 0x7f);
        let placed = group.checked_shl(self.shift).ok_or(FrameError::Length)?;
        // The tenth byte has room for one bit only.
        if placed.checked_shr(self.shift) != Some(group) {
            return Err(FrameError::Length);
        }
        self.value |= placed;
        self.shift = self.shift.saturating_add(7);
        match (byte & 0x80 == 0, self.shift < VARINT_MAX_BITS) {
            (true, _) => Ok(Some(self.value)),
            (false, true) => Ok(None),
            (false, false) => Err(FrameError::Length),
        }
    }
}
