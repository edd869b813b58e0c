//! Writes every block as one JSON line: what `ktr node replay` re-executes.
//! The app hash in a line is that of its own header: the state after the block before it.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use ktr_core::id::Height;
use serde_json::json;

use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::file;
use crate::output;

/// Flags of `export-blocks`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ktr --home net export-blocks --out blocks.jsonl")]
pub(crate) struct ExportBlocks {
    /// Where the lines are written.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
}

/// Writes them.
pub(crate) fn run(shared: &Shared, export: &ExportBlocks) -> Result<(), CliError> {
    block_on(async {
        let client = shared.client()?;
        let top = client.standings().await;
        let top = top.iter().map(|node| node.height).max().unwrap_or(0);
        let bar = output::counting("blocks", top);
        let file = std::fs::File::create(&export.out).map_err(file::failed(&export.out))?;
        let mut lines = std::io::BufWriter::new(file);
        let (mut height, mut last_hash) = (Height(1), String::new());
        while height.0 <= top {
            let Some(block) = client.exported_block(height).await? else {
                break;
            };
            let line = json!(block).to_string();
            writeln!(lines, "{line}").map_err(file::failed(&export.out))?;
            last_hash = block.app_hash;
            height = Height(height.0.saturating_add(1));
            bar.inc(1);
        }
        lines.flush().map_err(file::failed(&export.out))?;
        bar.finish_and_clear();
        let blocks = height.0.saturating_sub(1);
        let value = json!({"file": export.out, "blocks": blocks, "app_hash": last_hash});
        let text = format!(
            "{}: {blocks} blocks, app hash {last_hash}",
            export.out.display()
        );
        output::answer(shared.output, &text, &value);
        Ok(())
    })
}
