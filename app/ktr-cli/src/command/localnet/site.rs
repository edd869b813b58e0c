//! One site of a localnet: its folder, its two ports, and `ktr-node` in it.
//! Ports are chosen free; sockets lie in a short temporary folder, because a socket's path has at most 107 octets.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::command::sibling;
use crate::error::CliError;
use crate::file;
use crate::signer::output_of;

/// A site as it is written to `sites.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Site {
    /// Its name.
    pub(super) name: String,
    /// Its folder.
    pub(super) home: PathBuf,
    /// Port of the engine's RPC.
    pub(super) rpc: u16,
    /// Port of the engine's peers.
    pub(super) p2p: u16,
    /// Its node id.
    pub(super) node_id: String,
    /// Its validator's public key, hex.
    pub(super) validator: String,
    /// The process that runs it.
    pub(super) pid: Option<u32>,
}

#[derive(Deserialize)]
struct Keys {
    node_id: String,
    validator: String,
}

impl Site {
    /// Makes the folder and the keys of a site.
    pub(super) fn new(name: &str, folder: &Path, ports: (u16, u16)) -> Result<Self, CliError> {
        let home = folder.join(name);
        file::shared_folder(&home)?;
        let printed = output_of(node(&home).args(["-o", "json", "key"]))?;
        let Keys { node_id, validator } = serde_json::from_slice(&printed)
            .map_err(|error| CliError::Description(format!("ktr-node key: {error}")))?;
        Ok(Self {
            name: name.to_owned(),
            home,
            rpc: ports.0,
            p2p: ports.1,
            node_id,
            validator,
            pid: None,
        })
    }

    /// Its RPC URL.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.rpc)
    }

    /// How peers name it.
    fn peer(&self) -> String {
        format!("{}@127.0.0.1:{}", self.node_id, self.p2p)
    }

    /// Writes its configuration.
    pub(super) fn init(
        &self,
        genesis: &Path,
        others: &[Self],
        sockets: &Path,
    ) -> Result<(), CliError> {
        let peers: Vec<String> = others
            .iter()
            .filter(|other| other.name != self.name)
            .map(Self::peer)
            .collect();
        let mut init = node(&self.home);
        init.args(["-o", "json", "init", "--localnet", "--genesis"])
            .arg(genesis)
            .args(["--rpc", &format!("127.0.0.1:{}", self.rpc)])
            .args(["--p2p", &format!("127.0.0.1:{}", self.p2p)])
            .args(["--peers", &peers.join(",")])
            .arg("--socket")
            .arg(sockets.join(format!("{}.sock", self.name)));
        output_of(&mut init).map(drop)
    }

    /// Starts it, by this program, in a process group of its own, its words in `logs/`.
    pub(super) fn start(&mut self, program: &Path, logs: &Path) -> Result<(), CliError> {
        file::shared_folder(logs)?;
        let log = |ending: &str| -> Result<File, CliError> {
            let path = logs.join(format!("{}.{ending}", self.name));
            let mut options = OpenOptions::new();
            options.create(true).append(true);
            Ok(options.open(&path).map_err(file::failed(&path))?)
        };
        let started = run(program, &self.home)
            .arg("start")
            .stdin(Stdio::null())
            .stdout(log("engine.log")?)
            .stderr(log("node.log")?)
            .process_group(0)
            .spawn();
        let started = started.map_err(|error| CliError::Program {
            program: program.display().to_string(),
            text: error.to_string(),
        })?;
        self.pid = Some(started.id());
        Ok(())
    }
}

/// The product's own node, for a folder.
fn node(home: &Path) -> Command {
    run(&program(), home)
}

/// The node beside this program.
pub(super) fn program() -> PathBuf {
    sibling::find("ktr-node")
}

fn run(program: &Path, home: &Path) -> Command {
    let mut node = Command::new(program);
    node.arg("--home").arg(home);
    // These mean other things there.
    for twin in [
        "KTR_RPC",
        "KTR_P2P",
        "KTR_PEERS",
        "KTR_GENESIS",
        "KTR_METRICS",
        "KTR_HEARTBEAT",
        "KTR_OUTPUT",
    ] {
        node.env_remove(twin);
    }
    node
}

/// Free ports on 127.0.0.1, all different because all are held at once.
pub(super) fn free_ports(count: usize) -> Result<Vec<u16>, CliError> {
    let failed = file::failed(Path::new("127.0.0.1"));
    let held: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind(("127.0.0.1", 0)))
        .collect::<Result<_, _>>()
        .map_err(&failed)?;
    held.iter()
        .map(|listener| {
            listener
                .local_addr()
                .map(|address| address.port())
                .map_err(|error| failed(error).into())
        })
        .collect()
}
