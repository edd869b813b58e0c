//! Sentences about which rows a Commit asks for: a read that is not needed is the dearest part of a block in a large store.
//! What stands in the rows is judged in `tests.rs`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tendermint_abci::Application;

use super::{
    Family, Store, StoreError,
    disk::{Change, Disk, Listing, Rows},
    tests::{LITTLE, members},
};
use crate::stage::Stage;

/// A disk that notes for which rows it is asked, and which it is given in the place of others.
#[derive(Debug)]
struct Watched {
    disk: Box<dyn Disk>,
    asked: Asked,
    replaced: Asked,
}

/// Rows, one after the other.
#[derive(Clone, Default, Debug)]
struct Asked(Arc<Mutex<Places>>);

type Places = Vec<(Family, Vec<u8>)>;

impl Asked {
    fn rows(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many rows of a family.
    fn count(&self, family: Family) -> usize {
        self.rows().iter().filter(|row| row.0 == family).count()
    }
}

impl Disk for Watched {
    fn snapshot(&self) -> Box<dyn Rows + '_> {
        Box::new(WatchedRows {
            rows: self.disk.snapshot(),
            asked: &self.asked,
        })
    }

    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let rows = self.disk.snapshot();
        for change in &changes {
            let (family, key) = change.place();
            if matches!(change, Change::Put(..)) && rows.get(family, key)?.is_some() {
                self.replaced.rows().push((family, key.clone()));
            }
        }
        drop(rows);
        self.disk.write(changes)
    }

    fn bytes(&self, family: Family) -> Result<u64, StoreError> {
        self.disk.bytes(family)
    }
}

struct WatchedRows<'a> {
    rows: Box<dyn Rows + 'a>,
    asked: &'a Asked,
}

impl Rows for WatchedRows<'_> {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.asked.rows().push((family, key.to_vec()));
        self.rows.get(family, key)
    }

    fn listing(&self, family: Family, key: &[u8]) -> Result<Listing<'_>, StoreError> {
        self.rows.listing(family, key)
    }

    fn last(&self, family: Family) -> Result<Option<Box<[u8]>>, StoreError> {
        self.rows.last(family)
    }
}

#[test]
fn a_commit_asks_once_where_a_transaction_stands() {
    // given a block with one transaction that comes twice
    let (mut stage, node) = Stage::begun();
    drop(node);
    let asked = Asked::default();
    let node = stage.open_with(Store::over(Watched {
        disk: stage.store().disk,
        asked: asked.clone(),
        replaced: Asked::default(),
    }));
    let (_, _, tx) = stage.admission(1);
    let txs = [tx.clone(), stage.refused(), tx];
    // when
    stage.block(&node, &txs);
    // then
    assert_eq!(asked.count(Family::Txs), 2);
}

#[test]
fn what_is_written_once_is_never_there_before_and_is_not_asked_for() {
    let (asked, replaced) = (Asked::default(), Asked::default());
    let watched = |stage: &Stage| {
        let watched = Watched {
            disk: stage.store().disk,
            asked: asked.clone(),
            replaced: replaced.clone(),
        };
        Store::over(watched).keeping(LITTLE)
    };
    // given blocks with new and changed records, and nonces that go with their window
    let mut stage = Stage::new();
    let node = stage.open_with(watched(&stage));
    node.init_chain(stage.genesis());
    stage.block(&node, &[]);
    members(&mut stage, &node, 1..=3);
    stage.chain.wait(90_001);
    let (_, _, tx) = stage.admission(4);
    let txs = [tx, stage.refused()];
    let request = stage.request(&txs);
    stage.block(&node, &txs);
    drop(node);
    // when the last is taken back and comes again
    let store = watched(&stage);
    store.roll_back(|_| true).unwrap();
    let node = stage.open_with(store);
    node.finalize_block(request);
    node.commit();
    // then
    let replaced = replaced.rows();
    assert!(replaced.iter().any(|row| row.0 == Family::Records));
    assert!(replaced.iter().all(|row| !row.0.is_written_once()));
    drop(replaced);
    assert_eq!(asked.count(Family::Nonces), 0);
    assert_eq!(asked.count(Family::TreePreimages), 0);
}
