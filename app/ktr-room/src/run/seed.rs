//! A post on its way: encrypt once and spool, name the media, upload, send (design: room, sections 5 and 6).
//! Encryption is random, so the spooled bytes are the truth: encrypting again after a crash would make two.

use std::collections::BTreeSet;

use ktr_core::id::{EncryptionKey, SessionId};
use ktr_os::FileError;
use serde_json::json;

use super::sidecar::Sidecar;
use crate::action::Alarm;
use crate::error::RoomError;
use crate::file;
use crate::journal::{Fact, Post};
use crate::limits::{INBOX_FILE_MAX, UPLOAD_MAX};
use crate::matrix_id::Account;
use crate::name;
use crate::plan::Plan;
use crate::port::{Chain, Cipher, Clock, Room};

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Encrypts post `n` and spools it; it is on disk before the journal names it. Who has no key that can be used is none of its recipients.
    pub(super) fn encrypt(&mut self, plan: &Plan, n: u32, to: &[Account]) -> Result<(), RoomError> {
        let journal = self.written()?;
        let guests = to.iter().filter_map(|account| plan.member(account));
        let keys: Vec<EncryptionKey> = guests
            .flat_map(|guest| guest.keys.iter().copied())
            .filter(|key| !journal.is_unusable(key))
            .collect();
        let (octets, used) = self.sealed_to(plan, n, keys)?;
        if octets.len() > UPLOAD_MAX {
            return Err(RoomError::TooLarge(n));
        }
        let reached = to.iter().filter(|account| {
            let keys = plan.keys_of(account);
            keys.iter().any(|key| used.contains(key))
        });
        let recipients: BTreeSet<Account> = reached.cloned().collect();
        self.store.put(&self.store.spooled(n), &octets)?;
        let from = (octets.len() / 2).saturating_sub(16);
        let middle = octets.iter().skip(from).take(32).copied().collect();
        tracing::info!(
            session = plan.session.id.0,
            n,
            recipients = recipients.len(),
            octets = octets.len(),
            "post spooled"
        );
        self.note(Fact::Spooled(Post {
            n,
            sha256: name::sha256(&octets).0,
            middle,
            size: u64::try_from(octets.len()).unwrap_or(u64::MAX),
            recipients,
            media: None,
            uploaded: false,
            event: None,
            sent_ms: 0,
            transaction: Self::transaction(plan, n)?,
        }))
    }

    /// The ciphertext for these keys, or, if one of them cannot be used, for all others; with the keys that it is for.
    fn sealed_to(
        &mut self,
        plan: &Plan,
        n: u32,
        keys: Vec<EncryptionKey>,
    ) -> Result<(Vec<u8>, BTreeSet<EncryptionKey>), RoomError> {
        let error = match self.ciphertext(n, &keys) {
            Ok(octets) => return Ok((octets, keys.into_iter().collect())),
            Err(error) => error,
        };
        if !matches!(&error, RoomError::Cipher(_)) {
            return Err(error);
        }
        let usable = self.usable(plan.session.id, &keys)?;
        if usable.is_empty() || usable.len() == keys.len() {
            return Err(error);
        }
        let octets = self.ciphertext(n, &usable)?;
        Ok((octets, usable.into_iter().collect()))
    }

    fn ciphertext(&self, n: u32, keys: &[EncryptionKey]) -> Result<Vec<u8>, RoomError> {
        let archive = self.inbox.archive().ok_or(RoomError::Spool(n))?;
        Ok(self.ports.cipher.encrypt_post(archive, keys)?)
    }

    /// Those of some keys that something can be encrypted to; the others are written down, and nobody tries them again.
    pub(super) fn usable(
        &mut self,
        session: SessionId,
        keys: &[EncryptionKey],
    ) -> Result<Vec<EncryptionKey>, RoomError> {
        let journal = self.written()?;
        let unknown = keys.iter().copied();
        let unknown = unknown.filter(|key| !journal.is_unusable(key));
        let (usable, bad): (Vec<EncryptionKey>, Vec<EncryptionKey>) =
            unknown.partition(|key| self.ports.cipher.is_usable(key));
        if !bad.is_empty() {
            let (session, count) = (session.0, bad.len());
            tracing::warn!(session, count, "keys that cannot be used are left out");
            let digests = bad.iter().map(name::key_digest).collect();
            self.note(Fact::Unusable(digests))?;
        }
        Ok(usable)
    }

    /// Asks for a media id; a crash before the journal leaves an unused id, which goes with step 1.
    pub(super) async fn name_media(&mut self, n: u32) -> Result<(), RoomError> {
        // On a disk that takes nothing each pass would leave one, and after a hundred the homeserver gives none for a day.
        self.store.save(self.written()?)?;
        let media = self.ports.room.name_media().await?;
        self.note(Fact::Named(n, media))
    }

    /// Uploads the spooled bytes, after a look at their hash.
    pub(super) async fn upload(&mut self, n: u32) -> Result<(), RoomError> {
        let post = self.spooled(n)?.clone();
        let Some(octets) = self.unspooled(&post)? else {
            // Nothing went out under this number: the next pass encrypts anew.
            self.ring(Alarm::SpoolLost);
            self.note(Fact::Dropped(n))?;
            return Err(RoomError::Spool(n));
        };
        let media = post.media.ok_or(RoomError::Spool(n))?;
        self.ports.room.upload(&media, octets).await?;
        self.note(Fact::Uploaded(n))
    }

    /// The spooled bytes of a post; `None` if they are gone, or are not what was spooled.
    fn unspooled(&self, post: &Post) -> Result<Option<Vec<u8>>, RoomError> {
        let octets = match file::find_at_most(&self.store.spooled(post.n), INBOX_FILE_MAX) {
            Err(FileError::TooLarge(_)) => None,
            read => read?,
        };
        Ok(octets.filter(|octets| name::sha256(octets) == post.digest()))
    }

    /// Sends post `n`; the transaction id and the timeline make a repetition the same event.
    pub(super) async fn post(&mut self, plan: &Plan, n: u32) -> Result<(), RoomError> {
        let sealed = plan.session.sealed.as_ref().ok_or(RoomError::Spool(n))?;
        let post = self.spooled(n)?.clone();
        let media = post.media.as_ref().ok_or(RoomError::Spool(n))?;
        let content = json!({
            "msgtype": "m.file",
            "body": "release.pgp",
            "filename": "release.pgp",
            "url": media.as_str(),
            "info": {"mimetype": "application/octet-stream", "size": post.size},
            "org.matrix.self_destruct_after": plan.session.times.dissolves_ms(),
            "ktr.release.v1": {
                "v": 1,
                "chain": self.outlook.as_ref().map_or("", |outlook| &outlook.chain_id),
                "session": plan.session.id.0,
                "release": sealed.release.id.to_string(),
                "bundle_sha256": sealed.release.sha256.to_string(),
                "n": n,
                "sha256": post.digest().to_string(),
            },
        });
        let transaction = Self::transaction(plan, n)?;
        let event = self
            .ports
            .room
            .post(&self.room()?, n, &transaction, &content)
            .await?;
        tracing::info!(session = plan.session.id.0, n, sha256 = %post.digest(), "post sent");
        self.note(Fact::Posted(n, event, self.ports.clock.local_ms()))
    }

    /// What a repetition of post `n` is known by, for as long as the homeserver remembers.
    fn transaction(plan: &Plan, n: u32) -> Result<String, RoomError> {
        let sealed = plan.session.sealed.as_ref().ok_or(RoomError::Spool(n))?;
        Ok(name::transaction(plan.session.id, sealed.release.id, n))
    }

    fn spooled(&self, n: u32) -> Result<&Post, RoomError> {
        self.written()?
            .posts
            .iter()
            .find(|post| post.n == n)
            .ok_or(RoomError::Spool(n))
    }
}
