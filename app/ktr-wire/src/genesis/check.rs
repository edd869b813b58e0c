//! Whether a genesis is complete: every role has its keys, every seat its holder and deputy, every county its sites.
//! How many faults its validators tolerate is shown by the tools, not refused here.

use core::fmt;
use std::collections::BTreeSet;

use ktr_core::{
    Genesis,
    board::{Holder, TermStatus},
    id::{CountyId, Fingerprint, SeatId, TermId},
    key::{Purpose, Role},
    limits::{COUNTIES_MAX, SEATS},
    time::Time,
};

/// What a genesis lacks or has too much of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Incomplete {
    /// With the parameters some command could never be accepted, or a transaction counts for too long.
    Parameters,
    /// There are no counties, or more than 16, or the host is none of them.
    Counties,
    /// A role does not have exactly one key of this purpose.
    RoleKey(Role, Purpose),
    /// A key stands twice, is revoked or expired, or belongs to a role that genesis does not give.
    Key(Fingerprint),
    /// A key is not valid at the genesis time: its owner could not act, or nobody could write to it.
    NotValid(Fingerprint),
    /// The first term is not number 1, not waiting, empty or too long.
    Term,
    /// The first term begins only after the genesis time: event 0 would not be `board.term_began` of block 1.
    NotBegun,
    /// A seat is missing, or names keys that are not its own.
    Seat(SeatId),
    /// No validators, a key twice, or a county without a validator.
    Validators,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameters => write!(f, "no network can work with these parameters"),
            Self::Counties => write!(f, "counties are numbered 1 to at most 16, host among them"),
            Self::RoleKey(role, purpose) => {
                write!(f, "{role:?} needs exactly one {purpose:?} key")
            }
            Self::Key(fingerprint) => write!(f, "key {fingerprint} has no place in a genesis"),
            Self::NotValid(fingerprint) => {
                write!(f, "key {fingerprint} is not valid at the genesis time")
            }
            Self::Term => write!(f, "the first term has number 1, waits, and has a length"),
            Self::NotBegun => write!(f, "the first term begins at the genesis time or before"),
            Self::Seat(seat) => write!(f, "seat {seat} needs holder and deputy with their keys"),
            Self::Validators => write!(f, "each county needs a validator, and each key is its own"),
        }
    }
}

impl core::error::Error for Incomplete {}

/// Checks a genesis as a whole.
///
/// # Errors
/// The first thing that is missing or too much.
pub fn check(genesis: &Genesis) -> Result<(), Incomplete> {
    let counties = genesis.network.counties;
    let host = genesis.network.host.0;
    if counties == 0 || usize::from(counties) > COUNTIES_MAX || host == 0 || host > counties {
        return Err(Incomplete::Counties);
    }
    if !genesis.parameters.is_workable() {
        return Err(Incomplete::Parameters);
    }
    check_roles(genesis)?;
    check_term(genesis)?;
    check_validators(genesis)
}

/// Checks what hangs on the genesis time, which `app_state` does not hold: that the first term has begun, so that event 0 is
/// `board.term_began`, and that each key is valid, so that nobody is without a voice from the first block on.
///
/// # Errors
/// [`Incomplete::NotBegun`], [`Incomplete::NotValid`].
pub fn check_begun(genesis: &Genesis, genesis_time: Time) -> Result<(), Incomplete> {
    if genesis.term.from > genesis_time {
        return Err(Incomplete::NotBegun);
    }
    match genesis.keys.iter().find(|key| !key.is_valid(genesis_time)) {
        Some(key) => Err(Incomplete::NotValid(key.fingerprint)),
        None => Ok(()),
    }
}

fn check_roles(genesis: &Genesis) -> Result<(), Incomplete> {
    let mut wanted = vec![
        (Role::Studio, Purpose::Sign),
        (Role::Releaser, Purpose::Sign),
        (Role::Releaser, Purpose::Encrypt),
        (Role::Collector, Purpose::Sign),
    ];
    for county in (1..=genesis.network.counties).map(CountyId) {
        wanted.push((Role::County(county), Purpose::Sign));
        wanted.push((Role::Sidecar(county), Purpose::Sign));
        wanted.push((Role::Sidecar(county), Purpose::Encrypt));
    }
    for seat in (1..=SEATS).map(SeatId) {
        for role in [Role::Seat(seat), Role::Deputy(seat)] {
            wanted.push((role, Purpose::Sign));
            wanted.push((role, Purpose::Encrypt));
        }
    }
    for (role, purpose) in &wanted {
        let has = |key: &&ktr_core::key::Key| key.role == *role && key.body.purpose() == *purpose;
        if genesis.keys.iter().filter(has).count() != 1 {
            return Err(Incomplete::RoleKey(*role, *purpose));
        }
    }
    let mut seen = BTreeSet::new();
    for key in &genesis.keys {
        let is_wanted = wanted.contains(&(key.role, key.body.purpose()));
        let has_ended = key.revoked.is_some() || key.expired;
        if !is_wanted || has_ended || !seen.insert(key.fingerprint) {
            return Err(Incomplete::Key(key.fingerprint));
        }
    }
    Ok(())
}

fn check_term(genesis: &Genesis) -> Result<(), Incomplete> {
    let term = &genesis.term;
    let is_first = term.id == TermId(1) && term.status == TermStatus::Appointed;
    let length = term.until.since(term.from);
    if !is_first || length.0 == 0 || length > genesis.parameters.term_max_secs {
        return Err(Incomplete::Term);
    }
    for id in (1..=SEATS).map(SeatId) {
        let seat = term.seats.iter().find(|seat| seat.id == id);
        let seat = seat.ok_or(Incomplete::Seat(id))?;
        let is_complete = holds(genesis, Role::Seat(id), seat.holder)
            && holds(genesis, Role::Deputy(id), seat.deputy);
        if !is_complete || term.seats.len() != usize::from(SEATS) {
            return Err(Incomplete::Seat(id));
        }
    }
    Ok(())
}

fn holds(genesis: &Genesis, role: Role, holder: Holder) -> bool {
    let has = |fingerprint, purpose| {
        genesis.keys.iter().any(|key| {
            key.role == role && key.fingerprint == fingerprint && key.body.purpose() == purpose
        })
    };
    has(holder.sign, Purpose::Sign) && has(holder.encrypt, Purpose::Encrypt)
}

fn check_validators(genesis: &Genesis) -> Result<(), Incomplete> {
    let keys: BTreeSet<_> = genesis
        .validators
        .iter()
        .map(|validator| validator.key)
        .collect();
    let places: BTreeSet<_> = genesis
        .validators
        .iter()
        .filter_map(|validator| validator.county)
        .collect();
    let counties: BTreeSet<_> = (1..=genesis.network.counties).map(CountyId).collect();
    if keys.len() != genesis.validators.len() || places != counties {
        return Err(Incomplete::Validators);
    }
    Ok(())
}
