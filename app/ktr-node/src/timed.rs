//! A connection with one time for all that goes over it: a peer that sends an octet now and then would be waited for without an end.
//! Connecting is not part of it.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    time::Duration,
};

use tokio::time::Instant;

/// A stream on which one call waits for no longer than it is told.
pub(crate) trait Bounded: Read + Write {
    /// Bounds what the next call waits for.
    fn wait_at_most(&self, time: Duration) -> io::Result<()>;
}

impl Bounded for TcpStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl Bounded for UnixStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

/// A stream and the time that is left for it.
pub(crate) struct Timed<S> {
    stream: S,
    begun: Instant,
    time: Duration,
}

impl<S: Bounded> Timed<S> {
    /// A stream that is done with when `time` has passed since `begun`.
    pub(crate) const fn new(stream: S, begun: Instant, time: Duration) -> Self {
        Self {
            stream,
            begun,
            time,
        }
    }

    fn wait_for_what_is_left(&self) -> io::Result<()> {
        let left = self.time.saturating_sub(self.begun.elapsed());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.wait_at_most(left)
    }
}

impl<S: Bounded> Read for Timed<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait_for_what_is_left()?;
        self.stream.read(buffer)
    }
}

impl<S: Bounded> Write for Timed<S> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.wait_for_what_is_left()?;
        self.stream.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
