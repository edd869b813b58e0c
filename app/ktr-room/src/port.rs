//! What the loop needs from outside, as traits: chain, homeserver, OpenPGP, clock.
//! Technologies are in `adapter/`; tests put their own behind the same traits.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use ktr_core::id::{EncryptionKey, SessionId, SigningKey};
use ktr_os::FileError;
use zeroize::Zeroizing;

use crate::error::{ChainError, CipherError, RoomError};
use crate::limits::{DELAY_MS_MIN, UNMADE_SECS};
use crate::matrix_id::{Account, DelayId, EventId, MediaUri, RoomId, Token};
use crate::plan::{Outlook, Sealed};
use crate::report::Report;
use crate::seen::{Net, Sight};

/// The chain, as `ktr-client` follows it.
pub trait Chain: Send + Sync {
    /// The newest proven state. An answer without proof is no answer.
    fn outlook(&self) -> impl Future<Output = Result<Outlook, ChainError>> + Send;

    /// Signs a report with the county's sidecar key and a random nonce; the bytes are journalled before [`Chain::send`].
    ///
    /// # Errors
    /// [`ChainError::Unsigned`].
    fn sign(&self, report: &Report) -> Result<Vec<u8>, ChainError>;

    /// Sends signed bytes and waits until they are in a block or refused.
    fn send(&self, signed: &[u8]) -> impl Future<Output = Result<Sent, ChainError>> + Send;
}

/// What became of signed bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sent {
    /// In a block, event and all.
    Accepted,
    /// The rule says that this county reported already, or that these bytes were already seen: success.
    Already,
    /// Too early, expired, or a clock that runs ahead (codes named `TooEarly`, 109, 122, 121): sign anew, later.
    NotYet,
    /// Refused for good, with this code.
    Refused(u32),
}

/// A county's homeserver, seen through the bot's account.
pub trait Room: Send + Sync {
    /// Looks at the session's room and at every other room. `known` is the journal's room.
    fn look(
        &self,
        session: SessionId,
        known: Option<&RoomId>,
    ) -> impl Future<Output = Result<Look, RoomError>> + Send;

    /// Makes the room with its alias, or finds the one that has it.
    fn create(
        &self,
        session: SessionId,
        guests: &[Account],
    ) -> impl Future<Output = Result<RoomId, RoomError>> + Send;

    /// Makes an account if it is missing.
    fn ensure_account(
        &self,
        account: &Account,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Invites; somebody already in is success.
    fn invite(
        &self,
        room: &RoomId,
        account: &Account,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Mints a token for an account, good until then (milliseconds).
    fn mint(
        &self,
        account: &Account,
        until_ms: u64,
    ) -> impl Future<Output = Result<Token, RoomError>> + Send;

    /// Arms a net; each call adds one.
    fn arm(
        &self,
        room: &RoomId,
        net: &Net,
        delay_ms: u64,
    ) -> impl Future<Output = Result<DelayId, RoomError>> + Send;

    /// Cancels a net; one that is gone is success.
    fn cancel(&self, id: &DelayId) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Lets joins end by themselves after a delay; each call adds one such end.
    fn arm_lease(
        &self,
        room: &RoomId,
        delay_ms: u64,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Lets a delay run anew; says whether it still waited. The next look shows what one that is gone has done.
    fn restart(&self, id: &DelayId) -> impl Future<Output = Result<bool, RoomError>> + Send;

    /// Lets the invited join again.
    fn open_joins(&self, room: &RoomId) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Lets nobody join any more.
    fn close_joins(&self, room: &RoomId) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Asks for a media id.
    fn name_media(&self) -> impl Future<Output = Result<MediaUri, RoomError>> + Send;

    /// Uploads bytes under a media id; bytes that are up already are success.
    fn upload(
        &self,
        media: &MediaUri,
        octets: Vec<u8>,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Sends post `n` with a transaction id, unless the timeline has a post of this number: then it is that one. The id
    /// alone does not make a repetition the same event: it counts for one token, and for a day.
    fn post(
        &self,
        room: &RoomId,
        n: u32,
        transaction: &str,
        content: &serde_json::Value,
    ) -> impl Future<Output = Result<EventId, RoomError>> + Send;

    /// Step 1: deletes all media; adds up how many, also if it fails on the way.
    fn drop_media(
        &self,
        now_ms: u64,
        deleted: &mut u32,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Step 2: deletes the session's alias; a missing one is success.
    fn drop_alias(&self, session: SessionId) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Step 3: deletes reports of the room's events.
    fn drop_reports(&self, room: &RoomId) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Kicks one account out of a room that lives; one that is out already is success.
    fn put_out(
        &self,
        room: &RoomId,
        account: &Account,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Whom step 4 kicks: everybody in the room or invited, but the bot. `None` if there is no such room any more.
    fn company(
        &self,
        room: &RoomId,
    ) -> impl Future<Output = Result<Option<BTreeSet<Account>>, RoomError>> + Send;

    /// Step 4: kicks everybody but the bot and cancels their nets; of `company` it counts who is out by anybody's hand but their own,
    /// whenever that happened, and all of it if the room is gone. What it did is in `cleared` also if it fails on the way.
    fn clear(
        &self,
        room: &RoomId,
        company: &BTreeSet<Account>,
        cleared: &mut Cleared,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Step 6: cancels what still waits for this room, the bot's own leave last; adds up how many, also if it fails on the way.
    fn disarm(
        &self,
        room: &RoomId,
        cancelled: &mut u32,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Step 7: deletes and purges the room and waits until that is complete.
    fn purge(&self, room: &RoomId) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Step 8: unblocks the room's id; says whether nothing answers for it any more.
    fn confirm_gone(&self, room: &RoomId) -> impl Future<Output = Result<bool, RoomError>> + Send;

    /// Step 9: logs a token out; an unknown one is success.
    fn log_out(&self, token: &Token) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// Destroys a room that is not the session's, with alias, nets and media that `keep` does not name.
    fn destroy_stray(
        &self,
        room: &RoomId,
        keep: &BTreeSet<MediaUri>,
    ) -> impl Future<Output = Result<(), RoomError>> + Send;

    /// The homeserver's version as three numbers.
    fn version(&self) -> impl Future<Output = Result<[u16; 3], RoomError>> + Send;

    /// The homeserver's name, as it stands in passes.
    fn server_name(&self) -> &str;
}

/// What a look at the homeserver showed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The session's room.
    pub room: Option<Sight>,
    /// The session's room as the homeserver lists it, even one that the bot cannot look into: it is in it no more.
    pub stands: Option<RoomId>,
    /// Every other room.
    pub strays: BTreeSet<RoomId>,
    /// A room with the session's alias that is not the journal's and lacks its rules: it is being made, or never was whole.
    pub unmade: Option<Unmade>,
    /// The longest delay the homeserver takes, in milliseconds; 0 if it knows none.
    pub max_delay_ms: u64,
    /// How many delayed events the bot may have; 0 if none.
    pub max_scheduled: u64,
}

/// A room that has not all that a request to make one writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmade {
    /// Its id.
    pub room: RoomId,
    /// When it was begun, by the homeserver's clock, in milliseconds.
    pub begun_ms: u64,
}

impl Look {
    /// The rooms that have to go: strays, and one that was begun too long ago to be made still; any such room of a session that is over.
    ///
    /// # Errors
    /// [`RoomError::Overdue`] while it may still be made: nothing can be said of the session's room yet.
    pub fn others(&self, over: bool, now_ms: u64) -> Result<BTreeSet<RoomId>, RoomError> {
        let mut others = self.strays.clone();
        if let Some(unmade) = &self.unmade {
            let ends_ms = unmade
                .begun_ms
                .saturating_add(UNMADE_SECS.saturating_mul(1_000));
            if !over && now_ms < ends_ms {
                return Err(RoomError::Overdue("the making of the room"));
            }
            others.insert(unmade.room.clone());
        }
        Ok(others)
    }

    /// Whether delayed events may wait long enough, and enough of them for the nets of so many guests, the lease, the bot's
    /// own leave and two more.
    #[must_use]
    pub fn enough_for(&self, guests: usize) -> bool {
        let guests = u64::try_from(guests).unwrap_or(u64::MAX);
        self.max_delay_ms >= DELAY_MS_MIN && self.max_scheduled >= guests.saturating_add(4)
    }
}

/// What step 4 did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cleared {
    /// Members kicked.
    pub kicked: u32,
    /// Nets cancelled.
    pub cancelled: u32,
}

/// OpenPGP, through `ktr-artefact`.
pub trait Cipher: Send + Sync {
    /// Decrypts a file of the inbox with the sidecar's key and verifies it against what is sealed: canonical bytes,
    /// Alliance signature and notations, SHA-256. Gives the plaintext archive (`bundle.json`, `bundle.json.asc`).
    ///
    /// # Errors
    /// [`CipherError::NotForUs`] if the key does not fit, [`CipherError::Release`] for everything that fails the check.
    fn open_release(
        &self,
        file: &[u8],
        sealed: &Sealed,
        session: SessionId,
    ) -> Result<Zeroizing<Vec<u8>>, CipherError>;

    /// Whether something can be encrypted to a key: tried with a few octets.
    fn is_usable(&self, key: &EncryptionKey) -> bool;

    /// Encrypts the archive to hidden recipients, in shuffled order, unsigned outside.
    ///
    /// # Errors
    /// [`CipherError::Key`] for a key body that cannot be used.
    fn encrypt_post(&self, archive: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError>;

    /// Signs a pass with the sidecar's key (purpose `pass`) and encrypts it to its member.
    ///
    /// # Errors
    /// As [`Cipher::encrypt_post`].
    fn encrypt_pass(&self, pass: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError>;

    /// Decrypts a pass that another county's sidecar made for this one's probe; one of `by` must have signed it (purpose `pass`).
    ///
    /// # Errors
    /// [`CipherError::NotForUs`] if the key does not fit, [`CipherError::Pass`] for everything that fails the check.
    fn open_pass(
        &self,
        sealed: &[u8],
        by: &[SigningKey],
    ) -> Result<Zeroizing<Vec<u8>>, CipherError>;
}

impl<C: Chain> Chain for Arc<C> {
    async fn outlook(&self) -> Result<Outlook, ChainError> {
        C::outlook(self).await
    }

    fn sign(&self, report: &Report) -> Result<Vec<u8>, ChainError> {
        C::sign(self, report)
    }

    async fn send(&self, signed: &[u8]) -> Result<Sent, ChainError> {
        C::send(self, signed).await
    }
}

/// Where the files lie that a sidecar goes on from after a crash.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Puts a file in place whole; it is on disk when this returns.
    ///
    /// # Errors
    /// Any error of the file system; the old file is then untouched.
    fn put(&self, path: &Path, octets: &[u8]) -> Result<(), FileError>;
}

/// The local clock.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970.
    fn local_ms(&self) -> u64;
}
