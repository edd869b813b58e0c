//! Whom the desk and the counties' sidecars are encrypted to: the keys of a role that are live, and no key that was ever registered besides.
//! The envelope itself is made in `ktr-artefact`.

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
    let keys = state.governance.keys_of(role);
    let live: Vec<EncryptionKey> = keys.filter_map(|key| receives(key, now)).collect();
    if live.is_empty() {
        return Err(CliError::NotThere(format!(
            "no encryption key of {} is live: nobody could open it; register one first",
            render::role(role)
        )));
    }
    Ok(live)
}

fn receives(key: &Key, now: Time) -> Option<EncryptionKey> {
    match key.body {
        KeyBody::Encrypt(body) => key.is_live(now).then_some(body),
        KeyBody::Sign(_) | KeyBody::Room(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use ktr_artefact::{
        envelope::{self, Expected, Recipients},
        openpgp::{KeyUse, SecretCertificate, UserId, encryption_fingerprint, make_role_key},
    };
    use ktr_core::{
        State,
        id::{CountyId, EncryptionKey},
        key::{Key, KeyBody, Revocation, RevocationReason, Role},
        time::{Secs, Time},
    };

    use super::{receivers, receives};
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

    fn live(keys: &[Key]) -> Vec<EncryptionKey> {
        keys.iter().filter_map(|key| receives(key, NOW)).collect()
    }

    #[test]
    fn after_a_rotation_the_old_key_opens_nothing() {
        let ((old, mut old_key), (new, new_key)) = (made(), made());
        let both = [old_key, new_key];
        assert_eq!(live(&both).len(), 2, "before the rotation");
        old_key.revoked = Some(Revocation {
            at: NOW,
            reason: RevocationReason::Superseded,
        });
        let mut late = made().1;
        late.valid_from = NOW.plus(Secs(1));
        let keys = live(&[old_key, new_key, late]);
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
