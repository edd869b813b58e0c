//! Writes the build report where it was asked for; the ending of a file says in which form.
//! What is in a report was decided elsewhere, and holds no content of a case.

use std::path::{Path, PathBuf};

use ktr_artefact::report::Report;

use crate::error::CliError;
use crate::file;

/// A file for a build report.
#[derive(Clone, Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    form: Form,
}

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// A page for a browser or paper.
    Html,
    /// A value for programs.
    Json,
    /// Lines for a terminal.
    Text,
}

/// Reads the flag.
pub(crate) fn parse(text: &str) -> Result<ReportFile, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().and_then(|ending| ending.to_str());
    let form = match ending {
        Some("html") => Form::Html,
        Some("json") => Form::Json,
        Some("txt") => Form::Text,
        Some(_) | None => return Err("a report ends in .html, .json or .txt".to_owned()),
    };
    Ok(ReportFile { path, form })
}

impl ReportFile {
    /// Writes a report there.
    pub(super) fn write(&self, report: &Report) -> Result<(), CliError> {
        let octets = match self.form {
            Form::Html => report.to_html().into_bytes(),
            Form::Json => to_json(report, &self.path)?,
            Form::Text => report.to_text().into_bytes(),
        };
        Ok(file::write(&self.path, &octets)?)
    }
}

fn to_json(report: &Report, path: &Path) -> Result<Vec<u8>, CliError> {
    let octets = report.to_json();
    octets.map_err(|rule| CliError::of_file(path, rule))
}

#[cfg(test)]
mod tests {
    use super::{Form, parse};

    #[test]
    fn the_ending_of_a_report_is_its_form() {
        for (name, form) in [
            ("a/report.html", Some(Form::Html)),
            ("report.json", Some(Form::Json)),
            ("report.txt", Some(Form::Text)),
            ("report.pdf", None),
            ("html", None),
        ] {
            assert_eq!(parse(name).ok().map(|file| file.form), form, "{name}");
        }
    }
}
