//! Who judges the equations of signatures: the one costly question of a block, so its answer may be bought in bulk or kept.
//! The ledger has no randomness and no memory of its own; both come with the judge.

use ktr_core::id::Sha256;
use ktr_wire::signature::Equation;

/// The equation of one transaction.
#[derive(Clone, Debug)]
pub struct Question {
    /// The transaction: its hash covers the signature, what was signed, and the signer's fingerprint, which covers the key.
    pub tx_hash: Sha256,
    /// What to judge.
    pub equation: Equation,
}

/// Judges equations.
pub trait Judge {
    /// Whether each of them holds, in their order.
    ///
    /// **Invariant:** the answers are those of [`Equation::holds`], or the chain forks.
    fn judge(&self, questions: Vec<Question>) -> Vec<bool>;
}

/// Judges each alone and remembers nothing.
#[derive(Clone, Copy, Debug)]
pub struct OneByOne;

impl Judge for OneByOne {
    fn judge(&self, questions: Vec<Question>) -> Vec<bool> {
        let one = |question: Question| question.equation.holds();
        questions.into_iter().map(one).collect()
    }
}
