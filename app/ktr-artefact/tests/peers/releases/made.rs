//! Builds drawn releases the whole way: form, sanitiser, builder with its leak verifier, seal, strict verification.
//! Who judges them stands in `judges.rs` and `rules.rs`.

use ktr_artefact::{
    canonical,
    finding::rule,
    form::{self, Salt},
    rules::RuleKind,
    seal::verify,
    stix::{Case, Seed},
};
use ktr_core::time::{Secs, Time};
use ktr_testkit::Dice;
use serde_json::Value;

use super::draw;
use crate::world::{World, bundle_of, now};

/// Cases of one release, at most.
const CASES: usize = 3;

/// A drawn id may read as a victim's word of three letters, decoded some way: then the desk draws another seed, at most so often.
const AGAIN: usize = 3;

/// A sealed release and the rules in it.
pub(super) struct Made {
    pub(super) world: World,
    pub(super) rules: Vec<Rule>,
    /// How often it was built again with another seed.
    pub(super) again: usize,
}

/// A rule as it leaves, and what sets it off.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    pub(super) kind: RuleKind,
    pub(super) text: String,
    pub(super) positive: String,
}

/// So many releases of a seed; each of them passes every check of ours, or this says which did not.
pub(super) fn releases(seed: u64, count: u64) -> Vec<Made> {
    let signed_at = now().minus(Secs(60));
    (0..count)
        .map(|number| release(seed.wrapping_mul(1_000_000).wrapping_add(number), signed_at))
        .collect()
}

fn release(seed: u64, signed_at: Time) -> Made {
    let mut dice = Dice::new(seed);
    let mut rules = Vec::new();
    let cases: Vec<Case> = (0..=dice.below(CASES))
        .map(|_| {
            let form = draw::form(&mut dice);
            let case = case(&form, octets(&mut dice))
                .unwrap_or_else(|why| panic!("form of release {seed}: {why}\n{form:#}"));
            let texts = case.nomination.rules.iter();
            let offered = form["rules"].as_array().unwrap().iter();
            rules.extend(texts.zip(offered).map(|(rule, offer)| Rule {
                kind: rule.kind(),
                text: rule.text().to_owned(),
                positive: offer["positive"].as_str().unwrap().to_owned(),
            }));
            case
        })
        .collect();
    let mut again = 0;
    let built = loop {
        match bundle_of(Seed(octets(&mut dice)), &cases, signed_at) {
            Ok(built) => break built,
            Err(finding) if finding.rule == rule::LEAK_ENCODED && again < AGAIN => again += 1,
            Err(finding) => panic!("release {seed}: {finding}"),
        }
    };
    let world = World::of(built, signed_at);
    let verified = verify(
        &world.facts(),
        &world.bundle,
        &world.seal,
        &world.certificate,
    );
    assert!(verified.is_ok(), "release {seed}: {verified:?}");
    Made {
        world,
        rules,
        again,
    }
}

/// A form as the release desk has it: read, checked, and named by its commitment.
fn case(form: &Value, salt: [u8; 32]) -> Result<Case, String> {
    let octets = canonical::to_bytes(form).map_err(|rule| rule.to_string())?;
    let document = form::read_canonical(&octets).map_err(|finding| finding.to_string())?;
    let nomination = form::check(&document).map_err(|findings| format!("{findings:?}"))?;
    Ok(Case {
        commitment: form::commit(&Salt(salt), &octets),
        nomination,
    })
}

fn octets(dice: &mut Dice) -> [u8; 32] {
    std::array::from_fn(|_| u8::try_from(dice.below(256)).unwrap())
}
