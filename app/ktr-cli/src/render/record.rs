//! Entity records as JSON.
//! The octets that proofs speak of are printed beside them where asked for.

use ktr_core::{
    Record,
    board::{Holder, Term},
    bundle::Release,
    governance::{Parameters, Validator},
    ingestion::{LABEL, Published},
    key::{Key, KeyBody},
    nomination::{Nomination, Status},
    session::{self, Reports, Session},
};
use serde_json::{Value, json};

use super::word;

/// A record.
pub(crate) fn record(record: &Record) -> Value {
    match record {
        Record::Network(network) => json!({
            "counties": network.counties,
            "host": network.host.0,
            "alliance": network.alliance.to_string(),
        }),
        Record::Parameters(parameters) => of_parameters(parameters),
        Record::Validators(validators) => {
            json!(validators.iter().map(validator).collect::<Vec<_>>())
        }
        Record::Member(member) => json!({
            "member": member.id.to_string(),
            "home": member.home.0,
            "admitted_at": member.admitted_at.0,
            "standing": word::standing(member.standing),
            "turns": member.turns,
        }),
        Record::Key(found) => key(found),
        Record::Term(found) => term(found),
        Record::Nomination(nomination) => of_nomination(nomination),
        Record::Release(sealed) => release(sealed),
        Record::Session(session) => of_session(session),
        Record::Ingestion(ingestion) => json!({
            "session": ingestion.session.0,
            "published": ingestion.published.values().map(published).collect::<Vec<_>>(),
        }),
        Record::Proposal(found) => super::governance::proposal(found),
        Record::Resolved(found) => super::governance::resolved(found),
    }
}

/// A key.
pub(crate) fn key(key: &Key) -> Value {
    let body = match key.body {
        KeyBody::Sign(body) => body.to_string(),
        KeyBody::Room(body) | KeyBody::Encrypt(body) => body.to_string(),
    };
    json!({
        "fingerprint": key.fingerprint.to_string(),
        "purpose": word::purpose(key.body.purpose()),
        "body": body,
        "role": word::role(key.role),
        "valid_from": key.valid_from.0,
        "valid_until": key.valid_until.0,
        "revoked": key.revoked.map(|revoked| json!({
            "at": revoked.at.0,
            "reason": word::reason(revoked.reason),
        })),
        "expired": key.expired,
    })
}

/// A release.
pub(super) fn release(release: &Release) -> Value {
    let nominations: Vec<String> = release
        .nominations
        .iter()
        .map(ToString::to_string)
        .collect();
    json!({
        "release": release.id.to_string(),
        "session": release.session.0,
        "sha256": release.sha256.to_string(),
        "size": release.size,
        "profile": release.profile,
        "key": release.key.to_string(),
        "beacon": release.beacon.to_string(),
        "nominations": nominations,
        "sealed_at": release.sealed_at.0,
        "retracted": release.retracted.map(|retraction| json!({
            "at": retraction.at.0,
            "reason": word::retraction(retraction.reason),
        })),
    })
}

/// A published bucket.
pub(super) fn published(published: &Published) -> Value {
    json!({
        "bucket": published.bucket.number(),
        "beacon": published.beacon.to_string(),
        "hits": published.hits,
        "authenticated": false,
        "label": LABEL,
        "interrupted": published.interrupted,
        "published_at": published.published_at.0,
    })
}

/// A validator.
pub(super) fn validator(validator: &Validator) -> Value {
    json!({
        "key": validator.key.to_string(),
        "power": validator.power,
        "county": validator.county.map(|county| county.0),
    })
}

/// Parameters.
pub(super) fn of_parameters(parameters: &Parameters) -> Value {
    let ends: Vec<u64> = parameters
        .bucket_ends_secs
        .iter()
        .map(|end| end.0)
        .collect();
    json!({
        "tx_window_secs": parameters.tx_window_secs.0,
        "skew_secs": parameters.skew_secs.0,
        "signer_txs_max": parameters.signer_txs_max,
        "count_min": parameters.count_min,
        "attendance_min": parameters.attendance_min,
        "key_validity_max_secs": parameters.key_validity_max_secs.0,
        "schedule_ahead_secs": parameters.schedule_ahead_secs.0,
        "session_length_max_secs": parameters.session_length_max_secs.0,
        "open_early_secs": parameters.open_early_secs.0,
        "report_early_secs": parameters.report_early_secs.0,
        "overdue_secs": parameters.overdue_secs.0,
        "unwitnessed_secs": parameters.unwitnessed_secs.0,
        "decide_min_secs": parameters.decide_min_secs.0,
        "decide_max_secs": parameters.decide_max_secs.0,
        "term_max_secs": parameters.term_max_secs.0,
        "matrix_version": parameters.matrix_version,
        "bucket_ends_secs": ends,
        "rm1_from": parameters.rm1_from,
    })
}

/// A term of the board.
pub(super) fn term(term: &Term) -> Value {
    let holder = |holder: Holder| json!({"sign": holder.sign.to_string(), "encrypt": holder.encrypt.to_string()});
    let seats = term.seats.iter().map(|seat| {
        json!({
            "seat": seat.id.0,
            "holder": holder(seat.holder),
            "deputy": holder(seat.deputy),
            "vacated_at": seat.vacated_at.map(|at| at.0),
        })
    });
    let recusals = term.recusals.iter();
    let recusals = recusals
        .map(|(commitment, seat)| json!({"commitment": commitment.to_string(), "seat": seat.0}));
    json!({
        "term": term.id.0,
        "from": term.from.0,
        "until": term.until.0,
        "status": word::term_status(term.status),
        "seats": seats.collect::<Vec<_>>(),
        "recusals": recusals.collect::<Vec<_>>(),
    })
}

fn of_nomination(nomination: &Nomination) -> Value {
    let veto = match nomination.status {
        Status::Vetoed { seat, category } => {
            Some(json!({"seat": seat.0, "category": word::veto(category)}))
        }
        Status::Open | Status::Cleared | Status::Withdrawn | Status::Lapsed => None,
    };
    let approvals: Vec<u8> = nomination.approvals.iter().map(|seat| seat.0).collect();
    json!({
        "commitment": nomination.commitment.to_string(),
        "nominator": nomination.nominator.to_string(),
        "severity": word::severity(nomination.severity),
        "matrix_version": nomination.matrix_version,
        "term": nomination.term.0,
        "submitted_at": nomination.submitted_at.0,
        "decide_by": nomination.decide_by.0,
        "approvals": approvals,
        "status": word::nomination_status(nomination.status),
        "veto": veto,
    })
}

fn of_session(session: &Session) -> Value {
    let languages: Vec<&str> = session
        .languages
        .iter()
        .map(session::LanguageTag::as_str)
        .collect();
    let (closed_at, attendance) = match session.status {
        session::Status::Closed { at, attendance, .. } => (Some(at.0), attendance),
        session::Status::Scheduled
        | session::Status::Opened { .. }
        | session::Status::Cancelled { .. } => (None, None),
    };
    let reports = session
        .reports
        .iter()
        .map(|(county, reports)| reported(county.0, reports));
    json!({
        "session": session.id.0,
        "seeds_at": session.hours.seeds_at.0,
        "opens_at": session.hours.opens_at.0,
        "dissolves_at": session.hours.dissolves_at.0,
        "languages": languages,
        "revision": session.revision,
        "roll": session.roll.map(|roll| roll.to_string()),
        "status": word::session_status(&session.status),
        "opened_at": session.opened_at().map(|at| at.0),
        "closed_at": closed_at,
        "attendance": attendance,
        "ended": session.ended,
        "reports": reports.collect::<Vec<_>>(),
    })
}

fn reported(county: u8, reports: &Reports) -> Value {
    let dissolved: Vec<Value> = reports.dissolved.iter().map(super::dissolved).collect();
    let witnessed = reports.witnessed.iter();
    let witnessed = witnessed.map(|((attempt, by), testimony)| {
        json!({"attempt": attempt, "by": by.0, "found": word::testimony(*testimony)})
    });
    json!({
        "county": county,
        "seeded": reports.seeded.map(|seeded| json!({
            "room": seeded.room.to_string(),
            "post": seeded.post.to_string(),
        })),
        "joined": reports.joined.map(|count| json!({"count": count})),
        "dissolved": dissolved,
        "overdue": reports.overdue,
        "witnessed": witnessed.collect::<Vec<_>>(),
        "confirmed": reports.is_confirmed(),
        "unwitnessed": reports.unwitnessed,
        "superseded": reports.superseded,
    })
}
