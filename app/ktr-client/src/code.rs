//! Result codes by name, and which of them mean "too early, try again".
//! The numbers are `ktr-wire`'s and the core's; nothing is decided here.

use ktr_core::Rejection;
use ktr_wire::refusal::{Envelope, Refusal, Signature, Wire};

const BEFORE_THE_RULES: [Refusal; 21] = [
    Refusal::Wire(Wire::TooLarge),
    Refusal::Wire(Wire::NotProtobuf),
    Refusal::Wire(Wire::NotCanonical),
    Refusal::Wire(Wire::OutOfRange),
    Refusal::Wire(Wire::NoCommand),
    Refusal::Wire(Wire::Unknown),
    Refusal::Signature(Signature::Shape),
    Refusal::Signature(Signature::Subpacket),
    Refusal::Signature(Signature::Unhashed),
    Refusal::Signature(Signature::LeftBits),
    Refusal::Signature(Signature::Hash),
    Refusal::Signature(Signature::UnknownSigner),
    Refusal::Signature(Signature::Validity),
    Refusal::Signature(Signature::Revoked),
    Refusal::Signature(Signature::Bad),
    Refusal::Signature(Signature::Time),
    Refusal::Envelope(Envelope::WrongChain),
    Refusal::Envelope(Envelope::Expired),
    Refusal::Envelope(Envelope::ExpiryTooFar),
    Refusal::Envelope(Envelope::Replayed),
    Refusal::Envelope(Envelope::TooMany),
];

/// Codes of queries and of the node itself.
const OF_THE_NODE: [(u32, &str); 7] = [
    (2001, "UnknownPath"),
    (2002, "BadArgument"),
    (2003, "Pruned"),
    (2004, "NotFound"),
    (2005, "NothingCommitted"),
    (2006, "Unreadable"),
    (9001, "CaughtPanic"),
];

/// The code of a query for a transaction that is in no block.
pub const ABSENT: u32 = 2004;
/// The code of a transaction whose nonce was used: perhaps by these very octets.
pub const REPLAYED: u32 = 123;

/// The name of a result code, such as `SeverityTooLow`; `Unknown` for a number that nobody has.
#[must_use]
pub fn name(code: u32) -> &'static str {
    let rules = Rejection::every().map(|rule| (rule.code(), rule.name()));
    let others = BEFORE_THE_RULES
        .iter()
        .map(|refusal| (refusal.code(), refusal.name()));
    let mut all = rules
        .chain(others)
        .chain(OF_THE_NODE)
        .chain([(0, "Accepted")]);
    all.find(|(known, _)| *known == code)
        .map_or("Unknown", |(_, name)| name)
}

/// Whether the same command may be accepted a little later, with a new nonce: 109, 122 and every code named `TooEarly`
/// (design: rulings, section 2).
#[must_use]
pub fn is_too_early(code: u32) -> bool {
    matches!(code, 109 | 122) || name(code) == "TooEarly"
}
