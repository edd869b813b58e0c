//! The whole state: one part per subject, built from genesis, restored from records.
//! No rule and no change by event lives here.

use alloc::vec::Vec;

use crate::{
    Context, Genesis, Record, RecordKey, board, bundle, governance, id::Fingerprint, ingestion,
    key::Key, key::Role, membership, nomination, session,
};

/// What the chain remembers, as plain ordered maps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// Members and their keys.
    pub membership: membership::State,
    /// Terms, seats and their keys.
    pub board: board::State,
    /// Nominations and votes.
    pub nomination: nomination::State,
    /// Releases.
    pub bundle: bundle::State,
    /// Sessions and the counties' reports.
    pub session: session::State,
    /// Published counts.
    pub ingestion: ingestion::State,
    /// The network, its parameters, validators and role keys.
    pub governance: governance::State,
}

impl State {
    /// A registered key of any role.
    #[must_use]
    pub fn key(&self, fingerprint: &Fingerprint) -> Option<&Key> {
        self.membership
            .key(fingerprint)
            .or_else(|| self.board.key(fingerprint))
            .or_else(|| self.governance.key(fingerprint))
    }

    /// Who sends: the role of the signer, if its key is still live in this block.
    #[must_use]
    pub fn sender(&self, context: &Context) -> Option<Role> {
        let key = self.key(&context.signer)?;
        key.is_live(context.block.time).then_some(key.role)
    }

    /// The latest value of one entity.
    #[must_use]
    pub fn record(&self, key: RecordKey) -> Option<Record> {
        match key {
            RecordKey::Network => self.governance.network().cloned().map(Record::Network),
            RecordKey::Parameters => Some(Record::Parameters(self.governance.parameters().clone())),
            RecordKey::Validators => {
                Some(Record::Validators(self.governance.validators().to_vec()))
            }
            RecordKey::Member(id) => self.membership.member(&id).cloned().map(Record::Member),
            RecordKey::Key(fingerprint) => self.key(&fingerprint).copied().map(Record::Key),
            RecordKey::Term(id) => self.board.term(id).cloned().map(Record::Term),
            RecordKey::Nomination(id) => self.nomination.get(&id).cloned().map(Record::Nomination),
            RecordKey::Release(id) => self.bundle.get(&id).cloned().map(Record::Release),
            RecordKey::Session(id) => self.session.get(id).cloned().map(Record::Session),
            RecordKey::Ingestion(id) => self.ingestion.get(id).cloned().map(Record::Ingestion),
            RecordKey::Proposal(id) => self.governance.proposal(id).cloned().map(Record::Proposal),
            RecordKey::Resolved => self.governance.resolved().copied().map(Record::Resolved),
        }
    }

    /// Every record, in the order of the keys.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        records.extend(self.governance.records());
        records.extend(self.membership.records());
        records.extend(self.board.records());
        records.extend(self.nomination.iter().cloned().map(Record::Nomination));
        records.extend(self.bundle.iter().cloned().map(Record::Release));
        records.extend(self.session.iter().cloned().map(Record::Session));
        records.extend(self.ingestion.iter().cloned().map(Record::Ingestion));
        records.sort_by_key(Record::key);
        records
    }

    /// Puts one record in its place, replacing an older value: how a state is restored.
    pub fn restore(&mut self, record: Record) {
        match record {
            Record::Network(network) => self.governance.set_network(network),
            Record::Parameters(parameters) => self.governance.set_parameters(parameters),
            Record::Validators(validators) => self.governance.set_validators(validators),
            Record::Member(member) => self.membership.put_member(member),
            Record::Key(key) => match key.role {
                Role::Member(_) => self.membership.put_key(key),
                Role::Seat(_) | Role::Deputy(_) => self.board.put_key(key),
                Role::County(_)
                | Role::Sidecar(_)
                | Role::Studio
                | Role::Releaser
                | Role::Collector => self.governance.put_key(key),
            },
            Record::Term(term) => self.board.put_term(term),
            Record::Nomination(nomination) => self.nomination.put(nomination),
            Record::Release(release) => self.bundle.put(release),
            Record::Session(session) => self.session.put(session),
            Record::Ingestion(ingestion) => self.ingestion.put(ingestion),
            Record::Proposal(proposal) => self.governance.put_proposal(proposal),
            Record::Resolved(resolved) => self.governance.set_resolved(resolved),
        }
    }
}

impl From<Genesis> for State {
    fn from(genesis: Genesis) -> Self {
        genesis.into_records().into_iter().collect()
    }
}

impl FromIterator<Record> for State {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut state = Self::default();
        for record in records {
            state.restore(record);
        }
        state
    }
}
