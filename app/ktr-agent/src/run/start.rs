//! `ktr-agent start`: ports and keys, put together from the configuration.
//! Nothing is dialled before the first tick.

use std::future::Future;

use super::{Agent, Ports, Site, run};
use crate::{
    adapter::{BareBeacon, Matrix, RelayChain},
    clock::SystemClock,
    config::{Config, Measure},
    error::AgentError,
    init,
};

/// Runs a member's agent until `stop`.
///
/// # Errors
/// Something that only an operator can mend: keys, network files, the disk.
pub async fn start(config: &Config, stop: impl Future<Output = ()>) -> Result<(), AgentError> {
    let key = init::secret(&config.room_key)?;
    let (chain, trusted) = RelayChain::open(&config.chain)?;
    let collector = config.collector.as_ref().map(|table| table.url.clone());
    let ports = Ports {
        chain,
        county: Matrix,
        // Under `off` the program does not even know where the collector is.
        beacon: BareBeacon(collector.filter(|_url| config.measure == Measure::Hit)),
        clock: SystemClock,
    };
    let site = Site {
        config: config.clone(),
        trusted,
        key,
    };
    run(&mut Agent::new(ports, site), stop).await
}
