//! The snapshots that a node keeps: a folder for each height, a file for each chunk, and the digests of all.
//! A folder has its name only when it is whole; nothing here is read back into a ledger.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use ktr_core::id::Sha256;
use ktr_wire::digest::sha256;
use tendermint_proto::v0_38::abci::Snapshot;

use super::{FORMAT, HEAD, Untaken, write::write};
use crate::{
    limits::{SNAPSHOT_CHUNK_BYTES, SNAPSHOT_CHUNKS_MAX, SNAPSHOT_EVENTS_MAX, SNAPSHOTS_KEPT},
    store::{StoreError, View},
};

/// Where a node keeps its snapshots, and how often it takes one.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
    every: u64,
    chunk_bytes: usize,
    /// Digest of the genesis, which is the same everywhere.
    pub(crate) genesis: Sha256,
}

impl Shelf {
    /// A shelf at `folder` for a snapshot every `every` heights, never if that is 0; `genesis` is the digest of the genesis.
    #[must_use]
    pub const fn new(folder: PathBuf, every: u64, genesis: Sha256) -> Self {
        Self {
            folder,
            every,
            chunk_bytes: SNAPSHOT_CHUNK_BYTES,
            genesis,
        }
    }

    /// The same with smaller chunks.
    #[cfg(test)]
    pub(crate) fn in_chunks_of(self, chunk_bytes: usize) -> Self {
        Self {
            chunk_bytes,
            ..self
        }
    }

    /// Removes what is of no height that this node has, since it went back or begins anew, and what this build would not take itself.
    pub(crate) fn begin(&self, height: u64) -> io::Result<()> {
        let heights = self.heights()?.into_iter();
        heights
            .filter(|kept| *kept > height || !self.is_ours(*kept))
            .try_for_each(|kept| self.drop_height(kept))
    }

    /// Whether a snapshot begins as this build's do, with the format and the genesis: an older build may have made it otherwise, and a node
    /// that joins would refuse it when it has all of it. The version of the rules is in the stream; a build executes all older ones.
    fn is_ours(&self, height: u64) -> bool {
        let mut begin = [0; BEGIN_BYTES];
        let first = self.folder.join(height.to_string()).join("0");
        let read = File::open(first).and_then(|mut file| file.read_exact(&mut begin));
        read.is_ok() && begin.strip_prefix(HEAD) == Some(self.genesis.0.as_slice())
    }

    /// Heights from one snapshot to the next; 0 where none is taken.
    pub(crate) const fn every(&self) -> u64 {
        self.every
    }

    /// The height of the newest snapshot that is offered to others.
    pub(crate) fn newest(&self) -> Option<u64> {
        let heights = self.heights().ok()?;
        heights.into_iter().find(|height| self.is_ours(*height))
    }

    /// Whether a snapshot of this height is to be taken.
    pub(crate) fn is_due(&self, height: u64) -> bool {
        height.checked_rem(self.every) == Some(0)
    }

    /// Takes a snapshot of the view's height, unless there is one, and removes what is too old.
    pub(crate) fn take(&self, view: &View<'_>) -> Result<(), Untaken> {
        let height = view.meta()?.ok_or(StoreError::Missing)?.height;
        let folder = self.folder.join(height.to_string());
        if !folder.exists() {
            let part = self.folder.join(PART);
            if let Err(why) = self.make(view, &part) {
                remove(&part)?;
                return Err(why);
            }
            fs::rename(&part, &folder)?;
            File::open(&self.folder)?.sync_all()?;
        }
        for old in self.heights()?.into_iter().skip(SNAPSHOTS_KEPT) {
            self.drop_height(old)?;
        }
        Ok(())
    }

    /// It loses its name first, so that no half of it is ever offered.
    fn drop_height(&self, height: u64) -> io::Result<()> {
        let part = self.folder.join(PART);
        remove(&part)?;
        fs::rename(self.folder.join(height.to_string()), &part)?;
        remove(&part)
    }

    fn make(&self, view: &View<'_>, part: &Path) -> Result<(), Untaken> {
        remove(part)?;
        fs::create_dir_all(part)?;
        let mut chunks = Chunks {
            folder: part.to_owned(),
            bytes: self.chunk_bytes,
            digests: Vec::new(),
            buffer: Vec::new(),
        };
        let genesis = &self.genesis;
        write(view, genesis, SNAPSHOT_EVENTS_MAX, &mut |octets| {
            chunks.push(octets)
        })?;
        chunks.finish()
    }

    /// What is offered to others, the newest first.
    pub(crate) fn list(&self) -> Vec<Snapshot> {
        let heights = self.heights().unwrap_or_else(|error| {
            tracing::warn!(kind = %error.kind(), "the snapshots cannot be listed");
            Vec::new()
        });
        let ours = heights.into_iter().filter(|height| self.is_ours(*height));
        let listed = ours.filter_map(|height| {
            let metadata = fs::read(self.folder.join(height.to_string()).join(DIGESTS)).ok()?;
            Some(Snapshot {
                height,
                format: FORMAT,
                chunks: u32::try_from(metadata.as_chunks::<{ Sha256::LEN }>().0.len()).ok()?,
                hash: sha256(&[&metadata]).0.to_vec().into(),
                metadata: metadata.into(),
            })
        });
        listed.collect()
    }

    /// One chunk; `None` if it is not kept.
    pub(crate) fn chunk(&self, height: u64, format: u32, index: u32) -> Option<Vec<u8>> {
        let folder = self.folder.join(height.to_string());
        let chunk = (format == FORMAT).then(|| fs::read(folder.join(index.to_string())));
        chunk?.ok()
    }

    /// The heights that are whole, the newest first.
    fn heights(&self) -> io::Result<Vec<u64>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let mut heights = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            heights.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        heights.sort_unstable_by(|one, other| other.cmp(one));
        Ok(heights)
    }
}

/// A stream on its way into files.
struct Chunks {
    folder: PathBuf,
    bytes: usize,
    digests: Vec<u8>,
    buffer: Vec<u8>,
}

impl Chunks {
    fn push(&mut self, mut octets: &[u8]) -> Result<(), Untaken> {
        while !octets.is_empty() {
            let space = self.bytes.saturating_sub(self.buffer.len());
            let (now, later) = octets.split_at_checked(space).unwrap_or((octets, &[]));
            self.buffer.extend_from_slice(now);
            octets = later;
            if self.buffer.len() == self.bytes {
                self.cut()?;
            }
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), Untaken> {
        let index = self.digests.as_chunks::<{ Sha256::LEN }>().0.len();
        if u32::try_from(index).is_ok_and(|index| index >= SNAPSHOT_CHUNKS_MAX) {
            return Err(Untaken::TooLarge);
        }
        put(&self.folder.join(index.to_string()), &self.buffer)?;
        self.digests.extend(sha256(&[&self.buffer]).0);
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), Untaken> {
        if !self.buffer.is_empty() {
            self.cut()?;
        }
        put(&self.folder.join(DIGESTS), &self.digests)?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}

fn put(path: &Path, octets: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(octets)?;
    file.sync_all()
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Octets by which a snapshot of another build is known.
const BEGIN_BYTES: usize = HEAD.len().saturating_add(Sha256::LEN);
/// The folder of a snapshot in the making.
const PART: &str = "part";
/// The file of the digests of all chunks: the metadata of an offer.
const DIGESTS: &str = "digests";
