//! Which validators are in force at a height: the pinned ones at first, then each set that the one before it named and signed.
//! A set is never taken because it is known: what counts is the set in force at that height (ADR 0017; design: ledger, section 2).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use ktr_core::{
    governance::Validator,
    id::{Height, ValidatorKey},
};
use tendermint::{
    block::signed_header::SignedHeader,
    validator::{Info, Set},
};

use crate::{
    Client, ProvenHeader,
    error::{ClientError, Unproven},
    node::Node,
    trust,
};

/// The sets that were learned, each under the first height at which it is in force.
#[derive(Clone, Debug)]
pub(crate) struct Known(Arc<Mutex<BTreeMap<u64, Set>>>);

impl From<Set> for Known {
    /// The set of the genesis, which is in force at every height until another one is learned.
    fn from(first: Set) -> Self {
        Self(Arc::new(Mutex::new(BTreeMap::from([(1, first)]))))
    }
}

impl Known {
    /// The last set at or before a height, and since when it is in force.
    fn at(&self, height: u64) -> Option<(u64, Set)> {
        let sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, set) = sets.range(..=height).next_back()?;
        Some((*since, set.clone()))
    }

    fn learn(&self, since: u64, set: Set) {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sets.insert(since, set);
    }
}

impl Client {
    /// The validators whose signatures count at a height; `None` if no node has it yet. One that was not in the genesis has no county
    /// here: a header names keys and powers, the record of the validators names counties, too.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`].
    pub async fn validators_at(
        &self,
        height: Height,
    ) -> Result<Option<Vec<Validator>>, ClientError> {
        if self.header_proven(height).await?.is_none() {
            return Ok(None);
        }
        let Some((_, set)) = self.known.at(height.0) else {
            return Ok(None);
        };
        let genesis = &self.trust.genesis().validators;
        let validator = |info: &Info| {
            let key = ValidatorKey::from_slice(&info.pub_key.to_bytes())?;
            let known = genesis.iter().find(|known| known.key == key);
            Some(Validator {
                key,
                power: info.power(),
                county: known.and_then(|known| known.county),
            })
        };
        let validators = set.validators().iter().filter_map(validator);
        Ok(Some(validators.collect()))
    }

    /// The set that must have signed the header of a height. Where the header names another than the last one known, each change since
    /// then is looked for: about as many requests as the number of heights between has binary digits.
    pub(crate) async fn validators_for(
        &self,
        node: &Node,
        height: u64,
        signed: &SignedHeader,
    ) -> Result<Set, ClientError> {
        let bad = || node.unproven(Unproven::Validators(height));
        loop {
            let (since, set) = self.known.at(height).ok_or_else(bad)?;
            if signed.header().validators_hash == set.hash() || since == height {
                return Ok(set);
            }
            let (first, next) = self.change(node, (since, &set), height).await?;
            self.known.learn(first, next);
        }
    }

    /// The first change after `since`, or one between it and `height`: the height at which the next set is in force, and that set.
    async fn change(
        &self,
        node: &Node,
        (since, set): (u64, &Set),
        height: u64,
    ) -> Result<(u64, Set), ClientError> {
        let header = async |at| {
            let signed = node.signed_header(at).await?;
            signed.ok_or_else(|| node.unproven(Unproven::Validators(at)))
        };
        // The header at `low` names this set, the one at `high` another: the change is where they are neighbours.
        let (mut low, mut high) = (since, height);
        while high.saturating_sub(low) > 1 {
            let middle = low.midpoint(high);
            if header(middle).await?.header().validators_hash == set.hash() {
                low = middle;
            } else {
                high = middle;
            }
        }
        let last = header(low).await?;
        ProvenHeader::judge(self.trust.chain_id(), set, low, &last)
            .map_err(|why| node.unproven(why))?;
        let next = trust::ordered(node.validators(high).await?);
        let next = next.filter(|next| next.hash() == last.header().next_validators_hash);
        // A set that names itself as the next one is no change: the node showed a header that is not of this chain.
        let next = next.filter(|next| next.hash() != set.hash());
        let next = next.ok_or_else(|| node.unproven(Unproven::Validators(high)))?;
        Ok((high, next))
    }
}
