//! Strict verification of releases, as the agent does it: against the chain, the pinned Alliance and nothing else.
//! `gpgv` and `sqv` are second and third judges whom anybody can ask.

use std::path::{Path, PathBuf};

use clap::Args;
use ktr_artefact::{
    archive,
    seal::{self, Facts, STEPS, Verified},
};
use ktr_core::{State, bundle, id::Fingerprint, key::Key};
use serde_json::{Value, json};

use super::folder::{House, sealed};
use super::shelf::{Place, Shelf};
use crate::args;
use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::{CliError, Verdict, at};
use crate::output;

/// Flags of `verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr --home net verify release --pin FINGERPRINT\n  ktr --home net verify releases --certificate alliance.pgp"
)]
pub(crate) struct Verify {
    /// Folder with bundle.json and bundle.json.asc, an archive (.tar) of the two, or a folder or archive of such folders and archives.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The Alliance's certificate; without it, alliance.pgp of the release's folder, or beside it.
    #[arg(long, env = "KTR_CERTIFICATE")]
    certificate: Option<PathBuf>,
    /// Fingerprint that the Alliance's primary key must have; without it, the chain's releaser key alone vouches for the certificate.
    #[arg(long, env = "KTR_PIN", value_parser = args::fingerprint)]
    pin: Option<Fingerprint>,
}

/// Verifies.
pub(crate) fn run(shared: &Shared, flags: &Verify) -> Result<(), CliError> {
    match Shelf::find(&flags.path)? {
        Shelf::One(place) => one(shared, flags, &place),
        Shelf::Many { places, others } => many(shared, flags, &places, others),
    }
}

fn one(shared: &Shared, flags: &Verify, place: &Place) -> Result<(), CliError> {
    block_on(async {
        // What is wrong at home is no verdict on the release.
        let house = house(shared, flags, place)?;
        let follower = shared.follower().await?;
        match judged(place, &house, follower.state()) {
            Ok((text, value)) => {
                let checked = STEPS.map(|step| format!("\n  checked: {step}")).concat();
                output::answer(shared.output, &format!("VALID: {text}{checked}"), &value);
                Ok(())
            }
            Err(error) => Err(Told::refusal(place, &error).into()),
        }
    })
}

/// A line for each release; the worst verdict decides how the program ends.
fn many(shared: &Shared, flags: &Verify, places: &[Place], others: usize) -> Result<(), CliError> {
    block_on(async {
        let follower = shared.follower().await?;
        let verdicts = places.iter().map(|place| {
            let house = house(shared, flags, place);
            house.and_then(|house| judged(place, &house, follower.state()))
        });
        let told = Told::of(places, verdicts, others);
        match told.worst {
            0 => {
                output::answer(shared.output, &told.text, &told.value);
                Ok(())
            }
            _ => Err(told.into()),
        }
    })
}

/// Verdicts on many releases, for people and for programs.
#[derive(Debug)]
struct Told {
    /// A line each, and one that counts.
    text: String,
    /// The same for programs.
    value: Value,
    /// The highest exit code that a release has earned.
    worst: u8,
}

impl From<Told> for CliError {
    fn from(told: Told) -> Self {
        Self::Verdict(Box::new(Verdict {
            text: told.text,
            value: told.value,
            exit_code: told.worst,
        }))
    }
}

impl Told {
    /// The verdict on one release that is refused: first that it is.
    fn refusal(place: &Place, error: &CliError) -> Self {
        Self {
            text: format!("REFUSED: {error}"),
            value: refused_value(place, error),
            worst: error.exit_code(),
        }
    }

    fn of(
        places: &[Place],
        verdicts: impl Iterator<Item = Result<(String, Value), CliError>>,
        others: usize,
    ) -> Self {
        let (mut lines, mut values, mut worst, mut refused) = (Vec::new(), Vec::new(), 0, 0_usize);
        for (place, verdict) in places.iter().zip(verdicts) {
            let path = place.path().display();
            match verdict {
                Ok((text, mut value)) => {
                    lines.push(format!("VALID    {path}: {text}"));
                    name(&mut value, place);
                    values.push(value);
                }
                Err(error) => {
                    lines.push(format!("REFUSED  {path}: {error}"));
                    values.push(refused_value(place, &error));
                    worst = worst.max(error.exit_code());
                    refused = refused.saturating_add(1);
                }
            }
        }
        let valid = places.len().saturating_sub(refused);
        lines.push(format!(
            "{valid} of {} releases are valid; {others} other entries were not looked at",
            places.len()
        ));
        Self {
            text: lines.join("\n"),
            value: json!({
                "ok": worst == 0,
                "releases": values,
                "valid": valid,
                "refused": refused,
                "others": others,
            }),
            worst,
        }
    }
}

/// What programs are told of a release that is refused.
fn refused_value(place: &Place, error: &CliError) -> Value {
    let mut value = output::refusal(error);
    name(&mut value, place);
    value
}

/// Says where a release lies.
fn name(value: &mut Value, place: &Place) {
    if let Some(members) = value.as_object_mut() {
        members.insert("path".to_owned(), json!(place.path()));
    }
}

/// The Alliance as this release's certificate shows it, which the pin must fit.
fn house(shared: &Shared, flags: &Verify, place: &Place) -> Result<House, CliError> {
    let path = flags.certificate.clone();
    let house = House::read(shared, &path.unwrap_or_else(|| place.certificate()))?;
    let primary = house.certificate.primary();
    if flags.pin.is_some_and(|pin| pin != primary) {
        return Err(CliError::NotThere(format!(
            "the certificate has primary key {primary}, another is pinned"
        )));
    }
    Ok(house)
}

/// The verdict on one release, in words and as a value.
fn judged(place: &Place, house: &House, state: &State) -> Result<(String, Value), CliError> {
    let Judged {
        release, verified, ..
    } = judge(place.read()?, place.path(), house, state)?;
    let value = json!({
        "ok": true,
        "release": release.id.to_string(),
        "session": release.session.0,
        "sha256": release.sha256.to_string(),
        "objects": verified.contents.objects.len(),
        "cases": verified.checked.cases,
        "signed_at": verified.signed_at.0,
        "sealed_at": release.sealed_at.0,
        "primary": house.certificate.primary().to_string(),
        "checked": STEPS,
    });
    let text = format!(
        "release {}, session {}, {} objects of {} cases, sealed on the chain at {}",
        release.id,
        release.session,
        verified.contents.objects.len(),
        verified.checked.cases,
        crate::when::show(release.sealed_at)
    );
    Ok((text, value))
}

/// A release that passed: what was read once, and what the chain says of it.
pub(super) struct Judged<'a> {
    pub(super) files: archive::Release,
    pub(super) release: &'a bundle::Release,
    verified: Verified,
}

/// The whole of strict verification of two files, which lie at `path`, against the chain's state.
pub(super) fn judge<'a>(
    files: archive::Release,
    path: &Path,
    house: &House,
    state: &'a State,
) -> Result<Judged<'a>, CliError> {
    let (release, key) = sealed(state, &files.bundle, path)?;
    judge_as((release, key), files, path, house)
}

/// The same, against a release that was found already and the key that it names.
pub(super) fn judge_as<'a>(
    (release, key): (&'a bundle::Release, &Key),
    files: archive::Release,
    path: &Path,
    house: &House,
) -> Result<Judged<'a>, CliError> {
    let facts = Facts {
        chain: &house.chain,
        alliance: &house.alliance,
        pinned: house.certificate.primary(),
        release,
        key,
    };
    let verified = seal::verify(&facts, &files.bundle, &files.seal, &house.certificate);
    Ok(Judged {
        verified: verified.map_err(at(path))?,
        release,
        files,
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use ktr_artefact::finding::{self, rule};
    use serde_json::json;

    use super::Told;
    use crate::command::release::shelf::Place;
    use crate::error::CliError;

    #[test]
    fn a_verdict_on_one_release_begins_with_what_it_is_and_names_its_rule() {
        let place = Place::Folder(PathBuf::from("a"));
        let error = CliError::Artefact {
            path: PathBuf::from("a"),
            finding: rule::RETRACTED.at(finding::Place::bundle()),
        };
        let told = Told::refusal(&place, &error);
        assert!(told.text.starts_with("REFUSED: a: "), "{}", told.text);
        let expected = json!({
            "ok": false,
            "error": error.to_string(),
            "code": null,
            "rule": 304,
            "name": rule::RETRACTED.name(),
            "findings": [rule::RETRACTED.at(finding::Place::bundle()).to_string()],
            "path": "a",
        });
        assert_eq!((told.value, told.worst), (expected, 1));
    }

    #[test]
    fn a_refused_release_among_many_is_told_as_a_refused_release_alone() {
        let place = || Place::Folder(PathBuf::from("a"));
        let error = || CliError::Artefact {
            path: PathBuf::from("a"),
            finding: rule::SEAL_ARMOUR.at(finding::Place::seal()),
        };
        let alone = Told::refusal(&place(), &error()).value;
        let among = Told::of(&[place()], [Err(error())].into_iter(), 0).value;
        assert_eq!(among["releases"][0], alone);
    }

    #[test]
    fn one_refused_release_among_many_is_named_and_decides_the_exit_code() {
        let places = ["a", "b"].map(|name| Place::Folder(PathBuf::from(name)));
        let valid = || Ok(("release 1".to_owned(), json!({"ok": true})));
        let refused = || Err(CliError::NotThere("nothing is sealed".to_owned()));
        let told = Told::of(&places, [valid(), refused()].into_iter(), 3);
        assert_eq!(
            told.text,
            "VALID    a: release 1\nREFUSED  b: nothing is sealed\n\
             1 of 2 releases are valid; 3 other entries were not looked at"
        );
        assert_eq!((told.worst, &told.value["refused"]), (1, &json!(1)));
        assert_eq!(told.value["releases"][1]["path"], "b");
        assert_eq!(told.value["ok"], false);
        let told = Told::of(&places, [valid(), valid()].into_iter(), 0);
        assert_eq!((told.worst, told.value["ok"].clone()), (0, json!(true)));
    }
}
