//! Identifiers, digests and keys as types of their own, so that no two of them can be confused.
//! Nothing here knows how they are encoded on the wire or where they come from.

use core::fmt;

/// Declares a fixed-length byte identifier with lower-case hexadecimal text.
macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in octets.
            pub const LEN: usize = $len;

            /// The octets.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Reads exactly [`Self::LEN`] octets; any other length gives `None`.
            #[must_use]
            pub fn from_slice(octets: &[u8]) -> Option<Self> {
                <[u8; $len]>::try_from(octets).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

/// Declares a counter that starts at 1, because proto3 drops a zero.
macro_rules! counter_id {
    ($(#[$doc:meta])* $name:ident, $int:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

bytes_id!(
    /// A SHA-256 digest.
    Sha256,
    32
);
bytes_id!(
    /// A nomination is named by its salted commitment (design: bundle, section 1).
    Commitment,
    32
);
bytes_id!(
    /// One session's release, drawn from the build seed (design: rulings, section 4).
    ReleaseId,
    16
);
bytes_id!(
    /// A member organisation: random, never derived from its name.
    MemberId,
    16
);
bytes_id!(
    /// The OpenPGP v4 fingerprint of a key (RFC 9580, section 5.5.4.1).
    Fingerprint,
    20
);
bytes_id!(
    /// The key body of an `EdDSA` legacy Ed25519 key, 51 octets (design: ledger, section 7).
    SigningKey,
    51
);
bytes_id!(
    /// The key body of a cv25519 encryption key, 56 octets; stored, never computed with.
    EncryptionKey,
    56
);
bytes_id!(
    /// A transaction's number used once per signer.
    Nonce,
    16
);
bytes_id!(
    /// A validator's Ed25519 consensus key.
    ValidatorKey,
    32
);
bytes_id!(
    /// A validator's address: the first 20 octets of SHA-256 of its consensus key.
    ValidatorAddress,
    20
);
bytes_id!(
    /// The public key of one RM-1 window, a point of ristretto255; stored, never computed with.
    WindowKey,
    32
);
bytes_id!(
    /// The disclosed key of one RM-1 window, a scalar of ristretto255.
    WindowSecret,
    32
);
counter_id!(
    /// A county, numbered from 1 in genesis order.
    CountyId,
    u8
);
counter_id!(
    /// A seat of the board: 1 commercial, 2 public-sector, 3 independent academic.
    SeatId,
    u8
);
counter_id!(
    /// A monthly session, numbered from 1 without gaps.
    SessionId,
    u32
);
counter_id!(
    /// A term of the board, numbered from 1 without gaps.
    TermId,
    u32
);
counter_id!(
    /// A proposal of the counties, numbered from 1 without gaps.
    ProposalId,
    u32
);
counter_id!(
    /// A quarter of a year in the figures; how it is counted is settled when RM-1 comes into force.
    QuarterId,
    u32
);
counter_id!(
    /// A block height; the first block is 1.
    Height,
    u64
);
