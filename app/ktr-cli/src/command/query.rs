//! One record with its proof: verified here against a header that more than two thirds of the validators signed.
//! An absence is an answer, and proven too.

use clap::Args;
use ktr_core::{Record, governance::Tolerance};
use ktr_wire::record;
use serde_json::json;

use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::output;
use crate::render;
use crate::when;

/// Flags of `query`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr --home net query member MEMBER\n  ktr --home net query session 1 --prove\n  ktr --home net query parameters"
)]
pub(crate) struct Query {
    /// network, parameters, validators, member, key, term, nomination, release, session, ingestion, proposal or resolved.
    kind: String,
    /// Its id: hex, or the number of a term, session or proposal; nothing for those that exist once.
    #[arg(default_value = "")]
    id: String,
    /// Show the proof's octets, too. It is verified in any case.
    #[arg(long, env = "KTR_PROVE")]
    prove: bool,
}

/// Reads and prints one record.
pub(crate) fn run(shared: &Shared, query: &Query) -> Result<(), CliError> {
    let key = query.key()?;
    block_on(async {
        let proven = shared.client()?.query_proven(key).await?;
        let shown = proven.record.as_ref().map(render::record);
        let mut value = json!({
            "kind": query.kind,
            "id": query.id,
            "present": shown.is_some(),
            "record": shown,
            "header": render::header(&proven.header),
        });
        let tolerance = tolerance(proven.record.as_ref());
        if let (Some(tolerance), Some(value)) = (tolerance, value.as_object_mut()) {
            value.insert("tolerates".to_owned(), json!(tolerance.faults));
            value.insert("tolerates_text".to_owned(), json!(tolerance.to_string()));
        }
        if let (true, Some(value)) = (query.prove, value.as_object_mut()) {
            let proof = json!({
                "value": hex::encode(&proven.value),
                "ics23": hex::encode(&proven.proof),
                "opening": render::opening(&proven.opening),
            });
            value.insert("proof".to_owned(), proof);
        }
        let text = format!(
            "{}{}\nproven by header {} of {}, signed by {} of {}",
            shown.map_or_else(|| "there is none".to_owned(), |shown| format!("{shown:#}")),
            tolerance.map_or_else(String::new, |tolerance| format!("\n{tolerance}")),
            proven.header.height,
            when::show(proven.header.time),
            proven.header.committed.signed,
            proven.header.committed.total
        );
        output::answer(shared.output, &text, &value);
        Ok(())
    })
}

/// What the record's set of validators tolerates, if it is one.
fn tolerance(record: Option<&Record>) -> Option<Tolerance> {
    match record {
        Some(Record::Validators(set)) => Some(Tolerance::of(set)),
        Some(_) | None => None,
    }
}

impl Query {
    fn key(&self) -> Result<ktr_core::RecordKey, CliError> {
        let is_counter = matches!(
            self.kind.as_str(),
            "term" | "session" | "ingestion" | "proposal"
        );
        let octets = if is_counter {
            let number: Option<u32> = self.id.parse().ok();
            number.map(|number| number.to_be_bytes().to_vec())
        } else {
            hex::decode(&self.id).ok()
        };
        octets
            .and_then(|octets| record::key_of(&self.kind, &octets).ok())
            .ok_or_else(|| {
                let kinds: Vec<&str> = record::KINDS.iter().map(|(name, _)| *name).collect();
                CliError::Usage(format!(
                    "a kind of {} and its id are needed",
                    kinds.join(", ")
                ))
            })
    }
}
