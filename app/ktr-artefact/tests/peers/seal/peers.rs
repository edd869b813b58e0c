//! What gpg, gpgv and sqv say of a seal.
//! gpg and gpgv are told nothing but the ring; their status lines are not read.

use std::process::Output;

use crate::program::Home;

/// What a peer says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Says {
    Good,
    Bad,
}

impl Says {
    fn of(output: &Output) -> Self {
        if output.status.success() {
            Self::Good
        } else {
            Self::Bad
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// How the three peers judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Peers {
    pub(crate) gpg: Says,
    pub(crate) gpgv: Says,
    pub(crate) sqv: Says,
}

/// Asks all three.
pub(crate) fn judged(ring: &[u8], bundle: &[u8], seal: &[u8]) -> Peers {
    let home = Home::new();
    home.file("alliance.pgp", ring);
    home.file("bundle.json", bundle);
    home.file("bundle.json.asc", seal);
    let files = ["bundle.json.asc", "bundle.json"];
    let ring = ["--no-default-keyring", "--keyring", "./alliance.pgp"];
    let gpg = home.gpg(&[&ring[..], &["--trust-model", "always", "--verify"], &files].concat());
    let gpgv = home.run("gpgv", &[&ring[1..], &files].concat());
    let sqv = home.run(
        "sqv",
        &[&["--keyring", "alliance.pgp"][..], &files].concat(),
    );
    Peers {
        gpg: Says::of(&gpg),
        gpgv: Says::of(&gpgv),
        sqv: Says::of(&sqv),
    }
}
