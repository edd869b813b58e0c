//! Sentences about the engine's calls: crashes, restarts, proposals, the mempool, and what ends the program.
//! The judge of every app hash is the in-process chain.

use std::{
    cell::RefCell,
    fs::{self, File},
    io::{ErrorKind, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::Command as Program,
    slice::from_ref,
};

use bytes::Bytes;
use ktr_abci::contract::same_answers;
use ktr_core::{
    Command,
    governance::Misbehaviour,
    id::{CountyId, Height, ValidatorAddress},
    key::RevocationReason,
    membership,
};
use ktr_wire::digest;
use prost::Message;
use tendermint_abci::Application;
use tendermint_proto::v0_38::{
    abci::{
        CommitInfo, Misbehavior, RequestCheckTx, RequestCommit, RequestEcho, RequestFinalizeBlock,
        RequestInfo, RequestPrepareProposal, RequestProcessProposal, RequestQuery, Validator,
        ValidatorUpdate, VoteInfo, request::Value as Call, response::Value as Answer,
        response_process_proposal::ProposalStatus,
    },
    crypto::{PublicKey, public_key::Sum},
    types::{BlockIdFlag, VersionParams},
};

use super::Node;
use crate::{
    snapshot::tests::{Offer, Reply, join},
    stage::{Stage, as_bytes, assert_same},
    store::Store,
};

fn check(node: &Node, tx: &[u8]) -> u32 {
    node.check_tx(RequestCheckTx {
        tx: tx.to_vec().into(),
        r#type: 0,
    })
    .code
}

fn proposed(stage: &Stage, node: &Node, txs: &[Vec<u8>], octets_max: i64) -> Vec<Vec<u8>> {
    let answer = node.prepare_proposal(RequestPrepareProposal {
        max_tx_bytes: octets_max,
        txs: as_bytes(txs),
        height: 2,
        time: Some(stage.time()),
        ..RequestPrepareProposal::default()
    });
    answer.txs.iter().map(|tx| tx.to_vec()).collect()
}

fn accepts(stage: &Stage, node: &Node, txs: &[Vec<u8>]) -> bool {
    let answer = node.process_proposal(RequestProcessProposal {
        txs: as_bytes(txs),
        height: 2,
        time: Some(stage.time()),
        ..RequestProcessProposal::default()
    });
    assert_ne!(answer.status, i32::from(ProposalStatus::Unknown));
    answer.status == i32::from(ProposalStatus::Accept)
}

fn height_of(node: &Node) -> i64 {
    node.info(RequestInfo::default()).last_block_height
}

#[test]
fn both_servers_answer_the_application_alike() {
    // given two heights of a chain, garbage and queries among them
    let mut stage = Stage::new();
    let query = |path: &str, data: Vec<u8>| {
        Call::Query(RequestQuery {
            path: path.to_owned(),
            data: data.into(),
            ..RequestQuery::default()
        })
    };
    let check = |tx: Vec<u8>| {
        Call::CheckTx(RequestCheckTx {
            tx: tx.into(),
            r#type: 0,
        })
    };
    let mut calls = vec![
        Call::Echo(RequestEcho {
            message: "hello".to_owned(),
        }),
        Call::Info(RequestInfo::default()),
        query("/status", vec![]),
        Call::InitChain(stage.genesis()),
        check(b"garbage".to_vec()),
    ];
    for n in 1..=2 {
        let (member, _, tx) = stage.admission(n);
        let txs = [tx.clone(), stage.refused()];
        calls.push(check(tx));
        let request = stage.request(&txs);
        calls.push(Call::PrepareProposal(RequestPrepareProposal {
            max_tx_bytes: 1_000_000,
            txs: request.txs.clone(),
            height: request.height,
            time: request.time,
            ..RequestPrepareProposal::default()
        }));
        calls.push(Call::ProcessProposal(RequestProcessProposal {
            txs: request.txs.clone(),
            height: request.height,
            time: request.time,
            ..RequestProcessProposal::default()
        }));
        calls.push(Call::FinalizeBlock(request));
        calls.push(Call::Commit(RequestCommit {}));
        calls.push(query("/state/member", member.0.to_vec()));
        stage.chain.block(&txs);
    }
    calls.extend([
        query("/event", 1_u64.to_be_bytes().to_vec()),
        query("/nowhere", vec![]),
        Call::Info(RequestInfo::default()),
    ]);
    // when every lane gets a node of its own
    let folder = tempfile::tempdir().unwrap();
    let stages = RefCell::new(Vec::new());
    let fresh = || {
        let stage = Stage::new();
        let node = stage.open();
        stages.borrow_mut().push(stage);
        node
    };
    let answers = same_answers(folder.path(), fresh, &calls).unwrap();
    // then
    let Some(Answer::Info(last)) = answers.last() else {
        panic!("{:?}", answers.last())
    };
    assert_eq!(last.last_block_height, 2);
    assert_eq!(
        last.last_block_app_hash,
        stage.chain.ledger().app_hash().0.as_slice()
    );
}

#[test]
fn a_crash_before_commit_executes_to_the_same_hash_again() {
    let mut stage = Stage::new();
    for n in 1..=3 {
        // given a block that is executed and not committed
        let (_, _, tx) = stage.admission(n);
        let node = stage.open();
        if n == 1 {
            node.init_chain(stage.genesis());
        }
        let first = node.finalize_block(stage.request(from_ref(&tx)));
        drop(node);
        // when the node comes back
        let node = stage.open();
        assert_eq!(height_of(&node), i64::from(n) - 1);
        if n == 1 {
            node.init_chain(stage.genesis());
        }
        // then
        let (again, _) = stage.block(&node, &[tx]);
        assert_eq!(again, first);
    }
}

#[test]
fn init_chain_may_come_again_until_block_one_is_committed() {
    let mut stage = Stage::new();
    let node = stage.open();
    let first = node.init_chain(stage.genesis());
    node.finalize_block(stage.request(&[]));
    assert_eq!(node.init_chain(stage.genesis()), first);
    assert_eq!(height_of(&node), 0);
    stage.block(&node, &[]);
}

#[test]
fn a_restart_from_disk_equals_the_ledger_in_memory() {
    let (mut stage, mut node) = Stage::begun();
    for n in 1..=8 {
        let (_, _, tx) = stage.admission(n);
        let refused = stage.refused();
        stage.block(&node, &[tx, refused]);
        stage.chain.wait(30_000);
        drop(node);
        let store = stage.store();
        assert_same(&store, &stage.chain);
        node = stage.open_with(store);
    }
}

#[test]
fn the_same_block_again_gets_the_same_answer() {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    let txs = [tx, stage.refused()];
    let first = node.finalize_block(stage.request(&txs));
    assert!(!first.tx_results[0].events.is_empty());
    let (again, _) = stage.block(&node, &txs);
    assert_eq!(again, first);
}

#[test]
#[should_panic(expected = "exit 14: block 2 was executed")]
fn another_block_at_the_same_height_ends_the_node() {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    node.finalize_block(stage.request(&[tx]));
    node.finalize_block(stage.request(&[]));
}

#[test]
#[should_panic(expected = "exit 11: the engine wants to execute block 2")]
fn an_engine_that_is_behind_the_store_ends_the_node() {
    let (mut stage, node) = Stage::begun();
    let old = stage.request(&[]);
    stage.block(&node, &[]);
    node.finalize_block(old);
}

#[test]
#[should_panic(expected = "exit 11: the engine's genesis has 3 validators")]
fn a_genesis_with_other_validators_ends_the_node() {
    let stage = Stage::new();
    let mut genesis = stage.genesis();
    genesis.validators.pop();
    stage.open().init_chain(genesis);
}

#[test]
#[should_panic(expected = "exit 11: the engine's genesis is of chain")]
fn a_genesis_of_another_chain_ends_the_node() {
    let stage = Stage::new();
    let mut genesis = stage.genesis();
    genesis.chain_id = "ktr-test-2".to_owned();
    stage.open().init_chain(genesis);
}

#[test]
#[should_panic(
    expected = "exit 11: the engine starts from genesis and the store is at height 1; restore both from one backup, or remove store and engine data together (keep priv_validator_state.json)"
)]
fn a_wiped_engine_beside_a_store_ends_the_node() {
    let (stage, node) = Stage::begun();
    node.init_chain(stage.genesis());
}

#[test]
fn every_transaction_gets_one_result_and_only_accepted_ones_say_where_their_events_are() {
    let (mut stage, node) = Stage::begun();
    let (_, _, good) = stage.admission(1);
    let bad = stage.refused();
    let before = stage.chain.ledger().log().size();
    let (_, _, other) = stage.admission(2);
    let (response, _) = stage.block(&node, &[good, bad, b"garbage".to_vec(), other]);
    let codes: Vec<_> = response
        .tx_results
        .iter()
        .map(|one| (one.code, one.codespace.as_str(), one.data.len()))
        .collect();
    assert_eq!(codes.len(), 4);
    assert_eq!((codes[0].0, codes[0].1), (0, ""));
    assert_eq!(codes[1].1, "ktr.membership");
    assert_eq!(codes[2].1, "ktr.wire");
    assert_eq!((codes[1].2, codes[2].2), (0, 0));
    // {first, count} as protobuf
    let mut expected = Vec::new();
    prost::encoding::uint64::encode(1, &before, &mut expected);
    prost::encoding::uint64::encode(2, &1, &mut expected);
    assert_eq!(response.tx_results[0].data, expected);
    let event = &response.tx_results[0].events[0];
    assert_eq!(event.r#type, "membership.admitted.v1");
    assert_eq!(event.attributes[0].value, before.to_string());
    assert_eq!(event.attributes[1].value, "01".repeat(16));
    // and of a later transaction those that are its own
    let events = &response.tx_results[3].events;
    let index = (before + 1).to_string();
    assert_eq!((events.len(), &events[0].attributes[0].value), (1, &index));
    assert_eq!(response.events[0].r#type, "ledger.nonces.v1");
    assert!(response.encoded_len() > 0);
}

#[test]
fn what_is_prepared_is_accepted_and_what_refuses_a_block_is_not_prepared() {
    let (mut stage, node) = Stage::begun();
    let (_, _, good) = stage.admission(1);
    let bad_rule = stage.refused();
    let (_, _, other) = stage.admission(2);
    let garbage = b"garbage".to_vec();
    let all = [
        good.clone(),
        garbage.clone(),
        bad_rule.clone(),
        good.clone(),
        other.clone(),
    ];
    let prepared = proposed(&stage, &node, &all, 1_000_000);
    // a replay is dropped, a rule's no is not, the order stays
    assert_eq!(prepared, [good.clone(), bad_rule, other.clone()]);
    assert!(accepts(&stage, &node, &prepared));
    // a replay in someone's proposal refuses nothing, garbage does
    assert!(accepts(&stage, &node, &[good.clone(), good.clone()]));
    assert!(!accepts(&stage, &node, &[good.clone(), garbage]));
    // and the proposal fits
    let room = i64::try_from(good.len() + 3).unwrap();
    assert_eq!(
        proposed(&stage, &node, &[good.clone(), other], room),
        [good]
    );
}

#[test]
fn a_signature_by_a_key_of_the_same_block_refuses_the_block() {
    let (mut stage, node) = Stage::begun();
    let (member, key, admission) = stage.admission(1);
    let own = Command::Membership(membership::Command::RevokeKey {
        member,
        fingerprint: key.fingerprint,
        reason: RevocationReason::Retired,
    });
    let tx = stage.chain.tx(&key, own);
    assert!(!accepts(&stage, &node, &[admission.clone(), tx.clone()]));
    stage.block(&node, &[admission]);
    assert!(accepts(&stage, &node, &[tx]));
}

#[test]
fn the_mempool_takes_thirty_two_of_one_signer_until_the_next_block() {
    let (mut stage, node) = Stage::begun();
    for n in 1..=32 {
        let (_, _, tx) = stage.admission(n);
        assert_eq!(check(&node, &tx), 0);
    }
    let (_, _, one_more) = stage.admission(33);
    assert_eq!(check(&node, &one_more), 124);
    stage.block(&node, &[]);
    assert_eq!(check(&node, &one_more), 0);
    assert_eq!(check(&node, &one_more), 123);
}

#[test]
fn what_is_checked_ahead_is_judged_together_and_answered_as_without_it() {
    let (mut stage, node) = Stage::begun();
    let txs = stage.one_bad_of_five();
    // given what the same node answers one by one
    let alone: Vec<u32> = txs.iter().map(|tx| check(&node, tx)).collect();
    drop(node);
    // when it looks ahead first: at all of them, at two good ones, at one
    for (ahead, known) in [(&txs[..], 0), (&txs[3..], 2), (&txs[4..], 0)] {
        let node = stage.open();
        node.check_ahead(&as_bytes(ahead));
        assert_eq!(node.verdicts(), known);
        // then nobody waits yet, and every answer is the same
        let asked: Vec<u32> = txs.iter().map(|tx| check(&node, tx)).collect();
        assert_eq!(asked, alone);
        assert_eq!(node.verdicts(), 4);
    }
}

#[test]
fn a_recheck_trusts_a_known_signature_only_while_its_key_lives() {
    // given a member with two keys, and a transaction of one of them in the mempool
    let (mut stage, node) = Stage::begun();
    let (member, key, admission) = stage.admission(1);
    stage.block(&node, &[admission]);
    let revoke = |fingerprint| {
        Command::Membership(membership::Command::RevokeKey {
            member,
            fingerprint,
            reason: RevocationReason::Compromised,
        })
    };
    let waiting = stage.chain.tx(&key, revoke(key.fingerprint));
    assert_eq!(check(&node, &waiting), 0);
    stage.block(&node, &[]);
    assert_eq!(check(&node, &waiting), 0);
    // when its key is revoked
    let county = stage.chain.cast.counties[usize::from(CountyId(1).0) - 1].clone();
    let by_county = stage.chain.tx(&county, revoke(key.fingerprint));
    stage.block(&node, &[by_county]);
    // then
    assert_eq!(check(&node, &waiting), 107);
}

#[test]
fn ten_heartbeats_have_one_app_hash() {
    let (mut stage, node) = Stage::begun();
    let (first, _) = stage.block(&node, &[]);
    for _ in 0..10 {
        stage.chain.wait(60);
        let (response, _) = stage.block(&node, &[]);
        assert_eq!(response.app_hash, first.app_hash);
    }
}

/// A small disk mounted over a stage's folder, and a file that fills it.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// `None` where nothing may be mounted.
    fn mount(folder: &'a Path) -> Option<Self> {
        let mounted = Program::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
            .arg(folder)
            .output();
        mounted.ok()?.status.success().then_some(Self(folder))
    }

    /// Takes all space but some octets.
    fn fill(&self, spare: u64) {
        let mut options = File::options();
        let mut file = options
            .append(true)
            .create(true)
            .open(self.ballast())
            .unwrap();
        let full = loop {
            if let Err(error) = file.write_all(&[0xAA; 4_096]) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(spare)).unwrap();
    }

    fn make_space(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let status = Program::new("umount").arg("--lazy").arg(self.0).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

#[test]
fn a_full_disk_ends_the_node_by_name_and_loses_nothing_acknowledged() {
    // given a node on a disk with space for some blocks
    let mut stage = Stage::new();
    let folder = stage.folder.path().to_owned();
    let Some(disk) = SmallDisk::mount(&folder) else {
        eprintln!("SKIPPED 1: no disk may be mounted here");
        return;
    };
    disk.fill(1_500_000);
    let node = stage.open();
    node.init_chain(stage.genesis());
    stage.block(&node, &[]);
    disk.fill(100_000);
    // when blocks come until one cannot be written
    let (unwritten, why) = (1..u8::MAX)
        .find_map(|n| {
            let txs = vec![stage.admission(n).2];
            node.finalize_block(stage.request(&txs));
            let committed = catch_unwind(AssertUnwindSafe(|| node.commit()));
            match committed {
                Ok(_) => {
                    stage.chain.block(&txs);
                    None
                }
                Err(why) => Some((txs, *why.downcast::<String>().unwrap())),
            }
        })
        .unwrap();
    // then the node ends with its code and names the write
    let acknowledged = stage.chain.ledger().height().0;
    assert!(acknowledged > 2, "{acknowledged}");
    let wanted = format!(
        "exit 11: block {} could not be written (io-error/no-space), the blocks before it are safe; make space on the disk of the node's folder, then start again",
        acknowledged + 1
    );
    assert_eq!(why, wanted);
    drop(node);
    // and a start without space either says so or has everything
    if let Err(error) = Store::open(&folder) {
        assert_eq!(error.disk_code(), Some("io-error/no-space"));
    }
    // and with space the chain goes on: the block that failed is there whole or comes again
    disk.make_space();
    let node = stage.open();
    let height = u64::try_from(height_of(&node)).unwrap();
    if height == acknowledged {
        stage.block(&node, &unwritten);
    } else {
        assert_eq!(height, acknowledged + 1);
        stage.chain.block(&unwritten);
    }
    let (_, _, tx) = stage.admission(u8::MAX);
    stage.block(&node, &[tx]);
    drop(node);
    assert_same(&stage.store(), &stage.chain);
}

#[test]
fn the_engine_hears_that_a_validator_it_caught_has_no_power() {
    let (mut stage, node) = Stage::begun();
    let key = stage.chain.state().governance.validators()[0].key;
    let address = digest::address(&key);
    let mut request = stage.request(&[]);
    request.misbehavior = vec![Misbehavior {
        validator: Some(Validator {
            address: Bytes::copy_from_slice(&address.0),
            power: 100,
        }),
        height: 1,
        ..Misbehavior::default()
    }];
    let response = node.finalize_block(request);
    node.commit();
    let caught = Misbehaviour {
        address,
        height: Height(1),
    };
    let judged = stage.chain.block_with(&[caught], &[]);
    assert_eq!(response.app_hash, judged.app_hash.0.as_slice());
    assert_eq!(
        response.validator_updates,
        [ValidatorUpdate {
            pub_key: Some(PublicKey {
                sum: Some(Sum::Ed25519(key.0.to_vec())),
            }),
            power: 0,
        }]
    );
    // And the next block goes on from there, with nothing more to say.
    let (response, _) = stage.block(&node, &[]);
    assert!(response.validator_updates.is_empty());
}

/// A node whose last block is executed and waits for its Commit.
fn at_its_last_height() -> (Stage, Node) {
    let (mut stage, node) = Stage::begun();
    let txs = stage.upgrade(2, 3);
    let (response, _) = stage.block(&node, &txs);
    assert_eq!(response.consensus_param_updates, None);
    let response = node.finalize_block(stage.request(&[]));
    let params = response.consensus_param_updates.unwrap_or_default();
    assert_eq!(params.version, Some(VersionParams { app: 2 }));
    (stage, node)
}

#[test]
#[should_panic(expected = "exit 10: height 3 was the last of this version")]
fn the_last_commit_of_a_version_ends_the_node() {
    let (_stage, node) = at_its_last_height();
    node.commit();
}

#[test]
#[should_panic(expected = "exit 10: height 3 was the last of this version")]
fn a_node_that_comes_back_in_the_old_version_goes_no_further() {
    let (mut stage, node) = at_its_last_height();
    let committed = catch_unwind(AssertUnwindSafe(|| node.commit()));
    assert!(committed.is_err(), "the last Commit ends it");
    drop(node);
    stage.chain.block(&[]);
    let node = stage.open();
    assert_eq!(height_of(&node), 3, "what was committed is there");
    node.finalize_block(stage.request(&[]));
}

#[test]
fn the_next_version_goes_on_from_the_last_height_of_the_one_before() {
    let (mut stage, node) = at_its_last_height();
    let committed = catch_unwind(AssertUnwindSafe(|| node.commit()));
    assert!(committed.is_err(), "the last Commit ends it");
    drop(node);
    stage.chain.block(&[]);
    stage.chain = stage.chain.run_by(2);
    let node = stage.open_with(stage.store().run_by(2));
    assert_eq!(height_of(&node), 3, "what was committed is there");
    assert_eq!(node.info(RequestInfo::default()).app_version, 2);
    // The last block was written by the program before; in force is what the chain says.
    let status = node.query(RequestQuery {
        path: "/status".to_owned(),
        ..RequestQuery::default()
    });
    let status: serde_json::Value = serde_json::from_slice(&status.value).unwrap();
    assert_eq!(status["app_version"], 2);
    let (response, judged) = stage.block(&node, &[]);
    assert_eq!(response.app_hash, judged.app_hash.0.as_slice());
    assert_eq!(response.consensus_param_updates, None);
}

#[test]
fn a_chain_that_the_next_version_executes_from_its_first_block_on_begins_with_the_version_of_its_genesis()
 {
    let stage = Stage::new();
    let node = stage.open_with(stage.store().run_by(2));
    assert_eq!(node.info(RequestInfo::default()).app_version, 1);
    node.init_chain(stage.genesis());
    assert_eq!(node.info(RequestInfo::default()).app_version, 1);
}

#[test]
fn whoever_joins_after_an_upgrade_has_the_version_that_the_chain_says() {
    // given a snapshot of height 6 of a chain that went on with version 2 after height 3
    let newcomer = || Stage {
        every: 3,
        ..Stage::new()
    };
    let mut stage = newcomer();
    stage.chain = stage.chain.run_by(2);
    let node = stage.open_with(stage.store().run_by(2));
    node.init_chain(stage.genesis());
    stage.block(&node, &[]);
    let txs = stage.upgrade(2, 3);
    stage.block(&node, &txs);
    for _ in 3..=6 {
        stage.block(&node, &[]);
        node.snapshot_taken();
    }
    let offer = Offer::of(&node, 6, &stage.chain.ledger().app_hash().0);
    // when a program of version 2 joins, then it is where the other one is and goes on
    let joining = newcomer();
    let fresh = joining.open_with(joining.store().run_by(2));
    assert_eq!(join(&fresh, &offer), Reply::Joined);
    let info = fresh.info(RequestInfo::default());
    assert_eq!(info, node.info(RequestInfo::default()));
    assert_eq!((info.app_version, info.last_block_height), (2, 6));
    let request = stage.request(&[]);
    assert_eq!(
        fresh.finalize_block(request.clone()),
        node.finalize_block(request.clone())
    );
    // and a program of version 1 goes no further than it could have executed
    let old = newcomer();
    let fresh = old.open();
    assert_eq!(join(&fresh, &offer), Reply::Joined);
    assert_eq!(fresh.info(RequestInfo::default()).app_version, 2);
    let ended = catch_unwind(AssertUnwindSafe(|| fresh.finalize_block(request)));
    assert!(ended.is_err(), "version 1 executed a block of version 2");
}

/// The next block, in which a validator has voted for the one before, or has not.
fn voted(stage: &mut Stage, node: &Node, address: ValidatorAddress, flag: BlockIdFlag) {
    let vote = VoteInfo {
        validator: Some(Validator {
            address: address.0.to_vec().into(),
            power: 100,
        }),
        block_id_flag: flag.into(),
    };
    node.finalize_block(RequestFinalizeBlock {
        decided_last_commit: Some(CommitInfo {
            round: 0,
            votes: vec![vote],
        }),
        ..stage.request(&[])
    });
    node.commit();
    stage.chain.block(&[]);
}

#[test]
fn a_signature_of_this_node_s_validator_is_kept_with_the_block_that_carries_it_and_never_taken_back()
 {
    // given a node whose store is at height 1
    let (mut stage, node) = Stage::begun();
    drop(node);
    let (ours, theirs) = (ValidatorAddress([7; 20]), ValidatorAddress([8; 20]));
    stage.validator = Some(ours);
    // Nobody else has the store open then: files may go while one reads beside a node.
    let known = |stage: &Stage, address: &ValidatorAddress| {
        let store = Store::read_only(stage.folder.path()).unwrap();
        store.view().signed(address).unwrap()
    };
    // when blocks 2 to 5 carry votes, then those of this validator alone count, also one for no block
    for (address, flag, height) in [
        (ours, BlockIdFlag::Absent, 0),
        (ours, BlockIdFlag::Commit, 2),
        (theirs, BlockIdFlag::Commit, 2),
        (ours, BlockIdFlag::Nil, 4),
    ] {
        let node = stage.open();
        voted(&mut stage, &node, address, flag);
        drop(node);
        assert_eq!(known(&stage, &ours), Height(height), "{flag:?}");
        assert_eq!(known(&stage, &theirs), Height(0), "{flag:?}");
    }
    // and a block that is taken back takes no signature back
    let store = stage.store();
    assert_eq!(store.roll_back(|_| true).unwrap().height, 4);
    assert_eq!(store.view().signed(&ours).unwrap(), Height(4));
}
