//! Two peers that stand for the engine: the stock crate's own client, and a raw one that writes as
//! CometBFT does. They share no code with the server's reading and writing.

use std::{
    fmt,
    io::{self, BufReader, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use prost::Message;
use tendermint_abci::{Client, ClientBuilder};
use tendermint_proto::v0_38::abci::{
    Request, RequestFlush, Response, request::Value as Call, response::Value as Answer,
};

/// Why a peer got no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// The connection failed.
    #[error("connection failed")]
    Io(#[from] io::Error),
    /// The answer was no protobuf.
    #[error("answer is no protobuf")]
    Decode(#[from] prost::DecodeError),
    /// The server ended the connection.
    #[error("server ended the connection")]
    Ended,
    /// An answer without a value.
    #[error("answer is empty")]
    Empty,
    /// A Flush was not answered by a Flush.
    #[error("flush was not answered in its turn")]
    FlushLost,
    /// The stock client failed.
    #[error("stock peer failed: {0}")]
    Stock(String),
}

/// Makes one call and waits for its answer.
pub trait Peer {
    /// One call.
    ///
    /// # Errors
    ///
    /// Any [`PeerError`]; an exception is an answer, not an error.
    fn call(&mut self, call: Call) -> Result<Answer, PeerError>;
}

/// Writes a call and a Flush at once, and reads both answers, as CometBFT's socket client does for
/// a synchronous call.
#[derive(Debug)]
pub struct RawPeer<S> {
    stream: BufReader<S>,
}

impl RawPeer<TcpStream> {
    /// Connects over TCP, with no delay, as Go does.
    ///
    /// # Errors
    ///
    /// [`PeerError::Io`].
    pub fn tcp(addr: impl ToSocketAddrs) -> Result<Self, PeerError> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self::over(stream))
    }
}

impl RawPeer<UnixStream> {
    /// Connects to a Unix socket.
    ///
    /// # Errors
    ///
    /// [`PeerError::Io`].
    pub fn unix(path: impl AsRef<Path>) -> Result<Self, PeerError> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self::over(stream))
    }
}

impl<S: Read + Write> RawPeer<S> {
    /// A peer over any stream.
    pub fn over(stream: S) -> Self {
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// The stream underneath.
    pub fn stream(&self) -> &S {
        self.stream.get_ref()
    }

    /// Writes bytes as they are, good or bad.
    ///
    /// # Errors
    ///
    /// [`PeerError::Io`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), PeerError> {
        Ok(self.stream.get_mut().write_all(bytes)?)
    }

    /// Reads one answer.
    ///
    /// # Errors
    ///
    /// [`PeerError::Ended`] where the server has ended the connection, otherwise what failed.
    pub fn receive(&mut self) -> Result<Answer, PeerError> {
        let mut prefix = Vec::new();
        loop {
            let mut byte = [0];
            if self.stream.read(&mut byte)? == 0 {
                return Err(PeerError::Ended);
            }
            prefix.extend_from_slice(&byte);
            if byte[0] < 0x80 {
                break;
            }
        }
        let length = prost::decode_length_delimiter(prefix.as_slice())?;
        let mut frame = vec![0; length];
        self.stream.read_exact(&mut frame)?;
        Response::decode(frame.as_slice())?
            .value
            .ok_or(PeerError::Empty)
    }
}

impl<S: Read + Write> Peer for RawPeer<S> {
    fn call(&mut self, call: Call) -> Result<Answer, PeerError> {
        let mut bytes = framed(call);
        bytes.extend(framed(Call::Flush(RequestFlush {})));
        self.send(&bytes)?;
        let answer = self.receive()?;
        if matches!(answer, Answer::Exception(_)) {
            return Ok(answer);
        }
        let in_turn = matches!(self.receive()?, Answer::Flush(_));
        if in_turn {
            Ok(answer)
        } else {
            Err(PeerError::FlushLost)
        }
    }
}

/// The client of `tendermint_abci`, which never sends a Flush. It has no `PrepareProposal` and no
/// `ProcessProposal`: these two go over a raw connection beside it. Once this compiles, it need not:
///
/// ```compile_fail,E0599
/// # fn propose(client: &mut tendermint_abci::Client) {
/// let proposed = client.prepare_proposal(Default::default());
/// # }
/// ```
pub struct StockPeer {
    client: Client,
    beside: RawPeer<TcpStream>,
}

impl StockPeer {
    /// Connects twice.
    ///
    /// # Errors
    ///
    /// Any [`PeerError`].
    pub fn tcp(addr: impl ToSocketAddrs) -> Result<Self, PeerError> {
        let client = ClientBuilder::default().connect(&addr).map_err(stock)?;
        Ok(Self {
            client,
            beside: RawPeer::tcp(addr)?,
        })
    }
}

impl Peer for StockPeer {
    fn call(&mut self, call: Call) -> Result<Answer, PeerError> {
        let client = &mut self.client;
        match call {
            Call::Echo(call) => client.echo(call).map(Answer::Echo),
            Call::Flush(_) => client.flush().map(Answer::Flush),
            Call::Info(call) => client.info(call).map(Answer::Info),
            Call::InitChain(call) => client.init_chain(call).map(Answer::InitChain),
            Call::Query(call) => client.query(call).map(Answer::Query),
            Call::CheckTx(call) => client.check_tx(call).map(Answer::CheckTx),
            Call::Commit(_) => client.commit().map(Answer::Commit),
            Call::ListSnapshots(_) => client.list_snapshots().map(Answer::ListSnapshots),
            Call::OfferSnapshot(call) => client.offer_snapshot(call).map(Answer::OfferSnapshot),
            Call::LoadSnapshotChunk(call) => client
                .load_snapshot_chunk(call)
                .map(Answer::LoadSnapshotChunk),
            Call::ApplySnapshotChunk(call) => client
                .apply_snapshot_chunk(call)
                .map(Answer::ApplySnapshotChunk),
            Call::ExtendVote(call) => client.extend_vote(call).map(Answer::ExtendVote),
            Call::VerifyVoteExtension(call) => client
                .verify_vote_extension(call)
                .map(Answer::VerifyVoteExtension),
            Call::FinalizeBlock(call) => client.finalize_block(call).map(Answer::FinalizeBlock),
            call @ (Call::PrepareProposal(_) | Call::ProcessProposal(_)) => {
                return self.beside.call(call);
            }
        }
        .map_err(stock)
    }
}

impl fmt::Debug for StockPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StockPeer").finish_non_exhaustive()
    }
}

fn framed(call: Call) -> Vec<u8> {
    Request { value: Some(call) }.encode_length_delimited_to_vec()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn stock(error: tendermint_abci::Error) -> PeerError {
    PeerError::Stock(error.to_string())
}

/// How long a peer waits for bytes before the call has failed: a server that is silent must not
/// hang a test.
const PATIENCE: Duration = Duration::from_secs(30);
