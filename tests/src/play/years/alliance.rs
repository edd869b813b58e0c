//! The counties at work for years: they resolve, and what they resolved is sent, each transaction signed by the key of its sender.
//! Who holds a role today has the key of that name in `net/keys`.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, path::PathBuf, process::Command};

use ktr_core::{
    id::{Commitment, SessionId},
    session::Hours,
    time::{Secs, Time},
};
use ktr_os::clock;
use serde_json::Value;

use super::super::{
    Failure,
    stage::{Stage, number, text},
};

/// The alliance on its stage.
pub(crate) struct Alliance {
    pub(crate) stage: Stage,
    /// The last board that was appointed, and the first second after its term.
    pub(crate) term: (u64, u64),
    /// The version of the application that runs the sites.
    pub(crate) version: u64,
    /// What was cleared by the months' transactions and is in no release yet.
    pub(crate) unsealed: Vec<Commitment>,
    /// How many events the years had that were counted.
    pub(crate) counted: usize,
    /// The last session that was announced, and the second in which its rooms go.
    session: (u32, Time),
    proposals: u32,
}

/// What the counties resolved: its number, and the height at which the second of them approved.
pub(crate) struct Resolved {
    pub(crate) proposal: String,
    pub(crate) height: u64,
}

impl Alliance {
    pub(crate) fn new(stage: Stage) -> Self {
        Self {
            stage,
            term: (1, 0),
            version: 1,
            unsealed: Vec::new(),
            counted: 0,
            session: (0, Time(0)),
            proposals: 0,
        }
    }

    /// The number of the session that comes next.
    pub(crate) const fn upcoming(&self) -> SessionId {
        SessionId(self.session.0.saturating_add(1))
    }

    /// The next session and its times: it seeds so many seconds from now, but not before the rooms of the one before are gone, opens a
    /// second later and lasts as long as is said. It counts as announced.
    pub(crate) fn next_session(&mut self, seeds_secs: u64, lasts_secs: u64) -> (SessionId, Hours) {
        let (session, (_, free)) = (self.upcoming(), self.session);
        let secs = |secs| Secs(self.stage.secs(secs));
        let seeds_at = clock::now().plus(secs(seeds_secs)).max(free);
        let opens_at = seeds_at.plus(secs(1));
        let dissolves_at = opens_at.plus(secs(lasts_secs));
        self.session = (session.0, dissolves_at);
        let hours = Hours {
            seeds_at,
            opens_at,
            dissolves_at,
        };
        (session, hours)
    }

    /// County 1 proposes, county 2 approves what it read on the chain.
    pub(crate) fn resolve(&mut self, subject: &[&str]) -> Result<Resolved, Failure> {
        self.proposals = self.proposals.saturating_add(1);
        let proposal = self.proposals.to_string();
        let head = ["governance", "propose", "--proposal", &proposal];
        let words = [head.as_slice(), &["--until", "+1h"], subject].concat();
        self.send("county-1", &[], &words)?;
        let read = self.stage.ktr(&["query", "proposal", &proposal])?;
        let digest = text(&read["record"], "digest")?;
        let head = ["governance", "approve", "--proposal", &proposal];
        let words = [head.as_slice(), &["--digest", digest]].concat();
        let height = self.send("county-2", &[], &words)?;
        Ok(Resolved { proposal, height })
    }

    /// A command of county 2 that rests on a resolution of this very command.
    pub(crate) fn mandated(&mut self, words: &[&str]) -> Result<u64, Failure> {
        let (_, built) = self.build("mandate", &[], words)?;
        let digest = text(&built, "command")?;
        let resolved = self.resolve(&["act", "--command", digest])?;
        self.send("county-2", &["--mandate", &resolved.proposal], words)
    }

    /// Builds a command, has its sender sign it, and waits for its block; gives the height.
    pub(crate) fn send(
        &self,
        sender: &str,
        flags: &[&str],
        words: &[&str],
    ) -> Result<u64, Failure> {
        let tx = self.signed(sender, flags, words)?;
        let sent = self.stage.ktr(&["tx", "broadcast", &tx])?;
        let landed = self.stage.ktr(&["tx", "wait", text(&sent, "hash")?])?;
        number(&landed, "height")
    }

    /// A command that the chain must refuse; gives the refusal's number.
    pub(crate) fn refused(&self, sender: &str, words: &[&str]) -> Result<u64, Failure> {
        let tx = self.signed(sender, &[], words)?;
        self.stage.refused(&["tx", "broadcast", &tx])
    }

    fn signed(&self, sender: &str, flags: &[&str], words: &[&str]) -> Result<String, Failure> {
        let (body, _) = self.build(sender, flags, words)?;
        let (tx, key) = (format!("{body}.tx"), self.stage.role_key(sender));
        self.stage
            .ktr(&["tx", "sign", &body, "--out", &tx, "--key", &key])?;
        Ok(tx)
    }

    fn build(
        &self,
        name: &str,
        flags: &[&str],
        words: &[&str],
    ) -> Result<(String, Value), Failure> {
        let folder = self.stage.out.join("tx");
        fs::create_dir_all(&folder)?;
        let body = folder.join(name).display().to_string();
        let head = ["tx", "build", "--out", &body];
        let built = self.stage.ktr(&[head.as_slice(), flags, words].concat())?;
        Ok((body, built))
    }

    /// Makes a key for a role of the network; it lies beside the others until [`Self::takes_over`].
    pub(crate) fn new_key(&self, role: &str, turn: u64) -> Result<PathBuf, Failure> {
        let path = self.stage.keys.join(format!("{role}.{turn}.asc"));
        let (file, said) = (path.display().to_string(), role.replace('-', " "));
        let words = ["keys", "new", "--role-text", &said, "--encrypt-too"];
        self.stage
            .ktr(&[words.as_slice(), &["--out", &file]].concat())?;
        Ok(path)
    }

    /// From now on the role's holder signs with this key.
    pub(crate) fn takes_over(&self, role: &str, key: &PathBuf) -> Result<(), Failure> {
        fs::copy(key, self.stage.role_key(role))?;
        Ok(())
    }

    /// The program that runs the sites today.
    pub(crate) fn node(&self) -> Command {
        if self.version == 1 {
            return Command::new(self.stage.program("ktr-node"));
        }
        self.node_of(self.version)
    }

    /// A program of this version, above 1.
    pub(crate) fn node_of(&self, version: u64) -> Command {
        let mut node = Command::new(self.stage.program("ktr-node-next"));
        node.args(["--app-version", &version.to_string()]);
        node
    }
}
