//! What a source offers under a name, as IOCs of the form: MISP's attribute types, which tables use too.
//! Whether the values are fit is not asked here.

use std::{collections::BTreeSet, net::Ipv6Addr};

use crate::{form::IndicatorType, ioc::Type};

/// One value that may become an IOC.
pub(super) struct Offer<'a> {
    pub(super) kind: Type,
    pub(super) value: &'a str,
    /// 1 to 5, if the source says how sure it is.
    pub(super) credibility: Option<u8>,
    /// What it indicates, if the source says so in the form's words.
    pub(super) indicator_types: Option<BTreeSet<IndicatorType>>,
}

impl<'a> Offer<'a> {
    /// A value of which no more is known.
    pub(super) const fn plain(kind: Type, value: &'a str) -> Self {
        Self {
            kind,
            value,
            credibility: None,
            indicator_types: None,
        }
    }
}

/// What an attribute type holds.
pub(super) enum Meaning<'a> {
    /// One value.
    One(Type, &'a str),
    /// Two values in one.
    Two((Type, &'a str), (Type, &'a str)),
    /// One value, and something the form has no place for.
    Part(Type, &'a str),
    /// Nothing that the form has.
    Nothing,
}

/// Reads a value under the name of its type: MISP's names, and those of the form.
pub(super) fn meaning<'a>(name: &str, value: &'a str) -> Meaning<'a> {
    if let Some(kind) = single(name, value) {
        return Meaning::One(kind, value);
    }
    let Some((first, second)) = value.split_once('|') else {
        return Meaning::Nothing;
    };
    match name {
        "domain|ip" => Meaning::Two((Type::Domain, first), (address(second), second)),
        "ip-src|port" | "ip-dst|port" => Meaning::Part(address(first), first),
        "hostname|port" => Meaning::Part(Type::Domain, first),
        "regkey|value" => Meaning::Part(Type::Regkey, first),
        "filename|md5" | "filename|sha1" | "filename|sha256" | "filename|sha512"
        | "malware-sample" => Meaning::Two((Type::Filename, first), (Type::Hash, second)),
        _ => Meaning::Nothing,
    }
}

fn single(name: &str, value: &str) -> Option<Type> {
    Some(match name {
        "ip-src" | "ip-dst" | "ip" => address(value),
        "ipv4" => Type::Ipv4,
        "ipv6" => Type::Ipv6,
        "domain" | "hostname" => Type::Domain,
        "url" => Type::Url,
        "email" | "email-src" => Type::Email,
        "hash" | "md5" | "sha1" | "sha256" | "sha512" => Type::Hash,
        "filename" => Type::Filename,
        "mutex" => Type::Mutex,
        "regkey" => Type::Regkey,
        "certificate"
        | "x509-fingerprint-md5"
        | "x509-fingerprint-sha1"
        | "x509-fingerprint-sha256" => Type::Certificate,
        _ => return None,
    })
}

fn address(value: &str) -> Type {
    if value.parse::<Ipv6Addr>().is_ok() {
        Type::Ipv6
    } else {
        Type::Ipv4
    }
}
