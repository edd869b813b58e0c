//! What a network starts from: its sites, role keys, first term and parameters.
//! How it is written in `genesis.json` is `ktr-wire`'s affair.

use alloc::vec::Vec;

use crate::{
    Record,
    board::Term,
    governance::{Network, Parameters, Validator},
    key::Key,
};

/// The first records of a network.
///
/// **Invariant:** `ktr-wire` has checked that roles, seats and counties are complete and that no key stands twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Genesis {
    /// The network.
    pub network: Network,
    /// Its bounds.
    pub parameters: Parameters,
    /// Its validators.
    pub validators: Vec<Validator>,
    /// Keys of every role but members.
    pub keys: Vec<Key>,
    /// The first term, number 1.
    pub term: Term,
}

impl Genesis {
    /// The records from which the state starts.
    #[must_use]
    pub fn into_records(self) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        records.push(Record::Network(self.network));
        records.push(Record::Parameters(self.parameters));
        records.push(Record::Validators(self.validators));
        records.extend(self.keys.into_iter().map(Record::Key));
        records.push(Record::Term(self.term));
        records
    }
}
