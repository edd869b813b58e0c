//! The nomination form: what a member writes about a case, and the checks before anybody else sees it.
//! No name, organisation id or contact of the nominator is inside: the transaction's key says who.
//!
//! [`Document`] is the file as written, [`Nomination`] what is left after [`check()`]: newtypes only.
//! The commitment and the case file bind the canonical bytes to a salt.

mod check;
mod commitment;
mod dictionary;
mod document;
mod nomination;
mod opened;
mod read;
mod reference;
mod schema;
#[cfg(test)]
mod tests;
mod trial;
mod warning;

pub use check::check;
pub use commitment::{CaseFile, Salt, commit};
pub use dictionary::Dictionary;
pub(crate) use dictionary::PATTERNS;
pub use document::{
    Case, Classification, Constraint, Context, Document, IndicatorType, Ioc, LinkEntry,
    MalwareEntry, MalwareType, RuleEntry, Sector, Tactic, TechniqueEntry, Victim,
};
pub(crate) use nomination::Token;
pub use nomination::{
    CheckedIoc, Country, Credibility, CveId, Link, Malware, Nomination, Technique, TechniqueId,
    Tokens,
};
pub use read::{read, read_canonical};
pub use reference::Reference;
pub use schema::json_schema;
pub use trial::{Answer, Engine, try_yara};
pub use warning::{filters, warnings};
