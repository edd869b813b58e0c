//! Sentences about the limits of every message.
//! Each must go red when a field is added without a limit, or a limit is no longer kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use ktr_core::{
    Record,
    id::{CountyId, SessionId, Sha256},
    ingestion::{Bucket, Ingestion, Published},
    key::{Key, KeyBody},
    session::{Hours, Reports, Session, Status},
};
use ktr_testkit::{Actor, Cast, sample::START};
use ktr_wire::{Refusal, genesis, limits::FIELDS, record, refusal::Wire, signature::fingerprint};

use super::{
    read::{self, Kind, Schema},
    sample::{self, Sample},
    trial::{Trial, trials},
};

/// How deep messages may nest (design: ledger, section 6).
const DEPTH_MAX: usize = 4;

fn schema() -> Schema {
    read::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

fn limits() -> BTreeMap<&'static str, usize> {
    let limits: BTreeMap<_, _> = FIELDS.iter().copied().collect();
    assert_eq!(limits.len(), FIELDS.len(), "a field stands there twice");
    limits
}

/// The fields whose size a sender chooses.
fn sized(schema: &Schema) -> BTreeSet<String> {
    let mut sized = BTreeSet::new();
    for (name, message) in &schema.messages {
        for field in message {
            let path = format!("{name}.{}", field.name);
            let octets = matches!(field.kind, Kind::Bytes | Kind::Text);
            if field.repeated {
                sized.extend(octets.then(|| format!("{path}[]")));
                sized.insert(path);
            } else if octets {
                sized.insert(path);
            }
        }
    }
    sized
}

/// Lists whose elements depend on each other in a way that no example can be repeated: their full length is tried beside.
const WRITTEN_OUT: [&str; 3] = [
    "governance.Genesis.keys",
    "ingestion.Ingestion.published",
    "session.Session.reports",
];

/// A field's own limit answered: the size of the whole does so only for the body, which is nearly the whole.
fn answered(field: &str, refusal: Result<(), Refusal>) -> bool {
    let is_whole = |refusal| refusal == Refusal::Wire(Wire::TooLarge);
    refusal.is_err_and(|refusal| !is_whole(refusal) || field == "transaction.Outer.body")
}

fn judge(sample: &Sample, trial: &Trial, counted: &mut BTreeSet<String>) {
    for octets in &trial.over {
        let field = &trial.field;
        assert!(
            answered(field, (sample.decode)(octets)),
            "{field}: one more than its limit is accepted, or only the whole's size answers"
        );
    }
    let full = trial
        .full
        .iter()
        .any(|octets| (sample.decode)(octets).is_ok());
    if full || trial.full.is_empty() {
        counted.insert(trial.field.clone());
    }
}

#[test]
fn no_message_nests_deeper_than_four() {
    let schema = schema();
    assert!(schema.messages.len() > 60, "the schema was not found whole");
    for name in schema.messages.keys() {
        let depth = schema.depth(name);
        assert!(depth <= DEPTH_MAX, "{name} nests {depth} deep");
    }
    assert_eq!(schema.depth("recorded.Schema"), DEPTH_MAX);
}

#[test]
fn every_field_of_bytes_text_or_many_has_its_limit_in_the_limits_file() {
    let listed: BTreeSet<String> = limits().into_keys().map(str::to_owned).collect();
    let declared = sized(&schema());
    let unlimited: Vec<_> = declared.difference(&listed).collect();
    assert!(unlimited.is_empty(), "without a limit: {unlimited:#?}");
    let unknown: Vec<_> = listed.difference(&declared).collect();
    assert!(unknown.is_empty(), "limits of no field: {unknown:#?}");
}

#[test]
fn one_more_than_its_limit_is_refused_in_every_field() {
    let (schema, limits) = (schema(), limits());
    let limit = |field: &str| limits.get(field).copied();
    let mut counted = BTreeSet::new();
    for sample in sample::all() {
        (sample.decode)(&sample.octets).expect("a sample is good");
        for trial in trials(&schema, &sample.message, &sample.octets, &limit) {
            judge(&sample, &trial, &mut counted);
        }
    }
    counted.extend(WRITTEN_OUT.map(str::to_owned));
    let untried: Vec<_> = limits
        .keys()
        .filter(|field| !counted.contains(**field))
        .collect();
    assert!(
        untried.is_empty(),
        "in no sample, or its limit is not what the decoder allows: {untried:#?}"
    );
}

#[test]
fn the_longest_lists_that_no_example_can_be_repeated_for_are_read() {
    let published = |bucket| Published {
        bucket,
        beacon: Sha256([1; 32]),
        hits: None,
        interrupted: false,
        published_at: START,
    };
    let full = Ingestion {
        session: SessionId(1),
        published: Bucket::ALL.map(|bucket| (bucket, published(bucket))).into(),
    };
    assert_eq!(
        Some(&full.published.len()),
        limits().get("ingestion.Ingestion.published")
    );
    let full = Record::Ingestion(full);
    assert_eq!(record::decode(full.key(), &record::encode(&full)), Ok(full));

    let max = limits()["session.Session.reports"];
    for (counties, is_read) in [(max, true), (max + 1, false)] {
        let counties = 1..=u8::try_from(counties).expect("few");
        let session = Session {
            id: SessionId(1),
            hours: Hours {
                seeds_at: START,
                opens_at: START,
                dissolves_at: START,
            },
            languages: Vec::new(),
            revision: 0,
            roll: None,
            status: Status::Scheduled,
            ended: false,
            reports: counties
                .map(|n| (CountyId(n), Reports::default()))
                .collect(),
        };
        let record = Record::Session(session);
        let read = record::decode(record.key(), &record::encode(&record));
        assert_eq!(read.is_ok(), is_read);
    }

    let max = limits()["governance.Genesis.keys"];
    let mut genesis = Cast::new(START).genesis();
    let example = genesis.keys[0];
    genesis.keys = (0..=max)
        .map(|n| {
            let body = KeyBody::Sign(Actor::named(&format!("key {n}"), START).body);
            let fingerprint = fingerprint(&body);
            Key {
                fingerprint,
                body,
                ..example
            }
        })
        .collect();
    assert_eq!(
        genesis::decode(&genesis::encode(&genesis)),
        Err(Wire::OutOfRange)
    );
    genesis.keys.truncate(max);
    genesis::decode(&genesis::encode(&genesis)).expect("as many as may be");
}
