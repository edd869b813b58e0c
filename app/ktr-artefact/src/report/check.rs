//! What would become of one form, said to who wrote it before anything is signed: the checks of a form and a build of it alone.
//! It judges nothing anew: the form was checked before, and the build is that of a release with a stand-in for Alliance and chain.

use std::collections::BTreeMap;

use ktr_core::id::{Commitment, SessionId};
use serde::Serialize;

use super::{
    Action, Change, Detection, Form, Inputs, Lists, Meaning, Outcome, Report, everywhere,
    wording::{action, counted, groups, judged, kind, listed, tlp},
};
use crate::{
    alliance::{Alliance, AllianceDomain, AllianceName},
    canonical,
    day::Day,
    finding::{Finding, Rule},
    form::{Document, Nomination},
    ioc::Warninglists,
    rules::RuleKind,
    stix::{self, Attempt, ChainId, Judged, Plan, PublicSectors, Seed, Tlp},
};

/// A form and what was said of it so far.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// As it was written.
    pub document: &'a Document,
    /// The nomination, or all findings.
    pub checked: Result<&'a Nomination, &'a [Finding]>,
    /// What [`crate::form::warnings`] and [`crate::form::filters`] said of it.
    pub warnings: &'a [Judged],
    /// The engine that judged YARA rules, if there were any.
    pub engine: Option<&'a str>,
    /// The warninglists that were asked.
    pub warninglists: Option<&'a Warninglists>,
    /// Today.
    pub day: Day,
    /// What the ids of two builds are drawn from: an id can read as a victim's word by chance, but not twice.
    pub seeds: &'a [Seed; 2],
}

/// Whether a form could be nominated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is against it.
    Fit,
    /// Nothing but what the board may let stand.
    ForTheBoard,
    /// Nothing is against it, but no engine has seen its YARA rules.
    Unjudged,
    /// Something that nobody lets stand.
    Refused,
}

/// What a form would come to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FormCheck {
    /// Version of this form: 1.
    pub version: u32,
    /// Whether it could be nominated.
    pub verdict: Verdict,
    /// Level of the matrix, if the form could be judged.
    pub level: Option<&'static str>,
    /// How far it may travel.
    pub tlp: Tlp,
    /// Indicators.
    pub iocs: usize,
    /// Words of the victim's dictionary by list.
    pub dictionary: BTreeMap<&'static str, usize>,
    /// Objects that would leave, by type, if the form is fit.
    pub objects: BTreeMap<&'static str, usize>,
    /// Detection rules, in the order of the form.
    pub rules: Vec<Detection>,
    /// What nobody lets stand.
    pub refused: Vec<Change>,
    /// What the board would be asked.
    pub for_the_board: Vec<Change>,
    /// Words of the dictionary, by path, that every release holds: with one of them nothing can be nominated.
    pub in_every_release: Vec<String>,
    /// YARA rules that no engine has seen, by their places: a build asks one, and it may refuse them.
    pub unjudged: Vec<String>,
    /// What would be changed or kept back, in the order of the form. A place is a path of the form; `case` is what title, narrative and classification
    /// become. No object is named: its id would be of this build alone.
    pub changes: Vec<Change>,
    /// The rules that are named above, by number.
    pub meanings: BTreeMap<u16, Meaning>,
    /// The engine that judged YARA rules, name and version.
    pub yara_engine: Option<String>,
    /// The lists of well-known benign values that were asked.
    pub warninglists: Option<Lists>,
}

impl FormCheck {
    /// Builds the form alone and says what came of it.
    ///
    /// # Errors
    /// None in practice: a rule that the stand-in for Alliance or chain breaks.
    pub fn of(asked: &Asked<'_>) -> Result<Self, Rule> {
        let (attempt, in_every_release) = match asked.checked {
            Ok(nomination) => {
                let tried = built(nomination, asked)?;
                let words = everywhere::words(nomination, asked, &tried)?;
                (Some(tried), words)
            }
            Err(_findings) => (None, Vec::new()),
        };
        let [seed, _] = asked.seeds;
        let chain = ChainId::parse(&stand_in(seed))?;
        let mut report = Report::of(&Inputs {
            session: SessionId(1),
            release: seed.release_id(),
            chain: &chain,
            day: asked.day,
            public_sectors: &PublicSectors::default(),
            forms: &[Form {
                commitment: ALONE,
                document: asked.document,
                checked: asked.checked,
                warnings: asked.warnings,
            }],
            engine: asked.engine,
            warninglists: asked.warninglists,
            attempt: attempt.as_ref(),
        });
        let said = Sorted::of(&report);
        let case = report.cases.pop();
        let lists = asked.document.victim.lists();
        let mut rules = case.as_ref().map_or(Vec::new(), |case| case.rules.clone());
        for rule in &mut rules {
            rule.object = None;
        }
        let unjudged = unjudged(&rules, asked);
        Ok(Self {
            version: 1,
            verdict: verdict(&said, report.outcome, &unjudged),
            level: case.as_ref().and_then(|case| case.level),
            tlp: asked.document.case.tlp,
            iocs: asked.document.iocs.len(),
            dictionary: lists.map(|(list, words)| (list, words.len())).into(),
            objects: report.objects,
            rules,
            refused: said.refused,
            for_the_board: said.for_the_board,
            in_every_release,
            unjudged,
            changes: said.changes,
            meanings: report.meanings,
            yara_engine: report.yara_engine,
            warninglists: report.warninglists,
        })
    }

    /// For programs: canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// As [`Report::to_json`].
    pub fn to_json(&self) -> Result<Vec<u8>, Rule> {
        canonical::to_bytes(self)
    }

    /// What nobody lets stand, a line each.
    #[must_use]
    pub fn against(&self) -> Vec<String> {
        self.lines(&self.refused)
    }

    /// What the board would be asked, a line each.
    #[must_use]
    pub fn asked_of_the_board(&self) -> Vec<String> {
        self.lines(&self.for_the_board)
    }

    /// For people, each line ended.
    #[must_use]
    pub fn to_text(&self) -> String {
        let words = self.dictionary.values().copied();
        let words = words.fold(0, usize::saturating_add);
        let level = self
            .level
            .map_or(String::new(), |level| format!("{level}, "));
        let mut lines = vec![
            String::from(match self.verdict {
                Verdict::Fit => "Fit to be nominated",
                Verdict::ForTheBoard => "Fit, but the board will be asked",
                Verdict::Unjudged => {
                    "Fit as far as it was judged: no engine has seen its YARA rules"
                }
                Verdict::Refused => "Refused",
            }),
            format!(
                "  {level}{}, {}, {}, {} in the dictionary",
                tlp(self.tlp),
                counted(self.iocs, "indicator"),
                counted(self.rules.len(), "rule"),
                counted(words, "word"),
            ),
            format!("  dictionary: {}", numbers(&self.dictionary)),
        ];
        if !self.objects.is_empty() {
            lines.push(format!("  would leave as: {}", numbers(&self.objects)));
        }
        section("Refused", self.lines(&self.refused), &mut lines);
        let everywhere = self.in_every_release.iter().map(|path| {
            format!("{path}: take it out, or write more of the name that it is part of")
        });
        section(
            "Words of the dictionary that every release holds",
            everywhere.collect(),
            &mut lines,
        );
        section("For the board", self.lines(&self.for_the_board), &mut lines);
        let unjudged = self.unjudged.iter().map(|place| {
            format!(
                "{place}: install the package yara, or name an engine; a build without one stops"
            )
        });
        section(
            "YARA rules that no engine has seen",
            unjudged.collect(),
            &mut lines,
        );
        section("Changed or kept back", self.changed(), &mut lines);
        let rules = self.rules.iter();
        let rules =
            rules.map(|rule| format!("{}: {}; judged by {}", rule.place, kind(rule), judged(rule)));
        section("Rules", rules.collect(), &mut lines);
        let meanings = self.meanings.iter().map(|(code, meaning)| {
            format!(
                "{code} {}: {}",
                meaning.name,
                meaning.meaning.replace('`', "")
            )
        });
        section("What the numbers mean", meanings.collect(), &mut lines);
        lines.push(String::new());
        lines.join("\n")
    }

    fn lines(&self, said: &[Change]) -> Vec<String> {
        let name = |code| self.meanings.get(&code).map_or("", |meaning| meaning.name);
        said.iter()
            .map(|said| format!("{} {} at {}", said.code, name(said.code), said.place))
            .collect()
    }

    /// The changes by rule.
    fn changed(&self) -> Vec<String> {
        let name = |code| self.meanings.get(&code).map_or("", |meaning| meaning.name);
        let groups = groups(&self.changes).into_iter();
        groups
            .map(|((done, code), all)| {
                let at = listed(&all);
                format!("{:<9} {code} {}: {at}", action(done), name(code))
            })
            .collect()
    }
}

fn numbers(counts: &BTreeMap<&'static str, usize>) -> String {
    let counts = counts.iter().map(|(name, count)| format!("{count} {name}"));
    counts.collect::<Vec<_>>().join(", ")
}

fn section(title: &str, entries: Vec<String>, lines: &mut Vec<String>) {
    if !entries.is_empty() {
        lines.push(format!("\n{title}"));
    }
    lines.extend(entries.into_iter().map(|entry| format!("  {entry}")));
}

fn verdict(said: &Sorted, outcome: Outcome, unjudged: &[String]) -> Verdict {
    match (said.refused.is_empty(), outcome) {
        (true, Outcome::Built) if !said.for_the_board.is_empty() => Verdict::ForTheBoard,
        (true, Outcome::Built) if !unjudged.is_empty() => Verdict::Unjudged,
        (true, Outcome::Built) => Verdict::Fit,
        (false, _) | (true, Outcome::Refused) => Verdict::Refused,
    }
}

/// The YARA rules of a form that is fit so far, if there was no engine.
fn unjudged(rules: &[Detection], asked: &Asked<'_>) -> Vec<String> {
    if asked.engine.is_some() || asked.checked.is_err() {
        return Vec::new();
    }
    let yara = rules.iter().filter(|rule| rule.kind == RuleKind::Yara);
    yara.map(|rule| rule.place.clone()).collect()
}

/// What a report says, by who decides about it.
struct Sorted {
    refused: Vec<Change>,
    for_the_board: Vec<Change>,
    changes: Vec<Change>,
}

impl Sorted {
    fn of(report: &Report) -> Self {
        let changes = report.cases.iter().flat_map(|case| &case.changes);
        let changes = changes.map(|change| said(change.action, change.code, &change.place));
        let (refused, changes) = changes.partition(|change| change.action == Action::Refused);
        let mut sorted = Self {
            refused,
            for_the_board: Vec::new(),
            changes,
        };
        for found in &report.findings {
            let (list, action) = if found.stands {
                (&mut sorted.for_the_board, Action::Noted)
            } else {
                (&mut sorted.refused, Action::Refused)
            };
            let mut places: Vec<&str> = found.from.iter().map(|from| &*from.place).collect();
            if places.is_empty() {
                places.push(&found.place);
            }
            for place in places {
                let said = said(action, found.code, place);
                // One value stands in several objects; it is one entry of the form.
                if !list.contains(&said) {
                    list.push(said);
                }
            }
        }
        sorted
    }
}

fn said(action: Action, code: u16, place: &str) -> Change {
    Change {
        action,
        code,
        place: place.to_owned(),
        objects: Vec::new(),
    }
}

/// The form alone as a release, with everything that the board may let stand and the sector that another desk's counts may name. What only one
/// of two draws meets was chance.
fn built(nomination: &Nomination, asked: &Asked<'_>) -> Result<Attempt, Rule> {
    let [first, second] = asked.seeds;
    let tried = attempt(nomination, asked.day, first)?;
    if tried.bundle.is_ok() {
        return Ok(tried);
    }
    let again = attempt(nomination, asked.day, second)?;
    let stops = |attempt: &Attempt| {
        let judged = attempt.judged.iter();
        judged.filter(|judged| !judged.stands).count()
    };
    Ok(if stops(&again) < stops(&tried) {
        again
    } else {
        tried
    })
}

/// One draw: of the ids, and of what stands in for Alliance and chain.
pub(super) fn attempt(nomination: &Nomination, day: Day, seed: &Seed) -> Result<Attempt, Rule> {
    let name = stand_in(seed);
    let alliance = Alliance::mint(
        AllianceName::parse(&name)?,
        AllianceDomain::parse(&format!("{name}.invalid"))?,
        // Its ids are others than those of the case.
        &Seed(seed.0.map(|octet| !octet)),
    );
    let plan = Plan {
        alliance: &alliance,
        chain: &ChainId::parse(&name)?,
        session: SessionId(1),
        seed: *seed,
        day,
        previous: day,
        public_sectors: &PublicSectors::of_one(&nomination.country, nomination.sector),
        cases: &[stix::Case {
            commitment: ALONE,
            nomination: nomination.clone(),
        }],
    };
    Ok(stix::attempt(&plan, &|_finding| true))
}

/// The commitment of a form that has none yet.
const ALONE: Commitment = Commitment([0; 32]);

/// Name and chain of a build that nobody gets: twelve letters of the seed, since a fixed word would be some victim's in every draw.
pub(super) fn stand_in(seed: &Seed) -> String {
    let letter = |octet: &u8| char::from(b'a'.saturating_add(*octet % 26));
    seed.0.iter().take(12).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::{Asked, FormCheck, Verdict, attempt, stand_in};
    use crate::{
        day::Day,
        form::{self, Document},
        stix::Seed,
    };

    const FORM: &str = include_str!("../../tests/data/forms/02-embargo.json");
    const SEEDS: [Seed; 2] = [
        Seed(*b"0123456789abcdefghijklmnopqrstuv"),
        Seed(*b"the seed of the second draw 4321"),
    ];

    fn day() -> Day {
        Day::parse("2026-11-25").unwrap()
    }

    /// The form, with further words of the victim's.
    fn with_words(words: &[&str]) -> Document {
        let mut form: serde_json::Value = serde_json::from_str(FORM).unwrap();
        let others = form["victim"]["other"].as_array_mut().unwrap();
        others.extend(words.iter().map(|word| serde_json::json!(word)));
        form::read(form.to_string().as_bytes()).unwrap()
    }

    fn checked(document: &Document) -> FormCheck {
        checked_by(document, None)
    }

    fn checked_by(document: &Document, engine: Option<&str>) -> FormCheck {
        let nomination = form::check(document);
        let checked = FormCheck::of(&Asked {
            document,
            checked: nomination.as_ref().map_err(Vec::as_slice),
            warnings: &[],
            engine,
            warninglists: None,
            day: day(),
            seeds: &SEEDS,
        });
        checked.unwrap()
    }

    #[test]
    fn a_victim_s_word_that_the_stand_in_holds_by_chance_is_cleared_by_the_second_draw() {
        let drawn = SEEDS.map(|seed| stand_in(&seed));
        assert_ne!(drawn[0], drawn[1]);
        for word in ["ktr-form-check", drawn[0].as_str(), drawn[1].as_str()] {
            let checked = checked(&with_words(&[word]));
            assert_eq!(checked.verdict, Verdict::Fit, "{:?}", checked.refused);
        }
    }

    #[test]
    fn yara_that_no_engine_saw_is_not_called_fit() {
        let mut form: serde_json::Value = serde_json::from_str(FORM).unwrap();
        form["rules"] = serde_json::json!([{
            "kind": "yara", "text": "rule r { strings: $a = \"abcd\" condition: $a }",
            "positive": "YWJjZA==", "origin": "own", "licence": "EUPL-1.2",
        }]);
        let document = form::read(form.to_string().as_bytes()).unwrap();
        let unseen = checked(&document);
        assert_eq!(unseen.verdict, Verdict::Unjudged, "{:?}", unseen.refused);
        assert_eq!(unseen.unjudged, ["rules[0]"]);
        assert!(unseen.to_text().contains("no engine has seen\n  rules[0]"));
        let seen = checked_by(&document, Some("yarac 4.2.3"));
        assert_eq!((seen.verdict, seen.unjudged.len()), (Verdict::Fit, 0));
        assert_eq!(checked(&with_words(&[])).verdict, Verdict::Fit, "no rules");
    }

    #[test]
    fn a_text_whose_marks_gave_way_to_plain_ones_is_named_by_its_path() {
        let mut form: serde_json::Value = serde_json::from_str(FORM).unwrap();
        form["case"]["title"] = serde_json::json!("A loader \u{2013} seen twice");
        let document = form::read(form.to_string().as_bytes()).unwrap();
        let checked = checked(&document);
        let mut changes = checked.changes.iter();
        assert!(changes.any(|change| change.code == 1101 && change.place == "case.title"));
    }

    #[test]
    fn the_check_builds_with_the_sector_that_a_release_may_name() {
        let nomination = form::check(&with_words(&[])).unwrap();
        let built = attempt(&nomination, day(), &SEEDS[0]).unwrap();
        let text = String::from_utf8(built.bundle.unwrap().bytes).unwrap();
        assert!(text.contains("ktr:sector="), "{text}");
    }
}
