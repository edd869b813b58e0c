//! What only the listening side can see of a connection.
//! The socket's file is tested from outside, in `tests/defects.rs`.

use std::net::TcpStream;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::Listener;
use crate::stream::Stream;

#[test]
fn a_tcp_connection_does_not_delay_small_answers() {
    // given
    let listener = Listener::tcp("127.0.0.1:0").unwrap();
    let _peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let mut waits = [PollFd::new(
        std::os::fd::AsFd::as_fd(&listener),
        PollFlags::POLLIN,
    )];
    poll(&mut waits, PollTimeout::NONE).unwrap();
    // when
    let stream = listener.accept().unwrap();
    // then
    assert!(matches!(stream, Stream::Tcp(stream) if stream.nodelay().unwrap()));
}

#[test]
fn accept_does_not_wait_when_nobody_has_come() {
    let listener = Listener::tcp("127.0.0.1:0").unwrap();
    assert_eq!(
        listener.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
}
