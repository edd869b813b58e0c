//! What can go wrong in the sidecar, one enum for the crate.
//! Messages name things by id or by role and never show content, addresses of Matrix or tokens.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use ktr_core::id::CountyId;
use ktr_os::FileError;

/// Why a pass or a command failed.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// A file could not be read or written.
    #[error("file system: {0}")]
    Io(#[from] io::Error),
    /// Something in the inbox, the spool or among the passes cannot be removed.
    #[error("inbox, spool or passes cannot be emptied: {0}")]
    NotEmptied(io::Error),
    /// The journal is not one of ours.
    #[error(
        "the journal is damaged: let the homeserver's nets take the room, then move it away; the next start looks for what is left"
    )]
    Journal,
    /// What an operator ordered cannot be read, for example because another user's program wrote it.
    #[error(
        "the order to dissolve cannot be read: run `ktr-room dissolve` again as the sidecar's user"
    )]
    Order,
    /// The configuration is wrong.
    #[error("configuration {path}: {reason}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A secret file can be read by others.
    #[error("secret file {0} must have mode 0600")]
    SecretExposed(PathBuf),
    /// A secret file is missing or has the wrong shape.
    #[error("secret file {0} is missing or damaged: run `ktr-room init`")]
    SecretBroken(PathBuf),
    /// The homeserver does not answer.
    #[error("the homeserver does not answer")]
    ServerSilent,
    /// Another county's door does not prove to hold a key that `room.toml` pins.
    #[error(
        "county {0} does not prove to hold a key pinned in its [[neighbour]] of room.toml: ask that county for its pin, over a way of its own"
    )]
    OtherKey(CountyId),
    /// The homeserver answered with something unexpected.
    #[error("the homeserver answered {status} to {call}")]
    ServerRefused {
        /// Which call, as the design names it.
        call: &'static str,
        /// The status code.
        status: u16,
        /// Matrix's error code, such as `M_FORBIDDEN`; empty if there was none.
        code: String,
    },
    /// The homeserver's answer could not be read.
    #[error("the homeserver's answer to {0} could not be read")]
    ServerGarbled(&'static str),
    /// The homeserver asks for a wait longer than a minute.
    #[error("the homeserver asks for a wait longer than a minute at {0}")]
    Limited(&'static str),
    /// The homeserver refuses the bot's token.
    #[error("the homeserver refuses the bot's token")]
    TokenRefused,
    /// The homeserver could not be started.
    #[error("the homeserver did not start: {0}")]
    ServerDead(String),
    /// A port is taken by something else.
    #[error("port {0} on 127.0.0.1 is taken: set another one in room.toml")]
    PortTaken(u16),
    /// The address of `[listen]` is taken by something else, or not this machine's.
    #[error("cannot listen at {0}: it is taken, not this machine's, or below 1024 and not allowed")]
    AddressTaken(SocketAddr),
    /// Certificate and key of `[listen]` cannot be used.
    #[error("certificate {0} and its key are no pair of PEM files that can be used")]
    Certificate(PathBuf),
    /// Something took longer than its limit.
    #[error("{0} took too long")]
    Overdue(&'static str),
    /// The unit of one session was started for one that it would not live to the end of.
    #[error(
        "too early for the next session, named in the line before: see that the timer starts the unit an hour before it"
    )]
    UnitTooEarly,
    /// An end began blind and without a known room: what no look has shown is not gone.
    #[error("the homeserver has not shown yet whether there is a room: the next pass looks again")]
    Unseen,
    /// The lease on joins ran out between the look and its restart.
    #[error("the lease on joins has run out: the next pass looks again and arms another")]
    LeaseGone,
    /// The homeserver's database could not be read or cleaned.
    #[error("the homeserver's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The homeserver's PostgreSQL could not be read or cleaned.
    #[error("the homeserver's PostgreSQL: {0}")]
    Postgres(String),
    /// The scanner did not find the canary it had laid out itself.
    #[error("the scan is void: class {0} missed its own canary")]
    ScanVoid(&'static str),
    /// Nothing says what a scan is to look for.
    #[error(
        "the scan is void: no session has begun and there is no receipt, so nothing says what to look for: name a receipt with --receipt"
    )]
    NothingSought,
    /// A spooled ciphertext is missing or changed.
    #[error("the spool of post {0} is missing or changed")]
    Spool(u32),
    /// The ciphertext is larger than the homeserver takes.
    #[error("post {0} is larger than the homeserver takes")]
    TooLarge(u32),
    /// Encryption, or verification of the release, failed.
    #[error("openpgp: {0}")]
    Cipher(#[from] CipherError),
    /// The chain's adapter failed.
    #[error("chain: {0}")]
    Chain(#[from] ChainError),
}

impl RoomError {
    /// Whether nothing more may be done in this pass: what is done could not be written down, or the bot's token is refused.
    #[must_use]
    pub const fn ends_the_pass(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Journal | Self::TokenRefused)
    }

    /// Whether it would meet the next member as well as this one.
    #[must_use]
    pub const fn meets_everybody(&self) -> bool {
        self.ends_the_pass() || matches!(self, Self::ServerSilent | Self::Limited(_))
    }

    /// Whether the next pass hardly ends otherwise if it lasts: the database, the scanner, the spool, the post or the sidecar's key is not as
    /// it should be, or the homeserver refuses, talks nonsense, takes too long, or is not there.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::ScanVoid(_)
                | Self::Database(_)
                | Self::Postgres(_)
                | Self::Spool(_)
                | Self::TooLarge(_)
                | Self::Cipher(_)
                | Self::ServerSilent
                | Self::ServerRefused { .. }
                | Self::ServerGarbled(_)
                | Self::Overdue(_)
                | Self::Chain(ChainError::Unsigned)
        )
    }

    /// Whether the disk takes nothing: it is full, read-only, as a kernel makes it after an error, or broken.
    #[must_use]
    pub fn is_unwritable(&self) -> bool {
        let Self::Io(cause) = self else {
            return false;
        };
        let is_closed = matches!(
            cause.kind(),
            io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::ReadOnlyFilesystem
        );
        is_closed || cause.raw_os_error() == Some(EIO)
    }
}

/// What the system says of a disk that is broken; the standard library has no kind for it.
const EIO: i32 = 5;

impl From<postgres::Error> for RoomError {
    /// Keeps the number of what the server refused: its text can show a row.
    fn from(error: postgres::Error) -> Self {
        Self::Postgres(match error.code() {
            Some(code) => format!("it refused with SQLSTATE {}", code.code()),
            None => error.to_string(),
        })
    }
}

impl From<FileError> for RoomError {
    /// Keeps the cause and drops the path: the name of a pass tells of a member. A secret's path does not.
    fn from(error: FileError) -> Self {
        match error {
            FileError::Exposed(path) => Self::SecretExposed(path),
            FileError::Failed { .. } | FileError::TooLarge(_) => Self::Io(error.into_cause()),
        }
    }
}

/// Why a file could not be encrypted, decrypted or believed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CipherError {
    /// The file is not encrypted to the sidecar's key.
    #[error("not for our key")]
    NotForUs,
    /// The release is not the sealed one, or fails a check of the seal.
    #[error("the release fails rule {0}")]
    Release(String),
    /// A pass was not made by the county it should be from, or not for this use.
    #[error("the pass fails rule {0}")]
    Pass(String),
    /// A key body cannot be used.
    #[error("a room key cannot be used")]
    Key,
    /// Something else inside the library.
    #[error("{0}")]
    Inside(String),
}

/// Why the chain did not do what was asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChainError {
    /// No node answers, or none with a proof.
    #[error("no proven answer")]
    Silent,
    /// The report could not be signed.
    #[error("the report could not be signed")]
    Unsigned,
}
