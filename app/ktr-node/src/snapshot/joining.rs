//! A snapshot on its way here: chunk by chunk in memory, each held against the digest that was offered.
//! Whether the offer itself was a lie is known when it is whole.

use std::collections::BTreeSet;

use ktr_core::id::Sha256;
use ktr_wire::digest::sha256;
use tendermint_proto::v0_38::abci::{RequestOfferSnapshot, Snapshot};

use super::FORMAT;
use crate::limits::{SNAPSHOT_CHUNK_BYTES, SNAPSHOT_CHUNKS_MAX};

/// Why an offer is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unwanted {
    /// Of another format.
    Format,
    /// Its figures do not fit together, or it is too large.
    Malformed,
}

/// What became of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Took {
    /// It is another than was offered: whoever sent it lies.
    Bad,
    /// It is not the next one.
    Misplaced,
    /// More are to come.
    More,
    /// It was the last.
    Last,
}

/// What is here of a snapshot.
#[derive(Debug)]
pub(crate) struct Joining {
    /// Of which height it is.
    pub(crate) height: u64,
    /// What the engine's light client trusts.
    pub(crate) app_hash: Sha256,
    chunks: Vec<Sha256>,
    taken: usize,
    octets: Vec<u8>,
    senders: BTreeSet<String>,
}

impl Joining {
    /// Looks at an offer.
    ///
    /// # Errors
    /// See [`Unwanted`].
    pub(crate) fn offered(offer: &RequestOfferSnapshot) -> Result<Self, Unwanted> {
        let Some(Snapshot {
            height,
            format,
            chunks,
            hash,
            metadata,
        }) = &offer.snapshot
        else {
            return Err(Unwanted::Malformed);
        };
        if *format != FORMAT {
            return Err(Unwanted::Format);
        }
        let app_hash = Sha256::from_slice(&offer.app_hash).ok_or(Unwanted::Malformed)?;
        let (digests, rest) = metadata.as_chunks::<{ Sha256::LEN }>();
        let digests: Vec<_> = digests.iter().map(|digest| Sha256(*digest)).collect();
        let is_whole = rest.is_empty()
            && *height > 0
            && (1..=SNAPSHOT_CHUNKS_MAX).contains(chunks)
            && usize::try_from(*chunks) == Ok(digests.len())
            && **hash == sha256(&[metadata]).0;
        if !is_whole {
            return Err(Unwanted::Malformed);
        }
        Ok(Self {
            height: *height,
            app_hash,
            chunks: digests,
            taken: 0,
            octets: Vec::new(),
            senders: BTreeSet::new(),
        })
    }

    /// Takes a chunk from a peer.
    pub(crate) fn take(&mut self, index: u32, chunk: &[u8], sender: &str) -> Took {
        if usize::try_from(index) != Ok(self.taken) {
            return Took::Misplaced;
        }
        // The engine lets larger ones through, and who offers a lie chose its digests as well.
        let is_offered = self.chunks.get(self.taken) == Some(&sha256(&[chunk]));
        if chunk.len() > SNAPSHOT_CHUNK_BYTES || !is_offered {
            return Took::Bad;
        }
        if !sender.is_empty() {
            self.senders.insert(sender.to_owned());
        }
        self.octets.extend_from_slice(chunk);
        self.taken = self.taken.saturating_add(1);
        if self.taken < self.chunks.len() {
            Took::More
        } else {
            Took::Last
        }
    }

    /// Who sent its chunks: all of them had what was offered.
    pub(crate) fn senders(&self) -> Vec<String> {
        self.senders.iter().cloned().collect()
    }

    /// The chunks in a row.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }
}
