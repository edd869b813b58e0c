//! What a refusal says to the person who meets it: the rule, who meets it, what to do next.
//! Numbers and names are beside this file; the core's rules bring their own texts. All of it is free, none of it is hashed.

use crate::refusal::{Envelope, Refusal, Signature, Wire};

/// Rule, who meets it, what to do next.
type Guide = (&'static str, &'static str, &'static str);

impl Refusal {
    /// What the rule says, in one line.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        self.guide().0
    }

    /// Who meets it, as a part of a sentence.
    #[must_use]
    pub const fn met_by(self) -> &'static str {
        self.guide().1
    }

    /// What is to be done next, as sentences.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        self.guide().2
    }

    const fn guide(self) -> Guide {
        match self {
            Self::Wire(wire) => of_octets(wire),
            Self::Signature(signature) => of_signature(signature),
            Self::Envelope(envelope) => of_envelope(envelope),
            Self::Rule(rule) => (rule.explain(), rule.met_by(), rule.remedy()),
        }
    }
}

const PROGRAM: &str =
    "a program that writes transactions in its own way; `ktr` and the sidecars never do";

const fn of_octets(wire: Wire) -> Guide {
    match wire {
        Wire::TooLarge => (
            "More than 16,384 octets.",
            "whoever sends something that is no transaction",
            "Send the file that `ktr tx sign` wrote, and nothing else.",
        ),
        Wire::NotProtobuf => (
            "Not protobuf of the schema.",
            "whoever sends a body instead of a transaction, or a file in another form",
            "Sign the body first: `ktr tx sign`.",
        ),
        Wire::NotCanonical => (
            "Not the one encoding of its content.",
            PROGRAM,
            "Encode after the rule of the page Conventions: fields rising, no default, no unknown field.",
        ),
        Wire::OutOfRange => (
            "A length or number outside its bounds.",
            PROGRAM,
            "Compare each field with the page of its message.",
        ),
        Wire::NoCommand => (
            "A body without command.",
            PROGRAM,
            "Put exactly one command into the body.",
        ),
        Wire::Unknown => (
            "A command, verdict or other enumeration that is not in force.",
            "whoever has a newer program than the network, or uses a number that is only reserved",
            "Use a version that the network runs; the commands in force are in the reference.",
        ),
    }
}

const FOREIGN: &str =
    "whoever signs with another OpenPGP program than those that `ktr` calls, or with other options";
const AGAIN: &str =
    "Sign again with `ktr tx sign`, which calls GnuPG and `sq` with the right options.";

const fn of_signature(signature: Signature) -> Guide {
    match signature {
        Signature::Shape => ("Not one packet of the frozen shape.", FOREIGN, AGAIN),
        Signature::Subpacket => (
            "A hashed subpacket that is not allowed, or twice, or of a wrong length.",
            FOREIGN,
            AGAIN,
        ),
        Signature::Unhashed => ("Something stands in the unhashed area.", FOREIGN, AGAIN),
        Signature::LeftBits => (
            "The left 16 bits are not the digest's.",
            "whoever changes a body after it was signed, or damages the file",
            "Sign again what is to be sent.",
        ),
        Signature::Hash => ("Not SHA-256 or SHA-512.", FOREIGN, AGAIN),
        Signature::UnknownSigner => (
            "No such signing key is registered.",
            "whoever signs with a key that was never registered, or only in this very block",
            "Compare the fingerprint with `ktr query key FINGERPRINT`; sign with a registered key, or wait for the block that registers it.",
        ),
        Signature::Validity => (
            "Header time lies outside the key's validity.",
            "a holder whose key has ended or does not count yet",
            "Sign with another live key, or register a new one.",
        ),
        Signature::Revoked => (
            "The key was revoked.",
            "whoever signs with a revoked key",
            "Sign with another live key, or register a new one. If you did not expect this, ask who revoked it.",
        ),
        Signature::Bad => (
            "Ed25519 says no.",
            "whoever changes a body after it was signed, or names a key that did not sign",
            "Sign again what is to be sent.",
        ),
        Signature::Time => (
            "The signature's own time is absent, outside the key's validity, or too far ahead; try again.",
            "whoever signs on a machine whose clock is wrong, or with a key made a moment ago",
            "Set the clock right, and sign again.",
        ),
    }
}

const fn of_envelope(envelope: Envelope) -> Guide {
    match envelope {
        Envelope::WrongChain => (
            "Made for another chain.",
            "whoever uses the genesis or the chain id of another network",
            "Take `genesis.json` of this network, and build the transaction anew.",
        ),
        Envelope::Expired => (
            "`expires_at` has passed.",
            "whoever sends a transaction late, or builds it on a machine whose clock is slow",
            "Build and sign it anew.",
        ),
        Envelope::ExpiryTooFar => (
            "`expires_at` lies too far ahead; try again.",
            "whoever builds a transaction that counts for longer than `tx_window_secs`, or whose clock is fast",
            "Build it anew with an earlier `--expires-at`, or send it later.",
        ),
        Envelope::Replayed => (
            "The signer used this nonce before.",
            "whoever sends the same transaction twice",
            "Nothing, if it was sent twice: `ktr tx wait HASH` shows what became of it. Else build it anew.",
        ),
        Envelope::TooMany => (
            "The signer has too many transactions in this block.",
            "whoever sends more than `signer_txs_max` at once with one key",
            "Send it again after the next block.",
        ),
    }
}
