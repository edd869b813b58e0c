//! What the first site made of each height, and what was acknowledged: the judge of every other site.
//! It changes nothing. The invariants are those of the design: assurance, section 3.2.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ktr_core::id::Sha256;
use ktr_wire::{digest::sha256, recorded::Recorded};
use tendermint_proto::v0_38::abci::ResponseFinalizeBlock;

use super::block::{Block, Decided};
use crate::{crash::disk::Table, store::Family};

/// How often what happened, in one schedule or in many.
#[derive(PartialEq, Eq, Default, Debug)]
pub(super) struct Count(pub(super) BTreeMap<&'static str, usize>);

impl Count {
    pub(super) fn add(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (what, often) in &other.0 {
            *self.0.entry(*what).or_default() += often;
        }
    }
}

/// A height after its Commit.
struct Height {
    response: ResponseFinalizeBlock,
    rows: Arc<Table>,
}

/// A transaction that a site said to be in a block.
struct Acknowledged {
    height: usize,
    events: usize,
}

#[derive(Default)]
pub(super) struct Journal {
    /// Hash and round of what was decided first at each height.
    decided: Vec<(Sha256, usize)>,
    heights: Vec<Height>,
    acknowledged: BTreeMap<Sha256, Acknowledged>,
}

impl Journal {
    /// Heights that somebody decided.
    pub(super) fn decided_heights(&self) -> usize {
        self.decided.len()
    }

    /// The round of a decided height.
    pub(super) fn round(&self, height: usize) -> usize {
        self.decided[height - 1].1
    }

    /// Never two blocks at a height.
    ///
    /// # Errors
    /// That there are two.
    pub(super) fn decide(&mut self, decided: &Decided) -> Result<(), String> {
        let (height, hash) = (decided.block.height, decided.block.hash());
        match self.decided.get(height - 1) {
            None => self.decided.push((hash, decided.round)),
            Some((known, round)) if *known != hash => {
                return Err(format!(
                    "I2: two blocks at height {height}, in the rounds {round} and {}",
                    decided.round
                ));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// A site made a height: the first one's answer and rows are those of all (I3, I7).
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn commit(
        &mut self,
        block: &Block,
        response: &ResponseFinalizeBlock,
        rows: Arc<Table>,
        count: &mut Count,
    ) -> Result<(), String> {
        let height = block.height;
        if let Some(known) = self.heights.get(height - 1) {
            if known.response != *response {
                return Err(format!("I3: height {height} has two answers"));
            }
            return same(&known.rows, &rows).map_err(|why| format!("I7: height {height}: {why}"));
        }
        if let Some(last) = self.heights.last() {
            grows(&last.rows, &rows).map_err(|why| format!("I8: height {height}: {why}"))?;
            if block.txs.is_empty() && block.evidence.is_empty() && response.events.is_empty() {
                count.add("an idle block");
                if last.response.app_hash != response.app_hash {
                    return Err(format!("I9: idle block {height} has another app hash"));
                }
            }
        }
        self.acknowledge(block, response, count)?;
        self.heights.push(Height {
            response: response.clone(),
            rows,
        });
        count.add("a height");
        Ok(())
    }

    fn acknowledge(
        &mut self,
        block: &Block,
        response: &ResponseFinalizeBlock,
        count: &mut Count,
    ) -> Result<(), String> {
        let height = block.height;
        for (tx, result) in block.txs.iter().zip(&response.tx_results) {
            if result.code != 0 {
                continue;
            }
            count.add("a transaction acknowledged");
            let events = result.events.len();
            let said = Acknowledged { height, events };
            if self.acknowledged.insert(sha256(&[tx]), said).is_some() {
                return Err(format!("I1: a transaction of block {height} came before"));
            }
        }
        Ok(())
    }

    /// A node that starts is where a node was at that height; whoever asked has seen it.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn is_at(&self, height: usize, hash: &[u8], rows: &Table) -> Result<(), String> {
        let named = |why: String| format!("I7: start at height {height}: {why}");
        let Some(known) = height.checked_sub(1).map(|place| &self.heights[place]) else {
            return same(&Table::new(), rows).map_err(named);
        };
        if known.response.app_hash != hash {
            return Err(format!("I3: height {height} has another app hash"));
        }
        same(&known.rows, rows).map_err(named)
    }

    /// Everything that was acknowledged up to a height is once in the log of a site that is there (I1).
    ///
    /// # Errors
    /// What is lost, or there more than once.
    pub(super) fn has_all(&self, height: usize, rows: &Table) -> Result<(), String> {
        let mut found: BTreeMap<Sha256, usize> = BTreeMap::new();
        for (_, octets) in events(rows) {
            let recorded = Recorded::decode(octets).map_err(|error| format!("{error:?}"))?;
            if let Some(hash) = recorded.tx_hash {
                *found.entry(hash).or_default() += 1;
            }
        }
        for (hash, said) in &self.acknowledged {
            let events = found.get(hash).copied().unwrap_or(0);
            if said.height <= height && events != said.events {
                return Err(format!(
                    "I1: transaction {hash} of block {} has {events} events and not {}",
                    said.height, said.events
                ));
            }
        }
        Ok(())
    }
}

fn events(rows: &Table) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>)> {
    let events = Family::Events.name();
    let rows = rows
        .iter()
        .filter(move |((family, _), _)| *family == events);
    rows.map(|((_, index), octets)| (index, octets))
}

fn same(known: &Table, rows: &Table) -> Result<(), String> {
    if known == rows {
        return Ok(());
    }
    let families: BTreeSet<_> = known
        .iter()
        .chain(rows)
        .filter(|(key, _)| known.get(*key) != rows.get(*key))
        .map(|((family, _), _)| *family)
        .collect();
    Err(format!("other rows in {families:?}"))
}

/// The log only grows: every event of before is there, as it was.
fn grows(before: &Table, after: &Table) -> Result<(), String> {
    let name = Family::Events.name();
    let is_there = |(index, octets): (&Vec<u8>, &Vec<u8>)| {
        after
            .get(&(name, index.clone()))
            .is_some_and(|now| now == octets)
    };
    if events(before).all(is_there) {
        return Ok(());
    }
    Err("the log before is not its beginning".to_owned())
}
