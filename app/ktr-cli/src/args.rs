//! Parsers of single arguments: ids in hex, counters, counties, times.
//! Each is the edge where text becomes a type of the core.

use ktr_client::Head;
use ktr_core::{
    governance::Validator,
    id::{
        Commitment, CountyId, EncryptionKey, Fingerprint, MemberId, ProposalId, ReleaseId, SeatId,
        SessionId, Sha256, SigningKey, TermId, ValidatorKey,
    },
    key::Role,
    limits::SEATS,
    nomination::VetoCategory,
    session::LanguageTag,
};
use ktr_wire::signature;

use crate::render;

/// Declares a parser of an identifier in lower- or upper-case hex.
macro_rules! hex_id {
    ($(#[$doc:meta])* $function:ident, $name:ident) => {
        $(#[$doc])*
        pub(crate) fn $function(text: &str) -> Result<$name, String> {
            let octets = hex::decode(text).ok();
            octets
                .and_then(|octets| $name::from_slice(&octets))
                .ok_or_else(|| format!("{} hex digits are needed", $name::LEN.saturating_mul(2)))
        }
    };
}

hex_id!(
    /// A commitment.
    commitment,
    Commitment
);
hex_id!(
    /// A fingerprint of a version 4 key.
    fingerprint,
    Fingerprint
);
hex_id!(
    /// A member.
    member,
    MemberId
);
hex_id!(
    /// A release.
    release,
    ReleaseId
);
hex_id!(
    /// A SHA-256 digest.
    sha256,
    Sha256
);

/// Octets in hex, of any number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

/// Octets in hex.
pub(crate) fn octets(text: &str) -> Result<Octets, String> {
    let octets = hex::decode(text).map_err(|_error| "hex digits are needed".to_owned())?;
    Ok(Octets(octets))
}

/// A county's number.
pub(crate) fn county(text: &str) -> Result<CountyId, String> {
    match text.parse() {
        Ok(number @ 1..=16) => Ok(CountyId(number)),
        Ok(_) | Err(_) => Err("a county has a number from 1 to 16".to_owned()),
    }
}

/// A seat's number.
pub(crate) fn seat(text: &str) -> Result<SeatId, String> {
    match text.parse() {
        Ok(number @ 1..=SEATS) => Ok(SeatId(number)),
        Ok(_) | Err(_) => Err("a seat has a number from 1 to 3".to_owned()),
    }
}

/// A term's number.
pub(crate) fn term(text: &str) -> Result<TermId, String> {
    match text.parse() {
        Ok(number @ 1_u32..) => Ok(TermId(number)),
        Ok(_) | Err(_) => Err("a term has a number from 1".to_owned()),
    }
}

/// A session's number.
pub(crate) fn session(text: &str) -> Result<SessionId, String> {
    match text.parse() {
        Ok(number @ 1_u32..) => Ok(SessionId(number)),
        Ok(_) | Err(_) => Err("a session has a number from 1".to_owned()),
    }
}

/// A proposal's number.
pub(crate) fn proposal(text: &str) -> Result<ProposalId, String> {
    match text.parse() {
        Ok(number @ 1_u32..) => Ok(ProposalId(number)),
        Ok(_) | Err(_) => Err("a proposal has a number from 1".to_owned()),
    }
}

/// The body of a signing key.
pub(crate) fn signing_key(body: &Octets) -> Result<SigningKey, String> {
    let key = SigningKey::from_slice(&body.0).filter(signature::is_signing_key);
    key.ok_or_else(|| "the body of a signing key has 51 octets".to_owned())
}

/// The body of a key that receives files.
pub(crate) fn encryption_key(body: &Octets) -> Result<EncryptionKey, String> {
    let key = EncryptionKey::from_slice(&body.0).filter(signature::is_encryption_key);
    key.ok_or_else(|| "the body of an encryption key has 56 octets".to_owned())
}

/// A validator: key, power, and its county unless it is the witness.
pub(crate) fn validator(text: &str) -> Result<Validator, String> {
    let mut parts = text.split(':');
    let key = parts.next().and_then(|key| hex::decode(key).ok());
    let key = key.and_then(|key| ValidatorKey::from_slice(&key));
    let power = parts.next().and_then(|power| power.parse().ok());
    let place = parts.next().map(county).transpose()?;
    match (key, power, parts.next()) {
        (Some(key), Some(power @ 1..), None) => Ok(Validator {
            key,
            power,
            county: place,
        }),
        _ => Err("64 hex digits, a power above 0 and a county are needed".to_owned()),
    }
}

/// Size and root of a log, as an audit prints them.
pub(crate) fn head(text: &str) -> Result<Head, String> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(size, root)| Some((size.parse().ok()?, sha256(root).ok()?)));
    let (size, root) = read.ok_or("SIZE:ROOT is needed, as an audit prints it")?;
    Ok(Head { size, root })
}

/// A role that the counties give keys to.
pub(crate) fn role(text: &str) -> Result<Role, String> {
    match text.split_once(':') {
        Some(("county", number)) => county(number).map(Role::County),
        Some(("sidecar", number)) => county(number).map(Role::Sidecar),
        None if text == "studio" => Ok(Role::Studio),
        None if text == "releaser" => Ok(Role::Releaser),
        None if text == "collector" => Ok(Role::Collector),
        Some(_) | None => {
            Err("studio, releaser, collector, county:N or sidecar:N is needed".to_owned())
        }
    }
}

/// A language tag.
pub(crate) fn language(text: &str) -> Result<LanguageTag, String> {
    LanguageTag::parse(text)
        .ok_or_else(|| "a language tag such as de or de-AT is needed".to_owned())
}

/// The grounds of a veto, each with what it means.
pub(crate) const VETOES: [(VetoCategory, &str); 6] = [
    (
        VetoCategory::VictimIdentifiable,
        "what is left of the case would still identify the victim",
    ),
    (
        VetoCategory::LawEnforcement,
        "an investigation would suffer",
    ),
    (
        VetoCategory::LegalConstraint,
        "a contract, an insurer or a court forbids it",
    ),
    (
        VetoCategory::Undisclosed,
        "the vulnerability is not public yet",
    ),
    (VetoCategory::Quality, "the indicators are not good enough"),
    (VetoCategory::Other, "none of these"),
];

/// The ground of a veto.
pub(crate) fn veto(text: &str) -> Result<VetoCategory, String> {
    let categories = VETOES.map(|(category, _)| category);
    let found = categories
        .into_iter()
        .find(|one| render::veto(*one) == text);
    found.ok_or_else(|| {
        format!(
            "one of {} is needed",
            categories.map(render::veto).join(", ")
        )
    })
}
