//! What must hold of every site: it knows all that was acknowledged, and answered every block as the others did; and the blocks alone lead there.
//! A site is asked when it is back; whether it comes back at all is for whoever started it.

use std::collections::BTreeMap;

use ktr_core::id::Sha256;
use ktr_node::store::Placed;
use prost::Message;

use super::{journal::Entry, stores};
use crate::support::{Rpc, Site};

/// Compares sites with the journal and with each other.
pub(super) struct Judge {
    sites: Vec<Rpc>,
    /// By height, as the first site said that was asked.
    app_hashes: BTreeMap<u64, Sha256>,
    /// The height up to which a site was asked.
    heights: Vec<u64>,
    /// Entries for which a site was asked.
    entries: Vec<usize>,
}

impl Judge {
    pub(super) fn new(sites: Vec<Rpc>) -> Self {
        Self {
            app_hashes: BTreeMap::new(),
            heights: vec![0; sites.len()],
            entries: vec![0; sites.len()],
            sites,
        }
    }

    /// Heights that were compared.
    pub(super) fn compared(&self) -> usize {
        self.app_hashes.len()
    }

    /// One site, which has applied the blocks up to `height`: what is new since it was judged last.
    ///
    /// # Errors
    /// What it lost or answers otherwise.
    pub(super) fn judge(
        &mut self,
        site: usize,
        height: u64,
        journal: &[Entry],
    ) -> Result<(), String> {
        for height in self.heights[site] + 1..=height {
            let own = self.sites[site].own_app_hash(height);
            let own = own.ok_or(format!("site {site} has no answer to block {height}"))?;
            let first = *self.app_hashes.entry(height).or_insert(own);
            if own != first {
                return Err(format!(
                    "site {site} answered block {height} with {own}, another one with {first}"
                ));
            }
        }
        self.heights[site] = height;
        for entry in &journal[self.entries[site]..] {
            self.knows(site, entry)?;
        }
        self.entries[site] = journal.len();
        Ok(())
    }

    /// All sites at once, every entry from the first on.
    ///
    /// # Errors
    /// The same.
    pub(super) fn judge_all(&mut self, height: u64, journal: &[Entry]) -> Result<(), String> {
        self.entries.fill(0);
        (0..self.sites.len()).try_for_each(|site| self.judge(site, height, journal))
    }

    fn knows(&self, site: usize, entry: &Entry) -> Result<(), String> {
        let answer = self.sites[site].query("/tx", &entry.hash.0);
        let answer = answer.ok_or(format!("site {site} does not answer"))?;
        let placed = Placed::decode(answer.value.as_slice()).map(|placed| Entry {
            height: placed.height,
            code: placed.code,
            ..*entry
        });
        if answer.code == 0 && placed.as_ref() == Ok(entry) {
            return Ok(());
        }
        Err(format!(
            "site {site} answers code {} and {placed:?}, acknowledged was {entry:?}",
            answer.code
        ))
    }
}

/// Stops sites of one chain, whose engines called in order, and executes the blocks of the first of them again: from the genesis on they lead
/// to what every header says, and to its store (I3, on replay too).
///
/// The blocks are read before the first one stops and executed after the last one has, so that sites stop one right after another.
pub(super) fn executes_again(sites: &mut [Site]) {
    let last = sites[0].height().unwrap();
    // An engine has a block before the application has it; with the next one it is committed.
    sites[0].wait_above(last);
    let blocks = sites[0].export(last);
    for site in &mut *sites {
        assert_eq!(site.stop(), 0);
        site.was_called_in_order();
    }
    agrees(&sites[0].replay(&blocks));
}

/// Stops sites of one chain: the blocks up to `height` of each of these places execute to its own store (I3), and all have the same rows (I7).
pub(super) fn execute_to_their_stores(sites: &mut [Site], places: &[usize], height: u64) {
    for &at in places {
        agrees(&sites[at].replayed(height));
    }
    for (at, site) in sites.iter_mut().enumerate() {
        if !places.contains(&at) {
            assert_eq!(site.stop(), 0);
        }
    }
    stores::judged(sites);
}

/// What `replay` says of blocks that lead to what every header says, and to this site's store (I3).
pub(super) fn agrees(said: &str) {
    let words = "every header agrees, and so does this node's store for the last block";
    assert!(said.contains(words), "I3: {said}");
}
