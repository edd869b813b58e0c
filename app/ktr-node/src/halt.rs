//! How the application says no where ABCI has no way to: the program ends, and says why.
//! Who stops the engine then is the supervisor's affair.

use std::thread;

use crate::exit::Exit;

/// Why the program must end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// With which code.
    pub exit: Exit,
    /// In one line, for the operator.
    pub why: String,
}

/// Ends the program from inside a call.
pub trait Halt: Send + Sync + 'static {
    /// Does not come back: the call that asked is never answered.
    fn halt(&self, reason: Reason) -> !;
}

/// Tells a waiting supervisor, and then holds the call for ever.
#[derive(Debug)]
pub struct Told<T>(pub T);

impl<T: Fn(Reason) + Send + Sync + 'static> Halt for Told<T> {
    fn halt(&self, reason: Reason) -> ! {
        (self.0)(reason);
        loop {
            thread::park();
        }
    }
}
