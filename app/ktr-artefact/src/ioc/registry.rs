//! Registry keys as indicators: hive spelled out, no account in the path.
//! Values of a key are never kept.

use crate::{
    finding::{Rule, rule},
    text::{is_clean, text_type},
};

text_type!(
    /// A registry key such as `HKEY_LOCAL_MACHINE\Software\Vendor`, at most 512 octets.
    RegistryKey,
    registry_key
);

fn registry_key(text: &str) -> Result<String, Rule> {
    let (hive, path) = text.split_once('\\').ok_or(rule::IOC_REGISTRY_KEY)?;
    let hive = full_hive(hive).ok_or(rule::IOC_REGISTRY_KEY)?;
    let fine = text.len() <= 512
        && is_clean(text)
        && !text.contains(['\n', '\t', '/'])
        && path
            .split('\\')
            .all(|part| !part.is_empty() && !is_account(part));
    if fine {
        Ok(format!("{hive}\\{path}"))
    } else {
        Err(rule::IOC_REGISTRY_KEY)
    }
}

fn full_hive(hive: &str) -> Option<&'static str> {
    HIVES
        .iter()
        .find(|(short, full)| hive.eq_ignore_ascii_case(short) || hive.eq_ignore_ascii_case(full))
        .map(|(_, full)| *full)
}

/// A SID names an account of one domain; only the well-known short ones name nobody.
fn is_account(part: &str) -> bool {
    part.to_ascii_uppercase().starts_with("S-1-5-21-")
}

const HIVES: &[(&str, &str)] = &[
    ("HKCC", "HKEY_CURRENT_CONFIG"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKU", "HKEY_USERS"),
];
