//! Every bound of the node that no genesis parameter sets, in one place.
//! Bounds on bytes of the ledger are `ktr-wire`'s.

use std::time::Duration;

use ktr_core::time::Secs;

/// The newest version of the rules that this program executes.
pub use ktr_core::limits::APP_VERSION;

/// Transactions in one proposal.
pub const PROPOSAL_TXS_MAX: usize = 1_000;
/// Transactions of one signer that wait between two blocks.
pub const SIGNER_WAITING_MAX: u32 = 32;
/// Signatures remembered as good, so that a recheck need not judge them again.
pub const VERDICTS_MAX: usize = 10_000;
/// Events in one answer to `/events`.
pub const PAGE_MAX: u32 = 256;
/// So long after the end of a session its rooms' ends may still be confirmed: what sidecars found at a door waits for a report no longer.
pub(crate) const CONFIRMED_WITHIN: Secs = Secs(3 * 86_400);

/// A validator that signed twice is counted with a block that is younger than this: a site that catches up executes what is long known.
pub(crate) const CAUGHT_WITHIN: Secs = Secs(86_400);
/// Octets of one ABCI frame: sixteen blocks.
pub const FRAME_MAX_BYTES: usize = 16 * 1024 * 1024;

/// A key of the network's own that ends sooner is to be replaced: the doctor says so, and so does the first of two alarms.
pub(crate) const KEY_LEFT_MIN: Secs = Secs(60 * 86_400);

/// Heights from one snapshot to the next: a day of heartbeats.
pub const SNAPSHOT_INTERVAL: u64 = 1_440;
/// Snapshots that are kept.
pub(crate) const SNAPSHOTS_KEPT: usize = 2;
/// Octets of a chunk of a snapshot but the last; the engine's messages have at most 16,000,000.
pub const SNAPSHOT_CHUNK_BYTES: usize = 8 * 1024 * 1024;
/// Records in a snapshot: the tree is made of them before it is known whether they are a lie.
pub(crate) const SNAPSHOT_RECORDS_MAX: usize = 1_000_000;
/// Events in a snapshot: of each the reader keeps its place and two nodes of the log, 112 octets, before it is known whether they are a lie. A chain
/// writes none but a few shorter than the leaf of one nonce, 54 octets beside the 4 of its length: so it comes to this only near [`SNAPSHOT_CHUNKS_MAX`].
pub(crate) const SNAPSHOT_EVENTS_MAX: u64 = 4_000_000;
/// Chunks of a snapshot: whoever joins has all of them in memory.
pub(crate) const SNAPSHOT_CHUNKS_MAX: u32 = 32;
/// How long used nonces are kept, at least: as long as a transaction may count in any network.
pub(crate) const NONCE_WINDOW: Secs = ktr_core::limits::TX_WINDOW_MAX;

/// Versions of the state tree that are kept before the last one; nodes and values that only earlier ones have go. A block makes a version
/// if it changes a record, so these are at least as many heights.
///
/// No work of a node reads so far back. Blocks and proven answers read the last version. A snapshot is made of records, over a view that
/// no later Commit changes, and served from files. A rollback of one height puts back what its Commit removed. Only whoever compares
/// two nodes (`/tree/node`) asks for earlier versions: these reach behind both snapshots that are kept, which is 2 × 1,440 heights.
pub const TREE_VERSIONS_KEPT: u64 = 4_096;
/// Stale nodes that one Commit removes at most. A block of 1,000 transactions that change two records each, of a million, makes
/// about 7,000 (computed): no such load leaves a backlog, and a store that was never pruned loses its own step by step.
pub const PRUNED_NODES_MAX: usize = 8_192;
/// Used nonces after which a Commit removes no further list. A transaction has more than 128 octets, so a block of 1 MiB has fewer than this:
/// no load makes the backlog of a burst grow, and what one Commit removes is at most one list more.
pub const PRUNED_NONCES: usize = 8_192;

/// Octets of the store's block cache, shared by all families.
pub(crate) const BLOCK_CACHE_BYTES: usize = 16 * 1024 * 1024;
/// Bits that a filter spends on each key of a file: one question in a hundred for a key that is not there reads a block.
pub(crate) const BLOOM_BITS: f64 = 10.0;
/// Octets of all write buffers together.
pub(crate) const WRITE_BUFFERS_BYTES: usize = 32 * 1024 * 1024;
/// Octets of one family's write buffer.
pub(crate) const FAMILY_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// Files that RocksDB may hold open where a node runs on them; whoever only reads a store holds all of it open.
pub(crate) const OPEN_FILES_MAX: i32 = 256;
/// Times that a store is opened for reading, if a running node changes the list of its files each time.
pub(crate) const STORE_READS_MAX: u32 = 8;
/// Files of RocksDB's own log.
pub(crate) const OWN_LOGS_MAX: usize = 4;

/// How long a new node waits for the engine of a killed one.
pub(crate) const OLD_ENGINE_GRACE: Duration = Duration::from_secs(10);
/// How long the engine may take to end before it is killed.
pub(crate) const ENGINE_STOP_GRACE: Duration = Duration::from_secs(6);
/// For so long the engine of a node that wrote the last block of its version still passes on that block and its votes.
pub(crate) const HALT_GRACE: Duration = Duration::from_secs(5);
/// How long the server may take to finish its running calls.
pub(crate) const SERVER_STOP_GRACE: Duration = Duration::from_secs(3);
/// How often a process that must go is looked at.
pub(crate) const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// How long `status` waits for the whole of an answer.
pub(crate) const STATUS_TIMEOUT: Duration = Duration::from_secs(5);
/// Octets of an answer that `status` reads.
pub(crate) const STATUS_MAX_BYTES: u64 = 1024 * 1024;
/// Nibbles of a key's hash: the depth of the state tree.
pub(crate) const NIBBLES_MAX: usize = 64;
/// How long whoever asks for metrics may take to ask and to listen.
pub(crate) const METRICS_TIMEOUT: Duration = Duration::from_secs(2);
/// Octets of a request for metrics.
pub(crate) const METRICS_REQUEST_MAX_BYTES: usize = 8 * 1024;
/// How long another engine may take for its whole answer.
pub(crate) const RPC_TIMEOUT: Duration = Duration::from_secs(3);
/// Octets of an engine's answer.
pub(crate) const RPC_ANSWER_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// How long a start asks one county for signatures of this validator, all heights together.
pub(crate) const GUARD_COUNTY_TIME: Duration = Duration::from_secs(30);
/// Blocks of another county that are searched for signatures of this validator.
pub(crate) const GUARD_COMMITS_MAX: u64 = 100;
/// Heights without an answer after which a county is asked for no other.
pub(crate) const GUARD_UNANSWERED_MAX: u32 = 3;
/// Heartbeats without a block after which other counties are asked whether they go on.
pub(crate) const SILENT_HEARTBEATS_MAX: u32 = 5;
/// Heartbeats without a block after which an engine that misses peers is started anew: it dials one that it lost for two minutes, then
/// after pauses that grow by three times each, and after a day no more.
pub(crate) const STILL_HEARTBEATS_MAX: u32 = 10;
/// And the least time that stands for a heartbeat there: where heartbeats are short, an engine that catches up may be silent for five of them.
pub const SILENCE_MIN: Duration = Duration::from_secs(30);
/// Counties that must then be above this node: one alone may be wrong.
pub(crate) const COUNTIES_AHEAD_MIN: usize = 2;
/// Blocks by which another county may then be above this node: the next one may be on its way.
pub(crate) const BLOCKS_BEHIND_MAX: u64 = 1;
/// Seconds between two clocks, above which blocks are late or refused.
pub(crate) const CLOCK_OFFSET_SECS_MAX: u64 = 5;
/// And above which somebody should look.
pub(crate) const CLOCK_OFFSET_SECS_WEAK: u64 = 2;
/// Octets of an engine's version.
pub(crate) const VERSION_MAX_BYTES: usize = 40;
/// Characters of the engine's own reason for taking nothing back.
pub(crate) const ENGINE_REASON_MAX_CHARS: usize = 300;
