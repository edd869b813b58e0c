//! Names of files and mutexes as indicators: no path of a person, no host.
//! A name that is common everywhere is for the board to notice.

use crate::{
    finding::{Rule, rule},
    text::{is_clean, text_type},
};

text_type!(
    /// The name of a file, without any path; 1 to 255 octets.
    FileName,
    file_name
);
text_type!(
    /// The name of a mutex, with at most the prefix `Global\` or `Local\`; 1 to 255 octets.
    MutexName,
    mutex_name
);

fn file_name(text: &str) -> Result<String, Rule> {
    let fine = is_line(text) && !text.contains(['/', '\\']) && text != "." && text != "..";
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::IOC_NAME)
    }
}

fn mutex_name(text: &str) -> Result<String, Rule> {
    let bare = text
        .strip_prefix("Global\\")
        .or_else(|| text.strip_prefix("Local\\"))
        .unwrap_or(text);
    let fine = is_line(text) && !bare.is_empty() && !bare.contains('\\') && !names_a_home(bare);
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::IOC_NAME)
    }
}

fn is_line(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && is_clean(text)
        && !text.contains(['\n', '\t'])
        && text.trim() == text
}

fn names_a_home(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("/home/") || lower.contains("/users/")
}
