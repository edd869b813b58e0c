//! Commands of counties as flags: proposals, voices, and the rotation of a county's own key.
//! What a proposal proposes is all on the command line, or in one file of parameters.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ktr_core::{
    Command,
    governance::{Command as Governed, Federation, Host, Subject, Upgrade, Validator},
    id::{CountyId, Height, ProposalId, Sha256},
    key::{Key, KeyBody, Role},
    membership::Proof,
    time::Time,
};
use ktr_wire::{digest, genesis, signature};

use super::member::MaterialArgs;
use crate::args;
use crate::error::CliError;
use crate::file;
use crate::sender::Asked;
use crate::when;

/// Commands of counties.
#[derive(Debug, Subcommand)]
pub(crate) enum Governance {
    /// Puts something before the counties.
    Propose(Propose),
    /// Another county approves.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance approve --proposal 1 --digest SHA256"
    )]
    Approve {
        /// Which proposal.
        #[arg(long, env = "KTR_PROPOSAL", value_parser = args::proposal)]
        proposal: ProposalId,
        /// The digest of what is approved, as `ktr query proposal` shows it.
        #[arg(long, env = "KTR_DIGEST", value_parser = args::sha256)]
        digest: Sha256,
    },
    /// Another county declines.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance decline --proposal 1"
    )]
    Decline {
        /// Which proposal.
        #[arg(long, env = "KTR_PROPOSAL", value_parser = args::proposal)]
        proposal: ProposalId,
    },
    /// The proposer takes it back.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance withdraw --proposal 1"
    )]
    Withdraw {
        /// Which proposal.
        #[arg(long, env = "KTR_PROPOSAL", value_parser = args::proposal)]
        proposal: ProposalId,
    },
    /// A county replaces its key; for a lost one, another county does it with --mandate.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance rotate-key --county 3 --cert new.asc.pub --proof PROOF"
    )]
    RotateKey {
        /// Whose key.
        #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
        county: CountyId,
        #[command(flatten)]
        material: MaterialArgs,
    },
}

/// A proposal.
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// Its number: the last one plus one.
    #[arg(long, env = "KTR_PROPOSAL", value_parser = args::proposal)]
    proposal: ProposalId,
    /// First second in which nobody may approve any more; at most 30 days ahead.
    #[arg(long, env = "KTR_UNTIL", value_parser = when::parse)]
    until: Time,
    #[command(subcommand)]
    subject: About,
}

/// What is proposed.
#[derive(Debug, Subcommand)]
enum About {
    /// The studio moves.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d host --region 2 --from +30d --body BODY --valid-until +395d"
    )]
    Host {
        /// Where to.
        #[arg(long, env = "KTR_REGION", value_parser = args::county)]
        region: CountyId,
        /// First second there.
        #[arg(long, env = "KTR_FROM", value_parser = when::parse)]
        from: Time,
        /// The body of the studio's signing key there, in hex.
        #[arg(long, env = "KTR_BODY", value_parser = args::octets)]
        body: args::Octets,
        /// First second after that key's validity.
        #[arg(long, env = "KTR_VALID_UNTIL", value_parser = when::parse)]
        valid_until: Time,
    },
    /// Another set of validators, as a whole.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d validators --validators KEY:10:1,KEY:10:2,KEY:10:3,KEY:10"
    )]
    Validators {
        /// Each validator: key in hex, power, county; no county is the witness.
        #[arg(long = "validators", env = "KTR_VALIDATORS", value_name = "KEY:POWER[:COUNTY]", value_parser = args::validator, value_delimiter = ',', required = true)]
        set: Vec<Validator>,
        /// Accept a set that halts when one site is down.
        #[arg(long, env = "KTR_ACCEPTS_HALT")]
        accepts_halt: bool,
    },
    /// Other parameters, as a whole.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d parameters --parameters parameters.json"
    )]
    Parameters {
        /// JSON with all of them, as `parameters` in genesis.json.
        #[arg(long, env = "KTR_PARAMETERS")]
        parameters: PathBuf,
    },
    /// A new key of a role.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d keys --role studio --purpose sign --body BODY --valid-from +1d --valid-until +366d\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d keys --role sidecar:2 --purpose encrypt --body BODY --valid-from +1d --valid-until +366d"
    )]
    Keys {
        /// Whose: studio, releaser, collector, county:N or sidecar:N.
        #[arg(long, env = "KTR_ROLE", value_parser = args::role)]
        role: Role,
        /// What for.
        #[arg(long, env = "KTR_PURPOSE", value_enum)]
        purpose: KeyPurpose,
        /// The key's body in hex.
        #[arg(long, env = "KTR_BODY", value_parser = args::octets)]
        body: args::Octets,
        /// First second of its validity; older keys of the role end then.
        #[arg(long, env = "KTR_VALID_FROM", value_parser = when::parse)]
        valid_from: Time,
        /// First second after its validity.
        #[arg(long, env = "KTR_VALID_UNTIL", value_parser = when::parse)]
        valid_until: Time,
    },
    /// The roots of seats' authenticators.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d roots --sha256 SHA256"
    )]
    Roots {
        /// SHA-256 of the list.
        #[arg(long, env = "KTR_SHA256", value_parser = args::sha256)]
        sha256: Sha256,
    },
    /// Federated networks.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d federation --sha256 SHA256 --sequence 1"
    )]
    Federation {
        /// SHA-256 of the list.
        #[arg(long, env = "KTR_SHA256", value_parser = args::sha256)]
        sha256: Sha256,
        /// Its number, above the last one.
        #[arg(long, env = "KTR_SEQUENCE", value_parser = clap::value_parser!(u32).range(1..))]
        sequence: u32,
    },
    /// A new version of the application.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d upgrade --app-version 2 --height 120000"
    )]
    Upgrade {
        /// Which.
        #[arg(long, env = "KTR_APP_VERSION", value_parser = clap::value_parser!(u64).range(1..))]
        app_version: u64,
        /// The last height of the version before.
        #[arg(long, env = "KTR_HEIGHT", value_parser = clap::value_parser!(u64).range(1..))]
        height: u64,
    },
    /// One command that needs a mandate.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body governance propose --proposal 1 --until +7d act --command SHA256"
    )]
    Act {
        /// Its digest, as `ktr tx build` prints it.
        #[arg(long, env = "KTR_COMMAND", value_parser = args::sha256)]
        command: Sha256,
    },
}

/// What a key of a role is for.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum KeyPurpose {
    /// It signs.
    Sign,
    /// It receives files.
    Encrypt,
}

impl Governance {
    /// The command, with the proof that a signing key needs.
    pub(crate) fn asked(self, chain_id: &str) -> Result<Asked, CliError> {
        let command = match self {
            Self::Propose(propose) => propose.command(chain_id)?,
            Self::Approve { proposal, digest } => Governed::Approve { proposal, digest },
            Self::Decline { proposal } => Governed::Decline { proposal },
            Self::Withdraw { proposal } => Governed::Withdraw { proposal },
            Self::RotateKey { county, material } => {
                let (key, (valid_from, valid_until)) = material.signing()?;
                let command = Governed::RotateKey {
                    county,
                    key,
                    fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
                    valid_from,
                    valid_until,
                    // What the chain makes of the proof's octets; it does not travel.
                    proof: Proof::Holds,
                };
                return Ok(Asked {
                    command: Command::Governance(command),
                    key_proof: material.proof(chain_id, Role::County(county), &key)?,
                });
            }
        };
        Ok(Command::Governance(command).into())
    }
}

impl Propose {
    fn command(self, chain_id: &str) -> Result<Governed, CliError> {
        let subject = self.subject.subject()?;
        Ok(Governed::Propose {
            proposal: self.proposal,
            digest: digest::proposal(chain_id, &subject),
            subject,
            until: self.until,
        })
    }
}

impl About {
    fn subject(self) -> Result<Subject, CliError> {
        Ok(match self {
            Self::Host {
                region,
                from,
                body,
                valid_until,
            } => {
                let studio = args::signing_key(&body).map_err(CliError::Usage)?;
                Subject::Host(Host {
                    region,
                    studio,
                    fingerprint: signature::fingerprint(&KeyBody::Sign(studio)),
                    from,
                    key_until: valid_until,
                })
            }
            Self::Validators { set, accepts_halt } => Subject::Validators { set, accepts_halt },
            Self::Parameters { parameters } => {
                let text = file::read(&parameters)?;
                let read = genesis::parameters_from_json(&text);
                Subject::Parameters(read.map_err(|error| CliError::of_file(&parameters, error))?)
            }
            Self::Keys {
                role,
                purpose,
                body,
                valid_from,
                valid_until,
            } => {
                let body = match purpose {
                    KeyPurpose::Sign => {
                        KeyBody::Sign(args::signing_key(&body).map_err(CliError::Usage)?)
                    }
                    KeyPurpose::Encrypt => {
                        KeyBody::Encrypt(args::encryption_key(&body).map_err(CliError::Usage)?)
                    }
                };
                Subject::Keys(Key {
                    fingerprint: signature::fingerprint(&body),
                    body,
                    role,
                    valid_from,
                    valid_until,
                    revoked: None,
                    expired: false,
                })
            }
            Self::Roots { sha256 } => Subject::Roots(sha256),
            Self::Federation { sha256, sequence } => {
                Subject::Federation(Federation { sha256, sequence })
            }
            Self::Upgrade {
                app_version,
                height,
            } => Subject::Upgrade(Upgrade {
                app_version,
                height: Height(height),
            }),
            Self::Act { command } => Subject::Act(command),
        })
    }
}
