//! A key as the ledger knows it: material, validity, revocation, and the one role it acts in.
//! Signatures are not judged here; `ktr-wire` does that before a command reaches the core.

use crate::{
    id::{CountyId, EncryptionKey, Fingerprint, MemberId, SeatId, SigningKey},
    time::Time,
};

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Purpose {
    /// Signs transactions.
    Sign,
    /// Receives the release in a member's room; cannot sign.
    Room,
    /// Receives files that travel to a role. Genesis only: its number is reserved in commands.
    Encrypt,
}

/// The material itself, with its purpose.
#[expect(
    clippy::module_name_repetitions,
    reason = "`Body` alone would be a transaction's"
)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyBody {
    /// Ed25519, for transactions.
    Sign(SigningKey),
    /// cv25519, for the room.
    Room(EncryptionKey),
    /// cv25519, for files to a role.
    Encrypt(EncryptionKey),
}

impl KeyBody {
    /// The purpose that goes with the material.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::Sign(_) => Purpose::Sign,
            Self::Room(_) => Purpose::Room,
            Self::Encrypt(_) => Purpose::Encrypt,
        }
    }
}

/// Who acts with a key. A key has exactly one role.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// A county as operator.
    County(CountyId),
    /// A county's room sidecar.
    Sidecar(CountyId),
    /// The studio of the host region, which runs the session.
    Studio,
    /// The Alliance's release desk.
    Releaser,
    /// The collector of plain hits.
    Collector,
    /// A member organisation.
    Member(MemberId),
    /// A seat of the board.
    Seat(SeatId),
    /// The deputy of a seat.
    Deputy(SeatId),
}

/// Why a key was revoked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RevocationReason {
    /// No longer used; what it signed stays good.
    Retired,
    /// Replaced by another key.
    Superseded,
    /// Lost or seen by others.
    Compromised,
}

/// That a key was revoked, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Revocation {
    /// Header time of the block that revoked it.
    pub at: Time,
    /// Why.
    pub reason: RevocationReason,
}

/// A registered key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// Its OpenPGP v4 fingerprint, derived from the body.
    pub fingerprint: Fingerprint,
    /// Its material.
    pub body: KeyBody,
    /// Who acts with it.
    pub role: Role,
    /// First second of its validity.
    pub valid_from: Time,
    /// First second after its validity.
    pub valid_until: Time,
    /// Set once, never taken back.
    pub revoked: Option<Revocation>,
    /// That the log says it is over; judged is a key by its validity alone, never by this.
    pub expired: bool,
}

impl Key {
    /// Whether the key may act at `at`: inside its validity and not revoked.
    #[must_use]
    pub fn is_live(&self, at: Time) -> bool {
        self.is_valid(at) && self.revoked.is_none()
    }

    /// Whether `at` lies inside the key's validity, revoked or not.
    #[must_use]
    pub fn is_valid(&self, at: Time) -> bool {
        self.valid_from <= at && at < self.valid_until
    }
}
