//! All checks, in their order: what lies in the folder first, then what answers.
//! Without a readable `node.toml` nothing else can be judged.

use ktr_core::time::Time;
use ktr_os::Finding;

use super::{folder, running, sample};
use crate::{engine::Lock, home::Home, settings::Settings};

/// Looks at everything. `now` is this machine's clock.
#[must_use]
pub fn examine(home: &Home, now: impl Fn() -> Time) -> Vec<Finding> {
    let settings = match Settings::load(&home.settings()) {
        Ok(settings) => settings,
        Err(error) => return vec![Finding::of("settings", Err(error))],
    };
    let is_running = Lock::is_held(home);
    let mut found = vec![Finding::of(
        "settings",
        Ok::<_, &str>(format!("chain {}", settings.chain_id)),
    )];
    found.extend(folder::config(home, &settings));
    found.extend(sample::weaker(&settings));
    found.extend(folder::exposed(&settings));
    found.push(folder::kept(home, folder::genesis(home, &settings)));
    found.push(folder::version(&settings));
    found.push(folder::key(home));
    found.push(folder::store(home, &settings));
    found.push(folder::faults(home));
    found.push(folder::role_keys(home, &settings, now()));
    found.push(folder::disk(home));
    found.push(folder::socket(home, &settings, is_running));
    found.push(running::signatures(home, &settings, is_running));
    found.push(running::ports(&settings, is_running));
    found.push(running::engine_genesis(home, &settings, is_running));
    found.push(running::peers(&settings, is_running));
    found.push(running::clock(&settings, now));
    found
}
