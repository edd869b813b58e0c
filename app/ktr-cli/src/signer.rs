//! Whoever signs: a secret file, GnuPG with its agent or card, or `sq`. All give one packet of the frozen profile.
//! Options that would put something foreign into the hashed area are refused by name: nobody could strip it afterwards.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use clap::{ArgMatches, Args, FromArgMatches, error::ErrorKind, parser::ValueSource};
use ktr_artefact::{
    openpgp::{self, Certificate, ProfileSignature, SecretCertificate},
    seal,
};
use ktr_core::{id::Fingerprint, time::Time};

use crate::clock;
use crate::error::{CliError, at};
use crate::file;

/// Which key signs; exactly one of them.
#[derive(Clone, Debug)]
pub(crate) enum SignerArgs {
    /// Secret key file of this program.
    Key(PathBuf),
    /// Fingerprint of a key that GnuPG holds.
    Gpg(String),
    /// Secret key file for sq.
    Sq(PathBuf),
}

/// The three flags. A flag outweighs what the environment says of the other two.
#[derive(Clone, Debug, Args)]
#[group(id = "signer", required = true, multiple = true)]
struct Flags {
    /// Secret key file of this program (mode 0600); a flag outweighs what the environment says of another signer.
    #[arg(long, env = "KTR_KEY", value_name = "FILE")]
    key: Option<PathBuf>,
    /// Fingerprint of a key that GnuPG holds, in its keyring or on a card.
    #[arg(long, env = "KTR_GPG", value_name = "FINGERPRINT")]
    gpg: Option<String>,
    /// Secret key file for sq.
    #[arg(long, env = "KTR_SQ", value_name = "FILE")]
    sq: Option<PathBuf>,
}

impl Args for SignerArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Flags::augment_args_for_update(command)
    }
}

impl FromArgMatches for SignerArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let said = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let given = [
            (said("key"), flags.key.map(Self::Key)),
            (said("gpg"), flags.gpg.map(Self::Gpg)),
            (said("sq"), flags.sq.map(Self::Sq)),
        ];
        let by_flag = given.iter().any(|(said, _)| *said);
        let counts = given.into_iter().filter(|(said, _)| *said || !by_flag);
        let mut chosen = counts.filter_map(|(_, signer)| signer);
        match (chosen.next(), chosen.next()) {
            (Some(signer), None) => Ok(signer),
            (None, _) => Err(clap::Error::raw(
                ErrorKind::MissingRequiredArgument,
                "one of --key, --gpg and --sq is needed\n",
            )),
            (Some(_), Some(_)) => Err(clap::Error::raw(
                ErrorKind::ArgumentConflict,
                "only one of --key, --gpg and --sq can sign\n",
            )),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A key that can sign.
pub(crate) enum Signer {
    /// In a file.
    File(Box<SecretCertificate>),
    /// Held by GnuPG, named by fingerprint.
    Gpg(String),
    /// In a file that `sq` reads.
    Sq(PathBuf),
}

impl SignerArgs {
    /// The key that the flags name.
    pub(crate) fn signer(&self) -> Result<Signer, CliError> {
        match self {
            Self::Key(path) => secret(path).map(Box::new).map(Signer::File),
            Self::Gpg(fingerprint) => Ok(Signer::Gpg(fingerprint.clone())),
            // sq reads it itself, whoever else can read it.
            Self::Sq(path) => {
                file::check_private(path)?;
                Ok(Signer::Sq(path.clone()))
            }
        }
    }

    /// The public certificate of that key.
    pub(crate) fn certificate(&self) -> Result<Certificate, CliError> {
        self.signer()?.certificate()
    }
}

/// Reads a secret key file.
pub(crate) fn secret(path: &Path) -> Result<SecretCertificate, CliError> {
    let octets = file::read_secret(path)?;
    SecretCertificate::from_bytes(&octets).map_err(at(path))
}

/// Reads a certificate; secrets in it are dropped.
pub(crate) fn certificate(path: &Path) -> Result<Certificate, CliError> {
    let octets = file::read(path)?;
    Certificate::from_bytes(&octets).map_err(at(path))
}

impl Signer {
    /// The same, but it signs with the very key that the chain knows, be another of its keys younger. `sq` chooses itself.
    pub(crate) fn with(self, key: &Fingerprint, at: Time) -> Result<Self, CliError> {
        Ok(match self {
            Self::File(secret) => Self::File(Box::new(secret.narrowed(key, at)?)),
            Self::Gpg(_) => Self::Gpg(key.to_string()),
            Self::Sq(path) => Self::Sq(path),
        })
    }

    /// A signature over `message` in the frozen profile.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<ProfileSignature, CliError> {
        match self {
            Self::File(secret) => Ok(openpgp::sign(secret, clock::now(), message)?),
            Self::Gpg(fingerprint) => signed(&mut gpg(fingerprint), message),
            Self::Sq(path) => signed(&mut sq(path), message),
        }
    }

    /// A seal over the bytes of a bundle: `bundle.json.asc`.
    pub(crate) fn seal(&self, names: &seal::Names<'_>, bundle: &[u8]) -> Result<Vec<u8>, CliError> {
        match self {
            Self::File(secret) => Ok(seal::make(secret, names, clock::now(), bundle)?),
            Self::Gpg(fingerprint) => sealed(&mut gpg_seal(fingerprint, names), bundle),
            Self::Sq(path) => sealed(&mut sq_seal(path, names), bundle),
        }
    }

    /// The public certificate of the key.
    pub(crate) fn certificate(&self) -> Result<Certificate, CliError> {
        match self {
            Self::File(secret) => Ok(secret.certificate()),
            Self::Gpg(fingerprint) => {
                let mut export = Command::new("gpg");
                export.args(["--no-options", "--batch", "--export", fingerprint]);
                Ok(Certificate::from_bytes(&output_of(&mut export)?)?)
            }
            Self::Sq(path) => certificate(path),
        }
    }
}

/// GnuPG without its configuration file: `textmode`, `sig-policy-url` and the like would be hashed into the signature. A fingerprint with
/// `!` names the very key; a mail address would put the user id into the signature in clear.
fn gpg(fingerprint: &str) -> Command {
    let mut gpg = Command::new("gpg");
    gpg.args(["--no-options", "--batch", "--disable-signer-uid"])
        .args(["--digest-algo", "SHA256", "-u"])
        .arg(format!("{}!", fingerprint.trim_end_matches('!')))
        .args(["--detach-sign", "-o", "-"]);
    gpg
}

fn sq(key: &Path) -> Command {
    let mut sq = Command::new("sq");
    sq.args(["sign", "--detached", "--binary", "--signer-key"])
        .arg(key);
    sq
}

/// gpg with the notations of a seal.
pub(crate) fn gpg_seal(fingerprint: &str, names: &seal::Names<'_>) -> Command {
    let mut gpg = gpg(fingerprint);
    for (name, value) in names.notations() {
        gpg.arg("--set-notation").arg(format!("{name}={value}"));
    }
    gpg
}

/// `sq` with the notations of a seal.
fn sq_seal(key: &Path, names: &seal::Names<'_>) -> Command {
    let mut sq = sq(key);
    for (name, value) in names.notations() {
        sq.args(["--notation", &name, &value]);
    }
    sq
}

/// Lets another program sign a message, and brings its signature into the profile of transactions.
fn signed(program: &mut Command, message: &[u8]) -> Result<ProfileSignature, CliError> {
    Ok(openpgp::normalise(&foreign(program, message)?)?)
}

/// Lets another program seal a bundle, and brings its signature into the form of a seal.
pub(crate) fn sealed(program: &mut Command, bundle: &[u8]) -> Result<Vec<u8>, CliError> {
    Ok(seal::normalise(&foreign(program, bundle)?)?)
}

/// Lets another program sign a message, which it gets on stdin: no copy of a bundle is left where an interrupted program would leave it.
fn foreign(program: &mut Command, message: &[u8]) -> Result<Vec<u8>, CliError> {
    let failed = failing(program);
    let pipes = program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = pipes
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    // It reads all before it writes. Taken, so that it is closed and the program sees the end.
    let given = running
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(message));
    let ran = running.wait_with_output();
    let answer = gave(ran, &failed)?;
    // A program that did not want all of it has signed something else; one that failed has said why.
    given.map_err(|error| failed(error.to_string()))?;
    Ok(answer)
}

/// Runs a program and gives its stdout.
pub(crate) fn output_of(program: &mut Command) -> Result<Vec<u8>, CliError> {
    gave(program.output(), &failing(program))
}

/// What is said of a program that failed.
fn failing(program: &Command) -> impl Fn(String) -> CliError + use<> {
    let name = program.get_program().to_string_lossy().into_owned();
    move |text| CliError::Program {
        program: name.clone(),
        text,
    }
}

/// The stdout of a program that ended well.
fn gave(
    ran: std::io::Result<Output>,
    failed: &impl Fn(String) -> CliError,
) -> Result<Vec<u8>, CliError> {
    let ran = ran.map_err(|error| failed(error.to_string()))?;
    if ran.status.success() {
        Ok(ran.stdout)
    } else {
        Err(failed(
            String::from_utf8_lossy(&ran.stderr).trim().to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::foreign;

    #[test]
    fn another_program_gets_a_message_on_stdin_and_no_file_of_it() {
        let bundle = "b".repeat(300_000);
        let mut program = Command::new("sh");
        // A file would be named in the place of the shell's own name.
        program.args(["-c", "printf '%s ' \"$0\"; wc -c"]);
        let told = foreign(&mut program, bundle.as_bytes()).unwrap();
        let told = String::from_utf8(told).unwrap();
        let words: Vec<&str> = told.split_whitespace().collect();
        assert_eq!(words, ["sh", "300000"]);
    }

    #[test]
    fn a_program_that_fails_before_it_has_read_all_says_why() {
        let mut program = Command::new("sh");
        program.args(["-c", "echo 'no such key' >&2; exit 2"]);
        let told = foreign(&mut program, "b".repeat(300_000).as_bytes()).unwrap_err();
        assert!(told.to_string().contains("no such key"), "{told}");
    }
}
