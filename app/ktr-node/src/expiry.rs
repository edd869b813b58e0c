//! When the network's own keys end: of each kind of role, the first second in which somebody of it has no key left.
//! Keys of members and seats are theirs to replace, and are not here. Nothing here names a key.

use ktr_core::{
    State,
    key::{Purpose, Role},
    time::{Secs, Time},
};

/// The kinds with their first end, and how long it is till then; none before genesis.
pub(crate) fn left(state: &State, now: Time) -> Vec<(&'static str, Secs)> {
    let counties: Vec<_> = state.governance.counties().collect();
    let kinds: [(&str, Vec<Role>); 5] = [
        (
            "county",
            counties.iter().copied().map(Role::County).collect(),
        ),
        ("sidecar", counties.into_iter().map(Role::Sidecar).collect()),
        ("studio", vec![Role::Studio]),
        ("releaser", vec![Role::Releaser]),
        ("collector", vec![Role::Collector]),
    ];
    let mut left = Vec::new();
    for (kind, roles) in kinds {
        let ends = roles.into_iter().map(|role| end(state, role));
        if let Some(first) = ends.min() {
            left.push((kind, Secs(first.0.saturating_sub(now.0))));
        }
    }
    left
}

/// When the role can no longer do one of the things that a genesis wants it to have a key for.
fn end(state: &State, role: Role) -> Time {
    let receives = matches!(role, Role::Sidecar(_) | Role::Releaser);
    let sign = last(state, role, Purpose::Sign);
    if receives {
        sign.min(last(state, role, Purpose::Encrypt))
    } else {
        sign
    }
}

/// The end of the last of these keys: a successor that waits counts.
fn last(state: &State, role: Role, purpose: Purpose) -> Time {
    let keys = state.governance.keys_of(role);
    let keys = keys.filter(|key| key.body.purpose() == purpose && key.revoked.is_none());
    keys.map(|key| key.valid_until).max().unwrap_or(Time(0))
}
