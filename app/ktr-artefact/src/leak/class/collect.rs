//! Goes through a folded text once and asks each class where one of its kind could begin.
//! What a class is stands with the class.

use std::collections::BTreeSet;

use super::{
    account, contact, home, network, path, person,
    reader::{self, Reader},
    sigma,
};
use crate::finding::{Rule, rule};

/// Every class, for what may be overridden.
pub(in crate::leak) const ALL: [Rule; 17] = [
    rule::LEAK_MAIL,
    rule::LEAK_PHONE_NUMBER,
    rule::LEAK_IBAN,
    rule::LEAK_CARD,
    rule::LEAK_STEUER_ID,
    rule::LEAK_NIR,
    rule::LEAK_PESEL,
    rule::LEAK_RODNE_CISLO,
    rule::LEAK_CODICE_FISCALE,
    rule::LEAK_MALTESE_ID,
    rule::LEAK_SID,
    rule::LEAK_UNC,
    rule::LEAK_USER_PATH,
    rule::LEAK_PRIVATE_ADDRESS,
    rule::LEAK_INNER_HOST,
    rule::LEAK_MAC,
    rule::LEAK_NAMED,
];

/// Adds the classes that a folded text holds. Private addresses are found with all other addresses.
pub(in crate::leak) fn collect(folded: &str, found: &mut BTreeSet<Rule>) {
    if let Some(detection) = sigma::detection(folded) {
        if sigma::names_somebody(detection) {
            found.insert(rule::LEAK_NAMED);
        }
        if sigma::has_share(detection) {
            found.insert(rule::LEAK_UNC);
        }
    }
    let text = Reader(folded.as_bytes());
    let mut before = b' ';
    for (at, octet) in folded.bytes().enumerate() {
        match octet {
            b'@' if contact::is_mail(text, at) => {
                found.insert(rule::LEAK_MAIL);
            }
            b'.' if network::is_inner_host(text, at) => {
                found.insert(rule::LEAK_INNER_HOST);
            }
            b'\\' if path::is_unc(text, at, before) => {
                found.insert(rule::LEAK_UNC);
            }
            b'+' | b'(' if contact::is_phone(text, at) => {
                found.insert(rule::LEAK_PHONE_NUMBER);
            }
            b'0'..=b'9' | b'a'..=b'z' if !reader::is_word(before) => word(text, at, found),
            _ => {}
        }
        before = octet;
    }
}

/// Adds the classes that only show where the escapes of an expression are undone: a mail address, an inner host and a security identifier.
pub(in crate::leak) fn collect_undone(undone: &str, found: &mut BTreeSet<Rule>) {
    let text = Reader(undone.as_bytes());
    let mut before = b' ';
    for (at, octet) in undone.bytes().enumerate() {
        match octet {
            b'@' if text.ends_a_name(at) && contact::is_mail(text, at) => {
                found.insert(rule::LEAK_MAIL);
            }
            b'.' if text.ends_a_name(at) && network::is_inner_host(text, at) => {
                found.insert(rule::LEAK_INNER_HOST);
            }
            b's' if !reader::is_word(before) && network::is_sid(text, at) => {
                found.insert(rule::LEAK_SID);
            }
            _ => {}
        }
        before = octet;
    }
}

fn word(text: Reader<'_>, at: usize, found: &mut BTreeSet<Rule>) {
    let begins_with_digit = text.at(at).is_some_and(|octet| octet.is_ascii_digit());
    let words = if begins_with_digit { DIGITS } else { LETTERS };
    for (rule, is) in words {
        if is(text, at) {
            found.insert(*rule);
        }
    }
}

type Detector = fn(Reader<'_>, usize) -> bool;

/// What may begin with a digit.
const DIGITS: &[(Rule, Detector)] = &[
    (rule::LEAK_PHONE_NUMBER, contact::is_phone),
    (rule::LEAK_CARD, account::is_card),
    (rule::LEAK_STEUER_ID, person::is_steuer_id),
    (rule::LEAK_NIR, person::is_nir),
    (rule::LEAK_PESEL, person::is_pesel),
    (rule::LEAK_RODNE_CISLO, person::is_rodne_cislo),
    (rule::LEAK_MALTESE_ID, person::is_maltese_id),
    (rule::LEAK_MAC, network::is_mac),
];

/// What may begin with a letter.
const LETTERS: &[(Rule, Detector)] = &[
    (rule::LEAK_IBAN, account::is_iban),
    (rule::LEAK_CODICE_FISCALE, person::is_codice_fiscale),
    (rule::LEAK_SID, network::is_sid),
    (rule::LEAK_MAC, network::is_mac),
    (rule::LEAK_USER_PATH, home::is_home),
];
