//! How the network stands: each node's own word, and how many sites may be down.
//! A halted chain is said to be one; why is for the operators.

use ktr_core::id::Height;
use serde_json::json;

use super::genesis::tolerance;
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
        let tolerance = tolerance(&validators);
        let differs = trust.genesis().parameters != ktr_core::governance::Parameters::default();
        let mut lines = vec![format!("chain {}: {}", trust.chain_id(), tolerance.text)];
        if differs {
            lines.push("parameters of the genesis differ from the product's default".to_owned());
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
            "tolerates": tolerance.numbers.faults,
            "tolerates_text": tolerance.text,
            "quorum": tolerance.numbers.quorum,
            "total": tolerance.numbers.total,
            "default_parameters": !differs,
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
