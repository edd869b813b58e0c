//! Indicator values: each type has one constructor that gives the normal form, so that two reports of one value look alike.
//! Lists of well-known benign values are data of others: [`Warninglists`] asks those that it is given.

mod address;
mod digest;
mod domain;
mod mail;
mod name;
mod registry;
#[cfg(test)]
mod tests;
mod url;
mod value;
mod warninglist;

pub use address::{Ipv4Value, Ipv6Value};
pub use digest::{DigestHex, Digests, HashName};
pub use domain::DomainValue;
pub use mail::MailValue;
pub use name::{FileName, MutexName};
pub use registry::RegistryKey;
pub use url::UrlValue;
pub use value::{Type, Value};
pub use warninglist::Warninglists;
