//! Which of the sites that `node.toml` names the engine is connected to.
//! The engine itself says so; what follows from it is for `height.rs` and for the doctor.

use serde_json::Value;

use super::rpc;
use crate::settings::Settings;

/// The ids of `persistent_peers` that the engine is not connected to; `None` if no engine answers. Whoever else dialled the engine is none of
/// them, though it counts them all alike.
pub(crate) fn missing(settings: &Settings) -> Option<Vec<&str>> {
    let answer = rpc::ask(&settings.rpc_laddr, "/net_info")?;
    let connected = ids(&answer.result)?;
    let sites = settings.persistent_peers.iter();
    let sites = sites.filter_map(|peer| peer.split('@').next());
    let missing = sites.filter(|id| connected.iter().all(|known| known != id));
    Some(missing.collect())
}

/// The ids of all that the engine is connected to.
fn ids(net_info: &Value) -> Option<Vec<String>> {
    let peers = net_info.get("peers")?.as_array()?;
    let ids = peers.iter().filter_map(|peer| {
        let id = peer.pointer("/node_info/id")?.as_str()?;
        Some(id.to_owned())
    });
    Some(ids.collect())
}
