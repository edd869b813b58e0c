//! Whom the desk and the counties' sidecars are encrypted to: the keys of a role that are live, and no key that was ever registered besides.
//! The envelope itself is made in `ktr-artefact`.

use std::borrow::Borrow;

use ktr_core::{
    State,
    id::EncryptionKey,
    key::{Key, KeyBody, Role},
    time::Time,
};

use crate::error::CliError;
use crate::render;

/// The encryption keys of a role that are live at `now`.
///
/// # Errors
/// [`CliError::NotThere`], which names the role, if none is.
pub(crate) fn receivers(
    state: &State,
    role: Role,
    now: Time,
) -> Result<Vec<EncryptionKey>, CliError> {
    let live = live(state.governance.keys_of(role), now);
    if live.is_empty() {
        return Err(CliError::NotThere(format!(
            "no encryption key of {} is live: nobody could open it; register one first",
            render::role(role)
        )));
    }
    Ok(live)
}

fn live<K: Borrow<Key>>(keys: impl Iterator<Item = K>, now: Time) -> Vec<EncryptionKey> {
    keys.filter(|key| key.borrow().is_live(now))
        .filter_map(|key| match key.borrow().body {
            KeyBody::Encrypt(key) => Some(key),
            KeyBody::Sign(_) | KeyBody::Room(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use ktr_artefact::{
        envelope::{self, Expected, Recipients},
        openpgp::{KeyUse, SecretCertificate, UserId, encryption_fingerprint, make_role_key},
    };
    use ktr_core::{
        State,
        id::CountyId,
        key::{Key, KeyBody, Revocation, RevocationReason, Role},
        time::{Secs, Time},
    };

    use super::{live, receivers};
    use crate::entropy;

    /// 2026-11-25T12:00:00Z.
    const NOW: Time = Time(1_795_608_000);

    fn made() -> (SecretCertificate, Key) {
        let name = UserId::parse("sidecar 1").unwrap();
        let secret = make_role_key(&name, KeyUse::SignAndReceive, NOW, 30)
            .unwrap()
            .secret;
        let body = secret.certificate().encryption_key(NOW).unwrap();
        let key = Key {
            fingerprint: encryption_fingerprint(&body),
            body: KeyBody::Encrypt(body),
            role: Role::Sidecar(CountyId(1)),
            valid_from: NOW,
            valid_until: NOW.plus(Secs(86_400)),
            revoked: None,
            expired: false,
        };
        (secret, key)
    }

    #[test]
    fn after_a_rotation_the_old_key_opens_nothing() {
        let ((old, mut old_key), (new, new_key)) = (made(), made());
        let both = [old_key, new_key];
        assert_eq!(live(both.iter(), NOW).len(), 2, "before the rotation");
        old_key.revoked = Some(Revocation {
            at: NOW,
            reason: RevocationReason::Superseded,
        });
        let mut late = made().1;
        late.valid_from = NOW.plus(Secs(1));
        let keys = live([old_key, new_key, late].iter(), NOW);
        assert_eq!(keys.len(), 1, "neither a revoked key nor one to come");
        let recipients = Recipients::of_bodies(&keys, &entropy::draw()).unwrap();
        let sealed = envelope::seal(b"a case", &recipients, None).unwrap();
        let opened =
            |key: &SecretCertificate| envelope::open(&sealed, key, NOW, Expected::Unsigned);
        assert_eq!(opened(&new).unwrap().content, b"a case");
        assert!(opened(&old).is_err());
    }

    #[test]
    fn a_role_without_a_live_key_is_named() {
        let role = Role::Sidecar(CountyId(3));
        let told = receivers(&State::default(), role, NOW).unwrap_err();
        assert!(told.to_string().contains("sidecar 3"), "{told}");
    }
}
