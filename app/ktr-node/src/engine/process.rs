//! The engine's process: its version, its start, what its log says, its end.
//! Its exit code tells nothing: it sends itself SIGTERM for many reasons.

use std::{fs, io, path::Path, process::Stdio, sync::Arc};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};

use super::supervise::LineSink;
use crate::{
    exit::Exit,
    halt::Reason,
    home::Home,
    limits::{ENGINE_STOP_GRACE, VERSION_MAX_BYTES},
};

/// The one version of `CometBFT` that the Relay runs.
pub const VERSION: &str = "0.38.25";

/// Why this engine is not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// It cannot be run.
    #[error(
        "the engine {binary} cannot be run: {source}; scripts/setup installs it, engine_binary in node.toml names it, and under the unit it lies outside /root and /home"
    )]
    Run {
        /// Configured as.
        binary: String,
        /// Why.
        source: io::Error,
    },
    /// It is no `CometBFT`, or a broken one.
    #[error(
        "the engine {binary} does not say its version; name CometBFT v{VERSION} as engine_binary in node.toml, scripts/setup installs it"
    )]
    Foreign {
        /// Configured as.
        binary: String,
    },
    /// It is another version.
    #[error(
        "the engine {binary} is version {found}, the Relay runs {VERSION}; name the right one as engine_binary in node.toml, scripts/setup installs it"
    )]
    Other {
        /// Configured as.
        binary: String,
        /// What it says.
        found: String,
    },
}

/// Asks the engine for its version.
pub(crate) fn check_version(binary: &Path) -> Result<(), VersionError> {
    let name = || binary.display().to_string();
    let asked = std::process::Command::new(binary)
        .arg("version")
        .stdin(Stdio::null())
        .output();
    let output = asked.map_err(|source| VersionError::Run {
        binary: name(),
        source,
    })?;
    let said = String::from_utf8_lossy(&output.stdout);
    let found = said.trim();
    if !output.status.success() || !is_version(found) {
        return Err(VersionError::Foreign { binary: name() });
    }
    if found != VERSION {
        return Err(VersionError::Other {
            binary: name(),
            found: found.to_owned(),
        });
    }
    Ok(())
}

/// Three numbers with dots, and perhaps a word after them: what a stranger prints is not repeated.
fn is_version(text: &str) -> bool {
    let (numbers, word) = text.split_once(['-', '+']).unwrap_or((text, ""));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
        && text.len() <= VERSION_MAX_BYTES
        && word.bytes().all(|c| c.is_ascii_graphic())
}

/// A running engine. It is killed when dropped.
pub(super) struct Engine {
    child: Child,
    pid: u32,
    listeners: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Starts it. Its lines go to `sink`; one that means the end of consensus goes to `ends`, too.
    pub(super) fn spawn(
        binary: &Path,
        home: &Home,
        sink: &LineSink,
        ends: &mpsc::UnboundedSender<Reason>,
    ) -> io::Result<Self> {
        let mut child = Command::new(binary)
            .arg("start")
            .arg("--home")
            .arg(home.engine())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A terminal's interrupt is for us alone: the engine is stopped first, by us.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let pid = child.id().unwrap_or(0);
        fs::write(home.engine_pid(), pid.to_string())?;
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        let listeners = [
            stdout.map(|stream| tokio::spawn(listen(stream, Arc::clone(sink), ends.clone()))),
            stderr.map(|stream| tokio::spawn(listen(stream, Arc::clone(sink), ends.clone()))),
        ];
        tracing::info!(pid, "engine started");
        Ok(Self {
            child,
            pid,
            listeners: listeners.into_iter().flatten().collect(),
        })
    }

    /// Waits until it ends by itself.
    pub(super) async fn ended(&mut self) -> Reason {
        let how = self.child.wait().await;
        // Its last lines may say more than its exit code does.
        for listener in self.listeners.drain(..) {
            if listener.await.is_err() {
                tracing::warn!("the engine's last lines were lost");
            }
        }
        Reason {
            exit: Exit::Engine,
            why: how.map_or_else(
                |error| format!("the engine cannot be watched: {error}"),
                |status| format!("the engine ended by itself ({status}); its last lines say why"),
            ),
        }
    }

    /// SIGTERM, then SIGKILL for one that does not go.
    pub(super) async fn stop(&mut self) {
        let pid = i32::try_from(self.pid).unwrap_or(0);
        if pid > 0
            && matches!(self.child.try_wait(), Ok(None))
            && let Err(error) = kill(Pid::from_raw(pid), Signal::SIGTERM)
        {
            tracing::warn!(%error, "the engine was gone before it was stopped");
        }
        if timeout(ENGINE_STOP_GRACE, self.child.wait()).await.is_err() {
            tracing::warn!("the engine does not stop and is killed");
            if let Err(error) = self.child.kill().await {
                tracing::warn!(%error, "the engine cannot be killed");
            }
        }
    }
}

async fn listen(
    stream: impl AsyncRead + Unpin,
    sink: LineSink,
    ends: mpsc::UnboundedSender<Reason>,
) {
    let mut lines = BufReader::new(stream).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        sink(&line);
        if let Some(reason) = judge(&line)
            && ends.send(reason).is_err()
        {
            tracing::debug!("the node is stopping already");
        }
    }
}

/// What a line of the engine's log means for us; most mean nothing.
pub(super) fn judge(line: &str) -> Option<Reason> {
    // Peers have words in the log, the name of their network for one: what counts is the engine's own message, and where it panicked.
    let said: Option<Value> = serde_json::from_str(line).ok();
    let of = |field: &str| {
        let text = said.as_ref().and_then(|said| said.get(field)?.as_str());
        text.unwrap_or_default()
    };
    let (message, cause) = (of("_msg"), of("err"));
    // While it starts it panics over its own store's last block, or over the one that its log has.
    let panicked = said.is_none() && line.trim_start().starts_with("panic: ");
    let differs = panicked
        && (line.contains("does not match AppHash after replay")
            || line.contains("wrong Block.Header.AppHash"));
    let failed = message == "CONSENSUS FAILURE!!!";
    // An engine that fetches blocks asks one peer after the other for such a block, for ever. It has seen a quorum's commit of it before.
    let fetched =
        message == "Error in validation" && cause.starts_with("wrong Block.Header.AppHash");
    if differs || fetched || (failed && cause.contains("AppHash")) {
        return Some(Reason {
            exit: Exit::AppHash,
            why:
                "our app hash is not the one in the header; compare this node with another county's"
                    .to_owned(),
        });
    }
    failed.then(|| Reason {
        exit: Exit::Engine,
        why: "the engine reports a consensus failure and would live on without consensus"
            .to_owned(),
    })
}
