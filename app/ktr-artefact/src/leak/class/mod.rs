//! Identifiers that are known by their form alone, without a dictionary: contacts, numbers of persons and accounts, places in a network.
//! Whether one is a victim's is not asked: that is for the board, which may let a class stand.
//!
//! | rule | counts | does not count |
//! |---|---|---|
//! | `LEAK_MAIL` | `local@domain` with a name for top-level domain | the sender that an object is an indicator of |
//! | `LEAK_PHONE_NUMBER` | `+` or `00` with 8 to 15 digits; `0` and an area with 9 to 12; five pairs with dots | digits of a hex string |
//! | `LEAK_IBAN` | country, its length, remainder 1 of 97 | |
//! | `LEAK_CARD` | 15 or 16 digits of an issuer, Luhn | |
//! | `LEAK_STEUER_ID`, `LEAK_NIR`, `LEAK_PESEL`, `LEAK_RODNE_CISLO`, `LEAK_CODICE_FISCALE` | with their check digits | |
//! | `LEAK_MALTESE_ID` | seven digits and a letter of the register | |
//! | `LEAK_SID` | of a domain or machine | well-known short ones |
//! | `LEAK_UNC` | host and share, also in an expression | devices, this host, placeholders |
//! | `LEAK_USER_PATH` | a named folder of a user, also in an expression | public and default folders, wildcards, variables |
//! | `LEAK_PRIVATE_ADDRESS` | private, shared and link-local addresses | the first of each block, this host, 169.254.169.254 |
//! | `LEAK_INNER_HOST` | names under `.local`, `.lan`, `.corp`, `.internal` and the like | names that every cloud has |
//! | `LEAK_MAC` | six pairs or three fours | all octets alike, 00 to 05, aa to ff |
//! | `LEAK_NAMED` | a name in a field of a Sigma rule that holds an account or a host | accounts of every machine, hosts that are called |

mod account;
mod collect;
mod contact;
mod expression;
mod home;
mod network;
mod path;
mod person;
mod reader;
mod sigma;
#[cfg(test)]
mod tests;

pub(super) use collect::{ALL, collect, collect_undone};
pub(super) use network::is_private;
