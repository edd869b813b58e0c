//! The seven steps of strict verification, one function each (design: bundle, section 7.3).
//! Their order stands in `verify.rs`.

use ktr_core::{
    id::Sha256,
    key::{Key as LedgerKey, RevocationReason},
    limits::PROFILE,
    time::{Secs, Time},
};
use sequoia_openpgp::{
    Packet, PacketPile,
    crypto::hash::Hash,
    packet::{
        Key, Signature,
        key::{PublicParts, UnspecifiedRole},
        signature::subpacket::{NotationDataFlags, Subpacket, SubpacketTag, SubpacketValue},
    },
    parse::Parse,
    types::{HashAlgorithm, PublicKeyAlgorithm, RevocationStatus, SignatureType, Timestamp},
};
use sha2::Digest;

use super::{Facts, Names, make::armour};
use crate::{
    day::Day,
    finding::{Finding, Place, Rule, rule},
    limits,
    openpgp::{Certificate, policy},
    stix::{self, Checked, Contents, ReleaseHex},
};

/// Before anything is parsed.
pub(super) fn sizes(bundle: &[u8], seal: &[u8]) -> Result<(), Finding> {
    if bundle.len() > limits::READ_MAX {
        return Err(rule::TOO_LARGE.at(Place::bundle()));
    }
    if seal.len() > limits::SEAL_MAX {
        return Err(rule::TOO_LARGE.at(Place::seal()));
    }
    Ok(())
}

/// 1. Sizes; SHA-256, size, profile and key are those sealed on the ledger; nothing was retracted.
pub(super) fn ledger(facts: &Facts<'_>, bundle: &[u8], seal: &[u8]) -> Result<(), Finding> {
    sizes(bundle, seal)?;
    let release = facts.release;
    let broken = if Sha256(sha2::Sha256::digest(bundle).into()) != release.sha256 {
        rule::NOT_THE_SEALED_BYTES
    } else if u64::try_from(bundle.len()).ok() != Some(release.size) {
        rule::NOT_THE_SEALED_SIZE
    } else if release.profile != PROFILE {
        rule::NOT_THE_SEALED_PROFILE
    } else if release.key != facts.key.fingerprint {
        rule::NOT_THE_SEALED_KEY
    } else if release.retracted.is_some() {
        rule::RETRACTED
    } else {
        return Ok(());
    };
    Err(broken.at(Place::bundle()))
}

/// 2. Exactly one v4 signature packet; written again and armoured it gives the same bytes, which ends text around the armour, comments,
///    second blocks and binary signatures.
pub(super) fn packet(seal: &[u8]) -> Result<Signature, Finding> {
    let refused = |rule: Rule| rule.at(Place::seal());
    let pile = PacketPile::from_bytes(seal).map_err(|_error| refused(rule::SEAL_PACKET))?;
    let mut packets = pile.into_children();
    let (Some(Packet::Signature(signature)), None) = (packets.next(), packets.next()) else {
        return Err(refused(rule::SEAL_PACKET));
    };
    if signature.version() != 4 {
        return Err(refused(rule::SEAL_PACKET));
    }
    let written = armour(&signature).map_err(refused)?;
    if written == seal {
        Ok(signature)
    } else {
        Err(refused(rule::SEAL_ARMOUR))
    }
}

/// 3. Binary, Ed25519, SHA-256 or SHA-512; nothing unhashed; hashed only what the profile lists, with our three notations once each.
pub(super) fn parameters(facts: &Facts<'_>, signature: &Signature) -> Result<Timestamp, Finding> {
    read_parameters(facts, signature).map_err(|rule| rule.at(Place::seal()))
}

fn read_parameters(facts: &Facts<'_>, signature: &Signature) -> Result<Timestamp, Rule> {
    let hash = matches!(
        signature.hash_algo(),
        HashAlgorithm::SHA256 | HashAlgorithm::SHA512
    );
    let algorithm = signature.pk_algo() == PublicKeyAlgorithm::EdDSA;
    if signature.typ() != SignatureType::Binary || !algorithm || !hash {
        return Err(rule::SEAL_ALGORITHM);
    }
    if signature.unhashed_area().iter().next().is_some() {
        return Err(rule::SEAL_SUBPACKETS);
    }
    let names = Names {
        chain: facts.chain,
        release: facts.release.id,
        domain: &facts.alliance.domain,
    };
    let mut missing = names.notations().to_vec();
    let mut seen: Vec<SubpacketTag> = Vec::new();
    let mut created = None;
    for subpacket in signature.hashed_area() {
        let tag = subpacket.tag();
        if tag == SubpacketTag::NotationData && (!is_salt(subpacket) || seen.contains(&tag)) {
            take_notation(subpacket, &mut missing)?;
            continue;
        }
        // An allow-list: whatever else a library may come to know is refused.
        let known = [
            SubpacketTag::SignatureCreationTime,
            SubpacketTag::Issuer,
            SubpacketTag::IssuerFingerprint,
            SubpacketTag::NotationData,
        ];
        if !known.contains(&tag) || seen.contains(&tag) {
            return Err(rule::SEAL_SUBPACKETS);
        }
        if let SubpacketValue::SignatureCreationTime(at) = subpacket.value() {
            created = Some(*at);
        }
        seen.push(tag);
    }
    if !missing.is_empty() {
        return Err(rule::SEAL_NOTATIONS);
    }
    created.ok_or(rule::SEAL_SUBPACKETS)
}

/// Strikes a notation off the list of those still missing: each stands once, readable, not critical.
fn take_notation(subpacket: &Subpacket, missing: &mut Vec<(String, String)>) -> Result<(), Rule> {
    let SubpacketValue::NotationData(notation) = subpacket.value() else {
        return Err(rule::SEAL_NOTATIONS);
    };
    let readable = *notation.flags() == NotationDataFlags::empty().set_human_readable();
    let found = missing
        .iter()
        .position(|(name, value)| name == notation.name() && value.as_bytes() == notation.value());
    match found {
        Some(index) if readable && !subpacket.critical() => {
            missing.swap_remove(index);
            Ok(())
        }
        Some(_) | None => Err(rule::SEAL_NOTATIONS),
    }
}

/// The library's own salt.
fn is_salt(subpacket: &Subpacket) -> bool {
    let SubpacketValue::NotationData(notation) = subpacket.value() else {
        return false;
    };
    notation.name() == "salt@notations.sequoia-pgp.org"
        && notation.value().len() == 32
        && *notation.flags() == NotationDataFlags::empty()
        && !subpacket.critical()
}

/// 4. Made in the window around the header time that sealed it. There is no wall clock.
pub(super) fn time(facts: &Facts<'_>, signed_at: Time) -> Result<(), Finding> {
    window(facts, signed_at, limits::SEAL_EARLY_SECS)
}

/// 4, before sealing: it stays in the window for as long as `Seal` may take into a block.
pub(super) fn time_to_send(facts: &Facts<'_>, signed_at: Time) -> Result<(), Finding> {
    let early = limits::SEAL_EARLY_SECS.saturating_sub(limits::SEAL_SEND_SECS);
    window(facts, signed_at, early)
}

fn window(facts: &Facts<'_>, signed_at: Time, early_secs: u64) -> Result<(), Finding> {
    let sealed_at = facts.release.sealed_at;
    let first = sealed_at.minus(Secs(early_secs));
    let last = sealed_at.plus(Secs(limits::SEAL_LATE_SECS));
    if (first..=last).contains(&signed_at) {
        Ok(())
    } else {
        Err(rule::SEAL_TIME.at(Place::seal()))
    }
}

/// 5. The key was live on the ledger **and** is a live signing subkey of the pinned certificate, which is not revoked.
///
/// The library's `revoked(false)` looks at the subkey only, hence the question to the certificate.
pub(super) fn keys(
    facts: &Facts<'_>,
    signature: &Signature,
    signed_at: Timestamp,
    certificate: &Certificate,
) -> Result<Key<PublicParts, UnspecifiedRole>, Finding> {
    let refused = |rule: Rule| rule.at(Place::seal());
    let named = signature
        .issuer_fingerprints()
        .next()
        .ok_or_else(|| refused(rule::NOT_THE_SEALED_KEY))?;
    if named.as_bytes() != facts.release.key.as_bytes()
        || facts.key.fingerprint != facts.release.key
    {
        return Err(refused(rule::NOT_THE_SEALED_KEY));
    }
    if signature
        .issuers()
        .any(|issuer| !named.as_bytes().ends_with(issuer.as_bytes()))
    {
        return Err(refused(rule::NOT_THE_SEALED_KEY));
    }
    if !was_live(facts.key, crate::openpgp::time_of(signed_at)) {
        return Err(refused(rule::KEY_NOT_LIVE));
    }
    if certificate.primary() != facts.pinned {
        return Err(refused(rule::NOT_UNDER_PINNED_KEY));
    }
    let policy = policy(signed_at);
    let valid = certificate
        .0
        .with_policy(&policy, signed_at)
        .map_err(|_error| refused(rule::NOT_UNDER_PINNED_KEY))?;
    if !matches!(
        valid.revocation_status(),
        RevocationStatus::NotAsFarAsWeKnow
    ) {
        return Err(refused(rule::CERTIFICATE_REVOKED));
    }
    valid
        .alive()
        .map_err(|_error| refused(rule::NOT_UNDER_PINNED_KEY))?;
    valid
        .keys()
        .subkeys()
        .alive()
        .revoked(false)
        .for_signing()
        .find(|key| key.key().fingerprint() == *named)
        .map(|key| key.key().clone().role_into_unspecified())
        .ok_or_else(|| refused(rule::NOT_UNDER_PINNED_KEY))
}

/// Valid then and not revoked by then. A compromised key is never live: the thief chooses the time he writes.
fn was_live(key: &LedgerKey, at: Time) -> bool {
    key.is_valid(at)
        && key
            .revoked
            .is_none_or(|revocation| match revocation.reason {
                RevocationReason::Retired | RevocationReason::Superseded => at < revocation.at,
                RevocationReason::Compromised => false,
            })
}

/// 6. The left 16 bits are the digest's (gpg, gpgv and sqv do not ask) and the signature verifies.
pub(super) fn signature(
    signature: &Signature,
    key: &Key<PublicParts, UnspecifiedRole>,
    bundle: &[u8],
) -> Result<(), Finding> {
    let bad = || rule::BAD_SIGNATURE.at(Place::seal());
    let digest = || -> sequoia_openpgp::Result<Vec<u8>> {
        let mut context = signature
            .hash_algo()
            .context()?
            .for_signature(signature.version());
        context.update(bundle);
        signature.hash(&mut context)?;
        context.into_digest()
    };
    let digest = digest().map_err(|_error| bad())?;
    if !digest.starts_with(signature.digest_prefix()) {
        return Err(rule::LEFT_16.at(Place::seal()));
    }
    signature
        .verify_message(key, bundle)
        .map_err(|_error| bad())
}

/// 7. Canonical form, profile, patterns, rules; the note names the ledger's chain, release and session; the day is the seal's, give or take one.
pub(super) fn contents(
    facts: &Facts<'_>,
    sealed_at: Time,
    bundle: &[u8],
) -> Result<(Contents, Checked), Finding> {
    let contents = stix::read(bundle)?;
    let checked = stix::check(&contents, facts.alliance)?;
    let release = facts.release;
    let beacon = &checked.beacon;
    let same = beacon.chain_id == *facts.chain
        && beacon.release_id == ReleaseHex::of(&release.id)
        && beacon.session() == release.session
        && contents.id.beacon() == release.beacon;
    if !same {
        return Err(rule::NOT_THE_SEALED_RELEASE.at(Place::bundle()));
    }
    day(&checked, sealed_at)?;
    Ok((contents, checked))
}

/// 7, before sealing: the day is still near if `Seal` takes its time into a block.
pub(super) fn day_to_send(facts: &Facts<'_>, checked: &Checked) -> Result<(), Finding> {
    let last = facts.release.sealed_at.plus(Secs(limits::SEAL_SEND_SECS));
    day(checked, last)
}

fn day(checked: &Checked, sealed_at: Time) -> Result<(), Finding> {
    let day = Day::of(sealed_at).map_err(|rule| rule.at(Place::bundle()))?;
    if checked.day.distance(day) <= 1 {
        Ok(())
    } else {
        Err(rule::DAY_AWAY_FROM_SEAL.at(Place::bundle()))
    }
}
