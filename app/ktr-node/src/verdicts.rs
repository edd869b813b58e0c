//! Which signatures were judged good: each is judged once on this node, however often the engine asks about its transaction.
//! What is new is judged in bulk, with randomness of the operating system.

use std::{
    collections::{BTreeSet, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ktr_core::id::Sha256;
use ktr_ledger::{Judge, Question};
use ktr_wire::signature::Equation;
use rand_core::OsRng;

use crate::limits::VERDICTS_MAX;

/// The newest good signatures by transaction hash; the oldest goes first. A bad one is not remembered: it would push a good one out.
#[derive(Default)]
pub struct Verdicts(Mutex<Good>);

#[derive(Default)]
struct Good {
    hashes: BTreeSet<Sha256>,
    order: VecDeque<Sha256>,
}

impl fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdicts")
            .field("good", &self.known())
            .finish()
    }
}

impl Judge for Verdicts {
    fn judge(&self, questions: Vec<Question>) -> Vec<bool> {
        let mut answers: Vec<bool> = {
            let good = self.good();
            let is_known = |question: &Question| good.hashes.contains(&question.tx_hash);
            questions.iter().map(is_known).collect()
        };
        let open = || questions.iter().zip(&answers).filter(|(_, known)| !**known);
        let equations: Vec<Equation> = open()
            .map(|(question, _)| question.equation.clone())
            .collect();
        if equations.is_empty() {
            return answers;
        }
        let all = equations.len() > 1 && Equation::all_hold(equations, OsRng);
        let mut found = Vec::new();
        for (question, answer) in questions.into_iter().zip(&mut answers) {
            if *answer {
                continue;
            }
            *answer = all || question.equation.holds();
            if *answer {
                found.push(question.tx_hash);
            }
        }
        // Locked again only now: whoever asks about what is known does not wait for what is not.
        let mut good = self.good();
        for hash in found {
            good.remember(hash);
        }
        drop(good);
        answers
    }
}

/// Judges together what may be asked later, and answers nothing. Where one of them is bad each is judged when it is asked about:
/// so whoever sends bad ones makes those beside them half as dear again, and no more.
pub(crate) struct Ahead<'a>(pub(crate) &'a Verdicts);

impl Judge for Ahead<'_> {
    fn judge(&self, mut questions: Vec<Question>) -> Vec<bool> {
        let known = self.0.good();
        questions.retain(|question| !known.hashes.contains(&question.tx_hash));
        drop(known);
        let equations = questions.iter().map(|question| question.equation.clone());
        if questions.len() > 1 && Equation::all_hold(equations, OsRng) {
            let mut good = self.0.good();
            for question in questions {
                good.remember(question.tx_hash);
            }
        }
        Vec::new()
    }
}

impl Verdicts {
    /// How many are remembered.
    pub(crate) fn known(&self) -> usize {
        self.good().order.len()
    }

    fn good(&self) -> MutexGuard<'_, Good> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Good {
    fn remember(&mut self, hash: Sha256) {
        if !self.hashes.insert(hash) {
            return;
        }
        self.order.push_back(hash);
        if self.order.len() > VERDICTS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
    }
}
