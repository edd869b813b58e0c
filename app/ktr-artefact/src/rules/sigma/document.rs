//! The YAML of a rule: one document of plain mappings, sequences and scalars, each key once, nothing deep.
//! Runs before the two readers, so that neither meets what could unfold or nest without end.

use std::{borrow::Cow, collections::BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::{
    finding::{Rule, rule},
    limits,
};

/// Checks the form of `text`.
///
/// # Errors
/// [`rule::SIGMA_YAML`].
pub(super) fn check(text: &str) -> Result<(), Rule> {
    let mut walk = Walk {
        frames: Vec::new(),
        documents: 0,
    };
    for event in Parser::new_from_str(text) {
        let (event, _span) = event.map_err(|_error| rule::SIGMA_YAML)?;
        walk.take(event)?;
    }
    if walk.documents == 1 {
        Ok(())
    } else {
        Err(rule::SIGMA_YAML)
    }
}

/// An open collection.
enum Frame {
    Mapping {
        keys: BTreeSet<String>,
        /// The key whose value comes next.
        key: Option<String>,
    },
    Sequence {
        /// The key that the sequence is the value of.
        key: Option<String>,
    },
}

struct Walk {
    frames: Vec<Frame>,
    documents: usize,
}

impl Walk {
    fn take(&mut self, event: Event<'_>) -> Result<(), Rule> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents = self.documents.saturating_add(1);
                demand(self.documents == 1)
            }
            Event::Scalar(value, style, 0, None) => self.scalar(value, style),
            Event::SequenceStart(0, None) => {
                let key = self.value()?;
                self.open(Frame::Sequence { key })
            }
            Event::MappingStart(0, None) => {
                self.value()?;
                self.open(Frame::Mapping {
                    keys: BTreeSet::new(),
                    key: None,
                })
            }
            Event::SequenceEnd | Event::MappingEnd => demand(self.frames.pop().is_some()),
            // An alias, an anchor or a tag.
            Event::Alias(_)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..) => Err(rule::SIGMA_YAML),
        }
    }

    fn open(&mut self, frame: Frame) -> Result<(), Rule> {
        self.frames.push(frame);
        demand(self.frames.len() <= limits::SIGMA_DEPTH_MAX)
    }

    /// The key that a value stands under, used up; an error where a key is due.
    fn value(&mut self) -> Result<Option<String>, Rule> {
        match self.frames.last_mut() {
            Some(Frame::Mapping { key, .. }) => key.take().map(Some).ok_or(rule::SIGMA_YAML),
            Some(Frame::Sequence { key }) => Ok(key.clone()),
            None => Ok(None),
        }
    }

    fn scalar(&mut self, text: Cow<'_, str>, style: ScalarStyle) -> Result<(), Rule> {
        if let Some(Frame::Mapping { keys, key }) = self.frames.last_mut()
            && key.is_none()
        {
            let merges = style == ScalarStyle::Plain && text == "<<";
            *key = Some(text.clone().into_owned());
            return demand(!merges && keys.insert(text.into_owned()));
        }
        let key = self.value()?;
        demand(key.as_deref() != Some("condition") || is_shallow(&text))
    }
}

const fn demand(holds: bool) -> Result<(), Rule> {
    if holds { Ok(()) } else { Err(rule::SIGMA_YAML) }
}

/// Whether a condition nests within the limit; both readers descend by recursion.
fn is_shallow(condition: &str) -> bool {
    let brackets = condition.matches('(').count();
    let lower = condition.to_lowercase();
    let negations = lower.split_whitespace().filter(|word| word.contains("not"));
    brackets.saturating_add(negations.count()) <= limits::SIGMA_CONDITION_DEPTH_MAX
}
