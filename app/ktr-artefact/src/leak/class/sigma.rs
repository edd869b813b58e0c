//! What only shows to somebody who reads a text as a Sigma rule: fields that hold an account or a host, and shares as Sigma escapes them.
//! Accounts that every machine has, wildcards and numbers name nobody; hosts that somebody calls are the attacker's as a rule.

use super::reader::is_word;

/// What a rule looks for; nothing if the text is none.
pub(super) fn detection(text: &str) -> Option<&str> {
    text.split_once("detection:")
        .map(|(_, detection)| detection)
}

/// Whether a share on a named host stands in it: more backslashes before the host than behind it. Sigma escapes one before another (`\\\\`),
/// and leaves one before a letter as it is.
pub(super) fn has_share(detection: &str) -> bool {
    detection.match_indices("\\\\").any(|(at, _)| {
        let (before, rest) = detection.split_at(at);
        let inside =
            before.ends_with(|c: char| c == '\\' || c.is_alphanumeric() || "*?%$:".contains(c));
        let host = rest.trim_start_matches('\\');
        let lead = rest.len().saturating_sub(host.len());
        let named = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        let share = host.trim_start_matches(named);
        let name = host
            .get(..host.len().saturating_sub(share.len()))
            .unwrap_or_default();
        let after = share.trim_start_matches('\\');
        let inner = share.len().saturating_sub(after.len());
        let begins = |text: &str| text.bytes().next().is_some_and(is_word);
        // What a placeholder for a share begins with.
        let placeholder = after.starts_with(['%', '{', '<']);
        !inside
            && (1..lead).contains(&inner)
            && begins(name)
            && (begins(after) || placeholder)
            && !THIS_HOST.contains(&name)
    })
}

/// Hosts that name no host.
const THIS_HOST: &[&str] = &["127.0.0.1", "localhost", "tsclient", "wsl.localhost"];

/// Whether a field of it that holds an account or a host is compared with a name.
pub(super) fn names_somebody(detection: &str) -> bool {
    let mut holds = false;
    detection.lines().any(|line| {
        let line = line.trim();
        let inner = line.strip_prefix("- ").unwrap_or(line).trim_start();
        match key(inner) {
            Some((field, value)) => {
                holds = is_of_somebody(field);
                holds && is_name(value)
            }
            None => holds && inner.len() < line.len() && is_name(inner),
        }
    })
}

/// A key with its modifiers, and what stands behind it.
fn key(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = |c: char| c.is_alphanumeric() || "|.-_ @/[]".contains(c);
    // A value in quotes may hold a colon.
    let is_cut = key.starts_with(['\'', '"']) != key.ends_with(['\'', '"']);
    let key = key.trim_matches(['\'', '"']);
    let ends = value.is_empty() || value.starts_with(' ');
    (ends && !is_cut && key.chars().all(plain)).then(|| (key, value.trim_start()))
}

/// By its last words: `TargetUserName`, `target.user.name` and `cs-username` are alike.
fn is_of_somebody(key: &str) -> bool {
    let (field, modifiers) = key.split_once('|').unwrap_or((key, ""));
    let letters = |c: &char| c.is_alphanumeric();
    let field: String = field.chars().filter(letters).collect();
    let called = CALLED.iter().any(|part| field.contains(part));
    !called && !modifiers.contains("fieldref") && ENDINGS.iter().any(|end| field.ends_with(end))
}

const ENDINGS: &[&str] = &[
    "account",
    "accountname",
    "clientmachine",
    "computer",
    "computername",
    "devicename",
    "dvc",
    "fqdn",
    "host",
    "hostname",
    "machinename",
    "src",
    "subjectdomainname",
    "targetdomainname",
    "upn",
    "user",
    "username",
    "userprincipalname",
    "workstation",
    "workstationname",
];

/// Parts of fields that hold the host at the other end; `cs-host` is the header of a request.
const CALLED: &[&str] = &[
    "cshost", "dest", "dsthost", "httphost", "outbound", "remote", "urlhost",
];

/// Whether a value holds a word of three letters or more that is no account of every machine; in an expression, outside of its classes.
fn is_name(value: &str) -> bool {
    // An anchor says only where an expression begins.
    let value = value.trim_matches(['\'', '"', '$', '*', '\\', '^']);
    if value.starts_with(['#', '[']) || NOBODY.contains(&value) {
        return false;
    }
    value.split('\\').any(|part| {
        let word = part.trim_matches(|c: char| !c.is_alphanumeric());
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        letters >= 3 && word.contains(char::is_alphabetic) && !is_everybodys(word)
    })
}

fn is_everybodys(word: &str) -> bool {
    let mut pieces = word.split(|c: char| !c.is_alphanumeric());
    pieces.any(|piece| AUTHORITY.contains(&piece)) || NOBODY.contains(&word)
}

/// The authority of Windows in its languages, whole and cut as rules cut it.
const AUTHORITY: &[&str] = &[
    "authori",
    "authority",
    "autori",
    "autoridad",
    "autoridade",
    "autorita",
    "autorit\u{e0}",
    "autorit\u{e4}t",
    "autorite",
    "autorit\u{e9}",
];

/// Accounts and hosts of every machine, and what stands for none.
const NOBODY: &[&str] = &[
    "admin",
    "administr",
    "administrator",
    "anonymous",
    "anonymous logon",
    "consolehost",
    "guest",
    "homegroupuser",
    "local service",
    "localhost",
    "localsystem",
    "logon",
    "network service",
    "netzwerkdienst",
    "nt aut",
    "null",
    "root",
    "s-1-5-18",
    "s-1-5-32-544",
    "seau",
    "service r",
    "servicio de red",
    "servizio di rete",
    "system",
    "système",
    "trustedinstaller",
    "window manager",
    // The word in Russian, as folding writes it.
    "c\u{438}ctema",
];
