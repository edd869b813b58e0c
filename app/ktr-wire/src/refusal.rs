//! Result codes: why a transaction was refused, with numbers that are consensus.
//! Texts are free; only code and data are hashed by the engine.

use core::fmt;

use ktr_core::Rejection;

/// Bytes are wrong: codespace `ktr.wire`, 1 to 99.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wire {
    /// More than 16,384 octets.
    TooLarge,
    /// Not protobuf of the schema.
    NotProtobuf,
    /// Not the one encoding of its content.
    NotCanonical,
    /// A length or number outside its bounds.
    OutOfRange,
    /// A body without command.
    NoCommand,
    /// A command, verdict or other enumeration that is not in force.
    Unknown,
}

/// The signature packet or its key is wrong: codespace `ktr.signature`, 100 to 119.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signature {
    /// Not one packet of the frozen shape.
    Shape,
    /// A hashed subpacket that is not allowed, or twice, or of a wrong length.
    Subpacket,
    /// Something stands in the unhashed area.
    Unhashed,
    /// The left 16 bits are not the digest's.
    LeftBits,
    /// Not SHA-256 or SHA-512.
    Hash,
    /// No such signing key is registered.
    UnknownSigner,
    /// Header time lies outside the key's validity.
    Validity,
    /// The key was revoked.
    Revoked,
    /// Ed25519 says no.
    Bad,
    /// The signature's own time lies outside the key's validity or too far ahead.
    Time,
}

/// The envelope does not fit the block: codespace `ktr.envelope`, 120 to 139.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Envelope {
    /// Made for another chain.
    WrongChain,
    /// `expires_at` has passed.
    Expired,
    /// `expires_at` lies too far ahead.
    ExpiryTooFar,
    /// The signer used this nonce before.
    Replayed,
    /// The signer has too many transactions in this block.
    TooMany,
}

/// Why a transaction was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// See [`Wire`].
    Wire(Wire),
    /// See [`Signature`].
    Signature(Signature),
    /// See [`Envelope`].
    Envelope(Envelope),
    /// A rule of the core.
    Rule(Rejection),
}

impl Refusal {
    /// The number that the engine hashes.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::Wire(wire) => match wire {
                Wire::TooLarge => 1,
                Wire::NotProtobuf => 2,
                Wire::NotCanonical => 3,
                Wire::OutOfRange => 4,
                Wire::NoCommand => 5,
                Wire::Unknown => 6,
            },
            Self::Signature(signature) => match signature {
                Signature::Shape => 100,
                Signature::Subpacket => 101,
                Signature::Unhashed => 102,
                Signature::LeftBits => 103,
                Signature::Hash => 104,
                Signature::UnknownSigner => 105,
                Signature::Validity => 106,
                Signature::Revoked => 107,
                Signature::Bad => 108,
                Signature::Time => 109,
            },
            Self::Envelope(envelope) => match envelope {
                Envelope::WrongChain => 120,
                Envelope::Expired => 121,
                Envelope::ExpiryTooFar => 122,
                Envelope::Replayed => 123,
                Envelope::TooMany => 124,
            },
            Self::Rule(rule) => rule.code(),
        }
    }

    /// The ABCI codespace of the number.
    #[must_use]
    pub const fn codespace(self) -> &'static str {
        match self {
            Self::Wire(_) => "ktr.wire",
            Self::Signature(_) => "ktr.signature",
            Self::Envelope(_) => "ktr.envelope",
            Self::Rule(rule) => rule.codespace(),
        }
    }

    /// The name of the refusal, such as `NotCanonical`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wire(wire) => match wire {
                Wire::TooLarge => "TooLarge",
                Wire::NotProtobuf => "NotProtobuf",
                Wire::NotCanonical => "NotCanonical",
                Wire::OutOfRange => "OutOfRange",
                Wire::NoCommand => "NoCommand",
                Wire::Unknown => "Unknown",
            },
            Self::Signature(signature) => match signature {
                Signature::Shape => "Shape",
                Signature::Subpacket => "Subpacket",
                Signature::Unhashed => "Unhashed",
                Signature::LeftBits => "LeftBits",
                Signature::Hash => "Hash",
                Signature::UnknownSigner => "UnknownSigner",
                Signature::Validity => "Validity",
                Signature::Revoked => "Revoked",
                Signature::Bad => "Bad",
                Signature::Time => "Time",
            },
            Self::Envelope(envelope) => match envelope {
                Envelope::WrongChain => "WrongChain",
                Envelope::Expired => "Expired",
                Envelope::ExpiryTooFar => "ExpiryTooFar",
                Envelope::Replayed => "Replayed",
                Envelope::TooMany => "TooMany",
            },
            Self::Rule(rule) => rule.name(),
        }
    }

    /// Whether a block with such a transaction is refused: an honest proposer never includes it.
    #[must_use]
    pub const fn refuses_block(self) -> bool {
        match self {
            Self::Wire(_) | Self::Signature(_) => true,
            Self::Envelope(_) | Self::Rule(_) => false,
        }
    }

    /// Whether the refused transaction has used up its nonce: well signed, well enveloped, and a rule said no.
    #[must_use]
    pub const fn uses_nonce(self) -> bool {
        match self {
            Self::Rule(_) => true,
            Self::Wire(_) | Self::Signature(_) | Self::Envelope(_) => false,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.name())
    }
}

impl core::error::Error for Refusal {}

impl From<Wire> for Refusal {
    fn from(wire: Wire) -> Self {
        Self::Wire(wire)
    }
}

impl From<Signature> for Refusal {
    fn from(signature: Signature) -> Self {
        Self::Signature(signature)
    }
}

impl From<Envelope> for Refusal {
    fn from(envelope: Envelope) -> Self {
        Self::Envelope(envelope)
    }
}

impl From<Rejection> for Refusal {
    fn from(rule: Rejection) -> Self {
        Self::Rule(rule)
    }
}
