//! A transaction: what a sender signs, and what the chain reads of it.
//! Whether its command is allowed is the core's affair; whether its nonce was used is the ledger's.

use ktr_core::{
    Command, Mandate,
    governance::Parameters,
    id::{Fingerprint, Nonce, ProposalId, Sha256},
    key::Key,
    time::Time,
};
use prost::{
    Message,
    encoding::{DecodeContext, decode_key, skip_field},
};

use crate::{
    Refusal, canonical, digest, field,
    limits::{CHAIN_ID_MAX, TRANSACTION_MAX},
    refusal::{Envelope, Signature, Wire},
    schema::command::{Choice, FIRST, IN_FORCE},
    signature::{Claim, Packet},
};

/// Stands before the body in what is signed, so that no signature serves two purposes.
const TAG: &[u8] = b"ktr/tx/1\n";

#[derive(Clone, PartialEq, prost::Message)]
struct Outer {
    #[prost(bytes = "vec", tag = "1")]
    body: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    signature: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Body {
    #[prost(string, tag = "1")]
    chain_id: String,
    #[prost(bytes = "vec", tag = "2")]
    nonce: Vec<u8>,
    #[prost(uint64, tag = "3")]
    expires_at: u64,
    /// 0 while the command rests on no proposal.
    #[prost(uint32, tag = "4")]
    proposal: u32,
    #[prost(
        oneof = "Choice",
        tags = "101, 102, 103, 104, 105, 106, 107, 121, 122, 123, 124, 141, 142, 143, 161, 162, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 201, 202, 203, 204, 205, 206, 207, 208, 241, 242, 243, 244, 245"
    )]
    command: Option<Choice>,
}

/// What a sender is about to sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// The chain it is for.
    pub chain_id: String,
    /// Random, never used before by this signer.
    pub nonce: Nonce,
    /// After this second of header time it counts no more.
    pub expires_at: Time,
    /// What is asked.
    pub command: Command,
    /// The enacted proposal of the counties on which the command rests, if it needs one.
    pub proposal: Option<ProposalId>,
    /// What a new signing key signed ([`crate::signature::KeyProof`]); empty for every other command.
    pub key_proof: Vec<u8>,
}

impl Draft {
    /// The canonical octets of the body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let body = Body {
            chain_id: self.chain_id.clone(),
            nonce: self.nonce.0.to_vec(),
            expires_at: self.expires_at.0,
            proposal: self.proposal.map_or(0, |proposal| proposal.0),
            command: Some(self.choice()),
        };
        body.encode_to_vec()
    }

    /// The digest by which a proposal names this draft's command; nonce, expiry and sender have no part in it.
    #[must_use]
    pub fn command_digest(&self) -> Sha256 {
        let (number, message) = self.choice().parts();
        digest::command(&self.chain_id, number, &message)
    }

    fn choice(&self) -> Choice {
        Choice::new(&self.command, &self.key_proof)
    }
}

/// What a signature over a body is made of: `"ktr/tx/1\n" ‖ body`.
#[must_use]
pub fn signed(body: &[u8]) -> Vec<u8> {
    [TAG, body].concat()
}

/// Puts body and signature together: the octets to broadcast.
#[must_use]
pub fn assemble(body: Vec<u8>, signature: Vec<u8>) -> Vec<u8> {
    Outer { body, signature }.encode_to_vec()
}

/// The hash that CometBFT, queries and receipts use: SHA-256 of the whole transaction.
#[must_use]
pub fn hash(octets: &[u8]) -> Sha256 {
    digest::sha256(&[octets])
}

/// A transaction whose octets are right; its signature is not judged yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transaction {
    /// The chain it is for.
    pub chain_id: String,
    /// The sender's number used once.
    pub nonce: Nonce,
    /// After this second of header time it counts no more.
    pub expires_at: Time,
    /// What is asked.
    pub command: Command,
    /// The proposal on which the command says that it rests, and the digest by which that must name it.
    pub mandate: Option<Mandate>,
    /// What was signed, and how.
    pub signature: Packet,
    signed: Vec<u8>,
}

impl Transaction {
    /// Reads the octets: canonical or refused.
    ///
    /// # Errors
    /// Codes 1, 2, then 6 for a command that is not in force or 3, then 4 and 5 as fields are read, then 100, 104, 101, 102 of the
    /// signature's shape.
    pub fn decode(octets: &[u8]) -> Result<Self, Refusal> {
        if octets.len() > TRANSACTION_MAX {
            return Err(Wire::TooLarge.into());
        }
        let outer: Outer = canonical::decode(octets)?;
        let body = decode_body(&outer.body)?;
        if body.chain_id.is_empty() || body.chain_id.len() > CHAIN_ID_MAX {
            return Err(Wire::OutOfRange.into());
        }
        let nonce = field::read(&body.nonce)?;
        let expires_at = field::read(&body.expires_at)?;
        let proposal: Option<ProposalId> = (body.proposal != 0)
            .then(|| field::read(&body.proposal))
            .transpose()?;
        let choice = body.command.ok_or(Wire::NoCommand)?;
        let mandate = proposal.map(|proposal| {
            let (number, message) = choice.parts();
            let command = digest::command(&body.chain_id, number, &message);
            Mandate { proposal, command }
        });
        let command = choice.into_core(&body.chain_id)?;
        let signature = Packet::parse(&outer.signature)?;
        Ok(Self {
            chain_id: body.chain_id,
            nonce,
            expires_at,
            command,
            mandate,
            signature,
            signed: signed(&outer.body),
        })
    }

    /// Whose key the signature names.
    ///
    /// # Errors
    /// [`Signature::UnknownSigner`] if it names none.
    pub fn signer(&self) -> Result<Fingerprint, Signature> {
        self.signature.issuer.ok_or(Signature::UnknownSigner)
    }

    /// Judges all of the signature but its equation, by the key registered under [`Self::signer`].
    ///
    /// # Errors
    /// Those of [`Packet::claim`].
    pub fn claim(
        &self,
        key: Option<&Key>,
        now: Time,
        parameters: &Parameters,
    ) -> Result<Claim, Signature> {
        self.signature
            .claim(&self.signed, key, now, parameters.skew_secs)
    }

    /// Judges the envelope: chain and expiry.
    ///
    /// # Errors
    /// [`Envelope::WrongChain`], [`Envelope::Expired`], [`Envelope::ExpiryTooFar`], in this order.
    pub fn fits(&self, chain_id: &str, now: Time, parameters: &Parameters) -> Result<(), Envelope> {
        if self.chain_id != chain_id {
            return Err(Envelope::WrongChain);
        }
        if self.expires_at < now {
            return Err(Envelope::Expired);
        }
        if self.expires_at > now.plus(parameters.tx_window_secs) {
            return Err(Envelope::ExpiryTooFar);
        }
        Ok(())
    }
}

/// Reads a body. A command that is reserved or foreign is unknown, if all before it is canonical: prost alone would drop it.
fn decode_body(octets: &[u8]) -> Result<Body, Wire> {
    let refused = match canonical::decode::<Body>(octets) {
        Ok(body) => return Ok(body),
        Err(refused) => refused,
    };
    let Some(known) = before_unknown_command(octets) else {
        return Err(refused);
    };
    canonical::decode::<Body>(known)?;
    Err(Wire::Unknown)
}

/// What stands before the last field, if that field has a command's number that is not in force.
fn before_unknown_command(octets: &[u8]) -> Option<&[u8]> {
    let mut rest = octets;
    let mut last = None;
    while !rest.is_empty() {
        let start = octets.len().checked_sub(rest.len())?;
        let (number, kind) = decode_key(&mut rest).ok()?;
        skip_field(kind, number, &mut rest, DecodeContext::default()).ok()?;
        last = Some((number, start));
    }
    let (number, start) = last?;
    let is_unknown = number >= FIRST && !IN_FORCE.contains(&number);
    is_unknown.then(|| octets.get(..start)).flatten()
}
