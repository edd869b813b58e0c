//! Opens a pass: envelope, the sidecar's signature, every field.
//! A field too much is as wrong as one too few.

use ktr_artefact::{
    alliance::AllianceDomain,
    envelope::{self, Expected, Purpose},
    finding::Rule,
    openpgp::SecretCertificate,
};
use ktr_core::{
    id::{SessionId, SigningKey},
    key::{Key, KeyBody},
    time::Time,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    error::StepError,
    limits::{PASS_MAX, TOKEN_MAX},
};

/// An opened pass.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass {
    /// The Matrix server's name; no host that is dialled.
    pub server: String,
    /// The member's account on it.
    pub account: String,
    /// The room's alias.
    pub alias: String,
    /// The key to the account, as long as the pass is good.
    pub token: Zeroizing<String>,
    /// After this instant it opens nothing.
    pub expires: Time,
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pass(..)")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    v: u8,
    chain: String,
    session: u32,
    server: String,
    user: String,
    token: Zeroizing<String>,
    alias: String,
    expires: u64,
}

/// What a pass must be for.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// The chain.
    pub chain: &'a str,
    /// The session.
    pub session: SessionId,
    /// The keys of the county's sidecar, as they stand on the ledger.
    pub sidecar: &'a [Key],
    /// The Alliance's domain.
    pub domain: &'a AllianceDomain,
    /// Now.
    pub now: Time,
}

/// Opens a pass with the member's room key.
///
/// # Errors
/// [`StepError::PassRefused`] with the number of the rule of the envelope, or 0 for a field.
pub fn open(
    sealed: &[u8],
    key: &SecretCertificate,
    sought: &Sought<'_>,
) -> Result<Pass, StepError> {
    if sealed.len() > PASS_MAX {
        return Err(FIELD);
    }
    let refused = |rule: Rule| StepError::PassRefused(rule.code());
    let purpose = Purpose::parse("pass").map_err(refused)?;
    let by: Vec<SigningKey> = sought.sidecar.iter().filter_map(signing).collect();
    let expected = Expected::Signed {
        by: &by,
        purpose: &purpose,
        domain: sought.domain,
    };
    let opened = envelope::open(sealed, key, sought.now, expected)
        .map_err(|finding| refused(finding.rule))?;
    let (signer, signed_at) = opened.signed.ok_or(FIELD)?;
    let mut keys = sought.sidecar.iter();
    if !keys.any(|key| key.fingerprint == signer && key.is_live(signed_at)) {
        return Err(FIELD);
    }
    read(&Zeroizing::new(opened.content), sought)
}

fn read(content: &[u8], sought: &Sought<'_>) -> Result<Pass, StepError> {
    let fields: Fields = serde_json::from_slice(content).map_err(|_secret_inside| FIELD)?;
    let session = sought.session;
    let is_sound = fields.v == 1
        && fields.chain == sought.chain
        && fields.session == session.0
        && is_server(&fields.server)
        && fields.alias == format!("#ktr-{session}:{}", fields.server)
        && is_account(&fields.user, &fields.server)
        && is_token(&fields.token)
        && fields.expires > sought.now.0;
    if !is_sound {
        return Err(FIELD);
    }
    Ok(Pass {
        server: fields.server,
        account: fields.user,
        alias: fields.alias,
        token: fields.token,
        expires: Time(fields.expires),
    })
}

const fn signing(key: &Key) -> Option<SigningKey> {
    match key.body {
        KeyBody::Sign(body) => Some(body),
        KeyBody::Room(_) | KeyBody::Encrypt(_) => None,
    }
}

fn is_server(name: &str) -> bool {
    let is_fine = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b':');
    (1..=255).contains(&name.len()) && name.bytes().all(is_fine)
}

fn is_account(account: &str, server: &str) -> bool {
    let local = account
        .strip_prefix('@')
        .and_then(|rest| rest.strip_suffix(server))
        .and_then(|rest| rest.strip_suffix(':'));
    let is_fine =
        |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_' | b'.');
    local.is_some_and(|local| !local.is_empty() && local.bytes().all(is_fine))
}

/// A token goes into a header line: printable ASCII without blanks.
fn is_token(token: &str) -> bool {
    (1..=TOKEN_MAX).contains(&token.len()) && token.bytes().all(|c| c.is_ascii_graphic())
}

/// A field is not what it must be.
const FIELD: StepError = StepError::PassRefused(0);
