//! The engine that judges YARA rules beside the parser: Debian's `yarac` with its sister `yara`, or YARA-X in `ktr-yara-x`.
//! Either is another program: what compiles strangers' rules does not share a process with keys.

mod choice;
mod judge;
#[cfg(test)]
mod tests;

pub(crate) use choice::{EngineArgs, Trial};
