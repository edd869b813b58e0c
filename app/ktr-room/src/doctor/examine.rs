//! All checks, in their order: what lies on disk first, then the machine, the homeserver, the chain.
//! Without a readable `room.toml` nothing else can be judged.

use ktr_os::{Finding, Verdict};

use super::{Machine, database, folder, homeserver, ledger};
use crate::config::Config;
use crate::error::RoomError;
use crate::limits::WITNESSES_MIN;
use crate::port::Chain;
use crate::synapse;

/// Looks at everything that `config` names. `chain` is how the chain is followed, or why it cannot be.
pub async fn examine<C: Chain>(
    config: &Config,
    chain: Result<C, RoomError>,
    machine: &Machine,
) -> Vec<Finding> {
    let running = synapse::left_behind(&config.homeserver.data).ok().flatten();
    let mut found = vec![settings(config)];
    found.extend(folder::lines(config, running));
    found.extend(folder::modes(config, running));
    found.extend(folder::places(config, machine, running));
    found.extend(folder::disks(config, machine));
    found.push(folder::alarm(config));
    found.push(witnesses(config));
    found.push(machine.swap(running));
    found.push(machine.core(running));
    found.extend(database::judge(config));
    let outlook = ledger::judge(chain, machine, &mut found).await;
    // The chain may have taken minutes to answer, and the homeserver was booted or ended meanwhile.
    let running = synapse::left_behind(&config.homeserver.data).ok().flatten();
    let guests = outlook.map(|outlook| ledger::guests(&outlook, config.county()));
    found.extend(homeserver::judge(config, running, guests).await);
    found
}

/// The configuration is read; times that are not the usual ones are said.
fn settings(config: &Config) -> Finding {
    let changed = config.timing.changed();
    if changed.is_empty() {
        let says = format!("county {}", config.county);
        return Finding::new("settings", Verdict::Good, says);
    }
    let says = format!("not the usual times: {}", changed.join(" "));
    Finding::new("settings", Verdict::Weak, says)
}

/// Each room's end is confirmed by two other counties: who asks at fewer doors leaves one to others.
fn witnesses(config: &Config) -> Finding {
    let named = config.neighbour.len();
    let says = format!("counties at whose doors this one asks: {named}");
    if named < WITNESSES_MIN {
        let says =
            format!("{says}; name {WITNESSES_MIN} in [[neighbour]], or their rooms lack a witness");
        return Finding::new("witnesses", Verdict::Weak, says);
    }
    Finding::new("witnesses", Verdict::Good, says)
}
