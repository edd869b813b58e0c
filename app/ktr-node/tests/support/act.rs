//! A small act that always means something new: a county admits an organisation.
//! What the ledger makes of it is judged elsewhere.

use ktr_core::{
    Command,
    id::{CountyId, MemberId, Nonce},
    membership::{self, Proof},
    time::Secs,
};
use ktr_testkit::Cast;
use ktr_wire::transaction::Draft;

use super::{CHAIN_ID, now};

/// County number `county` of the cast, counted from 0, admits a member with a key of its own.
pub(crate) fn admitting(cast: &Cast, county: u8, member: MemberId) -> Vec<u8> {
    let at = now();
    let key = cast.stranger(&hex::encode(member.0));
    let command = Command::Membership(membership::Command::Admit {
        member,
        home: CountyId(county + 1),
        key: key.body,
        fingerprint: key.fingerprint,
        valid_from: at,
        valid_until: at.plus(Secs(86_400)),
        proof: Proof::Holds,
    });
    let draft = Draft {
        chain_id: CHAIN_ID.to_owned(),
        nonce: Nonce(member.0),
        expires_at: at.plus(Secs(3_600)),
        command,
        proposal: None,
        key_proof: key.prove(CHAIN_ID, &member, at),
    };
    cast.counties[usize::from(county)].sign(&draft, at)
}
