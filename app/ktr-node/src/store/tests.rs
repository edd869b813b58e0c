//! Sentences about a disk that is not as it was left: each damage is named, none is repaired.
//! What a healthy disk gives back is shown beside the application.

use std::slice::from_ref;

use ktr_core::id::{Height, MemberId};
use tendermint_abci::Application;

use super::{Family, Store, StoreError, disk::Change, family::META};
use crate::stage::Stage;

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
