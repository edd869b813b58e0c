//! One life of a node and its engine: from a start to the target height or to a crash, and what must hold at each start and end.
//! It does not choose the crashes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
};

use ktr_core::id::Sha256;

use super::{
    disk::{Crash, Crashed, Fault, Faulty, How},
    engine::Engine,
    history::{History, KEPT},
};
use crate::{
    application::{Caps, Node, Ports},
    halt::{Halt, Reason},
    snapshot::Shelf,
    stage::Stage,
    store::Store,
};

/// All that a crash leaves.
#[derive(Debug)]
pub(super) struct World {
    pub(super) disk: Faulty,
    pub(super) engine: Engine,
}

impl Clone for World {
    fn clone(&self) -> Self {
        Self {
            disk: self.disk.copy(),
            engine: self.engine.clone(),
        }
    }
}

/// How a life ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// At the target.
    Target,
    /// At the crash, or by name at the write that found no space.
    Crash,
}

/// Unwinds with the reason, quietly.
struct Unwinds;

impl Halt for Unwinds {
    fn halt(&self, reason: Reason) -> ! {
        resume_unwind(Box::new(format!(
            "exit {}: {}",
            reason.exit.code(),
            reason.why
        )))
    }
}

impl World {
    pub(super) fn new(fault: Fault) -> Self {
        Self {
            disk: Faulty::new(fault),
            engine: Engine::default(),
        }
    }

    /// Lives until the target or the crash.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn live(
        &mut self,
        history: &History,
        target: usize,
        crash: Option<Crash>,
    ) -> Result<End, String> {
        self.disk.begin(crash);
        let Self { disk, engine } = self;
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let node = open(&history.stage, Store::over(disk.clone()))?;
            engine.run(&node, disk, history, target)
        }));
        match ended {
            Ok(Ok(())) => self.judge(history, target).map(|()| End::Target),
            Ok(Err(why)) => Err(why),
            Err(unwound) if unwound.is::<Crashed>() => {
                self.disk.lose_unsynced();
                self.judge_start(history).map(|()| End::Crash)
            }
            Err(unwound) => {
                let why = unwound
                    .downcast::<String>()
                    .map_or_else(|_other| "a panic".to_owned(), |why| *why);
                if crash.is_none_or(|crash| crash.how != How::Full) || why != self.full() {
                    return Err(why);
                }
                self.judge_start(history).map(|()| End::Crash)
            }
        }
    }

    /// The one way to end where there is no space.
    fn full(&self) -> String {
        format!(
            "exit 11: block {} could not be written (io-error/no-space), the blocks before it are safe; make space on the disk of the node's folder, then start again",
            self.engine.acknowledged + 1
        )
    }

    /// I1, and I2, I3, I7, I8: the disk is that of a node without a crash, at a height that was acknowledged or is the next.
    fn judge_start(&self, history: &History) -> Result<(), String> {
        let rows = self.disk.table();
        let done = self.engine.acknowledged;
        match (0..=history.heights.len()).find(|height| rows == history.rows(*height)) {
            Some(height) if height < done => Err(format!(
                "I1: height {done} was acknowledged and the rows are those of {height}"
            )),
            Some(height) if height <= done + 1 => Ok(()),
            _ => Err(format!(
                "I7: after the crash the rows are neither those of height {done} nor of the next"
            )),
        }
    }

    /// The same at the target, where the height is known.
    fn judge(&self, history: &History, target: usize) -> Result<(), String> {
        if self.disk.table() == history.rows(target) {
            return Ok(());
        }
        Err(format!(
            "I7: the rows of height {target} are not as without a crash"
        ))
    }
}

/// A node of the stage's chain over a store; it ends by unwinding.
pub(crate) fn open(stage: &Stage, store: Store) -> Result<Node, String> {
    let start = stage.chain.cast.start;
    let ports = Ports {
        chain_id: stage.chain.id().to_owned(),
        validator: None,
        store: store.keeping(KEPT),
        // Its thread would outlive a crash.
        shelf: Shelf::new(PathBuf::new(), 0, Sha256([0; 32])),
        clock: Box::new(move || start),
        halt: Box::new(Unwinds),
        caps: Caps::NODE,
    };
    Node::open(ports).map_err(|error| format!("exit 11: {error}"))
}
