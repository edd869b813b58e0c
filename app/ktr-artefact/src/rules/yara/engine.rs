//! YARA-X whole, for who builds with the feature `yara`: whether a rule compiles without a warning, and whether it fires.
//! A compilation is bounded in nothing here: whoever asks does so in a process that can be ended from outside.

use std::time::Duration;

use yara_x::{Compiler, Rules, Scanner};

/// The version of the engine, as the manifest pins it.
pub const VERSION: &str = "1.22.1";

/// Whether a text compiles, without a warning of more than spelling (design: bundle, section 5.2).
#[must_use]
pub fn compiles(text: &str) -> bool {
    objections(text).is_empty()
}

/// The codes of what keeps a text from compiling, and of the warnings it meets; no part of the text.
#[must_use]
pub fn objections(text: &str) -> Vec<String> {
    let mut compiler = compiler();
    compiler
        .error_on_slow_pattern(true)
        .error_on_slow_loop(true);
    if let Err(error) = compiler.add_source(text) {
        return vec![error.code().to_owned()];
    }
    let warnings = compiler.warnings().iter().map(|warning| warning.code());
    warnings
        .filter(|code| !SPELLING.contains(code))
        .map(str::to_owned)
        .collect()
}

/// Whether a rule of a text reports a match of a sample `within` a time. Warnings do not count.
#[must_use]
pub fn fires(text: &str, sample: &[u8], within: Duration) -> bool {
    rules(text).is_some_and(|rules| {
        let mut scanner = Scanner::new(&rules);
        scanner.set_timeout(within);
        let scanned = scanner.scan(sample);
        // Rules that are private report nothing, and are not among these.
        scanned.is_ok_and(|results| results.matching_rules().len() > 0)
    })
}

fn rules(text: &str) -> Option<Rules> {
    let mut compiler = compiler();
    compiler.add_source(text).ok()?;
    Some(compiler.build())
}

/// One that follows no `include` and reads expressions strictly. The modules it knows are those that the manifest builds in.
fn compiler() -> Compiler<'static> {
    let mut compiler = Compiler::new();
    compiler.enable_includes(false).relaxed_re_syntax(false);
    compiler
}

/// Warnings that say how a rule could be spelled, not that it is slow or means something else than it says; `yarac` has none of them. Fields that are
/// deprecated are the ones that both engines know.
const SPELLING: [&str; 3] = ["deprecated_field", "duplicate_pattern_value", "text_as_hex"];
