//! Verification of a CometBFT commit: the header is the one that more than two thirds of the voting power signed.
//! Which validators are trusted is the caller's affair; every signature in the commit is checked, not only enough of them.

use core::fmt;

use ed25519_consensus::{Signature, VerificationKey};
use tendermint::{
    Hash, Vote,
    block::{Commit, CommitSig, Header},
    validator::Set,
    vote,
};

/// Why a commit proves nothing. Positions are places in the validator set, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotCommitted {
    /// The header is of another chain.
    OtherChain,
    /// The header names another validator set.
    OtherValidators,
    /// The commit is for another header.
    OtherBlock,
    /// Not one entry per validator, in the set's order.
    Shape,
    /// The entry at this place has a signature that does not hold.
    Signature(usize),
    /// Not more than two thirds of the voting power.
    Power {
        /// The power that signed this header.
        signed: u64,
        /// All power.
        total: u64,
    },
}

impl fmt::Display for NotCommitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherChain => write!(f, "the header is of another chain"),
            Self::OtherValidators => write!(f, "the header names another validator set"),
            Self::OtherBlock => write!(f, "the commit is for another header"),
            Self::Shape => write!(
                f,
                "the commit has not one entry per validator in their order"
            ),
            Self::Signature(place) => write!(f, "the signature at place {place} does not hold"),
            Self::Power { signed, total } => {
                write!(f, "power {signed} of {total} is not more than two thirds")
            }
        }
    }
}

impl core::error::Error for NotCommitted {}

/// What a verified commit says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Committed {
    /// The power that signed.
    pub signed: u64,
    /// All power.
    pub total: u64,
    /// How many validators signed this header.
    pub signers: usize,
}

/// Verifies that `validators` of `chain_id` committed `header`.
///
/// # Errors
/// See [`NotCommitted`].
pub fn verify(
    chain_id: &str,
    validators: &Set,
    header: &Header,
    commit: &Commit,
) -> Result<Committed, NotCommitted> {
    if header.chain_id.as_str() != chain_id {
        return Err(NotCommitted::OtherChain);
    }
    if validators.hash() != header.validators_hash {
        return Err(NotCommitted::OtherValidators);
    }
    let is_of_header = header.hash() == commit.block_id.hash && header.height == commit.height;
    if !is_of_header || commit.block_id.hash == Hash::None {
        return Err(NotCommitted::OtherBlock);
    }
    if commit.signatures.len() != validators.validators().len() {
        return Err(NotCommitted::Shape);
    }
    let (mut signed, mut signers) = (0_u64, 0_usize);
    for (place, entry) in commit.signatures.iter().enumerate() {
        let validator = validators
            .validators()
            .get(place)
            .ok_or(NotCommitted::Shape)?;
        if judge(header, commit, place, entry, validator)? {
            signed = signed.saturating_add(validator.power());
            signers = signers.saturating_add(1);
        }
    }
    let total = validators.total_voting_power().value();
    // The engine's own rule, in integers: power > total * 2 / 3.
    if u128::from(signed) <= u128::from(total).saturating_mul(2) / 3 {
        return Err(NotCommitted::Power { signed, total });
    }
    Ok(Committed {
        signed,
        total,
        signers,
    })
}

/// Whether the entry is a good signature on this header; a vote for nil is checked too, but counts nothing.
fn judge(
    header: &Header,
    commit: &Commit,
    place: usize,
    entry: &CommitSig,
    validator: &tendermint::validator::Info,
) -> Result<bool, NotCommitted> {
    let (address, timestamp, signature, block_id) = match entry {
        CommitSig::BlockIdFlagAbsent => return Ok(false),
        CommitSig::BlockIdFlagCommit {
            validator_address,
            timestamp,
            signature,
        } => (
            validator_address,
            timestamp,
            signature,
            Some(commit.block_id),
        ),
        CommitSig::BlockIdFlagNil {
            validator_address,
            timestamp,
            signature,
        } => (validator_address, timestamp, signature, None),
    };
    if *address != validator.address {
        return Err(NotCommitted::Shape);
    }
    let place_index = i32::try_from(place).or(Err(NotCommitted::Shape))?;
    let vote = Vote {
        vote_type: vote::Type::Precommit,
        height: commit.height,
        round: commit.round,
        block_id,
        timestamp: Some(*timestamp),
        validator_address: *address,
        validator_index: place_index.try_into().or(Err(NotCommitted::Shape))?,
        signature: None,
        extension: Vec::new(),
        extension_signature: None,
    };
    let signed = vote.into_signable_vec(header.chain_id.clone());
    let bad = NotCommitted::Signature(place);
    let octets = signature.as_ref().ok_or(bad)?.as_bytes();
    let signature = Signature::try_from(octets).or(Err(bad))?;
    let key = validator.pub_key.ed25519().ok_or(bad)?;
    let key = VerificationKey::try_from(key.as_bytes()).or(Err(bad))?;
    key.verify(&signature, &signed).or(Err(bad))?;
    Ok(block_id.is_some())
}
