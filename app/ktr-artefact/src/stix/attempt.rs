//! What came of a build: the bundle or what stopped it, everything that was found, and where each object comes from.
//! It holds ids, numbers and rules; what a form says is in none of them.

use std::collections::BTreeSet;

use ktr_core::id::Commitment;

use super::{Bundle, ObjectId};
use crate::{finding::Finding, form::Reference};

/// What came of a build.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// The bundle, or the first finding that stopped it.
    pub bundle: Result<Bundle, Finding>,
    /// Everything that was found, in the order of the objects.
    pub judged: Vec<Judged>,
    /// Every object that was written, in the bundle's order: number n of a place is number n here.
    pub objects: Vec<Traced>,
}

/// A finding and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// Whether the board lets it stand; otherwise it stops the build.
    pub stands: bool,
}

/// An object and the cases that it comes from; none for what every bundle has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traced {
    /// Which object.
    pub id: ObjectId,
    /// Where it comes from; more than one case for a value that they share.
    pub origins: BTreeSet<Origin>,
}

/// A case, and the entry of its form; no entry for the case's report.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Origin {
    /// Which case.
    pub case: Commitment,
    /// Which entry of its form.
    pub entry: Option<Reference>,
}

impl Attempt {
    /// A build that stopped before anybody searched it.
    pub(super) fn stopped(stop: Finding, objects: Vec<Traced>) -> Self {
        let judged = Judged {
            finding: stop.clone(),
            stands: false,
        };
        Self {
            bundle: Err(stop),
            judged: vec![judged],
            objects,
        }
    }

    /// The object that a finding names, by number or by id.
    #[must_use]
    pub fn object(&self, finding: &Finding) -> Option<&Traced> {
        if let Some(index) = finding.place.index() {
            return self.objects.get(index);
        }
        let named = finding.place.to_string();
        let mut objects = self.objects.iter();
        objects.find(|traced| traced.id.as_str() == named)
    }
}
