//! Signatures judged as a node judges them: all of a block by one equation with randomness, and one by one only if that does not hold.
//! What a node remembers of its mempool is its own affair, and not here.

use std::sync::atomic::{AtomicUsize, Ordering};

use ktr_ledger::{Judge, OneByOne, Question};
use ktr_wire::signature::Equation;
use rand_core::OsRng;

/// The judge, and how many signatures it found good without judging each.
#[derive(Debug, Default)]
pub(crate) struct InBulk(AtomicUsize);

impl InBulk {
    pub(crate) fn held(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Judge for InBulk {
    fn judge(&self, questions: Vec<Question>) -> Vec<bool> {
        let count = questions.len();
        let equations = questions.iter().map(|question| question.equation.clone());
        if count > 1 && Equation::all_hold(equations, OsRng) {
            self.0.fetch_add(count, Ordering::Relaxed);
            return vec![true; count];
        }
        OneByOne.judge(questions)
    }
}
