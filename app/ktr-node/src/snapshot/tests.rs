//! Sentences about joining: whoever joins from a snapshot is a node like the others, and no lie gets as far as the store.
//! The liar is seeded; `KTR_SNAPSHOT_MUTANTS` makes it work longer.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    slice::from_ref,
};

use bytes::Bytes;
use ktr_testkit::{Dice, number};
use ktr_wire::{digest::sha256, transaction};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, RequestFinalizeBlock, RequestInfo, RequestLoadSnapshotChunk,
    RequestOfferSnapshot, RequestQuery, Snapshot, response_apply_snapshot_chunk::Result as Applied,
    response_offer_snapshot::Result as Offered,
};

use super::{
    FORMAT, HEAD, Shelf,
    liar::{KINDS, Known},
    read::{Refused, read_within},
    write::{Untaken, write},
};
use crate::{
    application::Node,
    limits::SNAPSHOT_CHUNK_BYTES,
    stage::Stage,
    store::{Family, Kept, Store},
};

/// A node with six blocks, two snapshots, and its transactions.
pub(crate) fn with_snapshots() -> (Stage, Node, Vec<Vec<u8>>) {
    let (mut stage, node) = Stage::begun_with_snapshots(3);
    let mut txs = Vec::new();
    for n in 1..=5 {
        let (_, _, good) = stage.admission(n);
        let refused = stage.refused();
        stage.block(&node, &[good.clone(), refused]);
        txs.push(good);
        node.snapshot_taken();
        stage.chain.wait(60);
    }
    (stage, node, txs)
}

/// A snapshot as it comes from others.
#[derive(Clone)]
pub(crate) struct Offer {
    pub(super) request: RequestOfferSnapshot,
    pub(super) chunks: Vec<Vec<u8>>,
}

impl Offer {
    /// What the node has of a height; the app hash is the one of the engine's light client.
    pub(crate) fn of(node: &Node, height: u64, app_hash: &[u8]) -> Self {
        let snapshots = node.list_snapshots().snapshots;
        let mut snapshots = snapshots.into_iter();
        let snapshot = snapshots.find(|one| one.height == height).unwrap();
        let load = |chunk| {
            let request = RequestLoadSnapshotChunk {
                height,
                format: FORMAT,
                chunk,
            };
            node.load_snapshot_chunk(request).chunk.to_vec()
        };
        let chunks = (0..snapshot.chunks).map(load).collect();
        let request = RequestOfferSnapshot {
            snapshot: Some(snapshot),
            app_hash: Bytes::copy_from_slice(app_hash),
        };
        Self { request, chunks }
    }

    pub(super) fn stream(&self) -> Vec<u8> {
        self.chunks.concat()
    }

    fn snapshot(&mut self) -> &mut Snapshot {
        self.request.snapshot.as_mut().unwrap()
    }

    /// Digests that fit the chunks, as a liar would make them.
    pub(super) fn sealed(mut self) -> Self {
        let digests: Vec<u8> = self
            .chunks
            .iter()
            .flat_map(|one| sha256(&[one]).0)
            .collect();
        let count = self.chunks.len().try_into().unwrap();
        let snapshot = self.snapshot();
        snapshot.chunks = count;
        snapshot.hash = Bytes::copy_from_slice(&sha256(&[&digests]).0);
        snapshot.metadata = digests.into();
        self
    }

    /// Offered in the place of another.
    pub(super) fn in_place_of(mut self, other: &Self) -> Self {
        self.request.app_hash = other.request.app_hash.clone();
        self
    }

    pub(super) fn with_stream(mut self, stream: &[u8]) -> Self {
        self.chunks = stream.chunks(700).map(<[u8]>::to_vec).collect();
        self.sealed()
    }
}

/// How far a node goes along with an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reply {
    NotOffered(Offered),
    /// The sender of a chunk is banned.
    Banned,
    Refused,
    Joined,
}

pub(crate) fn join(node: &Node, offer: &Offer) -> Reply {
    let offered = node.offer_snapshot(offer.request.clone()).result();
    if offered != Offered::Accept {
        return Reply::NotOffered(offered);
    }
    for (chunk, index) in offer.chunks.iter().zip(0..) {
        let answer = node.apply_snapshot_chunk(RequestApplySnapshotChunk {
            index,
            chunk: Bytes::copy_from_slice(chunk),
            sender: "liar".to_owned(),
        });
        match answer.result() {
            Applied::Accept => {}
            Applied::Retry => {
                assert_eq!(answer.refetch_chunks, [index]);
                assert_eq!(answer.reject_senders, ["liar"]);
                return Reply::Banned;
            }
            Applied::RejectSnapshot => {
                // Or the same peer would offer its next lie first.
                assert_eq!(answer.reject_senders, ["liar"]);
                return Reply::Refused;
            }
            other @ (Applied::Unknown | Applied::Abort | Applied::RetrySnapshot) => {
                panic!("{other:?}")
            }
        }
    }
    Reply::Joined
}

fn ask(node: &Node, path: &str, data: &[u8]) -> (u32, Bytes, Option<Vec<Bytes>>) {
    let answer = node.query(RequestQuery {
        path: path.to_owned(),
        data: Bytes::copy_from_slice(data),
        ..RequestQuery::default()
    });
    let ops = answer.proof_ops;
    let ops = ops.map(|proof| proof.ops.into_iter().map(|op| op.data.into()).collect());
    (answer.code, answer.value, ops)
}

fn status(node: &Node) -> serde_json::Value {
    serde_json::from_slice(&ask(node, "/status", &[]).1).unwrap()
}

/// Every event, every consistency, every record, with the same proofs.
fn say_the_same(stage: &Stage, nodes: [&Node; 2]) {
    let same = |path, data: &[u8]| {
        let [one, other] = nodes.map(|node| ask(node, path, data));
        assert_eq!(one, other, "{path}");
        assert_eq!(one.0, 0, "{path}");
    };
    let leaves = stage.chain.ledger().log().size();
    let records = stage.chain.state().records();
    assert!(leaves > 9 && records.len() > 9);
    for index in 0..leaves {
        same("/event", &index.to_be_bytes());
        same("/log/consistency", &index.to_be_bytes());
    }
    for record in &records {
        same("/store", &ktr_wire::record::key_octets(record.key()));
    }
}

/// Of what was before it has nothing, and says so.
fn knows_nothing_before(fresh: &Node, node: &Node, tx: &[u8]) {
    let not_found = ask(node, "/height", &99_u64.to_be_bytes()).0;
    assert_eq!(ask(fresh, "/height", &5_u64.to_be_bytes()).0, not_found);
    let hash = transaction::hash(tx).0;
    assert_eq!(ask(fresh, "/tx", &hash).0, not_found);
    assert_eq!(ask(node, "/tx", &hash).0, 0);
    assert_eq!(status(fresh)["history_from"], 6);
    assert_eq!(status(node)["history_from"], 1);
}

/// Both execute what comes alike, new transactions and old ones again, and their next snapshots have the same octets.
fn go_on_alike(stage: &mut Stage, [fresh, node]: [&Node; 2], old: &[u8]) {
    for n in 6..=8 {
        let (_, _, tx) = stage.admission(n);
        let block = [tx, old.to_vec()];
        let request = stage.request(&block);
        let (response, _) = stage.block(node, &block);
        assert_eq!(response.tx_results[1].code, 123);
        assert_eq!(fresh.finalize_block(request), response);
        fresh.commit();
    }
    let app_hash = stage.chain.ledger().app_hash();
    let offers = [fresh, node].map(|node| {
        node.snapshot_taken();
        Offer::of(node, 9, &app_hash.0)
    });
    assert_eq!(offers[0].request, offers[1].request);
    assert_eq!(offers[0].chunks, offers[1].chunks);
}

#[test]
fn whoever_joins_from_a_snapshot_answers_and_goes_on_like_the_others() {
    // given a node and one that joins from its snapshot
    let (mut stage, node, txs) = with_snapshots();
    let app_hash = stage.chain.ledger().app_hash();
    let newcomer = Stage {
        every: 3,
        ..Stage::new()
    };
    let fresh = newcomer.open();
    let offer = Offer::of(&node, 6, &app_hash.0);
    assert!(offer.chunks.len() > 3);
    assert_eq!(join(&fresh, &offer), Reply::Joined);
    // then it is where the other one is
    let info = RequestInfo::default;
    assert_eq!(fresh.info(info()), node.info(info()));
    say_the_same(&stage, [&fresh, &node]);
    knows_nothing_before(&fresh, &node, &txs[4]);
    go_on_alike(&mut stage, [&fresh, &node], &txs[4]);
    // and after a restart it is still there
    drop(fresh);
    assert_eq!(newcomer.open().info(info()), node.info(info()));
}

#[test]
fn whoever_joins_after_the_studio_has_moved_has_the_record_in_which_nothing_is_left() {
    // given a chain on which the studio has moved and nothing else was ever resolved
    let (mut stage, node) = Stage::begun_with_snapshots(3);
    stage.studio_moves(&node);
    node.snapshot_taken();
    // when a new node joins from its snapshot
    let app_hash = stage.chain.ledger().app_hash();
    let newcomer = Stage::new();
    let fresh = newcomer.open();
    let offer = Offer::of(&node, 3, &app_hash.0);
    assert_eq!(join(&fresh, &offer), Reply::Joined);
    // then it has that record, and the same proof of it
    let [told, known] = [&fresh, &node].map(|node| ask(node, "/state/resolved", &[]));
    assert_eq!(told, known);
    assert_eq!((told.0, &told.1[..]), (0, &[0x30, 1][..]));
}

/// Two nodes with the same six blocks and a snapshot of every third, of which the second keeps what it is told; so many seconds pass before
/// the last block.
fn side_by_side(kept: Kept, pause: u64) -> ((Stage, Node), (Stage, Node)) {
    let new = || Stage {
        every: 3,
        ..Stage::new()
    };
    let (mut stage, other) = (new(), new());
    let node = stage.open();
    let beside = other.open_with(other.store().keeping(kept));
    node.init_chain(stage.genesis());
    beside.init_chain(stage.genesis());
    for n in 0..=5 {
        if n == 5 {
            stage.chain.wait(pause);
        }
        let txs = if n == 0 {
            vec![]
        } else {
            vec![stage.admission(n).2]
        };
        let request = stage.request(&txs);
        let (response, _) = stage.block(&node, &txs);
        assert_eq!(beside.finalize_block(request), response);
        beside.commit();
        node.snapshot_taken();
        beside.snapshot_taken();
    }
    ((stage, node), (other, beside))
}

#[test]
fn a_snapshot_has_the_same_octets_whether_or_not_its_node_removes_old_nodes_of_the_tree() {
    // given two nodes with the same blocks, of which one keeps everything
    let little = Kept {
        versions: 1,
        ..Kept::NODE
    };
    let ((stage, node), (frugal, lean)) = side_by_side(little, 0);
    // then their snapshots are the same and their trees are not
    let app_hash = stage.chain.ledger().app_hash();
    let [kept, removed] = [&node, &lean].map(|node| Offer::of(node, 6, &app_hash.0));
    assert_eq!(kept.request, removed.request);
    assert_eq!(kept.chunks, removed.chunks);
    let [kept, removed] = [&stage, &frugal].map(|stage| {
        let store = Store::read_only(stage.folder.path()).unwrap();
        let view = store.view();
        let rows = view.rows(Family::TreeNodes, &[]).unwrap();
        rows.count()
    });
    assert!(removed < kept, "{removed} {kept}");
    // and whoever joins from it is where they are
    let newcomer = Stage::new();
    let fresh = newcomer.open();
    let offer = Offer::of(&lean, 6, &app_hash.0);
    assert_eq!(join(&fresh, &offer), Reply::Joined);
    let info = RequestInfo::default;
    assert_eq!(fresh.info(info()), node.info(info()));
}

#[test]
fn a_snapshot_has_the_same_octets_whether_or_not_nonces_that_are_over_have_gone() {
    // given two nodes with the same blocks, of which one removes a single list with each Commit, and four lists that are over when the fifth
    // comes
    let one = Kept {
        nonces: 1,
        ..Kept::NODE
    };
    let ((mut stage, node), (slow, late)) = side_by_side(one, 90_001);
    // then their snapshots are the same
    let app_hash = stage.chain.ledger().app_hash();
    let [gone, kept] = [&node, &late].map(|node| Offer::of(node, 6, &app_hash.0));
    assert_eq!(gone.request, kept.request);
    assert_eq!(gone.chunks, kept.chunks);
    // and whoever joins has none that is over
    let newcomer = Stage::new();
    let fresh = newcomer.open();
    assert_eq!(join(&fresh, &kept), Reply::Joined);
    let rows = [&stage, &slow, &newcomer].map(|stage| {
        let store = Store::read_only(stage.folder.path()).unwrap();
        let view = store.view();
        view.all(Family::Nonces).unwrap()
    });
    assert_eq!([rows[0].len(), rows[1].len(), rows[2].len()], [1, 4, 1]);
    assert_eq!(rows[0], rows[2]);
    // and all go on alike
    let (_, _, tx) = stage.admission(6);
    let request = stage.request(from_ref(&tx));
    let (response, _) = stage.block(&node, &[tx]);
    for other in [&late, &fresh] {
        assert_eq!(other.finalize_block(request.clone()), response);
        other.commit();
    }
}

#[test]
fn two_snapshots_are_kept_and_the_newest_is_offered_first() {
    let (mut stage, node, _) = with_snapshots();
    let heights = |node: &Node| -> Vec<u64> {
        let listed = node.list_snapshots().snapshots.into_iter();
        listed.map(|snapshot| snapshot.height).collect()
    };
    assert_eq!(heights(&node), [6, 3]);
    for _ in 0..3 {
        stage.block(&node, &[]);
    }
    node.snapshot_taken();
    assert_eq!(heights(&node), [9, 6]);
    let gone = RequestLoadSnapshotChunk {
        height: 3,
        format: FORMAT,
        chunk: 0,
    };
    assert!(node.load_snapshot_chunk(gone).chunk.is_empty());
}

#[test]
fn a_nonce_counts_until_it_expires_wherever_a_node_began() {
    // given a transaction whose list has left the window of the log's last list
    let (mut stage, node, txs) = with_snapshots();
    stage.chain.wait(86_400);
    let (_, _, tx) = stage.admission(9);
    stage.block(&node, from_ref(&tx));
    stage.block(&node, &[]);
    stage.block(&node, &[]);
    node.snapshot_taken();
    let app_hash = stage.chain.ledger().app_hash();
    let newcomer = Stage::new();
    let fresh = newcomer.open();
    assert_eq!(
        join(&fresh, &Offer::of(&node, 9, &app_hash.0)),
        Reply::Joined
    );
    // then it is refused by its expiry, and the last one by its nonce, on both sides
    let request: RequestFinalizeBlock = stage.request(&[txs[0].clone(), tx.clone()]);
    let (response, _) = stage.block(&node, &[txs[0].clone(), tx]);
    let codes: Vec<_> = response.tx_results.iter().map(|one| one.code).collect();
    assert_eq!(codes[1], 123);
    assert_ne!(codes[0], 123);
    assert_eq!(fresh.finalize_block(request), response);
}

#[test]
fn a_node_that_has_blocks_takes_no_snapshot() {
    let (stage, node, _) = with_snapshots();
    let app_hash = stage.chain.ledger().app_hash();
    let offer = Offer::of(&node, 6, &app_hash.0);
    let halted = catch_unwind(AssertUnwindSafe(|| join(&node, &offer))).unwrap_err();
    let why = halted.downcast::<String>().unwrap();
    assert!(
        why.starts_with("exit 11: the store is at height 6"),
        "{why}"
    );
    assert!(why.ends_with("(keep priv_validator_state.json)"), "{why}");
}

#[test]
fn an_unknown_format_is_refused_as_such() {
    let (stage, node, _) = with_snapshots();
    let app_hash = stage.chain.ledger().app_hash();
    let mut offer = Offer::of(&node, 6, &app_hash.0);
    offer.snapshot().format = 2;
    let fresh = Stage::new();
    let refused = Reply::NotOffered(Offered::RejectFormat);
    assert_eq!(join(&fresh.open(), &offer), refused);
}

fn is_empty(store: &Store) -> bool {
    let view = store.view();
    let is_empty = |family| view.rows(family, &[]).unwrap().next().is_none();
    Family::ALL.into_iter().all(is_empty)
}

#[test]
fn a_chunk_that_is_larger_than_one_may_be_is_refused_although_it_was_offered() {
    let (stage, node, _) = with_snapshots();
    let app_hash = stage.chain.ledger().app_hash();
    let mut offer = Offer::of(&node, 6, &app_hash.0);
    offer.chunks = vec![vec![0; SNAPSHOT_CHUNK_BYTES + 1]];
    let metadata = sha256(&[&offer.chunks[0]]).0;
    let snapshot = offer.snapshot();
    snapshot.chunks = 1;
    snapshot.hash = sha256(&[&metadata]).0.to_vec().into();
    snapshot.metadata = metadata.to_vec().into();
    assert_eq!(join(&Stage::new().open(), &offer), Reply::Banned);
}

#[test]
fn snapshots_of_heights_that_a_node_does_not_have_go_when_it_starts() {
    let (stage, node, _) = with_snapshots();
    drop(node);
    let heights = |shelf: &Shelf| -> Vec<u64> {
        let listed = shelf.list().into_iter();
        listed.map(|snapshot| snapshot.height).collect()
    };
    let shelf = stage.shelf();
    assert_eq!(heights(&shelf), [6, 3]);
    shelf.begin(6).unwrap();
    assert_eq!(heights(&shelf), [6, 3]);
    shelf.begin(5).unwrap();
    assert_eq!(heights(&shelf), [3]);
    // a node with an empty store has none
    let empty = tempfile::tempdir().unwrap();
    let _node = stage.open_with(Store::open(empty.path()).unwrap());
    assert!(heights(&shelf).is_empty());
}

#[test]
fn snapshots_that_this_build_would_refuse_are_not_offered_and_go_when_it_starts() {
    let genesis = |octets: &mut Vec<u8>| octets[HEAD.len()] ^= 1;
    let format = |octets: &mut Vec<u8>| octets[HEAD.len() - 2] = b'0';
    let nothing = |octets: &mut Vec<u8>| octets.clear();
    let older: [fn(&mut Vec<u8>); 3] = [genesis, format, nothing];
    for change in older {
        // given a snapshot as another build made it, beside one of this build
        let (stage, node, _) = with_snapshots();
        drop(node);
        let folder = stage.snapshots.path().join("6");
        let mut octets = fs::read(folder.join("0")).unwrap();
        change(&mut octets);
        fs::write(folder.join("0"), octets).unwrap();
        // then a node offers its own alone, and removes the other
        let shelf = stage.shelf();
        let heights: Vec<u64> = shelf.list().iter().map(|one| one.height).collect();
        assert_eq!(heights, [3]);
        let _node = stage.open();
        assert!(!folder.exists());
        assert!(stage.snapshots.path().join("3").exists());
    }
}

#[test]
fn one_event_more_than_a_snapshot_may_have_is_neither_written_nor_read() {
    // given a snapshot, and the number of its events
    let (stage, node, _) = with_snapshots();
    let ledger = stage.chain.ledger();
    let (app_hash, count) = (ledger.app_hash(), ledger.log().size());
    let honest = Offer::of(&node, 6, &app_hash.0).stream();
    let genesis = stage.shelf().genesis;
    drop(node);
    let store = stage.store();
    let view = store.view();
    for max in [count, count - 1] {
        // when so many may be in it
        let mut stream = Vec::new();
        let written = write(&view, &genesis, max, &mut |octets: &[u8]| {
            stream.extend_from_slice(octets);
            Ok(())
        });
        let refused = read_within(&honest, &genesis, &app_hash, max).err();
        // then it is whole, or there is none on either side
        if max == count {
            assert!(written.is_ok());
            assert_eq!(stream, honest);
            assert_eq!(refused, None);
        } else {
            assert!(matches!(written, Err(Untaken::TooLarge)));
            assert_eq!(refused, Some(Refused::Event(max)));
        }
    }
}

#[test]
fn no_lie_about_a_snapshot_gets_as_far_as_the_store() {
    let mutants = usize::try_from(number("KTR_SNAPSHOT_MUTANTS", 200)).unwrap();
    // given a node, an older snapshot of it, and the snapshot of a chain that began otherwise
    let (stage, node, _) = with_snapshots();
    let app_hash = stage.chain.ledger().app_hash();
    let (mut other, elsewhere) = Stage::begun_with_snapshots(3);
    for _ in 0..2 {
        other.block(&elsewhere, &[]);
    }
    elsewhere.snapshot_taken();
    let known = Known {
        honest: Offer::of(&node, 6, &app_hash.0),
        older: Offer::of(&node, 3, &app_hash.0),
        foreign: Offer::of(&elsewhere, 3, &app_hash.0),
    };
    let newcomer = Stage::new();
    let fresh = newcomer.open();
    let mut dice = Dice::new(number("KTR_SNAPSHOT_SEED", 20_261_129));
    let mut banned = 0;
    // when a liar offers
    for mutant in 0..mutants {
        let reply = join(&fresh, &known.lie(&mut dice, mutant % KINDS));
        // then nothing is taken
        assert_ne!(reply, Reply::Joined, "mutant {mutant}");
        banned += usize::from(reply == Reply::Banned);
        let height = fresh.info(RequestInfo::default()).last_block_height;
        assert_eq!(height, 0, "mutant {mutant}");
        if mutant % 10 == 0 {
            let store = Store::read_only(newcomer.folder.path()).unwrap();
            assert!(is_empty(&store), "mutant {mutant}");
        }
    }
    assert!(banned >= mutants / KINDS);
    let store = Store::read_only(newcomer.folder.path()).unwrap();
    assert!(is_empty(&store));
    // and the truth is taken after all these
    assert_eq!(join(&fresh, &known.honest), Reply::Joined);
    let store = Store::read_only(newcomer.folder.path()).unwrap();
    assert!(!is_empty(&store));
}
