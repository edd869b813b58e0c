//! How the network stands: each node's own word, and how many sites may be down.
//! A halted chain is said to be one; why is for the operators.

use ktr_client::Client;
use ktr_core::{
    Record, RecordKey,
    governance::{Parameters, Tolerance},
    id::Height,
};
use serde_json::json;

use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::output;
use crate::when;

/// Asks every node and prints.
pub(crate) fn run(shared: &Shared) -> Result<(), CliError> {
    block_on(async {
        let client = shared.client()?;
        let standings = client.standings().await;
        let trust = client.trust();
        let last = standings.iter().map(|node| node.height).max();
        let validators = match last.filter(|height| *height > 0) {
            Some(height) => client.validators_at(Height(height)).await?,
            None => None,
        };
        let validators = validators.unwrap_or_else(|| trust.genesis().validators.clone());
        let tolerance = Tolerance::of(&validators);
        let proven = parameters(&client, last).await;
        let of = if proven.is_some() {
            "parameters in force"
        } else {
            "parameters of the genesis"
        };
        let is_proven = proven.is_some();
        let known = proven.unwrap_or_else(|| trust.genesis().parameters.clone());
        let differs = known != Parameters::default();
        let mut lines = vec![format!("chain {}: {tolerance}", trust.chain_id())];
        if differs {
            lines.push(format!("{of} differ from the product's default"));
        }
        for node in &standings {
            lines.push(if node.up {
                let catching = if node.catching_up {
                    ", catching up"
                } else {
                    ""
                };
                let time = when::show(ktr_core::time::Time(node.time));
                format!("{} height {} at {time}{catching}", node.url, node.height)
            } else {
                format!("{} down", node.url)
            });
        }
        let value = json!({
            "chain": trust.chain_id(),
            "genesis_sha256": trust.sha256().to_string(),
            "tolerates": tolerance.faults,
            "tolerates_text": tolerance.to_string(),
            "quorum": tolerance.quorum,
            "total": tolerance.total,
            "default_parameters": !differs,
            "parameters_proven": is_proven,
            "nodes": standings,
        });
        output::answer(shared.output, &lines.join("\n"), &value);
        if standings.iter().any(|node| node.up) {
            return Ok(());
        }
        // The same failure as any other command that finds nobody.
        client.header_proven(Height(1)).await?;
        Ok(())
    })
}

/// The parameters in force, by their record; `None` where no node proves it now, as before the first block and in some halts: the rest of
/// what is shown is asked for just then.
async fn parameters(client: &Client, last: Option<u64>) -> Option<Parameters> {
    last.filter(|height| *height > 0)?;
    let proven = client.query_proven(RecordKey::Parameters).await.ok()?;
    match proven.record {
        Some(Record::Parameters(parameters)) => Some(parameters),
        Some(_) | None => None,
    }
}
