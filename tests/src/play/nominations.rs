//! Act 3, nominations: four cases, and a fifth that is not grave enough, refused by the client and by the chain.
//! The victims are invented, the indicators are published ones.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{
    Failure, Figures,
    stage::{Case, Stage, text},
};

/// The rule `SeverityTooLow`.
const SEVERITY_TOO_LOW: u64 = 1_204;

/// How long the board has.
const DECIDE_SECS: u64 = 120;

/// The sample forms, from `tests/`.
const FORMS_FOLDER: &str = "../app/ktr-artefact/tests/data/forms";
/// Forms, with the member that nominates each.
const FORMS: [(&str, usize); 4] = [
    ("01-ceranakeeper", 0),
    ("02-embargo", 3),
    ("03-oilrig", 7),
    ("04-industroyer", 8),
];
const MEDIUM: (&str, usize) = ("05-grandoreiro", 1);

/// Nominates, and has the fifth refused twice.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    let cases = stage.out.join("cases");
    fs::create_dir_all(&cases)?;
    let mut severities = Vec::new();
    for (form, member) in FORMS {
        let answer = stage.ktr(&nominate(stage, form, member, DECIDE_SECS)?)?;
        severities.push(text(&answer, "severity")?.to_owned());
        stage.cases.push(case(&answer)?);
    }
    let (form, member) = MEDIUM;
    let mut words = nominate(stage, form, member, DECIDE_SECS)?;
    stage.refused(&words)?;
    words.push("--skip-check".to_owned());
    let code = stage.refused(&words)?;
    if code != SEVERITY_TOO_LOW {
        return Err(Failure::new(format!(
            "the fifth case was refused with {code}"
        )));
    }
    let mut figures = Figures::new();
    figures.insert("nominated".to_owned(), json!(severities.join(" ")));
    figures.insert(
        "fifth".to_owned(),
        json!(format!("refused by the client, by CheckTx {code}")),
    );
    Ok(figures)
}

/// The case that `ktr nominate` made.
pub(crate) fn case(answer: &Value) -> Result<Case, Failure> {
    Ok(Case {
        commitment: text(answer, "commitment")?.to_owned(),
        envelope: text(answer, "envelope")?.to_owned(),
    })
}

/// The words by which a member of the cast nominates a sample form; the board has so many seconds.
pub(crate) fn nominate(
    stage: &Stage,
    form: &str,
    member: usize,
    decide_secs: u64,
) -> Result<Vec<String>, Failure> {
    let forms: PathBuf = [env!("CARGO_MANIFEST_DIR"), FORMS_FOLDER].iter().collect();
    let form = forms.join(form).with_extension("json");
    let member = stage.members.get(member);
    let member = member.ok_or_else(|| Failure::new("act 2 has not been played"))?;
    let [flag, key] = member.signer.clone();
    let decide_by = format!("+{}s", stage.secs(decide_secs));
    let cases = stage.out.join("cases").display().to_string();
    let words = [
        "nominate",
        &form.display().to_string(),
        "--decide-by",
        &decide_by,
        "--out",
        &cases,
    ];
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    words.extend([flag, key]);
    Ok(words)
}
