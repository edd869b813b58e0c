//! Questions to an engine's RPC, this node's own or another county's: one request, one answer, one connection.
//! Nothing that comes back is proven; it is good for warnings and for not starting. How it is read stands in `answer.rs`.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use tokio::time::Instant;

use super::answer;
use crate::{
    limits::{RPC_ANSWER_MAX_BYTES, RPC_TIMEOUT},
    timed::Timed,
};

pub(crate) use super::answer::{Answered, number};

/// The answer to `path` from the engine at `host:port`; `None` if none came that can be read.
pub(crate) fn ask(address: &str, path: &str) -> Option<Answered> {
    ask_within(address, path, RPC_TIMEOUT)
}

/// The same, for an answer that is there as a whole within a time. Looking up the name of a host is not part of it: the system offers no
/// deadline for that, and takes its own (`timeout` and `attempts` of `resolv.conf`, 5 s each twice by default). An address needs none.
pub(super) fn ask_within(address: &str, path: &str, time: Duration) -> Option<Answered> {
    let text = exchange(address, path, time).ok()?;
    answer::read(&text)
}

/// HTTP/1.0: the answer comes in one piece and ends with the connection.
fn exchange(address: &str, path: &str, time: Duration) -> io::Result<String> {
    let begun = Instant::now();
    let mut addresses = address.to_socket_addrs()?;
    let address = addresses.next().ok_or(io::ErrorKind::NotFound)?;
    let stream = TcpStream::connect_timeout(&address, time)?;
    let mut timed = Timed::new(stream, begun, time);
    timed.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())?;
    let mut text = String::new();
    timed.take(RPC_ANSWER_MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
