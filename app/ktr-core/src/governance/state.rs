//! The network as the rules see it.
//! Genesis writes it; only events change it, and those in `evolve`.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use crate::{
    Record,
    governance::{Proposal, Resolved, Status, Subject},
    id::{CountyId, Fingerprint, ProposalId, Sha256, ValidatorKey},
    key::{Key, Role},
    lasting::Lasting,
    limits::{BUCKET_ENDS, TX_WINDOW_MAX, TX_WINDOW_MIN},
    time::{Secs, Time},
};

/// The network itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Network {
    /// How many counties it has; they are numbered from 1.
    pub counties: u8,
    /// The county whose region hosts the studio.
    pub host: CountyId,
    /// SHA-256 of the canonical `alliance.json`.
    pub alliance: Sha256,
}

impl Network {
    /// Whose room serves a county's members if their own does not: the next county in the order of genesis, round the end.
    /// `None` where there is no other.
    #[must_use]
    pub fn fallback_of(&self, county: CountyId) -> Option<CountyId> {
        let next = county
            .0
            .checked_add(1)
            .filter(|next| *next <= self.counties);
        Some(CountyId(next.unwrap_or(1))).filter(|fallback| *fallback != county)
    }

    /// Whose members a county's room serves if their own does not: the inverse of [`Self::fallback_of`].
    #[must_use]
    pub fn ward_of(&self, county: CountyId) -> Option<CountyId> {
        let before = county.0.checked_sub(1).filter(|before| *before > 0);
        Some(CountyId(before.unwrap_or(self.counties))).filter(|ward| *ward != county)
    }
}

/// One validator of the engine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Validator {
    /// Its consensus key.
    pub key: ValidatorKey,
    /// Its voting power, above 0.
    pub power: u64,
    /// The county it stands in; `None` is the witness outside the counties.
    pub county: Option<CountyId>,
}

/// The bounds that a network chooses in its genesis. [`Parameters::default`] is the product's choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameters {
    /// How far ahead of the header time a transaction may expire.
    pub tx_window_secs: Secs,
    /// How far ahead of the header time a signature may be dated.
    pub skew_secs: Secs,
    /// Transactions of one signer in one block.
    pub signer_txs_max: u32,
    /// Counts of members below this are withheld.
    pub count_min: u64,
    /// Attendance below this is withheld.
    pub attendance_min: u64,
    /// A key lives at most this long.
    pub key_validity_max_secs: Secs,
    /// A session is scheduled at least this long before its room is seeded.
    pub schedule_ahead_secs: Secs,
    /// A session's room is open at most this long.
    pub session_length_max_secs: Secs,
    /// A session may be opened this long before `opens_at`: header time lags by the silence before it.
    pub open_early_secs: Secs,
    /// Sidecars may report this long before `seeds_at`.
    pub report_early_secs: Secs,
    /// A county that has not reported the destruction this long after it was due is overdue.
    pub overdue_secs: Secs,
    /// A destruction that is not confirmed this long after it was due is unwitnessed.
    pub unwitnessed_secs: Secs,
    /// The board has at least this long to decide.
    pub decide_min_secs: Secs,
    /// The board has at most this long to decide.
    pub decide_max_secs: Secs,
    /// A term lasts at most this long.
    pub term_max_secs: Secs,
    /// The newest version of the severity matrix in force.
    pub matrix_version: u32,
    /// Ends of the buckets 64 to 67, counted from the header time of `session.opened.v1`.
    pub bucket_ends_secs: [Secs; BUCKET_ENDS],
    /// First session measured by RM-1; 0 is never.
    pub rm1_from: u32,
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl Parameters {
    /// Whether none of these bounds refuses every command of a kind by being 0 or against another one, so that no change of them is the
    /// last one, and no used nonce is forgotten before its transaction expires. Lengths have no upper bound: a session that must be
    /// announced a century ahead is the counties' to correct. A genesis is asked too.
    #[must_use]
    pub fn is_workable(&self) -> bool {
        let windows = TX_WINDOW_MIN..=TX_WINDOW_MAX;
        let lengths = [
            self.key_validity_max_secs,
            self.session_length_max_secs,
            self.decide_max_secs,
            self.term_max_secs,
        ];
        let are_some = lengths.iter().all(|length| length.0 > 0);
        let is_rising = self
            .bucket_ends_secs
            .is_sorted_by(|earlier, later| earlier < later);
        are_some
            && is_rising
            && windows.contains(&self.tx_window_secs)
            && self.signer_txs_max > 0
            && self.matrix_version > 0
            && self.decide_min_secs <= self.decide_max_secs
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            tx_window_secs: Secs(DAY),
            skew_secs: Secs(300),
            signer_txs_max: 64,
            count_min: 5,
            attendance_min: 20,
            key_validity_max_secs: Secs(1_096 * DAY),
            schedule_ahead_secs: Secs(DAY),
            session_length_max_secs: Secs(2 * HOUR),
            open_early_secs: Secs(900),
            report_early_secs: Secs(300),
            overdue_secs: Secs(1_800),
            unwitnessed_secs: Secs(DAY),
            decide_min_secs: Secs(HOUR),
            decide_max_secs: Secs(42 * DAY),
            term_max_secs: Secs(200 * DAY),
            matrix_version: 1,
            bucket_ends_secs: [
                Secs(6 * HOUR),
                Secs(24 * HOUR),
                Secs(7 * DAY),
                Secs(14 * DAY),
            ],
            rm1_from: 0,
        }
    }
}

/// Everything that only governance may change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    network: Option<Network>,
    parameters: Parameters,
    validators: Vec<Validator>,
    keys: BTreeMap<Fingerprint, Key>,
    /// Index over `keys`: what a new key costs must not grow with the number of old ones.
    lasting: Lasting,
    proposals: BTreeMap<ProposalId, Proposal>,
    /// Index over `proposals`: what a block costs must not grow with the number of old ones.
    open: BTreeSet<ProposalId>,
    /// Index over `proposals`: the last act that was enacted. One act is open at a time, so it has the highest number.
    last_act: Option<ProposalId>,
    resolved: Option<Resolved>,
}

impl State {
    /// The network; `None` only before genesis.
    #[must_use]
    pub const fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// The bounds in force.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The validators in the order of genesis.
    #[must_use]
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// Whether the network has such a county.
    #[must_use]
    pub fn has_county(&self, county: CountyId) -> bool {
        self.counties().any(|known| known == county)
    }

    /// The counties in their order.
    pub fn counties(&self) -> impl Iterator<Item = CountyId> {
        let last = self.network.as_ref().map_or(0, |network| network.counties);
        (1..=last).map(CountyId)
    }

    /// A key of a county, sidecar, studio, releaser or collector.
    #[must_use]
    pub fn key(&self, fingerprint: &Fingerprint) -> Option<&Key> {
        self.keys.get(fingerprint)
    }

    /// The keys of one role, in fingerprint order.
    pub fn keys_of(&self, role: Role) -> impl Iterator<Item = &Key> {
        self.keys.values().filter(move |key| key.role == role)
    }

    /// The keys of one role that are live at `at` or will be, in fingerprint order: not revoked and not over.
    pub fn lasting_keys(&self, role: Role, at: Time) -> impl Iterator<Item = &Key> {
        let lasting = self.lasting.of(role, at).into_iter();
        lasting.filter_map(|fingerprint| self.keys.get(&fingerprint))
    }

    /// One proposal.
    #[must_use]
    pub fn proposal(&self, id: ProposalId) -> Option<&Proposal> {
        self.proposals.get(&id)
    }

    /// All proposals, by number.
    pub fn proposals(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.values()
    }

    /// Open proposals, by number.
    pub fn open(&self) -> impl Iterator<Item = &Proposal> {
        self.open.iter().filter_map(|id| self.proposals.get(id))
    }

    /// The number of the last proposal; 0 if there is none.
    #[must_use]
    pub fn last_proposal(&self) -> u32 {
        self.proposals.keys().next_back().map_or(0, |id| id.0)
    }

    /// The last act that the counties enacted: the one that serves as a mandate.
    #[must_use]
    pub const fn last_act(&self) -> Option<ProposalId> {
        self.last_act
    }

    /// What the counties have resolved beyond the other records; `None` before the first such resolution.
    #[must_use]
    pub const fn resolved(&self) -> Option<&Resolved> {
        self.resolved.as_ref()
    }

    /// See [`Resolved::app_version`].
    #[must_use]
    pub fn app_version(&self) -> u64 {
        Resolved::app_version(self.resolved())
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        let network = self.network.iter().cloned().map(Record::Network);
        let keys = self.keys.values().copied().map(Record::Key);
        network
            .chain([
                Record::Parameters(self.parameters.clone()),
                Record::Validators(self.validators.clone()),
            ])
            .chain(keys)
            .chain(self.proposals.values().cloned().map(Record::Proposal))
            .chain(self.resolved.map(Record::Resolved))
    }

    pub(crate) fn set_network(&mut self, network: Network) {
        self.network = Some(network);
    }

    pub(crate) fn set_parameters(&mut self, parameters: Parameters) {
        self.parameters = parameters;
    }

    pub(crate) fn set_validators(&mut self, validators: Vec<Validator>) {
        self.validators = validators;
    }

    pub(crate) fn put_key(&mut self, key: Key) {
        let old = self.keys.insert(key.fingerprint, key);
        self.lasting.put(old.as_ref(), &key);
    }

    pub(crate) fn set_resolved(&mut self, resolved: Resolved) {
        self.resolved = Some(resolved);
    }

    pub(crate) fn put_proposal(&mut self, proposal: Proposal) {
        if proposal.status == Status::Open {
            self.open.insert(proposal.id);
        } else {
            self.open.remove(&proposal.id);
        }
        if proposal.status == Status::Enacted && matches!(proposal.subject, Subject::Act(_)) {
            self.last_act = self.last_act.max(Some(proposal.id));
        }
        self.proposals.insert(proposal.id, proposal);
    }
}
