//! The independent leak verifier: does a finished bundle say, in any form, a word that would identify the victim?
//! It reads the bytes by itself and shares nothing with what built them: no type of the form, the sanitiser or the STIX model comes here.
//!
//! Looked for are the tokens of a dictionary: as text (any case, look-alike letters, blanks in between, reversed, defanged, as A-label, escaped for
//! an expression or a quoted string),
//! encoded (hexadecimal, base64 at any offset and in both alphabets, percent, escapes, UTF-16; three deep), as a digest or an observable's id,
//! as an address in any notation inside a range, as a phone number in any grouping.
//!
//! Encoded forms are decoded and not listed: so a token is found in any mixture of cases, and only plain spellings
//! are prepared: long ones in a table that rules out nearly every place of a text, short ones and patterns in an automaton.
//!
//! A word of fewer than six characters counts as a whole word, and in decoded octets only where they read as a text (in base64 of eight octets
//! or more): in noise it would occur by chance.
//!
//! What no dictionary knows is found by its form, as a class: mail addresses, telephone numbers, numbers with check digits, places in an inner
//! network. The board may let a class stand ([`is_for_the_board`]), for it may be the attacker's; never a word of a dictionary.
//!
//! **Invariant:** a finding names the object by its number and the form by its rule, never the token.

mod address;
mod check;
mod choice;
mod class;
mod decode;
mod dictionary;
mod digest;
mod expression;
mod fold;
mod glob;
mod grams;
mod search;
mod seen;
mod sender;
mod squeeze;
#[cfg(test)]
mod tests;
mod twin;
mod walk;
mod words;

pub use check::{check, is_for_the_board};
pub use dictionary::Dictionary;
