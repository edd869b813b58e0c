//! Records, absences, events and the whole log of a recorded network are proven; anything changed is not.
//! The changes are those that a lying node could make.

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_client::{ClientError, Follower, Unproven};
use ktr_core::{Record, RecordKey, id::MemberId};
use serde_json::{Value, json};

use crate::node::{Mouth, answers, client, nobody, replay};

const ALL: &str = "abci_query /events 000000000000000000000100";
const NOBODY: MemberId = MemberId([0xFF; 16]);

fn member() -> MemberId {
    let answers = answers();
    let octets = hex_octets(answers["about"]["member"].as_str().unwrap());
    MemberId::from_slice(&octets).unwrap()
}

/// The octets of digits in pairs.
pub(crate) fn hex_octets(text: &str) -> Vec<u8> {
    let digits = text
        .as_bytes()
        .chunks(2)
        .map(|two| std::str::from_utf8(two).unwrap());
    digits
        .map(|two| u8::from_str_radix(two, 16).unwrap())
        .collect()
}

/// Flips one bit of a base64 text inside the answers.
fn flip(place: &mut Value, at: usize) {
    let mut octets = STANDARD.decode(place.as_str().unwrap()).unwrap();
    octets[at] ^= 1;
    *place = json!(STANDARD.encode(octets));
}

fn commit(answers: &mut Value) -> &mut Value {
    let answers = answers.as_object_mut().unwrap();
    let found = answers
        .iter_mut()
        .find(|(name, _)| name.starts_with("commit "));
    &mut found.unwrap().1["signed_header"]
}

async fn follow(answers: Value) -> Result<Follower, ClientError> {
    let client = client(vec![Box::new(replay(answers))]).await;
    let mut follower = Follower::new(client);
    follower.advance().await?;
    Ok(follower)
}

#[tokio::test]
async fn a_follower_reads_every_event_and_knows_the_state() {
    let about = &answers()["about"];
    let mut follower = follow(answers()).await.expect("proven");
    assert_eq!(Some(follower.cursor()), about["events"].as_u64());
    let members = follower.state().membership.members().count();
    assert_eq!(u64::try_from(members).ok(), about["members"].as_u64());
    assert!(follower.state().membership.member(&member()).is_some());
    let header = *follower.header().expect("verified");
    assert!(header.committed.signed.saturating_mul(3) > header.committed.total.saturating_mul(2));
    // Nothing new is no error, and no event twice.
    assert_eq!(follower.advance().await.expect("proven"), Vec::new());
}

#[tokio::test]
async fn a_member_is_proven_and_so_is_the_absence_of_another() {
    let client = client(vec![Box::new(replay(answers()))]).await;
    let there = client
        .query_proven(RecordKey::Member(member()))
        .await
        .expect("proven");
    assert!(matches!(there.record, Some(Record::Member(found)) if found.id == member()));
    let absent = client
        .query_proven(RecordKey::Member(NOBODY))
        .await
        .expect("proven");
    assert_eq!(absent.record, None);
    assert_eq!(absent.header, there.header);
}

#[tokio::test]
async fn an_event_is_proven_at_its_own_place_only() {
    let client = client(vec![Box::new(replay(answers()))]).await;
    let event = client.event_proven(1).await.expect("proven");
    assert_eq!(event.recorded.index, 1);
    let mut moved = answers();
    moved["abci_query /event 0000000000000002"] =
        moved["abci_query /event 0000000000000001"].clone();
    let lying = crate::node::client(vec![Box::new(replay(moved))]).await;
    let refused = lying.event_proven(2).await;
    assert!(matches!(
        refused,
        Err(ClientError::Unproven {
            why: Unproven::Event(_),
            ..
        })
    ));
}

#[tokio::test]
async fn whatever_a_node_changes_is_noticed() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 7] = [
        ("an octet of an event", |answers| {
            flip(&mut answers[ALL]["response"]["value"], 60);
        }),
        ("the log root", |answers| {
            flip(
                &mut answers[ALL]["response"]["proofOps"]["ops"][0]["data"],
                20,
            );
        }),
        ("the state root", |answers| {
            flip(
                &mut answers[ALL]["response"]["proofOps"]["ops"][0]["data"],
                50,
            );
        }),
        ("a signature", |answers| flip(signature(answers), 5)),
        ("the app hash", |answers| {
            commit(answers)["header"]["app_hash"] = json!("00".repeat(32));
        }),
        ("the chain", |answers| {
            commit(answers)["header"]["chain_id"] = json!("another-1");
        }),
        ("the proof", |answers| {
            answers[ALL]["response"]["proofOps"] = Value::Null;
        }),
    ];
    for (what, change) in changes {
        let mut lying = answers();
        change(&mut lying);
        let refused = follow(lying).await;
        assert!(
            matches!(refused, Err(ClientError::Unproven { .. })),
            "{what}: {refused:?}"
        );
    }
}

/// The first signature of the commit.
fn signature(answers: &mut Value) -> &mut Value {
    let entries = commit(answers)["commit"]["signatures"]
        .as_array_mut()
        .unwrap();
    let signed = entries
        .iter_mut()
        .find(|entry| entry["signature"].is_string());
    &mut signed.unwrap()["signature"]
}

#[tokio::test]
async fn a_commit_of_less_than_two_thirds_proves_nothing() {
    let mut thin = answers();
    let entries = commit(&mut thin)["commit"]["signatures"]
        .as_array_mut()
        .unwrap();
    let signed = entries
        .iter_mut()
        .find(|entry| entry["signature"].is_string());
    *signed.unwrap() = json!({
        "block_id_flag": 1,
        "validator_address": "",
        "timestamp": "0001-01-01T00:00:00Z",
        "signature": null,
    });
    let refused = follow(thin).await;
    assert!(matches!(
        refused,
        Err(ClientError::Unproven {
            why: Unproven::Commit(_),
            ..
        })
    ));
}

#[tokio::test]
async fn a_lying_node_is_passed_over() {
    let mut lying = answers();
    flip(&mut lying[ALL]["response"]["value"], 60);
    let client = client(vec![Box::new(replay(lying)), Box::new(replay(answers()))]).await;
    let mut follower = Follower::new(client);
    assert!(
        !follower
            .advance()
            .await
            .expect("proven by the other")
            .is_empty()
    );
}

#[tokio::test]
async fn a_node_whose_times_lie_beyond_the_last_year_is_passed_over() {
    for place in ["/header/time", "/commit/signatures/0/timestamp"] {
        let mut beyond = answers();
        let time = commit(&mut beyond).pointer_mut(place).expect("a time");
        *time = json!("9999-12-31T23:59:59-23:59");
        let error = follow(beyond.clone()).await.expect_err("no such time");
        assert!(matches!(error, ClientError::NoNode { .. }), "{error}");
        let mouths: [Box<Mouth>; 2] = [Box::new(replay(beyond)), Box::new(replay(answers()))];
        let client = client(mouths.into()).await;
        let found = client.query_proven(RecordKey::Member(member())).await;
        assert!(found.is_ok(), "{place}: {:?}", found.err());
    }
}

#[tokio::test]
async fn where_nobody_answers_there_is_no_node() {
    let refused = nobody().await.event_proven(0).await;
    assert!(matches!(refused, Err(ClientError::NoNode { .. })));
}
