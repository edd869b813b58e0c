//! Events as JSON and as one line.
//! An event is a fact with its place in the log; nothing is added to it.

use ktr_core::{
    Event, board, bundle,
    id::SessionId,
    ingestion, membership, nomination,
    session::{self, Hours, LanguageTag},
};
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
        Event::Board(event) => of_board(event),
        Event::Nomination(event) => of_nomination(event),
        Event::Bundle(bundle::Event::Sealed(release)) => record::release(release),
        Event::Bundle(bundle::Event::Retracted {
            release,
            retraction,
        }) => json!({
            "release": release.to_string(),
            "at": retraction.at.0,
            "reason": word::retraction(retraction.reason),
        }),
        Event::Session(event) => of_session(event),
        Event::Ingestion(ingestion::Event::Published { session, published }) => {
            json!({"session": session.0, "published": record::published(published)})
        }
        Event::Governance(event) => super::governance::event(event),
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
        membership::Event::KeyRotated {
            member,
            old,
            at,
            key,
        } => json!({
            "member": member.to_string(),
            "old": old.to_string(),
            "at": at.0,
            "key": record::key(key),
        }),
        membership::Event::Suspended { member, at }
        | membership::Event::Reinstated { member, at }
        | membership::Event::Left { member, at } => {
            json!({"member": member.to_string(), "at": at.0})
        }
        membership::Event::KeyExpired {
            member,
            fingerprint,
        } => json!({"member": member.to_string(), "fingerprint": fingerprint.to_string()}),
    }
}

fn of_board(event: &board::Event) -> Value {
    match event {
        board::Event::Appointed { term, keys } => json!({
            "term": record::term(term),
            "keys": keys.iter().map(record::key).collect::<Vec<_>>(),
        }),
        board::Event::Recused {
            term,
            seat,
            commitment,
        } => json!({"term": term.0, "seat": seat.0, "commitment": commitment.to_string()}),
        board::Event::Vacated { term, seat, at } => {
            json!({"term": term.0, "seat": seat.0, "at": at.0})
        }
        board::Event::KeyRotated { term, old, at, key } => json!({
            "term": term.0,
            "old": old.to_string(),
            "at": at.0,
            "key": record::key(key),
        }),
        board::Event::TermBegan { term } | board::Event::TermEnded { term } => {
            json!({"term": term.0})
        }
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
        } => planned(*session, hours, Some(languages)),
        session::Event::Rescheduled { session, hours } => planned(*session, hours, None),
        session::Event::RollFiled { session, roll } => {
            json!({"session": session.0, "roll": roll.to_string()})
        }
        session::Event::Opened { session, at } | session::Event::Cancelled { session, at } => {
            json!({"session": session.0, "at": at.0})
        }
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
        session::Event::Witnessed {
            session,
            county,
            attempt,
            by,
            testimony,
        } => json!({
            "session": session.0,
            "county": county.0,
            "attempt": attempt,
            "by": by.0,
            "found": word::testimony(*testimony),
        }),
        session::Event::DissolutionConfirmed {
            session,
            county,
            attempt,
        } => json!({"session": session.0, "county": county.0, "attempt": attempt}),
        session::Event::Overdue { session, county }
        | session::Event::Unwitnessed { session, county } => {
            json!({"session": session.0, "county": county.0})
        }
    }
}

/// The times of a session, with its languages where they are told.
fn planned(session: SessionId, hours: &Hours, languages: Option<&Vec<LanguageTag>>) -> Value {
    let mut told = json!({
        "session": session.0,
        "seeds_at": hours.seeds_at.0,
        "opens_at": hours.opens_at.0,
        "dissolves_at": hours.dissolves_at.0,
    });
    if let (Some(fields), Some(languages)) = (told.as_object_mut(), languages) {
        let tags: Vec<&str> = languages.iter().map(LanguageTag::as_str).collect();
        fields.insert("languages".to_owned(), json!(tags));
    }
    told
}
