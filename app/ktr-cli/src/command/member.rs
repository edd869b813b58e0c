//! Members and their keys: admission by the home county, keys added and revoked.
//! The material comes from certificates; names in them are never read.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use ktr_core::{
    id::{CountyId, EncryptionKey, MemberId, SigningKey},
    key::{KeyBody, Role},
    time::Time,
};
use ktr_wire::signature::KeyProof;
use serde_json::json;

use super::build::RevokeKey;
use super::keys::{self, Material};
use super::parts;
use crate::args;
use crate::cli::Shared;
use crate::clock;
use crate::connection::block_on;
use crate::entropy;
use crate::error::CliError;
use crate::sender::{Asked, send_and_tell};
use crate::signer::{self, SignerArgs};
use crate::when;

/// What can be done about members.
#[derive(Debug, Subcommand)]
pub(crate) enum Member {
    /// Admit an organisation with its first signing key.
    #[command(
        after_help = "Examples:\n  ktr --home net member admit --home-county 1 --member MEMBER --cert m1.asc.pub --proof PROOF --key county-1.asc"
    )]
    Admit {
        #[command(flatten)]
        admit: Admit,
        #[command(flatten)]
        signer: SignerArgs,
    },
    /// Add a key: a signing key with its proof, or a key for the room.
    #[command(
        after_help = "Examples:\n  ktr --home net member add-key --member MEMBER --purpose room --cert m1.asc.pub --key m1.asc"
    )]
    AddKey {
        #[command(flatten)]
        add: AddKey,
        #[command(flatten)]
        signer: SignerArgs,
    },
    /// End a key for good.
    #[command(
        after_help = "Examples:\n  ktr --home net member revoke-key --member MEMBER --fingerprint FINGERPRINT --reason compromised --key county-1.asc"
    )]
    RevokeKey {
        #[command(flatten)]
        revoke: RevokeKey,
        #[command(flatten)]
        signer: SignerArgs,
    },
    /// List members and how many live keys each has.
    #[command(after_help = "Examples:\n  ktr --home net member list")]
    List,
}

/// The admission of an organisation.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Admit {
    /// Its id; drawn at random if left out.
    #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
    pub(crate) member: Option<MemberId>,
    /// The county that answers for it.
    #[arg(long, env = "KTR_HOME_COUNTY", value_parser = args::county)]
    pub(crate) home_county: CountyId,
    #[command(flatten)]
    pub(crate) material: MaterialArgs,
}

/// One key more for a member.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct AddKey {
    /// Whose key.
    #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
    pub(crate) member: MemberId,
    /// What it is for.
    #[arg(long, env = "KTR_PURPOSE", value_enum)]
    pub(crate) purpose: PurposeArg,
    #[command(flatten)]
    pub(crate) material: MaterialArgs,
}

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum PurposeArg {
    /// It signs transactions.
    Sign,
    /// The release is encrypted to it.
    Room,
}

/// Where a key's material comes from, and until when it counts.
#[derive(Debug, Args)]
pub(crate) struct MaterialArgs {
    /// A certificate; if it holds an unlocked secret and no proof is given, the proof is made here.
    #[arg(long, env = "KTR_CERT", required_unless_present = "body")]
    cert: Option<PathBuf>,
    /// The key body itself: 51 octets for a signing key, 56 for a key of the room.
    #[arg(long, env = "KTR_BODY", value_parser = args::octets, conflicts_with = "cert")]
    body: Option<args::Octets>,
    /// What a new signing key signed: see `ktr keys proof`.
    #[arg(long, env = "KTR_PROOF", value_parser = args::octets)]
    proof: Option<args::Octets>,
    /// Since when it counts; without it, since it was made.
    #[arg(long, env = "KTR_VALID_FROM", value_parser = when::parse)]
    valid_from: Option<Time>,
    /// Until when it counts; without it, as long as its certificate, at most 1,095 days.
    #[arg(long, env = "KTR_VALID_UNTIL", value_parser = when::parse)]
    valid_until: Option<Time>,
}

/// Runs one of them.
pub(crate) fn run(shared: &Shared, member: Member) -> Result<(), CliError> {
    match member {
        Member::Admit { mut admit, signer } => {
            let id = *admit
                .member
                .get_or_insert_with(|| MemberId(entropy::draw()));
            let asked = admit.asked(shared.trust()?.chain_id())?;
            let more = json!({"member": id.to_string()});
            block_on(send_and_tell(shared, &signer, &asked, more))
        }
        Member::AddKey { add, signer } => {
            let asked = add.asked(shared.trust()?.chain_id())?;
            let more = json!({"member": add.member.to_string()});
            block_on(send_and_tell(shared, &signer, &asked, more))
        }
        Member::RevokeKey { revoke, signer } => {
            let asked = revoke.command().into();
            let more = json!({"fingerprint": revoke.fingerprint.to_string()});
            block_on(send_and_tell(shared, &signer, &asked, more))
        }
        Member::List => block_on(list(shared)),
    }
}

async fn list(shared: &Shared) -> Result<(), CliError> {
    let follower = shared.follower().await?;
    let now = clock::now();
    let membership = &follower.state().membership;
    let (mut lines, mut values) = (Vec::new(), Vec::new());
    for member in membership.members() {
        let live = membership
            .keys_of(&member.id)
            .filter(|key| key.is_live(now));
        let live = live.count();
        lines.push(format!(
            "{} county {} live keys {live}",
            member.id, member.home
        ));
        values.push(
            json!({"member": member.id.to_string(), "home": member.home.0, "live_keys": live}),
        );
    }
    crate::output::answer(shared.output, &lines.join("\n"), &json!(values));
    Ok(())
}

impl Admit {
    /// The command, with its proof.
    pub(crate) fn asked(&self, chain_id: &str) -> Result<Asked, CliError> {
        let member = self.member.unwrap_or_else(|| MemberId(entropy::draw()));
        let (key, validity) = self.material.signing()?;
        Ok(Asked {
            command: parts::admit(member, self.home_county, key, validity),
            key_proof: self.material.proof(chain_id, Role::Member(member), &key)?,
        })
    }
}

impl AddKey {
    /// The command, with the proof that a signing key needs.
    pub(crate) fn asked(&self, chain_id: &str) -> Result<Asked, CliError> {
        if self.purpose == PurposeArg::Room {
            let (key, validity) = self.material.room()?;
            return Ok(parts::add_key(self.member, KeyBody::Room(key), validity).into());
        }
        let (key, validity) = self.material.signing()?;
        Ok(Asked {
            command: parts::add_key(self.member, KeyBody::Sign(key), validity),
            key_proof: self
                .material
                .proof(chain_id, Role::Member(self.member), &key)?,
        })
    }
}

impl MaterialArgs {
    fn read(&self) -> Result<Option<Material>, CliError> {
        self.cert
            .as_ref()
            .map(|path| keys::material(path))
            .transpose()
    }

    /// The signing key, and how long it counts.
    pub(crate) fn signing(&self) -> Result<(SigningKey, (Time, Time)), CliError> {
        if let Some(material) = self.read()? {
            let validity = self.validity(&material.signing.0, material.signing_until);
            return Ok((material.signing, validity));
        }
        let key = args::signing_key(self.body()?).map_err(CliError::Usage)?;
        Ok((key, self.validity(&key.0, None)))
    }

    fn room(&self) -> Result<(EncryptionKey, (Time, Time)), CliError> {
        if let Some(material) = self.read()? {
            let key = material.encryption.ok_or_else(|| {
                CliError::NotThere("the certificate has no cv25519 encryption key".to_owned())
            })?;
            let validity = self.validity(&key.0, material.encryption_until);
            return Ok((key, validity));
        }
        let key = args::encryption_key(self.body()?).map_err(CliError::Usage)?;
        Ok((key, self.validity(&key.0, None)))
    }

    fn body(&self) -> Result<&args::Octets, CliError> {
        let body = self.body.as_ref();
        body.ok_or_else(|| CliError::Usage("--cert or --body is needed".to_owned()))
    }

    fn validity(&self, body: &[u8], until: Option<Time>) -> (Time, Time) {
        let made = keys::made_at(body);
        let from = self.valid_from.unwrap_or(made);
        let until = self.valid_until.unwrap_or_else(|| keys::until(made, until));
        (from, until)
    }

    /// The proof of the flags, else one by the secret in the certificate's file.
    pub(crate) fn proof(
        &self,
        chain_id: &str,
        owner: Role,
        key: &SigningKey,
    ) -> Result<Vec<u8>, CliError> {
        if let Some(proof) = &self.proof {
            return Ok(proof.0.clone());
        }
        let path = self.cert.as_ref();
        let path =
            path.ok_or_else(|| CliError::Usage("--proof is needed beside --body".to_owned()))?;
        prove(path, chain_id, owner, key)
    }
}

/// The proof of a new signing key, by the secret in its certificate's file.
pub(super) fn prove(
    path: &Path,
    chain_id: &str,
    owner: Role,
    key: &SigningKey,
) -> Result<Vec<u8>, CliError> {
    let secret = signer::secret(path)?;
    let signed = KeyProof {
        chain_id,
        owner,
        key,
    }
    .signed();
    let signature = ktr_artefact::openpgp::sign(&secret, clock::now(), &signed)?;
    Ok(signature.as_bytes().to_vec())
}
