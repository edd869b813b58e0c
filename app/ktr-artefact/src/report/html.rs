//! The report as one HTML page that needs nothing else: no script, no request, readable on paper, by day and by night.
//! Whoever reads only its first screen knows whether there is a bundle, what stands against it, and what the board decided.

use super::{
    Action, Case, Change, Found, Outcome, Report, Source, Stage,
    wording::{
        Group, action, beside, counted, groups, judged, kind, object, outcome, places, ruled,
        stage, summary, tlp,
    },
};

/// How the page looks.
const STYLE: &str = include_str!("style.css");

/// Heads of the columns that hold numbers.
const NUMBERS: [&str; 6] = [
    "Indicators",
    "Rules",
    "Refused",
    "Noted",
    "Changed",
    "Objects",
];

/// Digits of a commitment that name a case in a table.
const SHORT: usize = 12;

impl Report {
    /// The report as one HTML page.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = format!("Build report, session {}", self.session);
        [
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            "<meta name=\"referrer\" content=\"no-referrer\">\n",
            &format!("<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n", escaped(&title)),
            &self.header(),
            "<main>\n",
            &self.obstacles(),
            &self.findings("Let stand by the board", true, String::new()),
            &self.overview(),
            &self.cases.iter().map(|case| self.section(case)).collect::<String>(),
            "</main>\n",
            "<footer><p>This page names cases by commitment, entries by path, objects by id and rules by number. \
             It holds no value of a form, no title and no word of a dictionary.</p></footer>\n",
            "</body>\n</html>\n",
        ]
        .concat()
    }

    fn header(&self) -> String {
        let class = match self.outcome {
            Outcome::Built => "built",
            Outcome::Refused => "refused",
        };
        let mut facts = vec![
            ("Session", self.session.to_string()),
            ("Day", self.day.clone()),
            ("Release", code(&self.release)),
            ("Chain", code(&self.chain)),
        ];
        if let (Some(sha256), Some(octets)) = (&self.sha256, self.octets) {
            facts.push((
                "Bundle",
                format!("{}, SHA-256 {}", counted(octets, "octet"), code(sha256)),
            ));
        }
        let beside = beside(self).into_iter();
        facts.extend(beside.map(|judge| ("Judged beside", escaped(&judge))));
        let facts = facts.iter();
        let facts: String = facts
            .flat_map(|(name, value)| ["<dt>", name, "</dt><dd>", value, "</dd>\n"])
            .collect();
        format!(
            "<header class=\"{class}\">\n<p class=\"quiet\">Build report</p>\n<h1>{}</h1>\n<p>{}</p>\n</header>\n<dl>\n{facts}</dl>\n",
            outcome(self.outcome),
            escaped(&summary(self))
        )
    }

    /// What stops the build: what is refused of forms, and what was found in the finished bytes; nothing if there is nothing.
    fn obstacles(&self) -> String {
        let refused: String = self.cases.iter().map(|case| self.refused(case)).collect();
        self.findings("Against it", false, refused)
    }

    fn refused(&self, case: &Case) -> String {
        let groups = groups(&case.changes).into_iter();
        let refused = groups.filter(|((done, _), _)| *done == Action::Refused);
        refused
            .map(|((_, number), changes)| {
                row(&[
                    self.rule(number, "bad"),
                    String::from("the form"),
                    format!("{} {}", link(&case.commitment), where_of(&changes)),
                ])
            })
            .collect()
    }

    /// Findings in the finished bytes after the rows that are there; nothing if there are none.
    fn findings(&self, title: &str, stands: bool, mut rows: String) -> String {
        let (shown, more) = ruled(&self.findings, stands);
        rows.extend(shown.iter().map(|found| self.found(found)));
        if rows.is_empty() {
            return String::new();
        }
        let rest = match more {
            0 => String::new(),
            more => format!("<p class=\"quiet\">And {more} more, which the JSON names.</p>\n"),
        };
        let table = table(&["Rule", "Object", "Comes from"], &rows);
        format!("<h2>{title}</h2>\n{table}{rest}")
    }

    fn found(&self, found: &Found) -> String {
        let place = code(&found.place);
        let object = match (found.kind, found.from.is_empty()) {
            (Some(_), _) => format!("{}<br>{place}", code(object(found))),
            (None, false) => format!("{}<br>{place}", escaped(object(found))),
            (None, true) => escaped(object(found)),
        };
        let from: Vec<String> = found.from.iter().map(source).collect();
        let class = if found.stands { "mind" } else { "bad" };
        row(&[
            self.rule(found.code, class),
            object,
            if from.is_empty() {
                String::from("what every bundle has")
            } else {
                from.join("<br>")
            },
        ])
    }

    /// Number, name and meaning of a rule.
    fn rule(&self, number: u16, class: &str) -> String {
        let (name, meaning) = match self.meanings.get(&number) {
            Some(meaning) => (meaning.name, meaning.meaning),
            None => ("", ""),
        };
        format!(
            "<span class=\"{class}\">{number} {}</span><br><span class=\"quiet\">{}</span>",
            escaped(name),
            escaped(&meaning.replace('`', ""))
        )
    }

    fn overview(&self) -> String {
        let rows: String = self.cases.iter().map(overview_row).collect();
        let heads = [
            "Case",
            "Stage",
            "Level",
            "May travel",
            "Indicators",
            "Rules",
            "Refused",
            "Noted",
            "Changed",
            "Objects",
        ];
        format!("<h2>Cases</h2>\n{}", table(&heads, &rows))
    }

    fn section(&self, case: &Case) -> String {
        let groups = groups(&case.changes);
        let rows: String = groups.iter().map(|group| self.group(group)).collect();
        let changes = if groups.is_empty() {
            String::from("<p>Nothing was changed.</p>\n")
        } else {
            table(&["Done", "Why", "Where in the form"], &rows)
        };
        let objects = case
            .objects
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"));
        let objects: Vec<String> = objects.collect();
        let objects = if objects.is_empty() {
            String::from("No object was written.")
        } else {
            format!("Objects: {}.", objects.join(", "))
        };
        format!(
            "<section class=\"case\" id=\"case-{id}\">\n<h3>Case <code>{id}</code></h3>\n\
             <p>{}. {} The victim's dictionary has {}.</p>\n{changes}{}</section>\n",
            stage_of(case.stage),
            objects,
            counted(case.words, "word"),
            rules(case),
            id = escaped(&case.commitment),
        )
    }

    fn group(&self, ((done, number), changes): &Group<'_>) -> String {
        row(&[
            format!(
                "<span class=\"{}\">{}</span>",
                class_of(*done),
                action(*done)
            ),
            self.rule(*number, "plain"),
            where_of(changes),
        ])
    }
}

fn overview_row(case: &Case) -> String {
    let done = |wanted: &[Action]| {
        let changes = case.changes.iter();
        let done = changes.filter(|change| wanted.contains(&change.action));
        done.count().to_string()
    };
    let words = [
        link(&case.commitment),
        stage_of(case.stage),
        String::from(case.level.unwrap_or("not judged")),
        format!("<span class=\"nowrap\">{}</span>", tlp(case.tlp)),
    ];
    let objects = case
        .objects
        .values()
        .copied()
        .fold(0, usize::saturating_add);
    let numbers = [
        case.iocs.to_string(),
        case.rules.len().to_string(),
        done(&[Action::Refused]),
        done(&[Action::Noted]),
        done(&[Action::Dropped, Action::Masked, Action::Rewritten]),
        objects.to_string(),
    ];
    let words = cells("<td>", &words);
    let numbers = cells("<td class=\"number\">", &numbers);
    format!("<tr>{words}{numbers}</tr>\n")
}

/// Judges of each rule; nothing if the case has none.
fn rules(case: &Case) -> String {
    if case.rules.is_empty() {
        return String::new();
    }
    let rows = case.rules.iter().map(|rule| {
        row(&[
            code(&rule.place),
            String::from(kind(rule)),
            escaped(&judged(rule)),
            rule.object.as_deref().map_or_else(String::new, code),
        ])
    });
    let rows: String = rows.collect();
    table(&["Detection rule", "Kind", "Judged by", "Object"], &rows)
}

fn where_of(changes: &[&Change]) -> String {
    let (shown, more) = places(changes);
    let mut places: Vec<String> = shown.into_iter().map(code).collect();
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    places.join(", ")
}

fn source(source: &Source) -> String {
    format!("{} {}", link(&source.case), code(&source.place))
}

/// The first digits of a commitment, which lead to its case.
fn link(commitment: &str) -> String {
    let short: String = commitment.chars().take(SHORT).collect();
    format!(
        "<a class=\"nowrap\" href=\"#case-{}\"><code>{}</code></a>",
        escaped(commitment),
        escaped(&short)
    )
}

fn stage_of(stage_is: Stage) -> String {
    let class = match stage_is {
        Stage::InTheBundle => "good",
        Stage::Waiting => "mind",
        Stage::Refused => "bad",
    };
    format!("<span class=\"{class}\">{}</span>", stage(stage_is))
}

const fn class_of(action: Action) -> &'static str {
    match action {
        Action::Refused => "bad",
        Action::Noted => "mind",
        Action::Dropped | Action::Masked | Action::Rewritten => "plain",
    }
}

fn table(heads: &[&str], rows: &str) -> String {
    let heads = heads.iter().map(|head| {
        let class = if NUMBERS.contains(head) {
            " class=\"number\""
        } else {
            ""
        };
        format!("<th scope=\"col\"{class}>{head}</th>")
    });
    let heads: String = heads.collect();
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn row(words: &[String]) -> String {
    format!(
        "<tr>{}</tr>
",
        cells("<td>", words)
    )
}

fn cells(open: &str, words: &[String]) -> String {
    let words = words.iter();
    words
        .flat_map(|word| [open, word.as_str(), "</td>"])
        .collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Nothing that is put here needs it today; whatever comes later cannot become markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
