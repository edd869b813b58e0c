//! The independent leak verifier: does a finished bundle say, in any form, a word that would identify the victim?
//! It reads the bytes by itself and shares nothing with what built them: no type of the form, the sanitiser or the STIX model comes here.
//!
//! Looked for are the tokens of a dictionary: as text (any case, look-alike letters, blanks in between, reversed, defanged, as A-label),
//! encoded (hexadecimal, base64 at any offset and in both alphabets, percent, escapes, UTF-16; three deep), as a digest or an observable's id,
//! as an address in any notation inside a range, as a phone number in any grouping.
//!
//! A word of fewer than six characters counts as a whole word, and in decoded octets only where they read as a text (in base64 of eight octets
//! or more): in noise it would occur by chance. What no dictionary knows (a mail address, a tax number) is not looked for.
//!
//! **Invariant:** a finding names the object by its number and the form by its rule, never the token.

mod address;
mod check;
mod decode;
mod dictionary;
mod digest;
mod fold;
mod glob;
mod search;
mod seen;
#[cfg(test)]
mod tests;
mod walk;
mod words;

pub use check::check;
pub use dictionary::Dictionary;
