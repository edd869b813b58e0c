//! A start over changed files: what came of it, or what is wrong with that.
//! Every row is read, also those that a start does not ask for; the blocks that are missing are executed again.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::RequestInfo;

use super::original::Original;
use crate::{
    crash::{disk::Table, history::History, life::open},
    store::{Family, Store, StoreError},
};

/// What is allowed to come of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// Everything is there.
    Whole,
    /// The height of an earlier Commit, and from there by the same answers to the same rows.
    Earlier(usize),
    /// A start says what is wrong, and ends with 11.
    Named(String),
    /// A start goes on and every answer is right; who reads the row is told.
    NamedWhenRead(String),
}

/// Why a life ended early.
enum Ended {
    /// By name.
    Named(String),
    /// By what is not allowed.
    Wrong(String),
}

/// Starts a node over a folder.
///
/// # Errors
/// What is not allowed.
pub(super) fn start(original: &Original, folder: &Path) -> Result<Outcome, String> {
    match judge(original, folder) {
        Ok(outcome) => Ok(outcome),
        Err(Ended::Named(why)) => named(why),
        Err(Ended::Wrong(why)) => Err(why),
    }
}

fn judge(original: &Original, folder: &Path) -> Result<Outcome, Ended> {
    let by_name = |error: StoreError| Ended::Named(error.to_string());
    let store = Store::open(folder).map_err(by_name)?;
    let read = rows(&store);
    let history = &original.history;
    // Whatever unwinds is the end of the program by name, or a panic.
    let lived = catch_unwind(AssertUnwindSafe(|| {
        live(history, store, read.as_ref().ok())
    }));
    let height = lived.unwrap_or_else(|unwound| Err(end_of(unwound)))?;
    if let Err(error) = read {
        return Ok(Outcome::NamedWhenRead(error.to_string()));
    }
    if height == original.height() {
        return Ok(Outcome::Whole);
    }
    let read = Store::read_only(folder).and_then(|store| rows(&store));
    let read = read.map_err(by_name)?;
    same(history, &read, original.height()).map_err(Ended::Wrong)?;
    Ok(Outcome::Earlier(height))
}

/// What unwound.
fn end_of(unwound: Box<dyn Any + Send>) -> Ended {
    match unwound.downcast::<String>() {
        Ok(why) if why.starts_with("exit 11: ") => Ended::Named(*why),
        Ok(why) => Ended::Wrong(format!("a panic: {why}")),
        Err(_other) => Ended::Wrong("a panic".to_owned()),
    }
}

/// A start, and the blocks that the engine has and the node has not; gives the height of the start.
fn live(history: &History, store: Store, rows: Option<&Table>) -> Result<usize, Ended> {
    let node = open(&history.stage, store).map_err(Ended::Named)?;
    let info = node.info(RequestInfo::default());
    let Ok(height) = usize::try_from(info.last_block_height) else {
        return Err(Ended::Wrong("a height below zero".to_owned()));
    };
    if height > history.heights.len() {
        return Err(Ended::Wrong(format!("height {height} was never made")));
    }
    if height > 0 && info.last_block_app_hash != history.heights[height - 1].response.app_hash {
        return Err(Ended::Wrong(format!(
            "height {height} has another app hash"
        )));
    }
    if let Some(rows) = rows {
        same(history, rows, height).map_err(Ended::Wrong)?;
    }
    if height == 0 {
        node.init_chain(history.genesis.clone());
    }
    for (place, block) in history.heights.iter().enumerate().skip(height) {
        if node.finalize_block(block.request.clone()) != block.response {
            let why = format!("block {} executes to another answer", place + 1);
            return Err(Ended::Wrong(why));
        }
        node.commit();
    }
    Ok(height)
}

/// An error that an operator can do something with: it says what to do.
fn named(why: String) -> Result<Outcome, String> {
    let says_what_to_do = [
        "restore a checkpoint",
        "check the disk of the node's folder",
    ];
    if says_what_to_do.iter().any(|what| why.contains(what)) {
        return Ok(Outcome::Named(why));
    }
    Err(format!("an error that says too little: {why}"))
}

/// Every row of every family, each with its checksum.
fn rows(store: &Store) -> Result<Table, StoreError> {
    let view = store.view();
    let mut table = BTreeMap::new();
    for family in Family::ALL {
        for row in view.rows(family, &[])? {
            let (key, value) = row?;
            table.insert((family.name(), key.into_vec()), value.into_vec());
        }
    }
    Ok(table)
}

/// Whether these are the rows of a height.
fn same(history: &History, rows: &Table, height: usize) -> Result<(), String> {
    if *rows == *history.rows(height) {
        return Ok(());
    }
    Err(format!("the rows are not those of height {height}"))
}
