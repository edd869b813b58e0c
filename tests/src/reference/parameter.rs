//! The page of bounds: genesis parameters with their defaults, and bounds that no network can change.
//! What a network has chosen is shown by its nodes.

use ktr_core::{Record, governance::Parameters, limits as core, time::Secs};
use ktr_wire::{limits as wire, record};

use super::{
    message::numbers,
    page::{head, section},
};

/// The page `parameters`.
#[must_use]
pub fn parameters() -> String {
    let rows: Vec<_> = places()
        .into_iter()
        .zip(chosen())
        .map(|(number, (name, default, meaning))| {
            vec![
                number.to_string(),
                format!("`{name}`"),
                default,
                meaning.to_owned(),
            ]
        })
        .collect();
    let opening = "A network chooses its bounds in its genesis; these are the product's choices. Nodes say when a network differs. The \
                   number is the field of the parameters' record, see [Genesis](../spec/genesis.md).";
    let fixed: Vec<_> = counts()
        .into_iter()
        .chain(bounds())
        .map(|(name, value, meaning)| vec![format!("`{name}`"), value, meaning.to_owned()])
        .collect();
    let columns = ["number", "parameter", "default", "meaning"];
    head("Parameters", opening)
        + &section("Chosen in genesis", "", &columns, &rows)
        + &section(
            "The same in every network",
            "",
            &["bound", "value", "meaning"],
            &fixed,
        )
}

/// The numbers of all fields, read from the octets of a record in which none is zero.
fn places() -> Vec<u32> {
    let full = Parameters {
        rm1_from: 1,
        ..Parameters::default()
    };
    numbers(&record::encode(&Record::Parameters(full)))
}

type Row = (&'static str, String, &'static str);

#[expect(
    clippy::too_many_lines,
    reason = "a table of parameters, one after the other"
)]
fn chosen() -> [Row; 18] {
    let Parameters {
        tx_window_secs,
        skew_secs,
        signer_txs_max,
        count_min,
        attendance_min,
        key_validity_max_secs,
        schedule_ahead_secs,
        session_length_max_secs,
        open_early_secs,
        report_early_secs,
        overdue_secs,
        unwitnessed_secs,
        decide_min_secs,
        decide_max_secs,
        term_max_secs,
        matrix_version,
        bucket_ends_secs,
        rm1_from,
    } = Parameters::default();
    [
        (
            "tx_window_secs",
            length(tx_window_secs),
            "How far ahead of header time a transaction may expire; `TX_WINDOW_MIN` to `TX_WINDOW_MAX`.",
        ),
        (
            "skew_secs",
            length(skew_secs),
            "How far ahead of header time a signature may be dated, and a key may become valid.",
        ),
        (
            "signer_txs_max",
            signer_txs_max.to_string(),
            "Transactions of one signer in one block.",
        ),
        (
            "count_min",
            count_min.to_string(),
            "Counts of members, and hits, below this are withheld.",
        ),
        (
            "attendance_min",
            attendance_min.to_string(),
            "Attendance below this is withheld.",
        ),
        (
            "key_validity_max_secs",
            length(key_validity_max_secs),
            "A key lives at most this long.",
        ),
        (
            "schedule_ahead_secs",
            length(schedule_ahead_secs),
            "A session is scheduled at least this long before its rooms are seeded.",
        ),
        (
            "session_length_max_secs",
            length(session_length_max_secs),
            "From opening to dissolution at most.",
        ),
        (
            "open_early_secs",
            length(open_early_secs),
            "A session may be opened this long before `opens_at`, because header time lags.",
        ),
        (
            "report_early_secs",
            length(report_early_secs),
            "Sidecars may report this long before `seeds_at`.",
        ),
        (
            "overdue_secs",
            length(overdue_secs),
            "A county that has not reported the destruction this long after `dissolves_at` is overdue.",
        ),
        (
            "unwitnessed_secs",
            length(unwitnessed_secs),
            "A destruction that is not confirmed this long after `dissolves_at` is unwitnessed.",
        ),
        (
            "decide_min_secs",
            length(decide_min_secs),
            "The board has at least this long to decide.",
        ),
        (
            "decide_max_secs",
            length(decide_max_secs),
            "The board has at most this long to decide.",
        ),
        (
            "term_max_secs",
            length(term_max_secs),
            "A term of the board lasts at most this long.",
        ),
        (
            "matrix_version",
            matrix_version.to_string(),
            "The newest version of the severity matrix in force.",
        ),
        (
            "bucket_ends_secs",
            bucket_ends_secs.map(length).join(", "),
            "Ends of the buckets 64 to 67, counted from the header time of `session.opened.v1`.",
        ),
        (
            "rm1_from",
            rm1_from.to_string(),
            "First session measured by RM-1; 0 is never. RM-1 is not in force.",
        ),
    ]
}

/// Bounds of what people and counties may have.
fn counts() -> [Row; 11] {
    [
        (
            "SEATS",
            core::SEATS.to_string(),
            "Seats of the board; all must approve, one veto ends it.",
        ),
        (
            "LIVE_KEYS_MAX",
            core::LIVE_KEYS_MAX.to_string(),
            "Live keys of one member for one purpose.",
        ),
        (
            "OPEN_NOMINATIONS_MAX",
            core::OPEN_NOMINATIONS_MAX.to_string(),
            "Open nominations of one member.",
        ),
        (
            "SEAT_RECUSALS_MAX",
            core::SEAT_RECUSALS_MAX.to_string(),
            "Recusals of one seat in one term.",
        ),
        (
            "RELEASE_NOMINATIONS_MAX",
            core::RELEASE_NOMINATIONS_MAX.to_string(),
            "Nominations in one release.",
        ),
        (
            "BUNDLE_SIZE_MAX",
            core::BUNDLE_SIZE_MAX.to_string(),
            "Octets of one `bundle.json`.",
        ),
        (
            "TAGS_MAX",
            core::TAGS_MAX.to_string(),
            "Languages of one session.",
        ),
        (
            "TAG_LEN_MAX",
            core::TAG_LEN_MAX.to_string(),
            "Octets of one language tag.",
        ),
        (
            "ATTEMPTS_MAX",
            core::ATTEMPTS_MAX.to_string(),
            "Reports of destruction by one county for one session.",
        ),
        (
            "COUNTIES_MAX",
            core::COUNTIES_MAX.to_string(),
            "Counties of one network.",
        ),
        (
            "VALIDATORS_MAX",
            core::VALIDATORS_MAX.to_string(),
            "Validators of one network.",
        ),
    ]
}

/// Bounds of a transaction.
fn bounds() -> [Row; 5] {
    [
        (
            "TRANSACTION_MAX",
            wire::TRANSACTION_MAX.to_string(),
            "Octets of one transaction.",
        ),
        (
            "SIGNATURE_MAX",
            wire::SIGNATURE_MAX.to_string(),
            "Octets of one signature packet or key proof.",
        ),
        (
            "CHAIN_ID_MAX",
            wire::CHAIN_ID_MAX.to_string(),
            "Octets of a chain id.",
        ),
        (
            "TX_WINDOW_MIN",
            length(core::TX_WINDOW_MIN),
            "The least `tx_window_secs` that a network may choose.",
        ),
        (
            "TX_WINDOW_MAX",
            length(core::TX_WINDOW_MAX),
            "The most: nodes keep used nonces for so long, and hand on no older ones.",
        ),
    ]
}

/// A length of time in the largest unit that divides it.
fn length(secs: Secs) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    let fits = units
        .into_iter()
        .find(|(unit, _)| secs.0 > 0 && secs.0.is_multiple_of(*unit));
    match fits {
        Some((unit, name)) => {
            let count = secs.0.checked_div(unit).unwrap_or_default();
            format!("{} s ({count} {name})", secs.0)
        }
        None => format!("{} s", secs.0),
    }
}
