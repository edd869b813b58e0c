//! Writes every block as one JSON line: what `ktr node replay` re-executes. Whole, or not under its name.
//! The app hash in a line is that of its own header: the state after the block before it.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use ktr_client::Client;
use ktr_core::id::Height;
use serde_json::json;

use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::file;
use crate::output;

/// Flags of `export-blocks`.
#[derive(Debug, Args)]
#[command(
    after_help = "Where only a part could be written, it stays in OUT.new, and OUT is as it was: 5 if the nodes are behind, 4 or 1 if they fail midway.\n\nExamples:\n  ktr --home net export-blocks --out blocks.jsonl"
)]
pub(crate) struct ExportBlocks {
    /// Where the lines are written.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
}

/// How far the lines go.
#[derive(Default)]
struct Written {
    /// Blocks, which is the height of the last one.
    blocks: u64,
    /// The app hash in the header of the last one.
    app_hash: String,
}

/// Writes them.
pub(crate) fn run(shared: &Shared, export: &ExportBlocks) -> Result<(), CliError> {
    let out = export.out.as_path();
    if out.exists() && !out.is_file() {
        let why = format!("{} is there and is no file", out.display());
        return Err(CliError::Usage(why));
    }
    block_on(async {
        let client = shared.client()?;
        let top = top(&client).await?;
        let partial = partial(out);
        let bar = output::counting("blocks", top);
        let written = write(&client, top, &partial, &bar).await;
        bar.finish_and_clear();
        let Written { blocks, app_hash } = written?;
        if blocks < top {
            // Every line of it is proven, and where a chain has halted it may be all that there is.
            let partial = partial.display();
            return Err(CliError::NotSeen(format!(
                "{blocks} of {top} blocks are written, to {partial}: the nodes that are named are behind, or one claims a height that nobody proves; name another with --rpc"
            )));
        }
        fs::rename(&partial, out).map_err(file::failed(out))?;
        if let Some(folder) = out.parent() {
            file::sync_folder(folder)?;
        }
        let value = json!({"file": out, "blocks": blocks, "app_hash": app_hash});
        let text = format!("{}: {blocks} blocks, app hash {app_hash}", out.display());
        output::answer(shared.output, &text, &value);
        Ok(())
    })
}

/// The highest height that a node names; nothing is written before one does.
async fn top(client: &Client) -> Result<u64, CliError> {
    let standings = client.standings().await;
    if !standings.iter().any(|node| node.up) {
        // The same failure as any other command that finds nobody.
        client.header_proven(Height(1)).await?;
        return Err(CliError::NotSeen(
            "no node said how high the chain is; ask again".to_owned(),
        ));
    }
    let top = standings.iter().map(|node| node.height).max();
    top.filter(|height| *height > 0)
        .ok_or_else(|| CliError::NotThere("no block was committed yet".to_owned()))
}

/// Beside the file that is to be, so that one step puts it there.
fn partial(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Writes block after block, up to a height or the last block that is proven before it.
async fn write(
    client: &Client,
    top: u64,
    path: &Path,
    bar: &ProgressBar,
) -> Result<Written, CliError> {
    let lines = File::create(path).map_err(file::failed(path))?;
    let mut lines = BufWriter::new(lines);
    let mut written = Written::default();
    while written.blocks < top {
        let height = Height(written.blocks.saturating_add(1));
        let Some(block) = client.exported_block(height).await? else {
            break;
        };
        let line = json!(block).to_string();
        writeln!(lines, "{line}").map_err(file::failed(path))?;
        written = Written {
            blocks: height.0,
            app_hash: block.app_hash,
        };
        bar.inc(1);
    }
    lines.flush().map_err(file::failed(path))?;
    lines.get_ref().sync_all().map_err(file::failed(path))?;
    Ok(written)
}
