//! The socket: TLS 1.3 with the county's certificate, bounded in connections, in time and in what is read before a request is judged.
//! The address of a peer is dropped where it is accepted; nothing after it could tell who asked.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::forward::{Behind, answer};
use crate::config::{Config, ListenTable};
use crate::error::RoomError;
use crate::file;
use crate::limits::{
    LISTEN_CONNECTIONS_MAX, LISTEN_HEAD_MAX, LISTEN_HEADERS_MAX, LISTEN_LIFE, LISTEN_PAUSE,
    LISTEN_READ,
};
use crate::synapse::read_secret;

/// A bound socket with a certificate, and those behind it.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    tls: Tls,
    behind: Behind,
}

/// What answers a handshake; it shows nothing of the key.
#[derive(Clone)]
pub(super) struct Tls(pub(super) TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

/// What a connection is made of; tests have no socket.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

impl Listener {
    /// Binds the socket that `[listen]` names; `None` without that table.
    ///
    /// # Errors
    /// [`RoomError::Certificate`] if certificate and key are not a pair that can be used, [`RoomError::SecretExposed`] and
    /// [`RoomError::SecretBroken`] of the key, [`RoomError::AddressTaken`].
    pub async fn bind(config: &Config) -> Result<Option<Self>, RoomError> {
        let Some(table) = &config.listen else {
            return Ok(None);
        };
        let tls = Tls(acceptor(table)?);
        let socket = TcpListener::bind(table.address)
            .await
            .map_err(|_taken| RoomError::AddressTaken(table.address))?;
        Ok(Some(Self {
            socket,
            tls,
            behind: Behind {
                homeserver: config.homeserver.port,
                passes: config.passes.port,
            },
        }))
    }

    /// Serves until it is dropped, and every connection with it.
    pub async fn serve(self) {
        let mut open = JoinSet::new();
        loop {
            while open.try_join_next().is_some() {}
            if open.len() >= LISTEN_CONNECTIONS_MAX {
                open.join_next().await;
                continue;
            }
            // The address ends here.
            match self.socket.accept().await {
                Ok((stream, _)) => {
                    open.spawn(attend(stream, self.tls.clone(), self.behind));
                }
                Err(_) => sleep(LISTEN_PAUSE).await,
            }
        }
    }
}

/// The county's certificate chain and key. A new certificate is taken at the next start.
fn acceptor(table: &ListenTable) -> Result<TlsAcceptor, RoomError> {
    let wrong = || RoomError::Certificate(table.certificate.clone());
    let chain = file::read(&table.certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|_no_certificate| wrong())?;
    let key = read_secret(&table.key)?;
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_secret_inside| wrong())?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_no_pair| wrong())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// One connection, until its end. How it ended is nobody's business.
pub(super) async fn attend(stream: impl Stream, tls: Tls, behind: Behind) {
    if let Ok(Ok(stream)) = timeout(LISTEN_READ, tls.0.accept(stream)).await {
        converse(stream, behind).await;
    }
}

/// The requests of one connection, each answered before the next is read.
pub(super) async fn converse(stream: impl Stream, behind: Behind) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LISTEN_READ)
        .max_buf_size(LISTEN_HEAD_MAX)
        .max_headers(LISTEN_HEADERS_MAX)
        .auto_date_header(false)
        .half_close(false)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| answer(request, behind)),
        );
    drop(timeout(LISTEN_LIFE, served).await);
}
