//! Validators that were caught, what an application hears of it, and whose power must go: by ADR 0063's words, judged by trying every split.
//! Amnesia is none of them: real engines let no evidence of it into a block (`tests/fault/lunatic.rs`).

use tendermint_proto::v0_38::abci::{Misbehavior, MisbehaviorType, Validator};

use super::{
    block::{Block, Powers, SITES, timestamp},
    play::Scene,
};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Crime {
    /// Two votes where one may be.
    Twice,
    /// A header that no chain of ours could have, shown to a light client.
    Lunatic,
}

/// What an honest site can prove.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Evidence {
    pub(super) crime: Crime,
    pub(super) height: usize,
    /// Who is named to the application, by falling power, as the engine has them.
    pub(super) signers: Vec<usize>,
}

impl Evidence {
    /// As it is counted.
    pub(super) const fn name(&self) -> &'static str {
        match self.crime {
            Crime::Twice => "two votes of one site in a block",
            Crime::Lunatic => "a lunatic header in a block",
        }
    }
}

/// A header needs more than a third of the power to be shown to a light client: the first of these sites that have it, by falling power.
pub(super) fn signers(first: usize, powers: &Powers) -> Vec<usize> {
    let mut signers = Vec::new();
    for site in (first..first + SITES).map(|site| site % SITES) {
        let power: u64 = signers.iter().map(|site: &usize| powers[*site]).sum();
        if power * 3 <= powers.iter().sum::<u64>() {
            signers.push(site);
        }
    }
    signers.sort_by(|one, two| powers[*two].cmp(&powers[*one]));
    signers
}

/// What a block's evidence is to an application.
pub(super) fn misbehaviour(block: &Block, scene: &Scene, powers: &Powers) -> Vec<Misbehavior> {
    let of_one = |evidence: &Evidence, site: usize| {
        let kind = match evidence.crime {
            Crime::Twice => MisbehaviorType::DuplicateVote,
            Crime::Lunatic => MisbehaviorType::LightClientAttack,
        };
        Misbehavior {
            r#type: kind.into(),
            validator: Some(Validator {
                address: scene.address(site),
                power: powers[site].try_into().unwrap(),
            }),
            height: evidence.height.try_into().unwrap(),
            time: Some(timestamp(scene.start())),
            total_voting_power: powers.iter().sum::<u64>().try_into().unwrap(),
        }
    };
    let all = block.evidence.iter();
    all.flat_map(|evidence| evidence.signers.iter().map(move |site| (evidence, *site)))
        .map(|(evidence, site)| of_one(evidence, site))
        .collect()
}

/// Whether the set two heights on is what the rule makes of this one and of who was caught.
///
/// # Errors
/// What it should be.
pub(super) fn judge(before: Powers, evidence: &[Evidence], after: Powers) -> Result<(), String> {
    let mut expected = before;
    for site in evidence.iter().flat_map(|evidence| &evidence.signers) {
        let rest = without(&expected, *site);
        let left = rest.iter().filter(|power| **power > 0).count();
        if left >= LEFT_MIN && !can_one_fork(&rest) {
            expected = rest;
        }
    }
    if after == expected {
        return Ok(());
    }
    Err(format!(
        "of {before:?} with {evidence:?} came {after:?} and not {expected:?}"
    ))
}

fn without(powers: &Powers, site: usize) -> Powers {
    let mut rest = *powers;
    rest[site] = 0;
    rest
}

/// Whether one site can show one block to some of the others and another to the rest, each with a quorum. Each has one engine here.
fn can_one_fork(powers: &Powers) -> bool {
    let total: u64 = powers.iter().sum();
    let splits = |liar: usize| {
        (0..1_u32 << SITES).any(|split| {
            let is_quorum = |side: u32| {
                let sees = |site: &usize| *site == liar || (split >> *site) & 1 == side;
                let power: u64 = (0..SITES).filter(sees).map(|site| powers[site]).sum();
                power * 3 > total * 2
            };
            is_quorum(0) && is_quorum(1)
        })
    };
    (0..SITES).filter(|site| powers[*site] > 0).any(splits)
}

/// Validators that must remain.
const LEFT_MIN: usize = 3;
