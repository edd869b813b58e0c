//! Complains once about each trouble of a session, not at every tick.
//! A code may be rung again after it has passed.

use std::collections::BTreeSet;

use crate::adapter::alarm;

/// What was complained about.
#[derive(Debug)]
pub(super) struct Voice {
    on_alarm: Vec<String>,
    rung: BTreeSet<(u32, &'static str)>,
}

impl Voice {
    pub(super) fn new(on_alarm: &[String]) -> Self {
        Self {
            on_alarm: on_alarm.to_vec(),
            rung: BTreeSet::new(),
        }
    }

    /// Rings for a session; 0 is the agent itself.
    pub(super) fn ring(&mut self, session: u32, code: &'static str) {
        if self.rung.insert((session, code)) {
            alarm::ring(&self.on_alarm, session, code);
        }
    }

    /// That a trouble has passed.
    pub(super) fn calm(&mut self, session: u32, code: &'static str) {
        self.rung.remove(&(session, code));
    }
}
