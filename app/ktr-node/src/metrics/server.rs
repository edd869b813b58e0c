//! One thread that answers `GET /metrics`, one connection after the other, and nothing else.
//! It keeps no log and no address; a peer that is slow is cut off.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use crate::limits::{METRICS_REQUEST_MAX_BYTES, METRICS_TIMEOUT};

/// Serves pages until the program ends.
///
/// # Errors
/// If the system refuses a thread.
pub(crate) fn serve(
    listener: TcpListener,
    page: impl Fn() -> String + Send + 'static,
) -> io::Result<()> {
    let thread = thread::Builder::new().name("metrics".to_owned());
    thread.spawn(move || {
        for stream in listener.incoming() {
            let answered = stream.and_then(|stream| answer(stream, &page));
            if let Err(error) = answered {
                tracing::debug!(kind = ?error.kind(), "metrics not delivered");
            }
        }
    })?;
    Ok(())
}

fn answer(mut stream: TcpStream, page: &impl Fn() -> String) -> io::Result<()> {
    stream.set_read_timeout(Some(METRICS_TIMEOUT))?;
    stream.set_write_timeout(Some(METRICS_TIMEOUT))?;
    let request = read_head(&mut stream)?;
    let (status, body) = match request
        .split(|octet| *octet == b' ')
        .take(2)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [b"GET", b"/metrics"] => ("200 OK", page()),
        [b"GET", _] => ("404 Not Found", String::new()),
        _ => ("405 Method Not Allowed", String::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// The head of a request, to the empty line.
fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut chunk = [0; 512];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let length = stream.read(&mut chunk)?;
        head.extend(chunk.iter().take(length));
        if length == 0 || head.len() > METRICS_REQUEST_MAX_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(head)
}
