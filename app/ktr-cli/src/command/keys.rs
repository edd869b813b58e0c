//! Keys as files: makes them, imports public ones, shows what the chain will see of them, proves that a new one is held.
//! Nobody's name goes into a key: its user id is a role.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ktr_artefact::openpgp::{self, Certificate, KeyUse, UserId, make_alliance_key, make_role_key};
use ktr_core::{
    id::{CountyId, EncryptionKey, Fingerprint, MemberId, SeatId, SigningKey},
    key::{KeyBody, Role},
    time::{Secs, Time},
};
use ktr_wire::signature::{self, KeyProof};
use sequoia_openpgp::{Cert, parse::Parse, policy::StandardPolicy, types::Timestamp};
use serde_json::{Value, json};

use crate::args;
use crate::cli::Shared;
use crate::clock;
use crate::error::{CliError, at};
use crate::file;
use crate::limits::{KEY_DAYS, VALIDITY_SECS};
use crate::output;
use crate::render;
use crate::signer::SignerArgs;

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key: FILE with the secret (0600), FILE.pub with the certificate, FILE.rev with its revocation (0600).
    #[command(
        after_help = "Examples:\n  ktr keys new --role-text \"seat 1\" --out seat-1.asc --encrypt-too\n  ktr keys new --role-text \"Alliance\" --out alliance.asc --alliance --days 390"
    )]
    New(New),
    /// Take a public certificate of gpg or sq: check it, drop any secret in it.
    #[command(after_help = "Examples:\n  ktr keys import gpg-export.asc --out m1.asc.pub")]
    Import {
        /// The certificate, armoured or not.
        file: PathBuf,
        /// Where it is written.
        #[arg(long, env = "KTR_OUT")]
        out: PathBuf,
    },
    /// Give out the public certificate of a key, armoured; no secret is ever in it.
    #[command(
        after_help = "Examples:\n  ktr keys export --key seat-1.asc --out seat-1.asc.pub\n  ktr keys export --gpg FINGERPRINT"
    )]
    Export(Export),
    /// List the certificates of a folder.
    #[command(after_help = "Examples:\n  ktr keys list net/keys")]
    List {
        /// The folder.
        folder: PathBuf,
    },
    /// Show what the chain sees of a key.
    #[command(after_help = "Examples:\n  ktr keys show seat-1.asc")]
    Show {
        /// A certificate or secret file.
        file: PathBuf,
    },
    /// Prove that a new signing key is held, for its owner alone.
    #[command(
        after_help = "Examples:\n  ktr keys proof --chain ktr-local-1 --member MEMBER --gpg FINGERPRINT\n  ktr keys proof --chain ktr-local-1 --county 3 --gpg FINGERPRINT"
    )]
    Proof(Proof),
}

/// Flags of `keys new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The role that the key is for; never a person's name.
    #[arg(long, env = "KTR_ROLE_TEXT")]
    role_text: String,
    /// Where the secret is written.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
    /// Add a cv25519 subkey to receive files with.
    #[arg(long, env = "KTR_ENCRYPT_TOO", conflicts_with = "alliance")]
    encrypt_too: bool,
    /// Make the Alliance's key: a primary that only certifies, and a signing subkey of at most 396 days.
    #[arg(long, env = "KTR_ALLIANCE")]
    alliance: bool,
    /// How long it lives.
    #[arg(long, env = "KTR_DAYS", default_value_t = KEY_DAYS)]
    days: u64,
}

/// Flags of `keys proof`.
#[derive(Debug, Args)]
pub(crate) struct Proof {
    /// The chain id; without it that of genesis.json.
    #[arg(long, env = "KTR_CHAIN")]
    chain: Option<String>,
    #[command(flatten)]
    owner: Owner,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Whose the key is to be; the chain takes a proof for nobody else.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Owner {
    /// The member that the key is for.
    #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
    member: Option<MemberId>,
    /// The county that the key is for.
    #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
    county: Option<CountyId>,
    /// The seat whose holder the key is for.
    #[arg(long, env = "KTR_SEAT", value_parser = args::seat)]
    seat: Option<SeatId>,
    /// The seat whose deputy the key is for.
    #[arg(long, env = "KTR_DEPUTY", value_parser = args::seat)]
    deputy: Option<SeatId>,
}

impl Owner {
    fn role(&self) -> Result<Role, CliError> {
        let member = self.member.map(Role::Member);
        let role = member
            .or(self.county.map(Role::County))
            .or(self.seat.map(Role::Seat))
            .or(self.deputy.map(Role::Deputy));
        role.ok_or_else(|| CliError::Usage("whose key it is to be must be said".to_owned()))
    }
}

/// Flags of `keys export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Where the certificate is written; without it, to stdout.
    #[arg(long, env = "KTR_OUT")]
    out: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArgs,
}

/// What the chain takes from a certificate.
#[derive(Clone, Debug)]
pub(crate) struct Material {
    /// The youngest live signing key.
    pub(crate) signing: SigningKey,
    /// When that key ends, if it does.
    pub(crate) signing_until: Option<Time>,
    /// The youngest live encryption key, if there is one.
    pub(crate) encryption: Option<EncryptionKey>,
    /// When that key ends, if it does.
    pub(crate) encryption_until: Option<Time>,
}

/// Runs one of them.
pub(crate) fn run(shared: &Shared, keys: Keys) -> Result<(), CliError> {
    match keys {
        Keys::New(new) => make(shared, &new),
        Keys::Import { file, out } => {
            let certificate = crate::signer::certificate(&file)?;
            file::write(&out, &certificate.to_armoured()?)?;
            show(shared, &out)
        }
        Keys::Export(flags) => export(shared, &flags),
        Keys::List { folder } => list(shared, &folder),
        Keys::Show { file } => show(shared, &file),
        Keys::Proof(proof) => prove(shared, &proof),
    }
}

fn make(shared: &Shared, new: &New) -> Result<(), CliError> {
    make_files(&new.role_text, &new.out, new.kind(), new.days)?;
    show(shared, &new.out)
}

/// Kinds of keys that are made here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A role's.
    Role(KeyUse),
    /// The Alliance's.
    Alliance,
}

impl New {
    const fn kind(&self) -> Kind {
        match (self.alliance, self.encrypt_too) {
            (true, _) => Kind::Alliance,
            (false, true) => Kind::Role(KeyUse::SignAndReceive),
            (false, false) => Kind::Role(KeyUse::Sign),
        }
    }
}

/// Makes a key and its three files.
pub(crate) fn make_files(
    role_text: &str,
    out: &Path,
    kind: Kind,
    days: u64,
) -> Result<(), CliError> {
    let name =
        UserId::parse(role_text).map_err(|rule| CliError::Usage(format!("--role-text: {rule}")))?;
    let now = clock::now();
    let made = match kind {
        Kind::Role(key_use) => make_role_key(&name, key_use, now, days)?,
        Kind::Alliance => make_alliance_key(&name, now, days)?,
    };
    file::put_new(out, &made.secret.to_armoured()?)?;
    file::write(
        &beside(out, "pub"),
        &made.secret.certificate().to_armoured()?,
    )?;
    Ok(file::put_new(&beside(out, "rev"), &made.revocation)?)
}

fn export(shared: &Shared, flags: &Export) -> Result<(), CliError> {
    let certificate = flags.signer.certificate()?;
    let armoured = certificate.to_armoured()?;
    let text = String::from_utf8_lossy(&armoured).into_owned();
    let primary = certificate.primary().to_string();
    let Some(out) = &flags.out else {
        let value = json!({"certificate": text, "primary": primary});
        output::answer(shared.output, text.trim_end(), &value);
        return Ok(());
    };
    file::write(out, &armoured)?;
    let value = json!({"file": out, "primary": primary});
    output::answer(shared.output, &out.display().to_string(), &value);
    Ok(())
}

/// `FILE.ending`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Reads what the chain takes from a certificate or secret file.
pub(crate) fn material(path: &Path) -> Result<Material, CliError> {
    let octets = file::read(path)?;
    let certificate = Certificate::from_bytes(&octets).map_err(at(path))?;
    let now = clock::now();
    let signing = certificate.signing_key(now).map_err(at(path))?;
    let encryption = certificate.encryption_key(now).ok();
    let end = |body| end_of(&octets, &signature::fingerprint(&body), now);
    Ok(Material {
        signing_until: end(KeyBody::Sign(signing)),
        encryption_until: encryption.and_then(|key| end(KeyBody::Room(key))),
        signing,
        encryption,
    })
}

/// When a key of a certificate ends, if it does.
fn end_of(octets: &[u8], fingerprint: &Fingerprint, now: Time) -> Option<Time> {
    let at = Timestamp::from(u32::try_from(now.0).ok()?);
    let (cert, policy) = (Cert::from_bytes(octets).ok()?, StandardPolicy::at(at));
    let valid = cert.with_policy(&policy, at).ok()?;
    let key = valid
        .keys()
        .find(|key| key.key().fingerprint().as_bytes() == fingerprint.as_bytes())?;
    let lives = Secs(key.key_validity_period()?.as_secs());
    let made = u32::from(Timestamp::try_from(key.key().creation_time()).ok()?);
    Some(Time(u64::from(made)).plus(lives))
}

/// When a key body says it was made.
pub(crate) fn made_at(body: &[u8]) -> Time {
    let octets = body
        .get(1..5)
        .and_then(|four| <[u8; 4]>::try_from(four).ok());
    Time(octets.map_or(0, |four| u64::from(u32::from_be_bytes(four))))
}

/// Until when a key may be registered.
pub(crate) fn until(made: Time, end: Option<Time>) -> Time {
    let longest = made.plus(Secs(VALIDITY_SECS));
    end.map_or(longest, |end| end.min(longest))
}

fn describe(path: &Path) -> Result<(String, Value), CliError> {
    let Material {
        signing,
        signing_until,
        encryption,
        ..
    } = material(path)?;
    let primary = crate::signer::certificate(path)?.primary();
    let fingerprint = openpgp::signing_fingerprint(&signing);
    let made = made_at(&signing.0);
    let valid_until = until(made, signing_until);
    let value = json!({
        "file": path,
        "certificate": beside(path, "pub").exists().then(|| beside(path, "pub")),
        "primary": primary.to_string(),
        "fingerprint": fingerprint.to_string(),
        "body": signing.to_string(),
        "encryption_fingerprint": encryption.map(|key| openpgp::encryption_fingerprint(&key).to_string()),
        "encryption_body": encryption.map(|key| key.to_string()),
        "created": made.0,
        "valid_from": made.0,
        "valid_until": valid_until.0,
    });
    let text = format!(
        "{}\n  signs as {fingerprint}, {} to {}\n  {}",
        path.display(),
        crate::when::show(made),
        crate::when::show(valid_until),
        encryption.map_or_else(
            || "does not receive files".to_owned(),
            |key| format!("receives as {}", openpgp::encryption_fingerprint(&key))
        )
    );
    Ok((text, value))
}

fn show(shared: &Shared, path: &Path) -> Result<(), CliError> {
    let (text, value) = describe(path)?;
    output::answer(shared.output, &text, &value);
    Ok(())
}

fn list(shared: &Shared, folder: &Path) -> Result<(), CliError> {
    let entries = std::fs::read_dir(folder).map_err(file::failed(folder))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    // Whatever else lies there is no key and no error.
    let found = paths.iter().filter_map(|path| describe(path).ok());
    let (lines, values): (Vec<String>, Vec<Value>) = found.unzip();
    output::answer(shared.output, &lines.join("\n"), &json!(values));
    Ok(())
}

fn prove(shared: &Shared, proof: &Proof) -> Result<(), CliError> {
    let chain_id = match &proof.chain {
        Some(chain) => chain.clone(),
        None => shared.trust()?.chain_id().to_owned(),
    };
    let signer = proof.signer.signer()?;
    let key = signer.certificate()?.signing_key(clock::now())?;
    let owner = proof.owner.role()?;
    let message = KeyProof {
        chain_id: &chain_id,
        owner,
        key: &key,
    }
    .signed();
    let packet = signer.sign(&message)?;
    let text = hex::encode(packet.as_bytes());
    let value = json!({
        "proof": text,
        "owner": render::role(owner),
        "fingerprint": packet.issuer().to_string(),
        "body": key.to_string(),
    });
    output::answer(shared.output, &text, &value);
    Ok(())
}
