//! The report as lines for a terminal.
//! What stands first is what a person has to decide about.

use super::{
    Case, Found, Report, Source,
    wording::{
        action, beside, counted, groups, judged, kind, listed, object, outcome, ruled, stage,
        summary, tlp,
    },
};

impl Report {
    /// The report as text, each line ended.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![
            format!(
                "{}: release {}, session {}, {}, chain {}",
                outcome(self.outcome),
                self.release,
                self.session,
                self.day,
                self.chain
            ),
            summary(self),
        ];
        if let (Some(sha256), Some(octets)) = (&self.sha256, self.octets) {
            lines.push(format!("bundle.json: {octets} octets, sha-256 {sha256}"));
        }
        let beside = beside(self).into_iter();
        lines.extend(beside.map(|judge| format!("judged beside: {judge}")));
        findings("Against it", &self.findings, false, &mut lines);
        findings("Let stand by the board", &self.findings, true, &mut lines);
        for case in &self.cases {
            self.lines_of(case, &mut lines);
        }
        if !self.meanings.is_empty() {
            lines.push(String::from("\nWhat the numbers mean"));
        }
        for (code, meaning) in &self.meanings {
            let plain = meaning.meaning.replace('`', "");
            lines.push(format!("  {code} {}: {plain}", meaning.name));
        }
        lines.push(String::new());
        lines.join("\n")
    }

    fn lines_of(&self, case: &Case, lines: &mut Vec<String>) {
        let level = case
            .level
            .map_or(String::new(), |level| format!(", {level}"));
        lines.push(format!("\nCase {}", case.commitment));
        lines.push(format!(
            "  {}{level}, {}, {}, {}, {} in the dictionary",
            stage(case.stage),
            tlp(case.tlp),
            counted(case.iocs, "indicator"),
            counted(case.rules.len(), "rule"),
            counted(case.words, "word"),
        ));
        if !case.objects.is_empty() {
            let objects = case
                .objects
                .iter()
                .map(|(kind, count)| format!("{count} {kind}"));
            lines.push(format!(
                "  objects: {}",
                objects.collect::<Vec<_>>().join(", ")
            ));
        }
        for ((done, code), changes) in groups(&case.changes) {
            let name = self.meanings.get(&code).map_or("", |meaning| meaning.name);
            let at = listed(&changes);
            lines.push(format!("  {:<9} {code} {name}: {at}", action(done)));
        }
        for rule in &case.rules {
            let object = rule
                .object
                .as_ref()
                .map_or(String::new(), |id| format!(", {id}"));
            lines.push(format!(
                "  {}: {}; judged by {}{object}",
                rule.place,
                kind(rule),
                judged(rule)
            ));
        }
    }
}

fn findings(title: &str, findings: &[Found], stands: bool, lines: &mut Vec<String>) {
    let (shown, more) = ruled(findings, stands);
    if !shown.is_empty() {
        lines.push(format!("\n{title}"));
    }
    for found in shown {
        let object = object(found);
        lines.push(format!("  {}", found.finding));
        lines.push(format!("    in {object}{}", from(&found.from)));
    }
    if more > 0 {
        lines.push(format!("  and {more} more, which the JSON names"));
    }
}

fn from(sources: &[Source]) -> String {
    let sources = sources.iter();
    sources
        .flat_map(|source| {
            [
                "
    from case ",
                &source.case,
                ", ",
                &source.place,
            ]
        })
        .collect()
}
