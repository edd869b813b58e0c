//! Events as JSON and as one line.
//! An event is a fact with its place in the log; nothing is added to it.

use ktr_core::{Event, board, bundle, ingestion, membership, nomination, session};
use ktr_wire::recorded::{Entry, Recorded};
use serde_json::{Value, json};

use super::{record, word};
use crate::when;

/// An event with its place.
pub(crate) fn recorded(recorded: &Recorded) -> Value {
    let fact = match &recorded.entry {
        Entry::Event(event) => fact(event),
        Entry::Nonces { count, digest } => {
            json!({"count": count, "digest": digest.to_string()})
        }
    };
    json!({
        "index": recorded.index,
        "height": recorded.height.0,
        "time": recorded.time.0,
        "tx_hash": recorded.tx_hash.map(|hash| hash.to_string()),
        "name": recorded.name(),
        "id": recorded.subject(),
        "event": fact,
    })
}

/// An event for people.
pub(crate) fn event_line(recorded: &Recorded) -> String {
    format!(
        "{:>5} {} height {:>5} {} {}",
        recorded.index,
        when::show(recorded.time),
        recorded.height,
        recorded.name(),
        recorded.subject()
    )
}

fn fact(event: &Event) -> Value {
    match event {
        Event::Membership(event) => of_membership(event),
        Event::Board(board::Event::TermBegan { term } | board::Event::TermEnded { term }) => {
            json!({"term": term.0})
        }
        Event::Nomination(event) => of_nomination(event),
        Event::Bundle(bundle::Event::Sealed(release)) => record::release(release),
        Event::Session(event) => of_session(event),
        Event::Ingestion(ingestion::Event::Published { session, published }) => {
            json!({"session": session.0, "published": record::published(published)})
        }
        Event::Governance(event) => match *event {},
    }
}

fn of_membership(event: &membership::Event) -> Value {
    match event {
        membership::Event::Admitted {
            member,
            home,
            at,
            key,
        } => json!({
            "member": member.to_string(),
            "home": home.0,
            "at": at.0,
            "key": record::key(key),
        }),
        membership::Event::KeyAdded { member, key } => {
            json!({"member": member.to_string(), "key": record::key(key)})
        }
        membership::Event::KeyRevoked {
            member,
            fingerprint,
            at,
            reason,
        } => json!({
            "member": member.to_string(),
            "fingerprint": fingerprint.to_string(),
            "at": at.0,
            "reason": word::reason(*reason),
        }),
    }
}

fn of_nomination(event: &nomination::Event) -> Value {
    let commitment = event.commitment().to_string();
    match event {
        nomination::Event::Submitted {
            nominator,
            severity,
            matrix_version,
            term,
            at,
            decide_by,
            ..
        } => json!({
            "commitment": commitment,
            "nominator": nominator.to_string(),
            "severity": word::severity(*severity),
            "matrix_version": matrix_version,
            "term": term.0,
            "at": at.0,
            "decide_by": decide_by.0,
        }),
        nomination::Event::Approved { seat, .. } => {
            json!({"commitment": commitment, "seat": seat.0})
        }
        nomination::Event::Vetoed { seat, category, .. } => json!({
            "commitment": commitment,
            "seat": seat.0,
            "category": word::veto(*category),
        }),
        nomination::Event::Cleared { .. }
        | nomination::Event::Diverted { .. }
        | nomination::Event::Withdrawn { .. }
        | nomination::Event::Lapsed { .. } => json!({"commitment": commitment}),
    }
}

fn of_session(event: &session::Event) -> Value {
    match event {
        session::Event::Scheduled {
            session,
            hours,
            languages,
        } => json!({
            "session": session.0,
            "seeds_at": hours.seeds_at.0,
            "opens_at": hours.opens_at.0,
            "dissolves_at": hours.dissolves_at.0,
            "languages": languages.iter().map(session::LanguageTag::as_str).collect::<Vec<_>>(),
        }),
        session::Event::Opened { session, at } => json!({"session": session.0, "at": at.0}),
        session::Event::Closed {
            session,
            at,
            attendance,
        } => json!({"session": session.0, "at": at.0, "attendance": attendance}),
        session::Event::Seeded {
            session,
            county,
            seeded,
        } => json!({
            "session": session.0,
            "county": county.0,
            "room": seeded.room.to_string(),
            "post": seeded.post.to_string(),
        }),
        session::Event::Joined {
            session,
            county,
            count,
        } => json!({"session": session.0, "county": county.0, "count": count}),
        session::Event::Dissolved {
            session,
            county,
            dissolved,
        } => json!({
            "session": session.0,
            "county": county.0,
            "dissolved": super::dissolved(dissolved),
        }),
        session::Event::Ended { session } => json!({"session": session.0}),
        session::Event::Overdue { session, county } => {
            json!({"session": session.0, "county": county.0})
        }
    }
}
