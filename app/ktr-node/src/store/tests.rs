//! Sentences about a disk that is not as it was left: each damage is named, none is repaired. And about what goes by itself, and comes back.
//! What a healthy disk gives back is shown beside the application.

use std::{
    cell::Cell,
    collections::BTreeSet,
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    slice::from_ref,
};

use jmt::storage::Node as TreeNode;
use ktr_core::{
    Command, Record, RecordKey,
    id::{Height, MemberId, Sha256},
    key::RevocationReason,
    membership,
    time::Secs,
};
use ktr_ledger::{
    Batch, Unreadable,
    tree::{prove, root_of},
};
use ktr_proof::state;
use ktr_wire::{record, transaction};
use tendermint_abci::Application;

use super::{
    Family, Kept, Store, StoreError, View,
    disk::Change,
    family::{META, tree_node},
    still::{List, read},
};
use crate::{application::Node, limits::STORE_READS_MAX, stage::Stage};

/// A store with a few blocks, and what one damage does to it.
fn damaged(damage: impl Fn(&Store)) -> StoreError {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    stage.block(&node, &[tx]);
    drop(node);
    let store = stage.store();
    damage(&store);
    store.restore(stage.chain.id()).unwrap_err()
}

fn delete(store: &Store, family: Family, key: &[u8]) {
    let change = Change::Delete(family, key.to_vec());
    store.disk.write(vec![change]).unwrap();
}

fn change_meta(store: &Store, change: impl Fn(&mut super::Meta)) {
    let mut meta = store.view().meta().unwrap().unwrap();
    change(&mut meta);
    let change = Change::Put(Family::Meta, META.to_vec(), meta.encode());
    store.disk.write(vec![change]).unwrap();
}

#[test]
fn a_missing_tree_root_is_named() {
    let error = damaged(|store| {
        let version = store.view().meta().unwrap().unwrap().tree_version;
        // The version stands first in each key.
        let view = store.view();
        let nodes = view.rows(Family::TreeNodes, &[]).unwrap();
        let keys: Vec<_> = nodes.map(|row| row.unwrap().0).collect();
        for key in keys
            .iter()
            .filter(|key| key.starts_with(&version.to_be_bytes()))
        {
            delete(store, Family::TreeNodes, key);
        }
    });
    let text = error.to_string();
    assert!(
        text.contains("the root of tree version 2 is missing"),
        "{text}"
    );
}

#[test]
fn a_missing_event_is_named() {
    let error = damaged(|store| {
        let last = store.view().meta().unwrap().unwrap().log_size - 1;
        delete(store, Family::Events, &last.to_be_bytes());
    });
    assert!(matches!(
        error,
        StoreError::LogSize {
            wanted: 3,
            found: 2
        }
    ));
}

#[test]
fn a_missing_edge_of_the_log_is_named() {
    let error = damaged(|store| delete(store, Family::LogNodes, &super::family::log_node(1, 0)));
    assert!(matches!(error, StoreError::LogNode(3)), "{error}");
}

#[test]
fn roots_that_do_not_lead_to_the_app_hash_are_named() {
    let error = damaged(|store| change_meta(store, |meta| meta.app_hash.0[0] ^= 1));
    assert!(matches!(error, StoreError::AppHash { height: 2, .. }));
}

#[test]
fn an_older_tree_version_is_an_app_hash_that_differs() {
    let error = damaged(|store| change_meta(store, |meta| meta.tree_version = 1));
    assert!(matches!(error, StoreError::AppHash { height: 2, .. }));
}

#[test]
fn a_broken_record_is_named() {
    let error = damaged(|store| {
        let change = Change::Put(Family::Records, b"p".to_vec(), b"garbage".to_vec());
        store.disk.write(vec![change]).unwrap();
    });
    assert!(matches!(error, StoreError::Row("records")));
}

#[test]
fn the_store_of_another_chain_is_refused() {
    let (stage, node) = Stage::begun();
    drop(node);
    let error = stage.store().restore("ktr-test-2").unwrap_err();
    assert!(matches!(error, StoreError::Chain { .. }));
    let wanted = format!(
        "the store belongs to chain {}, the configuration names ktr-test-2; correct chain_id in node.toml, or run init with this chain's genesis in an empty folder",
        stage.chain.id()
    );
    assert_eq!(error.to_string(), wanted);
}

#[test]
fn a_second_process_cannot_open_the_store() {
    let stage = Stage::new();
    let _held = stage.store();
    let error = Store::open(stage.folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Disk(_)));
    assert_eq!(
        error.to_string(),
        "the store's disk failed (io-error/locked); another process has the store open: stop that one"
    );
}

/// RocksDB's list of files in a folder.
fn manifest(folder: &Path) -> PathBuf {
    let current = fs::read_to_string(folder.join("CURRENT")).unwrap();
    folder.join(current.trim_end())
}

#[test]
fn a_list_of_files_that_was_cut_by_a_changed_length_is_named_and_one_by_a_crash_is_not() {
    // given a store that was opened twice, so that its rows are in tables
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    stage.block(&node, &[tx]);
    drop(node);
    drop(stage.store());
    let folder = stage.folder.path();
    let file = manifest(folder);
    let whole = fs::read(&file).unwrap();
    let (mut last, mut next) = (0, 0);
    while next < whole.len() {
        last = next;
        let length = u16::from_le_bytes([whole[last + 4], whole[last + 5]]);
        next = last + 7 + usize::from(length);
    }
    assert_eq!(next, whole.len(), "records fill the file");
    // when the length of its last record reaches beyond its end
    let mut changed = whole.clone();
    changed[last + 5] ^= 0x40;
    fs::write(&file, &changed).unwrap();
    // then nobody opens it
    for opened in [Store::open(folder), Store::read_only(folder)] {
        let error = opened.unwrap_err();
        assert!(matches!(error, StoreError::List), "{error}");
        let what =
            "remove store and engine data together and replay (keep priv_validator_state.json)";
        assert!(error.to_string().contains(what), "{error}");
    }
    assert_eq!(fs::read(&file).unwrap(), changed, "nothing was written");
    // and a record that a crash cut short in the writing is for RocksDB to forget
    for length in last + 1..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(super::manifest::judge(folder).is_ok(), "{length}");
    }
    fs::write(&file, &whole).unwrap();
    let restored = stage.store().restore(stage.chain.id()).unwrap();
    assert_eq!(restored.as_ref(), Some(stage.chain.ledger()));
}

#[test]
fn a_store_can_be_read_while_its_node_has_it_open() {
    // given a node with three blocks
    let (mut stage, node) = Stage::begun();
    let mut hashes = vec![stage.chain.ledger().app_hash()];
    for n in 1..=2 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
        hashes.push(stage.chain.ledger().app_hash());
    }
    // when
    let store = Store::read_only(stage.folder.path()).unwrap();
    // then every height has its app hash, and there is no other
    for (height, hash) in (1..).zip(hashes) {
        let meta = store.view().height(height).unwrap().unwrap();
        assert_eq!((meta.height, meta.app_hash), (height, hash));
    }
    assert_eq!(store.view().height(4).unwrap(), None);
    drop(node);
}

#[test]
fn a_store_is_read_again_while_the_list_of_its_files_changes_and_not_for_ever() {
    let reads = |list: fn(u32) -> u32| {
        let [looks, reads] = [Cell::new(0), Cell::new(0)];
        let next = |count: &Cell<u32>| {
            count.set(count.get() + 1);
            count.get()
        };
        let found = read(|| list(next(&looks)), || next(&reads));
        assert_eq!(found, reads.get(), "what was read last counts");
        found
    };
    // given a list that stands still, one that changes twice, and one that never rests
    assert_eq!(reads(|_| 7), 1);
    assert_eq!(reads(|look| look.min(3)), 3);
    assert_eq!(reads(|look| look), STORE_READS_MAX);
}

#[test]
fn the_list_of_files_changes_when_a_log_is_emptied_into_tables_and_not_with_a_block() {
    let (mut stage, node) = Stage::begun();
    let list = |stage: &Stage| List::of(stage.folder.path());
    let before = list(&stage);
    assert!(before.is_some());
    let (_, _, tx) = stage.admission(1);
    stage.block(&node, &[tx]);
    assert_eq!(list(&stage), before);
    drop(node);
    drop(stage.store());
    assert_ne!(list(&stage), before);
    // and no store has none
    assert_eq!(list(&Stage::new()), None);
}

#[test]
fn tables_that_are_deleted_under_a_reader_are_read_to_the_end() {
    // given more tables than RocksDB opens by itself
    let (mut stage, mut node) = Stage::begun();
    for n in 1..=2 {
        drop(node);
        node = stage.open();
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
    }
    drop(node);
    let folder = stage.folder.path();
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let is_table = |file: &PathBuf| file.extension().is_some_and(|end| end == "sst");
    let tables: Vec<PathBuf> = files.filter(is_table).collect();
    assert!(tables.len() > 16, "{tables:?}");
    let rows = dump(&Store::read_only(folder).unwrap());
    // when they go behind the back of whoever has opened the store
    let store = Store::read_only(folder).unwrap();
    for table in tables {
        fs::remove_file(table).unwrap();
    }
    // then
    assert_eq!(dump(&store), rows);
    assert!(Store::read_only(folder).is_err());
}

#[test]
fn nonces_go_with_their_window() {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    stage.block(&node, &[tx]);
    assert_eq!(stage.chain.ledger().replay().len(), 1);
    // when they have expired, they count no more, and are kept for snapshots
    stage.chain.wait(3_601);
    stage.block(&node, &[]);
    drop(node);
    let store = stage.store();
    let now = stage.chain.ledger().time();
    assert!(store.view().replay(now).unwrap().is_empty());
    assert_eq!(store.view().nonces(Height(2)).unwrap().len(), 1);
    // when none of a snapshot could have them, they go with the next ones
    let node = stage.open_with(store);
    stage.chain.wait(86_400);
    stage.block(&node, &[]);
    let (_, _, tx) = stage.admission(2);
    stage.block(&node, &[tx]);
    drop(node);
    let store = stage.store();
    assert!(store.view().nonces(Height(2)).unwrap().is_empty());
    assert_eq!(store.view().nonces(Height(5)).unwrap().len(), 1);
}

#[test]
fn nonces_that_are_over_go_by_whole_lists_so_many_a_commit_and_alike_after_a_restart() {
    // given two nodes whose Commits remove no further list after three nonces, of which one is started again before each block
    let kept = Kept {
        nonces: 3,
        ..Kept::NODE
    };
    let (mut stage, steady) = (Stage::new(), Stage::new());
    let other = steady.open_with(steady.store().keeping(kept));
    let first = stage.open_with(stage.store().keeping(kept));
    other.init_chain(stage.genesis());
    first.init_chain(stage.genesis());
    let request = stage.request(&[]);
    stage.block(&first, &[]);
    other.finalize_block(request);
    other.commit();
    drop(first);
    let left = |stage: &mut Stage, txs: &[Vec<u8>]| {
        let node = stage.open_with(stage.store().keeping(kept));
        let request = stage.request(txs);
        stage.block(&node, txs);
        drop(node);
        other.finalize_block(request);
        other.commit();
        let store = stage.store();
        let view = store.view();
        let now = stage.chain.ledger().time();
        assert_eq!(view.replay(now).unwrap(), *stage.chain.ledger().replay());
        [2, 3, 4].map(|height| view.nonces(Height(height)).unwrap().len())
    };
    // and three lists of two
    let mut found = [0; 3];
    for n in [1, 3, 5] {
        let txs = [n, n + 1].map(|n| stage.admission(n).2);
        found = left(&mut stage, &txs);
    }
    assert_eq!(found, [2, 2, 2]);
    // when all of them are over
    stage.chain.wait(90_001);
    // then a block without a transaction takes none, and each with one takes whole lists until three nonces are gone
    assert_eq!(left(&mut stage, &[]), [2, 2, 2]);
    for (n, lists) in [(7, [0, 0, 2]), (8, [0, 0, 0])] {
        let (_, _, tx) = stage.admission(n);
        assert_eq!(left(&mut stage, &[tx]), lists);
    }
    // and both nodes have the same rows
    drop(other);
    assert_eq!(dump(&steady.store()), dump(&stage.store()));
}

#[test]
fn a_nonce_that_was_used_again_when_its_list_was_over_counts_after_a_restart() {
    let (mut stage, node) = Stage::begun();
    let member = MemberId([1; 16]);
    let admit = |stage: &Stage| {
        let (id, now) = (stage.chain.id(), stage.chain.now());
        stage.chain.cast.admitting(id, 0, member, now)
    };
    // given two lists with one nonce, of which the first is over and still kept
    let tx = admit(&stage);
    stage.block(&node, &[tx]);
    stage.chain.wait(3_601);
    let again = admit(&stage);
    let (response, _) = stage.block(&node, from_ref(&again));
    assert_ne!(response.tx_results[0].code, 123);
    assert_eq!(stage.chain.ledger().replay().len(), 1);
    // when the node starts again
    drop(node);
    let node = stage.open();
    // then the second one counts
    let (response, _) = stage.block(&node, &[again]);
    assert_eq!(response.tx_results[0].code, 123);
}

/// Every row of every family but the one that is for going back.
fn dump(store: &Store) -> Vec<(Family, Vec<u8>, Vec<u8>)> {
    let view = store.view();
    let families = Family::ALL
        .into_iter()
        .filter(|family| *family != Family::Undo);
    let rows = families.flat_map(|family| {
        let rows = view.rows(family, &[]).unwrap().map(move |row| {
            let (key, value) = row.unwrap();
            (family, key.into_vec(), value.into_vec())
        });
        rows.collect::<Vec<_>>()
    });
    rows.collect()
}

#[test]
fn one_commit_can_be_taken_back_row_by_row_and_no_second() {
    // given blocks with changed records, refused transactions, and nonces that go with their window
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    stage.block(&node, &[tx]);
    drop(node);
    let before = dump(&stage.store());
    let node = stage.open();
    stage.chain.wait(90_001);
    let (_, _, tx) = stage.admission(2);
    let txs = [tx, stage.refused()];
    let request = stage.request(&txs);
    stage.block(&node, &txs);
    drop(node);
    let store = stage.store();
    let after = dump(&store);
    assert_ne!(after, before);
    // when it would lead elsewhere, nothing changes
    assert!(matches!(
        store.roll_back(|_| false),
        Err(StoreError::NoUndo(3))
    ));
    assert_eq!(dump(&store), after);
    // when it is taken back, every row is as it was
    assert_eq!(store.roll_back(|meta| meta.height == 2).unwrap().height, 2);
    assert_eq!(dump(&store), before);
    // and the one before is not kept
    assert!(matches!(
        store.roll_back(|_| true),
        Err(StoreError::NoUndo(2))
    ));
    // and the block comes again to the same rows
    let node = stage.open_with(store);
    node.finalize_block(request);
    node.commit();
    drop(node);
    assert_eq!(dump(&stage.store()), after);
}

/// What the rules refuse, and before that the envelope: for a minute it expires too far ahead.
fn early(stage: &mut Stage) -> Vec<u8> {
    let county = stage.chain.cast.counties[0].clone();
    let command = Command::Membership(membership::Command::RevokeKey {
        member: MemberId([0xEE; 16]),
        fingerprint: county.fingerprint,
        reason: RevocationReason::Retired,
    });
    let now = stage.chain.now();
    let window = stage.chain.state().governance.parameters().tx_window_secs;
    let mut draft = stage.chain.draft(command, Vec::new());
    draft.expires_at = now.plus(window).plus(Secs(60));
    county.sign(&draft, now)
}

#[test]
fn a_transaction_that_came_again_stands_where_it_stood_once_that_is_taken_back() {
    // given octets that came too early
    let (mut stage, node) = Stage::begun();
    let tx = early(&mut stage);
    let hash = transaction::hash(&tx);
    let (response, _) = stage.block(&node, from_ref(&tx));
    assert_eq!(response.tx_results[0].code, 122);
    drop(node);
    let before = dump(&stage.store());
    // when they come again, and twice
    stage.chain.wait(60);
    let node = stage.open();
    stage.block(&node, &[tx.clone(), tx]);
    drop(node);
    // then the first of the two places counts
    let store = stage.store();
    let placed = store.view().tx(&hash).unwrap().unwrap();
    assert_eq!((placed.height, placed.position), (3, 0));
    // and when that is taken back, the place before
    store.roll_back(|_| true).unwrap();
    let placed = store.view().tx(&hash).unwrap().unwrap();
    assert_eq!((placed.height, placed.code), (2, 122));
    assert_eq!(dump(&store), before);
}

/// Two versions before the last, and what is older at once.
pub(super) const LITTLE: Kept = Kept {
    versions: 2,
    ..Kept::NODE
};

/// What the judge had after a block.
pub(super) struct Seen {
    version: u64,
    root: Sha256,
    records: Vec<(RecordKey, Vec<u8>)>,
}

impl Seen {
    fn of(stage: &Stage, batch: &Batch) -> Self {
        let records = stage.chain.state().records();
        let row = |record: &Record| (record.key(), record::encode(record));
        Self {
            version: batch.tree_version,
            root: batch.state_root,
            records: records.iter().map(row).collect(),
        }
    }

    /// Every key of this version is proven, and that there is no other.
    fn is_proven(&self, view: &View<'_>) {
        for (key, octets) in &self.records {
            let (value, proof) = prove(view, self.version, *key).unwrap();
            assert_eq!(value.as_ref(), Some(octets), "version {}", self.version);
            let proven = state::verify(*key, Some(octets.as_slice()), &proof, &self.root);
            assert!(proven.unwrap().is_some());
        }
        let nobody = record::key_of("member", &[0xAB; 16]).unwrap();
        let (value, proof) = prove(view, self.version, nobody).unwrap();
        assert_eq!(value, None);
        assert_eq!(state::verify(nobody, None, &proof, &self.root), Ok(None));
    }
}

/// Two blocks for each member: the one adds records, the other changes one. Each makes a version of the tree.
pub(super) fn members(stage: &mut Stage, node: &Node, numbers: RangeInclusive<u8>) -> Vec<Seen> {
    let mut all = Vec::new();
    for number in numbers {
        let (member, key, tx) = stage.admission(number);
        let (_, batch) = stage.block(node, &[tx]);
        all.push(Seen::of(stage, &batch));
        let tx = stage.revocation(member, &key);
        let (_, batch) = stage.block(node, &[tx]);
        assert!(batch.tree.is_some());
        all.push(Seen::of(stage, &batch));
    }
    all
}

fn keys(view: &View<'_>, family: Family) -> BTreeSet<Vec<u8>> {
    let rows = view.rows(family, &[]).unwrap();
    rows.map(|row| row.unwrap().0.into_vec()).collect()
}

/// The version with which a row of stale nodes begins.
fn since(stale: &[u8]) -> u64 {
    u64::from_be_bytes(stale[..8].try_into().unwrap())
}

/// A node of a version and all below it; each must be there.
fn reach(view: &View<'_>, version: u64, path: &[u8], reached: &mut BTreeSet<Vec<u8>>) {
    if !reached.insert(tree_node(version, path)) {
        return;
    }
    if let TreeNode::Internal(node) = view.tree_node(version, path).unwrap().unwrap() {
        for (nibble, child) in node.children_sorted() {
            let path = [path, &[u8::from(nibble)][..]].concat();
            reach(view, child.version, &path, reached);
        }
    }
}

/// The nodes of all versions that are said to be kept.
fn kept_nodes(view: &View<'_>) -> BTreeSet<Vec<u8>> {
    let meta = view.meta().unwrap().unwrap();
    let mut reached = BTreeSet::new();
    for version in meta.tree_oldest..=meta.tree_version {
        reach(view, version, &[], &mut reached);
    }
    reached
}

/// There is no node that no kept version has, no row that names one, and of no key a value beside the one of the oldest version.
fn nothing_else_is_left(view: &View<'_>) {
    let oldest = view.meta().unwrap().unwrap().tree_oldest;
    assert_eq!(keys(view, Family::TreeNodes), kept_nodes(view));
    let stale = keys(view, Family::TreeStale);
    assert!(stale.iter().all(|row| since(row) > oldest));
    let mut hashes = BTreeSet::new();
    for row in keys(view, Family::TreeValues) {
        let (hash, version) = row.split_at(32);
        let version = !u64::from_be_bytes(version.try_into().unwrap());
        if version <= oldest {
            assert!(hashes.insert(hash.to_vec()), "two up to {oldest}");
        }
    }
}

#[test]
fn what_no_kept_version_has_is_gone_and_every_kept_version_proves_every_key() {
    // given a store that keeps two versions before the last
    let (mut stage, node) = Stage::begun();
    drop(node);
    let node = stage.open_with(stage.store().keeping(LITTLE));
    // when records come and change
    let all = members(&mut stage, &node, 1..=5);
    drop(node);
    // then
    let store = stage.store();
    let view = store.view();
    let meta = view.meta().unwrap().unwrap();
    assert_eq!((meta.tree_oldest, meta.tree_version), (9, 11));
    let (gone, kept): (Vec<_>, Vec<_>) = all.iter().partition(|seen| seen.version < 9);
    assert_eq!((gone.len(), kept.len()), (7, 3));
    for seen in gone {
        let root = root_of(&view, seen.version);
        assert!(matches!(root, Err(Unreadable::RootMissing(_))));
    }
    for seen in kept {
        seen.is_proven(&view);
    }
    nothing_else_is_left(&view);
}

#[test]
fn a_backlog_goes_by_so_many_nodes_a_commit_and_ends_empty() {
    // given a store from which nothing was ever removed
    let (mut stage, node) = Stage::begun();
    let all = members(&mut stage, &node, 1..=4);
    drop(node);
    let families = [Family::TreeNodes, Family::TreeValues, Family::TreeStale];
    let counts = |stage: &Stage| {
        let store = Store::read_only(stage.folder.path()).unwrap();
        families.map(|family| keys(&store.view(), family).len())
    };
    let before = counts(&stage);
    // when a program opens it that keeps one version before the last, and blocks come that change nothing
    let frugal = Kept {
        versions: 1,
        step: 3,
        ..Kept::NODE
    };
    let mut left = due(&stage);
    assert!(left > 9, "{left}");
    while left > 0 {
        // Opened anew each time: a second reader would look for files that the first removes.
        let node = stage.open_with(stage.store().keeping(frugal));
        stage.block(&node, &[]);
        drop(node);
        // then each takes three, and what is said to be kept is there
        let now = due(&stage);
        assert_eq!(now, left.saturating_sub(3));
        left = now;
        let store = Store::read_only(stage.folder.path()).unwrap();
        let view = store.view();
        let oldest = view.meta().unwrap().unwrap().tree_oldest;
        assert!(kept_nodes(&view).is_subset(&keys(&view, Family::TreeNodes)));
        if let Some(seen) = all.iter().find(|seen| seen.version == oldest) {
            seen.is_proven(&view);
        }
    }
    // and in the end nothing is left of what no kept version has
    let store = stage.store();
    nothing_else_is_left(&store.view());
    assert_eq!(store.view().meta().unwrap().unwrap().tree_oldest, 8);
    drop(store);
    let after = counts(&stage);
    assert!(
        before
            .iter()
            .zip(after)
            .all(|(before, after)| after < *before)
    );
}

/// Stale nodes that no version has but those before the last two.
fn due(stage: &Stage) -> usize {
    let store = Store::read_only(stage.folder.path()).unwrap();
    let view = store.view();
    let last = view.meta().unwrap().unwrap().tree_version;
    let rows = keys(&view, Family::TreeStale);
    rows.iter().filter(|row| since(row) < last).count()
}

#[test]
fn a_commit_that_removed_nodes_and_values_is_taken_back_with_them() {
    // given a store from which nothing was removed, and a Commit that removes what is older than its window
    let (mut stage, node) = Stage::begun();
    let all = members(&mut stage, &node, 1..=3);
    drop(node);
    let before = dump(&stage.store());
    let node = stage.open_with(stage.store().keeping(LITTLE));
    let (_, _, tx) = stage.admission(9);
    let request = stage.request(from_ref(&tx));
    stage.block(&node, &[tx]);
    drop(node);
    let store = stage.store().keeping(LITTLE);
    let after = dump(&store);
    for family in [Family::TreeNodes, Family::TreeValues, Family::TreeStale] {
        let mut of_family = before.iter().filter(|row| row.0 == family);
        assert!(of_family.any(|row| !after.contains(row)), "{family:?}");
    }
    // when it is taken back
    store.roll_back(|_| true).unwrap();
    // then every row is as it was, and every version there ever was is whole
    assert_eq!(dump(&store), before);
    for seen in &all {
        seen.is_proven(&store.view());
    }
    // and the block comes again to the same rows
    let node = stage.open_with(store);
    node.finalize_block(request);
    node.commit();
    drop(node);
    assert_eq!(dump(&stage.store()), after);
}
