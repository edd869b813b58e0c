//! The sidecars of the play: a room per county with its own homeserver, an agent per member, one collector.
//! Their folders are made here; what they do there is the product's.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::{
    Failure,
    company::free_ports,
    stage::{Member, Stage},
};

/// Counties by number and letter.
pub(crate) const COUNTIES: [(u8, &str); 3] = [(1, "a"), (2, "b"), (3, "c")];

/// Where one county's servers listen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The homeserver's port.
    pub(crate) homeserver: u16,
    /// The port of the passes.
    pub(crate) passes: u16,
}

/// Makes and starts the three rooms; their homeservers come up with them.
pub(crate) fn open(stage: &mut Stage) -> Result<(), Failure> {
    let ports = free_ports(COUNTIES.len().saturating_mul(2))?;
    stage.places = ports
        .chunks_exact(2)
        .filter_map(|pair| {
            let [homeserver, passes] = *pair else {
                return None;
            };
            Some(Place { homeserver, passes })
        })
        .collect();
    let places = stage.places.clone();
    for ((number, letter), Place { homeserver, passes }) in COUNTIES.iter().zip(&places) {
        let home = stage.out.join("rooms").join(letter);
        let (county, server) = (number.to_string(), format!("county-{letter}.test"));
        let (port, pass_port, rpc) = (homeserver.to_string(), passes.to_string(), stage.rpc()?);
        let words = [
            "--county",
            &county,
            "--server-name",
            &server,
            "--port",
            &port,
        ];
        let more = ["--pass-port", &pass_port, "--rpc", &rpc, "--localnet"];
        let others = neighbours(&places, *number);
        let others: Vec<&str> = others
            .iter()
            .flat_map(|other| ["--neighbour", other])
            .collect();
        stage.init(
            "ktr-room",
            &home,
            &[words.as_slice(), &more, &others].concat(),
        )?;
        trust(stage, &home)?;
        secret(
            Path::new(&stage.role_key(&format!("sidecar-{number}"))),
            &home.join("sidecar.pgp"),
        )?;
        stage.start(&format!("room-{letter}"), "ktr-room", &home)?;
    }
    Ok(())
}

/// The other counties as a room's `init` takes them: their doors are asked at, so that each destruction has two witnesses.
fn neighbours(places: &[Place], of: u8) -> Vec<String> {
    let others = COUNTIES
        .iter()
        .zip(places)
        .filter(|((number, _), _)| *number != of);
    others
        .map(|((number, _), Place { homeserver, passes })| {
            format!("{number},http://127.0.0.1:{passes},http://127.0.0.1:{homeserver}")
        })
        .collect()
}

/// Makes and starts the collector.
pub(crate) fn count(stage: &mut Stage) -> Result<(), Failure> {
    let home = stage.out.join("collector");
    let ports = free_ports(1)?;
    let port = ports.first().copied().unwrap_or_default();
    let (listen, rpc) = (format!("127.0.0.1:{port}"), stage.rpc()?);
    stage.init(
        "ktr-collector",
        &home,
        &["--listen", &listen, "--rpc", &rpc, "--localnet"],
    )?;
    trust(stage, &home)?;
    secret(
        Path::new(&stage.role_key("collector")),
        &home.join("collector.pgp"),
    )?;
    stage.collector = format!("http://{listen}");
    stage.start("collector", "ktr-collector", &home)
}

/// Makes each member's agent and registers its room key; the last member does not measure.
pub(crate) fn join(stage: &mut Stage) -> Result<(), Failure> {
    let members = stage.members.clone();
    for (n, member) in (1_usize..).zip(&members) {
        let home = stage.out.join("agents").join(n.to_string());
        let place = *stage.place(member.county)?;
        let passes = format!("http://127.0.0.1:{}", place.passes);
        let homeserver = format!("http://127.0.0.1:{}", place.homeserver);
        let measure = if n == members.len() { "off" } else { "hit" };
        let (county, rpc) = (member.county.to_string(), stage.rpc()?);
        let words = [
            "--member", &member.id, "--county", &county, "--passes", &passes,
        ];
        let more = ["--homeserver", &homeserver, "--collector", &stage.collector];
        let last = ["--rpc", &rpc, "--measure", measure, "--localnet"];
        let words = [words.as_slice(), &more, &last].concat();
        stage.init("ktr-agent", &home, &words)?;
        trust(stage, &home)?;
        register(stage, member, &home)?;
        stage.start(&format!("agent-{n}"), "ktr-agent", &home)?;
    }
    Ok(())
}

fn register(stage: &Stage, member: &Member, home: &Path) -> Result<(), Failure> {
    let certificate = home.join("room.pub.asc").display().to_string();
    let [flag, key] = &member.signer;
    let words = [
        "member",
        "add-key",
        "--member",
        &member.id,
        "--purpose",
        "room",
    ];
    stage
        .ktr(&[words.as_slice(), &["--cert", &certificate, flag, key]].concat())
        .map(|_| ())
}

/// What every sidecar trusts: genesis, the Alliance's file and its certificate.
fn trust(stage: &Stage, home: &Path) -> Result<(), Failure> {
    for name in ["genesis.json", "alliance.json"] {
        fs::copy(stage.net.join(name), home.join(name))?;
    }
    fs::copy(
        format!("{}.pub", stage.role_key("releaser")),
        home.join("alliance.pgp"),
    )?;
    Ok(())
}

fn secret(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o600))?;
    Ok(())
}
