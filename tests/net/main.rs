//! Net tests: real engines, real homeservers, real keys of `gpg` and `sq`, the product's own programs.
//! They run one after the other, because each fills the machine.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at what cannot be"
)]

mod bad_input;
mod dead_chain;
mod desk;
mod governance;
mod installed;
mod keys;
mod localnet;
mod month;
mod room_chain;
mod room_unit;
mod twice;
mod upgrade;
mod years;

use std::{
    env,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Two networks at once would only measure each other.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The product's programs lie two folders above this test.
fn programs() -> PathBuf {
    let this = env::current_exe().expect("this program has a path");
    let folder = this
        .parent()
        .and_then(|deps| deps.parent())
        .expect("it lies in target/…/deps");
    for name in [
        "ktr",
        "ktr-node",
        "ktr-node-next",
        "ktr-room",
        "ktr-agent",
        "ktr-collector",
    ] {
        assert!(
            folder.join(name).exists(),
            "{name} is not built: run cargo build --workspace --bins first"
        );
    }
    folder.to_path_buf()
}
