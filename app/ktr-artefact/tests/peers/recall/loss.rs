//! What is lost of ESET's public indicators on the whole way: draft, form, builder, leak verifier.
//! A loss is a value that was meant for detection and does not leave; its finding says why.

use std::collections::BTreeMap;

use ktr_artefact::{
    draft::{self, Format, Wanted},
    finding::Place,
    form::{self, Reference},
    limits,
    stix::{Case, Seed},
};
use ktr_core::id::Commitment;
use serde_json::{Value, json};

use crate::world::{FORMS, attempt_of, now};

/// How many values were offered, and why some were lost.
#[derive(Default)]
pub(super) struct Loss {
    pub(super) offered: usize,
    pub(super) reasons: BTreeMap<String, usize>,
}

impl Loss {
    pub(super) fn lost(&self) -> usize {
        self.reasons.values().sum()
    }

    fn lose(&mut self, reason: &str) {
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
    }

    /// Takes a MISP event or a list the whole way.
    pub(super) fn take(&mut self, source: &str) {
        let octets = source.as_bytes();
        let Ok(draft) = draft::read(octets, Format::of(octets), Wanted::ForDetection) else {
            return;
        };
        self.offered += draft.iocs.len() + draft.refused.len();
        for finding in &draft.refused {
            self.lose(finding.rule.name());
        }
        for part in draft.iocs.chunks(limits::IOCS_MAX) {
            self.built(json!(part));
        }
    }

    fn built(&mut self, iocs: Value) {
        let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
        form["iocs"] = iocs;
        form["context"]["links"] = json!([]);
        let nomination = match form::check(&form::read(form.to_string().as_bytes()).unwrap()) {
            Ok(nomination) => nomination,
            Err(findings) => panic!("a draft's values pass: {findings:?}"),
        };
        let case = Case {
            commitment: Commitment([0; 32]),
            nomination,
        };
        let attempt = attempt_of(Seed([3; 32]), &[case], now(), &|_| false);
        let mut stopped = BTreeMap::new();
        for judged in attempt.judged.iter().filter(|judged| !judged.stands) {
            let rule = judged.finding.rule.name();
            assert_ne!(judged.finding.place, Place::bundle(), "{rule}");
            let origins = attempt.object(&judged.finding).unwrap().origins.iter();
            for entry in origins.filter_map(|origin| origin.entry) {
                if let Reference::Ioc(number) = entry {
                    stopped.insert(number, rule);
                }
            }
        }
        for rule in stopped.values() {
            self.lose(rule);
        }
    }
}
