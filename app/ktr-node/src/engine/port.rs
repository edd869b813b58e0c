//! Whether the addresses of the configuration are free, asked before the engine starts: it would end with a line of Go instead.
//! They are given back at once; whoever takes one in between is the engine's to report.

use std::{io, net::TcpListener};

use crate::settings::Settings;

/// An address that the engine could not listen on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// Somebody listens there.
    #[error(
        "{key}: port {port} is taken; stop the process that listens there, or set another port as {key} in node.toml"
    )]
    Taken {
        /// The key that sets it.
        key: &'static str,
        /// Which port.
        port: String,
    },
    /// The system refuses it for another reason.
    #[error("{key}: port {port} cannot be listened on: {source}; correct {key} in node.toml")]
    Refused {
        /// The key that sets it.
        key: &'static str,
        /// Which port.
        port: String,
        /// Why.
        source: io::Error,
    },
}

/// Binds every address of the configuration, all at once, and releases them.
///
/// # Errors
/// [`PortError`] names the first that is not free: two keys with one port are found, too.
pub(crate) fn check_ports(settings: &Settings) -> Result<(), PortError> {
    let addresses = [
        ("rpc_laddr", &settings.rpc_laddr),
        ("p2p_laddr", &settings.p2p_laddr),
        ("metrics_laddr", &settings.metrics_laddr),
        ("node_metrics_laddr", &settings.node_metrics_laddr),
    ];
    let used = addresses
        .into_iter()
        .filter(|(_, address)| !address.is_empty());
    let held: Result<Vec<TcpListener>, PortError> =
        used.map(|(key, address)| hold(key, address)).collect();
    held.map(drop)
}

/// Binds one address.
///
/// # Errors
/// [`PortError`].
pub(super) fn hold(key: &'static str, address: &str) -> Result<TcpListener, PortError> {
    TcpListener::bind(address).map_err(|source| {
        let port = address.rsplit(':').next().unwrap_or(address).to_owned();
        if source.kind() == io::ErrorKind::AddrInUse {
            PortError::Taken { key, port }
        } else {
            PortError::Refused { key, port, source }
        }
    })
}
