//! The one place where xtask prints. It formats nothing: callers hand it finished text.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the program's one output"
)]

/// A line for the person or the server's log.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// The one line that says why the task failed.
pub(crate) fn failure(text: &str) {
    eprintln!("xtask: {text}");
}
