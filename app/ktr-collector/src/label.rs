//! The sentence that stands beside every number this program lets out.
//! It is not shortened, translated or left away anywhere.

/// What a plain count is worth.
pub const LABEL: &str =
    "unauthenticated requests; may include retries, scanners and forgeries; no rate can be formed";
