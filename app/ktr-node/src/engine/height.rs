//! Whether this node still gets blocks: its height stays for heartbeats while other counties' go on, or while its engine misses peers.
//! An engine may live on without consensus and say nothing. Where all counties stand still and meet each other, nothing is wrong here.

use std::{cmp::Reverse, collections::BTreeSet, time::Duration};

use serde_json::Value;
use tokio::{task::spawn_blocking, time::sleep};

use super::{peers, rpc};
use crate::{
    application::Node,
    exit::Exit,
    halt::Reason,
    limits::{BLOCKS_BEHIND_MAX, COUNTIES_AHEAD_MIN, SILENT_HEARTBEATS_MAX, STILL_HEARTBEATS_MAX},
    settings::Settings,
};

/// What the looks at this node's height came to; there is one in each heartbeat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Looks {
    /// The height that was seen last; 0 before the first block.
    height: u64,
    /// Whether a block came since this run began.
    has_moved: bool,
    /// Looks in a row that found it where it was.
    silent: u32,
}

impl Looks {
    /// Before the first look of a run that begins at a height.
    pub(super) const fn begun_at(height: u64) -> Self {
        Self {
            height,
            has_moved: false,
            silent: 0,
        }
    }

    /// After one look more.
    pub(super) const fn then(self, height: u64) -> Self {
        let is_higher = height != self.height;
        Self {
            height,
            has_moved: self.has_moved || is_higher,
            silent: if is_higher {
                0
            } else {
                self.silent.saturating_add(1)
            },
        }
    }

    /// Whether it is time to ask others. Before the first block of this run nothing is judged: a snapshot may be on its way, and a node that
    /// ended for its silence would end for it again and again while its engine looks for peers.
    pub(super) const fn is_silent(self) -> bool {
        self.has_moved && self.silent >= SILENT_HEARTBEATS_MAX
    }

    /// Why the node must end, if enough counties are at `theirs` or above. The first block after a silence of all may be there
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

    /// Whether the chain has stood still here for so long that an engine hardly dials a lost peer any more. Before there is a block a snapshot
    /// may be on its way.
    pub(super) const fn is_still(self) -> bool {
        self.height > 0 && self.silent >= STILL_HEARTBEATS_MAX
    }

    /// Why the node must end, if its engine misses so many peers.
    pub(super) fn judge_alone(self, missing: usize) -> Option<Reason> {
        (self.is_still() && missing > 0).then(|| Reason {
            exit: Exit::Engine,
            why: format!(
                "no block came after height {} for {} heartbeats, and the engine misses {missing} of its peers, whom it dials less and less; a start dials them at once",
                self.height, self.silent
            ),
        })
    }

    /// The height that one county claims alone, where the node would end if another one said so, too.
    pub(super) fn doubt(self, named: &[Option<u64>]) -> Option<u64> {
        let highest = named.iter().flatten().copied().max();
        let is_vouched = self.judge(vouched(named)).is_some();
        highest.filter(|_| !is_vouched && self.judge(highest).is_some())
    }

    /// Says so; whether there was something to say.
    fn warn_of(self, named: &[Option<u64>]) -> bool {
        let Some(theirs) = self.doubt(named) else {
            return false;
        };
        tracing::warn!(
            height = self.height,
            theirs,
            named = named.len(),
            "no block comes, and one county of guard_rpc alone is further; the node ends when two are"
        );
        true
    }
}

/// A node whose height is watched, since before its engine could bring a block.
pub(super) struct Watch {
    node: Node,
    looks: Looks,
    every: Duration,
}

impl Watch {
    /// From the height that the node has now, with one look in `every`.
    pub(super) fn begin(node: Node, every: Duration) -> Self {
        let looks = Looks::begun_at(node.height());
        Self { node, looks, every }
    }
}

/// Watches the height, and comes back when other counties have left this node behind, which they never have where `guard_rpc` names fewer
/// than two, or when nothing goes on and the engine misses peers.
pub(super) async fn gets_no_block(watch: Watch, settings: &Settings) -> Reason {
    let Watch {
        node,
        mut looks,
        every,
    } = watch;
    let mut doubted = None;
    loop {
        sleep(every).await;
        looks = looks.then(node.height());
        if looks.is_still() {
            let missing = count_missing(settings).await;
            if let Some(reason) = looks.then(node.height()).judge_alone(missing) {
                return reason;
            }
        }
        if looks.is_silent() {
            let named = ask_counties(settings).await.unwrap_or_default();
            // While they were asked a block may have come.
            if looks.then(node.height()).is_silent() {
                if let Some(reason) = looks.judge(vouched(&named)) {
                    return reason;
                }
                if doubted != Some(looks.height) && looks.warn_of(&named) {
                    doubted = Some(looks.height);
                }
            }
        }
    }
}

/// How many peers the engine misses; none where it does not say. The question waits on a thread of its own.
async fn count_missing(settings: &Settings) -> usize {
    let settings = settings.clone();
    let asked = spawn_blocking(move || peers::missing(&settings).map_or(0, |ids| ids.len()));
    asked.await.unwrap_or(0)
}

/// The heights of this chain that the counties of `guard_rpc` say they have. The questions wait on a thread of their own.
async fn ask_counties(settings: &Settings) -> Option<Vec<Option<u64>>> {
    let chain_id = settings.chain_id.clone();
    // One that is named twice is one.
    let counties: BTreeSet<String> = settings.guard_rpc.iter().cloned().collect();
    let asked = spawn_blocking(move || {
        let heights = counties.iter().map(|county| height_of(county, &chain_id));
        heights.collect::<Vec<_>>()
    });
    asked.await.ok()
}

/// The height that two of the named counties have reached: in a halt all nodes are silent, and one county that claims more than there is
/// must not end them, though nobody else is named. `None` where too few answer.
pub(super) fn vouched(named: &[Option<u64>]) -> Option<u64> {
    let mut heights: Vec<u64> = named.iter().flatten().copied().collect();
    heights.sort_unstable_by_key(|height| Reverse(*height));
    heights.get(COUNTIES_AHEAD_MIN.checked_sub(1)?).copied()
}

fn height_of(county: &str, chain_id: &str) -> Option<u64> {
    let status = rpc::ask(county, "/status")?.result;
    let network = status.pointer("/node_info/network").and_then(Value::as_str);
    let height = rpc::number(&status, "/sync_info/latest_block_height")?;
    (network == Some(chain_id)).then_some(height)
}
