//! A pass opens only if the county's sidecar signed it for this chain, this session and this purpose.
//! No server.

use ktr_agent::{
    StepError,
    pass::{self, Pass, Sought},
};
use ktr_artefact::{finding::rule, openpgp::SecretCertificate};
use ktr_core::{
    id::{CountyId, MemberId, SessionId},
    key::{Key, Revocation, RevocationReason, Role},
    time::Time,
};
use serde_json::{Value, json};

use crate::support::world::{OPENS, SESSION, World, role_key};

fn open(world: &World, sealed: &[u8], sidecar: &[Key]) -> Result<Pass, StepError> {
    let sought = Sought {
        chain: "ktr-test-1",
        session: SESSION,
        sidecar,
        domain: &world.trusted.alliance.domain,
        now: Time(OPENS),
    };
    pass::open(sealed, &world.room_key, &sought)
}

fn sidecar(world: &World) -> Vec<Key> {
    world
        .state()
        .governance
        .keys_of(Role::Sidecar(CountyId(1)))
        .copied()
        .collect()
}

fn with(
    world: &World,
    fields: &Value,
    signer: &SecretCertificate,
    purpose: &str,
) -> Result<Pass, StepError> {
    open(world, &world.pass(fields, signer, purpose), &sidecar(world))
}

#[test]
fn a_good_pass_opens_and_is_never_printed() {
    let world = World::new();
    let pass = with(&world, &World::pass_fields(), &world.sidecar, "pass").expect("a pass");
    assert_eq!(
        (pass.token.as_str(), pass.server.as_str()),
        ("syt_secret", "county-a.test")
    );
    assert_eq!(format!("{pass:?}"), "Pass(..)");
}

#[test]
fn another_signer_purpose_or_revoked_key_opens_nothing() {
    let world = World::new();
    let fields = World::pass_fields();
    let signature = Err(StepError::PassRefused(rule::ENVELOPE_SIGNATURE.code()));
    assert_eq!(
        with(&world, &fields, &role_key("stranger"), "pass"),
        signature
    );
    assert_eq!(with(&world, &fields, &world.sidecar, "case"), signature);
    let mut keys = sidecar(&world);
    keys[0].revoked = Some(Revocation {
        at: Time(1),
        reason: RevocationReason::Compromised,
    });
    let sealed = world.pass(&fields, &world.sidecar, "pass");
    assert_eq!(open(&world, &sealed, &keys), Err(StepError::PassRefused(0)));
    assert_eq!(open(&world, &sealed, &[]), signature);
}

#[test]
fn every_field_must_be_what_was_sought() {
    let world = World::new();
    for (field, value) in [
        ("v", json!(2)),
        ("chain", json!("ktr-other-1")),
        ("session", json!(8)),
        ("server", json!("evil.test/path")),
        ("user", json!("@m-1:elsewhere.test")),
        ("user", json!("@:county-a.test")),
        ("token", json!("two words")),
        ("token", json!("line\r\nX: y")),
        ("token", json!("")),
        ("alias", json!("#ktr-8:county-a.test")),
        ("expires", json!(OPENS)),
        ("extra", json!(1)),
    ] {
        let mut fields = World::pass_fields();
        fields[field] = value;
        let opened = with(&world, &fields, &world.sidecar, "pass");
        assert_eq!(opened, Err(StepError::PassRefused(0)), "{field}");
    }
}

#[test]
fn the_name_is_the_room_s_own() {
    // SHA-256("ktr/pass/1\n" ‖ "ktr-localnet-1" ‖ 0A ‖ 00000007 ‖ 09 × 16), by Python's hashlib.
    let name = pass::name("ktr-localnet-1", SessionId(7), MemberId([9; 16]));
    assert_eq!(name, "4fc9f6f3530ba8d8a8adcc103884b24d");
}
