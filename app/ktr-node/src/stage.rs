//! The stage of this crate's tests: a node on a disk of its own, and the in-process chain of the testkit as its judge.
//! No engine; the calls come in the order in which an engine makes them.

use bytes::Bytes;
use ktr_core::{
    Command, Genesis,
    governance::{self, Host, Resolved, Subject, Upgrade},
    id::{CountyId, Height, MemberId, ProposalId, ValidatorAddress},
    membership::{self, Proof},
    time::{Secs, Time},
};
use ktr_ledger::Batch;
use ktr_testkit::{Actor, Chain};
use ktr_wire::{
    digest::{self, sha256},
    genesis,
};
use tempfile::TempDir;
use tendermint_abci::Application;
use tendermint_proto::{
    google::protobuf::Timestamp,
    v0_38::{
        abci::{RequestFinalizeBlock, RequestInitChain, ResponseFinalizeBlock, ValidatorUpdate},
        crypto::{PublicKey, public_key::Sum},
    },
};

use crate::{
    application::{Caps, Clock, Node, Ports},
    halt::{Halt, Reason},
    snapshot::Shelf,
    store::Store,
};

/// Ends a test instead of the program.
struct Panics;

impl Halt for Panics {
    fn halt(&self, reason: Reason) -> ! {
        panic!("exit {}: {}", reason.exit.code(), reason.why)
    }
}

pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) snapshots: TempDir,
    /// Heights from one snapshot to the next; 0 for none, because their thread keeps a store open that a test opens anew.
    pub(crate) every: u64,
    /// The node's own validator.
    pub(crate) validator: Option<ValidatorAddress>,
    /// What the node's clock shows; `None` for the beginning of the first term.
    pub(crate) clock: Option<Time>,
    pub(crate) chain: Chain,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            snapshots: tempfile::tempdir().unwrap(),
            every: 0,
            validator: None,
            clock: None,
            chain: Chain::unborn(),
        }
    }

    /// A node that has made block 1.
    pub(crate) fn begun() -> (Self, Node) {
        Self::begun_with_snapshots(0)
    }

    /// The same, with a snapshot every so many heights.
    pub(crate) fn begun_with_snapshots(every: u64) -> (Self, Node) {
        let mut stage = Self {
            every,
            ..Self::new()
        };
        let node = stage.open();
        node.init_chain(stage.genesis());
        stage.block(&node, &[]);
        (stage, node)
    }

    /// Opens the node, as after a restart.
    pub(crate) fn open(&self) -> Node {
        self.open_with(self.store())
    }

    pub(crate) fn open_with(&self, store: Store) -> Node {
        let now = self.clock.unwrap_or(self.chain.cast.start);
        self.open_by(store, Box::new(move || now))
    }

    /// Opens the node with a clock of its own.
    pub(crate) fn open_by(&self, store: Store, clock: Clock) -> Node {
        let ports = Ports {
            chain_id: self.chain.id().to_owned(),
            validator: self.validator,
            store,
            shelf: self.shelf(),
            clock,
            caps: Caps::NODE,
            halt: Box::new(Panics),
        };
        Node::open(ports).unwrap()
    }

    /// In chunks that split a row.
    pub(crate) fn shelf(&self) -> Shelf {
        let genesis = genesis::digest(&self.chain.cast.genesis());
        Shelf::new(self.snapshots.path().to_owned(), self.every, genesis).in_chunks_of(700)
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(self.folder.path()).unwrap()
    }

    pub(crate) fn genesis(&self) -> RequestInitChain {
        self.genesis_of(&self.chain.cast.genesis())
    }

    /// What an engine with this genesis begins with.
    pub(crate) fn genesis_of(&self, genesis: &Genesis) -> RequestInitChain {
        let validators = genesis.validators.iter().map(|site| ValidatorUpdate {
            pub_key: Some(PublicKey {
                sum: Some(Sum::Ed25519(site.key.0.to_vec())),
            }),
            power: site.power.try_into().unwrap(),
        });
        // The engine has an order of its own.
        let validators = validators.rev().collect();
        let json = genesis::to_json(genesis).unwrap();
        RequestInitChain {
            chain_id: self.chain.id().to_owned(),
            validators,
            app_state_bytes: serde_json::to_vec(&json).unwrap().into(),
            initial_height: 1,
            ..RequestInitChain::default()
        }
    }

    /// Five admissions, of which the third has a signature that does not hold.
    pub(crate) fn one_bad_of_five(&mut self) -> Vec<Vec<u8>> {
        let mut txs: Vec<Vec<u8>> = (1..=5).map(|n| self.admission(n).2).collect();
        *txs[2].last_mut().unwrap() ^= 1;
        txs
    }

    /// The next block as the engine brings it.
    pub(crate) fn request(&self, txs: &[Vec<u8>]) -> RequestFinalizeBlock {
        let height = self.chain.ledger().height().0.saturating_add(1);
        let octets: Vec<u8> = txs.concat();
        RequestFinalizeBlock {
            height: height.try_into().unwrap(),
            hash: Bytes::copy_from_slice(&sha256(&[&height.to_be_bytes(), &octets]).0),
            time: Some(self.time()),
            txs: as_bytes(txs),
            ..RequestFinalizeBlock::default()
        }
    }

    /// The header time of the next block, with a part of a second that must not count.
    pub(crate) fn time(&self) -> Timestamp {
        Timestamp {
            seconds: self.chain.now().0.try_into().unwrap(),
            nanos: 999_999_999,
        }
    }

    /// Makes a block in the node and in the judge, and holds one against the other.
    pub(crate) fn block(&mut self, node: &Node, txs: &[Vec<u8>]) -> (ResponseFinalizeBlock, Batch) {
        let response = node.finalize_block(self.request(txs));
        node.commit();
        let batch = self.chain.block(txs);
        assert_eq!(response.app_hash, batch.app_hash.0.as_slice());
        (response, batch)
    }

    /// County 1 admits the `n`th organisation.
    pub(crate) fn admission(&mut self, n: u8) -> (MemberId, Actor, Vec<u8>) {
        let member = MemberId([n; 16]);
        let key = self.chain.cast.stranger(&format!("member-{n}"));
        let at = self.chain.now();
        let command = Command::Membership(membership::Command::Admit {
            member,
            home: CountyId(1),
            key: key.body,
            fingerprint: key.fingerprint,
            valid_from: at,
            valid_until: at.plus(Secs(86_400)),
            proof: Proof::Holds,
        });
        let county = self.chain.cast.counties[0].clone();
        let tx = self.chain.registering(&county, &key, &member, command);
        (member, key, tx)
    }

    /// County 1 revokes the key of a member that it admitted: the record of the key gets another value.
    pub(crate) fn revocation(&mut self, member: MemberId, key: &Actor) -> Vec<u8> {
        let county = self.chain.cast.counties[0].clone();
        let command = Command::Membership(membership::Command::RevokeKey {
            member,
            fingerprint: key.fingerprint,
            reason: ktr_core::key::RevocationReason::Retired,
        });
        self.chain.tx(&county, command)
    }

    /// The transactions by which two counties resolve that another version goes on after this height.
    pub(crate) fn upgrade(&mut self, app_version: u64, last: u64) -> Vec<Vec<u8>> {
        self.resolution(Subject::Upgrade(Upgrade {
            app_version,
            height: Height(last),
        }))
    }

    /// The studio moves to county 2, and the counties never resolve anything else: two blocks.
    pub(crate) fn studio_moves(&mut self, node: &Node) {
        let key = self.chain.cast.stranger("studio-2");
        let from = self.chain.now().plus(Secs(30));
        let txs = self.resolution(Subject::Host(Host {
            region: CountyId(2),
            studio: key.body,
            fingerprint: key.fingerprint,
            from,
            key_until: from.plus(Secs(86_400)),
        }));
        let (response, _) = self.block(node, &txs);
        assert!(response.tx_results.iter().all(|result| result.code == 0));
        self.chain.wait(60);
        self.block(node, &[]);
        let resolved = self.chain.state().governance.resolved();
        assert_eq!(resolved, Some(&Resolved::default()));
    }

    /// The transactions by which two counties resolve this, as their first proposal.
    fn resolution(&mut self, subject: Subject) -> Vec<Vec<u8>> {
        let digest = digest::proposal(self.chain.id(), &subject);
        let proposal = ProposalId(1);
        let propose = governance::Command::Propose {
            proposal,
            subject,
            digest,
            until: self.chain.now().plus(Secs(60)),
        };
        let approve = governance::Command::Approve { proposal, digest };
        let [one, two, _] = self.chain.cast.counties.clone();
        vec![
            self.chain.tx(&one, Command::Governance(propose)),
            self.chain.tx(&two, Command::Governance(approve)),
        ]
    }

    /// A transaction that is well signed and that the rules refuse.
    pub(crate) fn refused(&mut self) -> Vec<u8> {
        let stranger = MemberId([0xEE; 16]);
        let county = self.chain.cast.counties[0].clone();
        let command = Command::Membership(membership::Command::RevokeKey {
            member: stranger,
            fingerprint: county.fingerprint,
            reason: ktr_core::key::RevocationReason::Retired,
        });
        self.chain.tx(&county, command)
    }
}

pub(crate) fn as_bytes(txs: &[Vec<u8>]) -> Vec<Bytes> {
    txs.iter().map(|tx| Bytes::copy_from_slice(tx)).collect()
}

/// Every leaf and the whole ledger of the judge are on disk; before the first block, no ledger is.
pub(crate) fn assert_same(store: &Store, chain: &Chain) {
    let view = store.view();
    for (index, leaf) in (0_u64..).zip(chain.leaves()) {
        assert_eq!(view.event(index).unwrap().as_ref(), Some(leaf));
    }
    let made = Some(chain.ledger()).filter(|ledger| ledger.height().0 > 0);
    assert_eq!(store.restore(chain.id()).unwrap().as_ref(), made);
}
