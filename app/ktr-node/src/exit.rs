//! Every exit code of the program, in one table.
//! Which of them a supervisor of services should not restart is said here, too.

use std::process::ExitCode;

/// How the program ends (design: ledger, sections 1 and 14). After 10, 11, 13, 14 and 64 a restart changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Asked to stop, or done.
    Stopped,
    /// A file or an argument is refused.
    Refused,
    /// No node answers.
    NoNode,
    /// The intended halt of an upgrade: its height is committed, and another version goes on.
    Halted,
    /// The store is wrong, or `InitChain` does not fit it.
    Store,
    /// The engine failed, ended by itself, or lives on without consensus.
    Engine,
    /// The validator key might sign twice.
    KeyGuard,
    /// Two answers for one height: the app hash would differ.
    AppHash,
    /// Wrong arguments.
    Usage,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Stopped => 0,
            Self::Refused => 1,
            Self::NoNode => 4,
            Self::Halted => 10,
            Self::Store => 11,
            Self::Engine => 12,
            Self::KeyGuard => 13,
            Self::AppHash => 14,
            Self::Usage => 64,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
