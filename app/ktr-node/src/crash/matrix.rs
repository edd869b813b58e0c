//! Which crashes come: all of a first life, all of the recovery from each, and seeded ones in the recovery from those.
//! The same seed is the same run; a finding names its case.

use ktr_testkit::Dice;

use super::{
    disk::{Crash, Fault, How, WHOLE},
    history::History,
    life::{End, World},
};

/// What a run of the matrix covered.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Count {
    /// Cases: one first crash, one in the recovery from it, one in the recovery from that, then a life to the end.
    pub(super) cases: usize,
    /// Lives.
    pub(super) lives: usize,
}

/// A run of the matrix.
pub(super) struct Matrix<'a> {
    pub(super) history: &'a History,
    dice: Dice,
    /// What comes first: all ends, or a write finds no space. What comes in the recovery from that is both.
    pub(super) first: How,
    /// Of the crashes of a first life one in so many is taken: where from, the seed says.
    pub(super) stride: usize,
    count: Count,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(history: &'a History, seed: u64, stride: usize) -> Self {
        Self {
            history,
            dice: Dice::new(seed),
            first: How::Power,
            stride,
            count: Count::default(),
        }
    }

    /// Every height's matrix.
    ///
    /// # Errors
    /// The first case in which an invariant does not hold.
    pub(super) fn run(self, fault: Fault) -> Result<Count, String> {
        self.through(fault, Self::second)
    }

    /// A crash at each step of every height, and none in the recovery from it: for many heights.
    ///
    /// # Errors
    /// The first case in which an invariant does not hold.
    pub(super) fn run_once(self, fault: Fault) -> Result<Count, String> {
        self.through(fault, Self::recovered)
    }

    fn through(
        mut self,
        fault: Fault,
        then: fn(&mut Self, &World, usize) -> Result<(), String>,
    ) -> Result<Count, String> {
        let mut world = World::new(fault);
        for target in 1..=self.history.heights.len() {
            self.each(self.first, (&world, target), self.stride, then)
                .map_err(|why| format!("height {target}, {why}"))?;
            self.live(&mut world, target, None)?;
        }
        Ok(self.count)
    }

    /// A crash at each step of a life, one in so many of those that come in no write, and `then` after it.
    fn each(
        &mut self,
        how: How,
        (before, target): (&World, usize),
        stride: usize,
        then: fn(&mut Self, &World, usize) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut step = 0;
        while let Some(kept) = self.fates(how, before, target, step)? {
            let taken = kept.len() > 1 || self.dice.below(stride) == 0;
            for kept in kept.into_iter().filter(|_| taken) {
                let mut world = before.clone();
                let crash = Crash { how, step, kept };
                self.live(&mut world, target, Some(crash))
                    .and_then(|_end| then(self, &world, target))
                    .map_err(|why| format!("{crash:?}: {why}"))?;
            }
            step += 1;
        }
        Ok(())
    }

    fn recovered(&mut self, before: &World, target: usize) -> Result<(), String> {
        self.count.cases += 1;
        let last = self.live(&mut before.clone(), target, None);
        last.map(|_end| ())
            .map_err(|why| format!("then none: {why}"))
    }

    fn second(&mut self, before: &World, target: usize) -> Result<(), String> {
        self.each(How::Power, (before, target), 1, Self::third)?;
        match self.first {
            How::Power => Ok(()),
            How::Full => self.each(How::Full, (before, target), 1, Self::third),
        }
    }

    /// Distinct steps of the recovery, from a seeded one on; a step after its end is no case.
    fn third(&mut self, before: &World, target: usize) -> Result<(), String> {
        let from = self.dice.below(LIFE_STEPS);
        for place in 0..THIRD_CRASHES {
            let mut world = before.clone();
            let crash = Crash {
                how: How::Power,
                step: (from + place * LIFE_STEPS / THIRD_CRASHES) % LIFE_STEPS,
                kept: self.dice.below(WHOLE + 1),
            };
            let ended = self
                .live(&mut world, target, Some(crash))
                .map_err(|why| format!("then {crash:?}: {why}"))?;
            if ended == End::Crash {
                self.count.cases += 1;
                let last = self.live(&mut world, target, None);
                last.map_err(|why| format!("then {crash:?}, then none: {why}"))?;
            }
        }
        Ok(())
    }

    /// What a crash at a step may leave: a write lost, torn near its ends and somewhere, kept. `None`: the life ends before it.
    fn fates(
        &mut self,
        how: How,
        before: &World,
        target: usize,
        step: usize,
    ) -> Result<Option<Vec<usize>>, String> {
        let mut world = before.clone();
        // Also where a disk is to be full: whether the step is a write is only known when it comes.
        let crash = Crash {
            how: How::Power,
            step,
            kept: 0,
        };
        let ended = self
            .live(&mut world, target, Some(crash))
            .map_err(|why| format!("{crash:?}: {why}"))?;
        Ok(match ended {
            End::Target => None,
            End::Crash if world.disk.crashed_in_a_write() => {
                let torn = 1 + self.dice.below(WHOLE - 1);
                Some(vec![0, WHOLE / 8, torn, WHOLE - 1, WHOLE])
            }
            End::Crash if how == How::Full => Some(vec![]),
            End::Crash => Some(vec![0]),
        })
    }

    fn live(
        &mut self,
        world: &mut World,
        target: usize,
        crash: Option<Crash>,
    ) -> Result<End, String> {
        self.count.lives += 1;
        world.live(self.history, target, crash)
    }
}

/// Steps of a life, about.
const LIFE_STEPS: usize = 40;

/// Crashes tried in the recovery from a second one.
const THIRD_CRASHES: usize = 4;
