//! A connection to a host: over TLS if its base URL says so, and never plainly instead.
//! It waits for as long as its caller lets it.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls};

use super::{Base, tls};
use crate::limits::DIAL_WITHIN;

/// Why a host was not heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HostError {
    /// Nobody answers, or not in the way that was asked.
    #[error("the host does not answer")]
    Silent,
    /// Somebody answers who does not prove to hold a pinned key; nothing was asked.
    #[error("the host does not prove to hold a pinned key")]
    OtherKey,
    /// The answer is larger than its limit.
    #[error("the host's answer is larger than its limit")]
    TooLarge,
}

/// Both directions of a connection.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection, whatever lies beneath it.
pub type Stream = Box<dyn Duplex>;

impl Base {
    /// Connects. With `https` nothing of a request can leave before the host has proved its key.
    ///
    /// # Errors
    /// [`HostError::Silent`], [`HostError::OtherKey`].
    pub async fn dial(&self) -> Result<Stream, HostError> {
        let stream = self.reach().await?;
        let Some(peer) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let config = tls::config(&peer.pins).map_err(|_no_version| HostError::Silent)?;
        let connector = TlsConnector::from(Arc::new(config));
        match connector.connect(peer.name.clone(), stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(judged(&error)),
        }
    }
}

impl Base {
    async fn reach(&self) -> Result<TcpStream, HostError> {
        let addresses = lookup_host(self.site.as_str()).await;
        let addresses = addresses.map_err(|_name_inside| HostError::Silent)?;
        first(addresses, TcpStream::connect::<SocketAddr>).await
    }
}

/// A connection to the first of a host's addresses that answers: one that swallows what it is sent must not take the others' time.
pub(super) async fn first<S, C>(
    addresses: impl Iterator<Item = SocketAddr>,
    connect: impl Fn(SocketAddr) -> C,
) -> Result<S, HostError>
where
    C: Future<Output = io::Result<S>>,
{
    for address in addresses {
        if let Ok(Ok(stream)) = timeout(DIAL_WITHIN, connect(address)).await {
            return Ok(stream);
        }
    }
    Err(HostError::Silent)
}

/// A certificate without a pinned key, and a signature that such a key did not make, are one thing: another key.
fn judged(error: &io::Error) -> HostError {
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_)) => HostError::OtherKey,
        Some(_) | None => HostError::Silent,
    }
}
