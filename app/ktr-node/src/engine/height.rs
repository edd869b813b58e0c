//! Whether this node still gets blocks: its height stays for heartbeats while another county's goes on.
//! An engine may live on without consensus and say nothing. Where all counties stand still, nothing is wrong here.

use serde_json::Value;
use tokio::{task::spawn_blocking, time::sleep};

use super::rpc;
use crate::{
    application::Node,
    exit::Exit,
    halt::Reason,
    limits::{BLOCKS_BEHIND_MAX, SILENT_HEARTBEATS_MAX},
    settings::Settings,
};

/// What the looks at this node's height came to; there is one in each heartbeat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Looks {
    /// The height that was seen last; 0 before the first block.
    height: u64,
    /// Looks in a row that found it where it was.
    silent: u32,
}

impl Looks {
    /// After one look more.
    pub(super) const fn then(self, height: u64) -> Self {
        let silent = if height == self.height {
            self.silent.saturating_add(1)
        } else {
            0
        };
        Self { height, silent }
    }

    /// Whether it is time to ask others. Before the first block nothing is judged: a snapshot may be on its way.
    pub(super) const fn is_silent(self) -> bool {
        self.height > 0 && self.silent >= SILENT_HEARTBEATS_MAX
    }

    /// Why the node must end, if the highest of the counties that answer is at `theirs`. The first block after a silence of all may be there
    /// and on its way to us: so much is not behind.
    pub(super) fn judge(self, theirs: Option<u64>) -> Option<Reason> {
        let theirs = theirs.filter(|_| self.is_silent())?;
        let behind = theirs.saturating_sub(self.height);
        (behind > BLOCKS_BEHIND_MAX).then(|| Reason {
            exit: Exit::Engine,
            why: format!(
                "no block came after height {} for {} heartbeats, and a county of guard_rpc is at {theirs}; the engine's last lines may say why, a start catches up",
                self.height, self.silent
            ),
        })
    }
}

/// Watches the height, and comes back when other counties have left this node behind; never where `guard_rpc` names nobody.
pub(super) async fn left_behind(node: &Node, settings: &Settings) -> Reason {
    let mut looks = Looks::default();
    loop {
        sleep(settings.silence()).await;
        looks = looks.then(node.height());
        if looks.is_silent() {
            let theirs = highest(settings).await;
            // While they were asked a block may have come.
            let still = looks.then(node.height());
            if let Some(reason) = looks.judge(theirs).filter(|_| still.is_silent()) {
                return reason;
            }
        }
    }
}

/// The highest block of this chain that a county of `guard_rpc` says it has. The questions wait on a thread of their own.
async fn highest(settings: &Settings) -> Option<u64> {
    let (chain_id, counties) = (settings.chain_id.clone(), settings.guard_rpc.clone());
    let asked = spawn_blocking(move || {
        let heights = counties.iter().map(|county| height_of(county, &chain_id));
        heights.max().flatten()
    });
    asked.await.ok().flatten()
}

fn height_of(county: &str, chain_id: &str) -> Option<u64> {
    let status = rpc::ask(county, "/status")?.result;
    let network = status.pointer("/node_info/network").and_then(Value::as_str);
    let height = rpc::number(&status, "/sync_info/latest_block_height")?;
    (network == Some(chain_id)).then_some(height)
}
