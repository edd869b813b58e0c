//! Which engine judges YARA rules, and what it is asked of a form or a bundle.
//! Running it is beside this.

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, parser::ValueSource};
use ktr_artefact::{
    finding::Finding,
    form::{Answer, Document, Engine, Nomination, try_yara},
    rules::RuleKind,
    stix::{Contents, Object, PatternType},
};

use super::judge::{Judge, Make};
use crate::command::sibling;
use crate::error::CliError;

/// Which engine judges YARA rules.
#[derive(Debug)]
pub(crate) struct EngineArgs {
    pub(super) yarac: Option<PathBuf>,
    pub(super) yara_x: Option<PathBuf>,
}

/// The two flags. A flag outweighs what the environment says of the other engine.
#[derive(Debug, Args)]
struct EngineFlags {
    /// The compiler of YARA 4.2 or later, its scanner yara beside it; without it, both from the path. A flag outweighs the other's twin.
    #[arg(long, env = "KTR_YARAC", value_name = "FILE")]
    yarac: Option<PathBuf>,
    /// The program ktr-yara-x, to judge instead of yarac; without it, only if there is no yarac.
    #[arg(long, env = "KTR_YARA_X", value_name = "FILE")]
    yara_x: Option<PathBuf>,
}

impl Args for EngineArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        EngineFlags::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        EngineFlags::augment_args_for_update(command)
    }
}

impl FromArgMatches for EngineArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = EngineFlags::from_arg_matches(matches)?;
        let said = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let yarac_alone = said("yarac") && !said("yara_x");
        Ok(Self {
            yarac: flags.yarac,
            yara_x: flags.yara_x.filter(|_engine| !yarac_alone),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl EngineArgs {
    /// Tries the YARA rules of a form, if there are any and an engine; one that is missing is an error only if it was named.
    pub(crate) fn judge_if_there(
        &self,
        document: &Document,
        nomination: &Nomination,
    ) -> Result<Option<Trial>, CliError> {
        if !has_yara(nomination) {
            return Ok(None);
        }
        let engine = self.find()?;
        let trial = engine.map(|engine| Trial::of(engine, document, nomination));
        trial.transpose()
    }

    /// Tries the YARA rules of a form; nothing if there are none.
    ///
    /// # Errors
    /// [`CliError::Program`] without an engine.
    pub(crate) fn judge(
        &self,
        document: &Document,
        nomination: &Nomination,
    ) -> Result<Option<Trial>, CliError> {
        if !has_yara(nomination) {
            return Ok(None);
        }
        Trial::of(self.required()?, document, nomination).map(Some)
    }

    /// Compiles the YARA rules of a bundle and names the engine; nothing if there are none.
    ///
    /// # Errors
    /// [`CliError::Program`] without an engine, or with one that refuses a rule or does not come to an end with it.
    pub(crate) fn compile(&self, contents: &Contents) -> Result<Option<String>, CliError> {
        let objects = contents.objects.iter();
        let rules = objects.filter_map(|object| {
            if let Object::Indicator(indicator) = object {
                (indicator.pattern_type == PatternType::Yara).then_some(indicator)
            } else {
                None
            }
        });
        let mut rules = rules.peekable();
        if rules.peek().is_none() {
            return Ok(None);
        }
        let engine = self.required()?;
        for indicator in rules {
            let said = match engine.compiles(indicator.pattern.as_str())? {
                Answer::Yes => continue,
                Answer::No => "refuses",
                Answer::Late => "was ended before it was done with",
            };
            return Err(engine.failed(format!("{said} the rule of {}", indicator.id)));
        }
        Ok(Some(engine.version))
    }

    fn required(&self) -> Result<Judge, CliError> {
        self.find()?.ok_or_else(|| CliError::Program {
            program: Make::Yarac.program().to_owned(),
            text: "not found, nor is ktr-yara-x; YARA rules are sealed only if one of them takes them: install the package yara, or name one with --yarac or --yara-x"
                .to_owned(),
        })
    }

    /// The engine that was named, and must be there; else the first that is.
    pub(super) fn find(&self) -> Result<Option<Judge>, CliError> {
        let named = [(Make::YaraX, &self.yara_x), (Make::Yarac, &self.yarac)];
        for (make, path) in named {
            if let Some(path) = path {
                let judge = Judge::new(make, path.clone());
                let missing = judge.failed("not found".to_owned());
                return judge.asked()?.map_or(Err(missing), |judge| Ok(Some(judge)));
            }
        }
        let yarac = Judge::new(Make::Yarac, Make::Yarac.program().into());
        if let Some(judge) = yarac.asked()? {
            return Ok(Some(judge));
        }
        Judge::new(Make::YaraX, sibling::find(Make::YaraX.program())).asked()
    }
}

fn has_yara(nomination: &Nomination) -> bool {
    let mut rules = nomination.rules.iter();
    rules.any(|rule| rule.kind() == RuleKind::Yara)
}

/// What an engine said of a form's YARA rules.
pub(crate) struct Trial {
    /// Its name and version.
    pub(crate) engine: String,
    /// What it found; nothing if every rule compiles and fires.
    pub(crate) findings: Vec<Finding>,
}

impl Trial {
    fn of(engine: Judge, document: &Document, nomination: &Nomination) -> Result<Self, CliError> {
        Ok(Self {
            findings: try_yara(document, nomination, &engine)?,
            engine: engine.version,
        })
    }
}
