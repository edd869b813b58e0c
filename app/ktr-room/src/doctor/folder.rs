//! What lies on disk, judged without asking anybody.
//! Files and folders are named by their key in `room.toml`, never by their path.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ktr_os::{Finding, Verdict, disk};
use nix::unistd::Pid;

use super::Machine;
use crate::config::{Config, Profile};
use crate::error::RoomError;
use crate::file;
use crate::synapse::Install;

/// Bits of a mode that open a file or folder to anybody but its owner.
const OTHERS: u32 = 0o077;

/// Whether the homeserver's files are made afresh by its next boot: it is booted for each session, and is not now.
fn is_afresh(config: &Config, running: Option<Pid>) -> bool {
    config.homeserver.profile != Profile::Standing && running.is_none()
}

/// Each line of the homeserver's configuration against the one that `init` writes.
pub(super) fn lines(config: &Config, running: Option<Pid>) -> Vec<Finding> {
    if is_afresh(config, running) {
        let says = "written by the boot before the next session";
        return vec![Finding::new("homeserver-config", Verdict::Unverified, says)];
    }
    let wanted = match Install::of(config).texts() {
        Ok(wanted) => wanted,
        Err(error) => return vec![Finding::of("homeserver-config", Err(error))],
    };
    let mut found = Vec::new();
    for (name, text) in &wanted {
        let there = file::find(&config.homeserver.data.join(name));
        let there = there
            .ok()
            .flatten()
            .and_then(|octets| String::from_utf8(octets).ok());
        let Some(there) = there else {
            found.push(rewrite(&format!("{name} is missing or no text")));
            continue;
        };
        let changed = differing(text, &there);
        found.extend(
            changed
                .iter()
                .map(|key| rewrite(&format!("{name}: {key} is not as init writes it"))),
        );
    }
    if found.is_empty() {
        let says = "every line of homeserver.yaml and log.yaml is as init writes it";
        found.push(Finding::new("homeserver-config", Verdict::Good, says));
    }
    found
}

fn rewrite(says: &str) -> Finding {
    let says = format!(
        "{says}; run init again, it writes both files anew, and start the homeserver again"
    );
    Finding::new("homeserver-config", Verdict::Wrong, says)
}

/// The top-level keys below which two texts differ. A line more is a difference: of two that set one key the last wins.
fn differing(wanted: &str, found: &str) -> BTreeSet<String> {
    let (wanted, found) = (keyed(wanted), keyed(found));
    let apart = wanted.symmetric_difference(&found);
    apart.map(|(key, _)| key.clone()).collect()
}

/// Each line that says something, with the top-level key it stands under; a line that is repeated stands for itself.
fn keyed(text: &str) -> BTreeSet<(String, String)> {
    let mut under = String::new();
    let mut lines = BTreeSet::new();
    for line in text.lines() {
        let said = line.split(" #").next().unwrap_or(line).trim_end();
        if said.is_empty() || said.starts_with('#') {
            continue;
        }
        if !said.starts_with(' ') {
            said.split(':')
                .next()
                .unwrap_or(said)
                .clone_into(&mut under);
        }
        let mut said = said.to_owned();
        while !lines.insert((under.clone(), said.clone())) {
            said.push_str(" again");
        }
    }
    lines
}

/// Secrets that only their owner may read, and folders that only their owner may enter.
pub(super) fn modes(config: &Config, running: Option<Pid>) -> Vec<Finding> {
    let data = &config.homeserver.data;
    let mut secrets = vec![
        ("county_secret", config.county_secret.clone()),
        ("chain.sidecar_key", config.chain.sidecar_key.clone()),
    ];
    let of_homeserver = [
        "registration.secret",
        "macaroon.secret",
        "form.secret",
        "signing.key",
    ];
    let afresh = is_afresh(config, running);
    if !afresh {
        secrets.extend(of_homeserver.map(|name| (name, data.join(name))));
    }
    secrets.extend(
        config
            .listen
            .iter()
            .map(|listen| ("listen.key", listen.key.clone())),
    );
    let password = config.homeserver.postgres.as_ref();
    secrets.extend(
        password
            .and_then(|place| place.password_file.clone())
            .map(|path| ("homeserver.postgres.password_file", path)),
    );
    let bot = config.state.join("bot.json");
    if bot.exists() {
        secrets.push(("the bot's token", bot));
    }
    let secrets = secrets
        .iter()
        .filter_map(|(name, path)| secret_fault(name, path));
    let folders = folders(config);
    let folders = folders
        .iter()
        .filter(|(_, path)| !afresh || path.exists())
        .filter_map(|(name, path)| folder_fault(name, path));
    let faults = secrets.chain(folders);
    let mut found: Vec<Finding> = faults
        .map(|says| Finding::new("modes", Verdict::Wrong, says))
        .collect();
    if found.is_empty() {
        let says = "secrets and folders are their owner's alone";
        found.push(Finding::new("modes", Verdict::Good, says));
    }
    found
}

/// The four folders that hold something of a session.
fn folders(config: &Config) -> [(&'static str, &Path); 4] {
    [
        ("state", &config.state),
        ("inbox", &config.inbox),
        ("passes.folder", &config.passes.folder),
        ("homeserver.data", &config.homeserver.data),
    ]
}

fn secret_fault(name: &str, path: &Path) -> Option<String> {
    match file::check_private(path).map_err(RoomError::from) {
        Ok(()) => None,
        Err(RoomError::SecretExposed(_)) => Some(format!(
            "{name} can be read by others: its mode must be 0600"
        )),
        Err(error) => Some(format!("{name} cannot be judged ({error})")),
    }
}

fn folder_fault(name: &str, path: &Path) -> Option<String> {
    let Ok(there) = fs::metadata(path) else {
        return Some(format!("{name} is missing: run init"));
    };
    if !there.is_dir() {
        return Some(format!("{name} is no folder"));
    }
    let mode = there.permissions().mode() & 0o777;
    (mode & OTHERS != 0)
        .then(|| format!("{name} has mode {mode:o}, must be 700: others could enter it"))
}

/// Whether each folder lies in memory. Whether a disk is encrypted cannot be seen from here.
pub(super) fn places(config: &Config, machine: &Machine, running: Option<Pid>) -> Vec<Finding> {
    let per_session = config.homeserver.profile != Profile::Standing;
    let afresh = is_afresh(config, running);
    let place = |(name, path): (&str, &Path)| {
        let (verdict, says) = match (machine.in_memory)(path) {
            Some(true) => (Verdict::Good, "lies on a tmpfs"),
            Some(false) if per_session && name == "homeserver.data" => (
                Verdict::Wrong,
                "lies on a disk, where what is removed stays in its blocks: take a tmpfs",
            ),
            Some(false) => (
                Verdict::Unverified,
                "lies on a disk: see yourself that the volume is encrypted and in no backup or snapshot",
            ),
            None if afresh => (
                Verdict::Unverified,
                "is made by the boot before the next session",
            ),
            None => (Verdict::Wrong, "cannot be looked at"),
        };
        Finding::new("place", verdict, format!("{name} {says}"))
    };
    let cluster = config.homeserver.postgres.iter();
    let cluster = cluster.map(|place| ("homeserver.postgres.data", place.data.as_path()));
    folders(config)
        .into_iter()
        .chain(cluster)
        .map(place)
        .collect()
}

/// Space where the sidecar and the homeserver write.
pub(super) fn disks(config: &Config, machine: &Machine) -> Vec<Finding> {
    let [state, .., data] = folders(config);
    let there = [state, data].into_iter().filter(|(_, path)| path.exists());
    let judged = there.map(|(name, path)| {
        disk::judge(&format!("the disk of {name}"), (machine.free_percent)(path))
    });
    judged.collect()
}

/// Whether an alarm calls anybody.
pub(super) fn alarm(config: &Config) -> Finding {
    let Some(program) = config.on_alarm.first() else {
        let says = "on_alarm is empty: an alarm is a line of the log and calls nobody";
        return Finding::new("alarm", Verdict::Weak, says);
    };
    let path = Path::new(program);
    if path.components().count() < 2 {
        let says = "on_alarm is a bare name, looked for where the unit's PATH says";
        return Finding::new("alarm", Verdict::Unverified, says);
    }
    let runs = fs::metadata(path)
        .is_ok_and(|there| there.is_file() && there.permissions().mode() & 0o111 != 0);
    if runs {
        return Finding::new("alarm", Verdict::Good, "on_alarm names a program");
    }
    Finding::new(
        "alarm",
        Verdict::Wrong,
        "on_alarm names no program that can be run: alarms would call nobody",
    )
}
