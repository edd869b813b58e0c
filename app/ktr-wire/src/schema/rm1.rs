//! Messages of RM-1: octets that are read to the last field, so that every node refuses them alike.
//! The curve's equations are not judged here: nothing is accepted yet that would rest on them.

use ktr_core::{
    ingestion::{Command, Figures, Rm1, Tickets, Window, WindowId},
    limits::{RM1_CELLS_MAX, RM1_WINDOWS_MAX, TICKET_SUMS},
};

use super::{command::Choice, ingestion::Publish};
use crate::{field, refusal::Wire};

/// The window's key was known too early.
const UNVERIFIED: u32 = 1;
/// The window was extended.
const EXTENDED: u32 = 2;
/// The collector was killed in this window.
const INTERRUPTED: u32 = 4;
/// The coarsest level that still shows cells.
const LEVEL_LAST: u8 = 3;
/// The level that shows none.
const LEVEL_NONE: u8 = 255;

/// One window of command 201.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyWindow {
    #[prost(uint32, tag = "1")]
    pub(crate) w: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) opens: u64,
    #[prost(uint64, tag = "3")]
    pub(crate) closes: u64,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) pk: Vec<u8>,
}

/// Command 201.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CommitKeys {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(message, repeated, tag = "2")]
    pub(crate) windows: Vec<KeyWindow>,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) service_key: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) gateway: Vec<u8>,
}

/// Command 202.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ReportIssued {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    /// 0 is too few to be said.
    #[prost(uint32, tag = "2")]
    pub(crate) issued: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) beacon: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) roll_root: Vec<u8>,
}

/// Command 203.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Extend {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) w: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) closes: u64,
}

/// Command 205.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Disclose {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) w: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) pk: Vec<u8>,
}

/// Command 206.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Recount {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) w: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) public_root: Vec<u8>,
    #[prost(bool, tag = "4")]
    pub(crate) agrees: bool,
}

/// Command 207.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PublishQuarter {
    #[prost(uint32, tag = "1")]
    pub(crate) quarter: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) figures: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) page: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) program: Vec<u8>,
    #[prost(uint32, tag = "5")]
    pub(crate) method_version: u32,
}

/// Command 208.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ReportTickets {
    #[prost(uint32, tag = "1")]
    pub(crate) quarter: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) region: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) pair: u32,
    #[prost(uint64, tag = "4")]
    pub(crate) reporters: u64,
    #[prost(bytes = "vec", tag = "5")]
    pub(crate) families: Vec<u8>,
    #[prost(uint64, repeated, tag = "6")]
    pub(crate) sums: Vec<u64>,
}

/// The message of a command.
pub(crate) fn message(command: &Rm1) -> Choice {
    match command {
        Rm1::CommitKeys {
            session,
            windows,
            service_key,
            gateway,
        } => Choice::CommitKeys(CommitKeys {
            session: session.0,
            windows: windows.iter().map(KeyWindow::from).collect(),
            service_key: service_key.0.to_vec(),
            gateway: gateway.map_or_else(Vec::new, |gateway| gateway.0.to_vec()),
        }),
        Rm1::ReportIssued {
            session,
            issued,
            beacon,
            roll,
        } => Choice::ReportIssued(ReportIssued {
            session: session.0,
            issued: issued.unwrap_or(0),
            beacon: beacon.0.to_vec(),
            roll_root: roll.0.to_vec(),
        }),
        Rm1::Extend {
            session,
            window,
            closes_at,
        } => Choice::Extend(Extend {
            session: session.0,
            w: window.number().into(),
            closes: closes_at.0,
        }),
        Rm1::Publish(figures) => Choice::Publish(publish(figures)),
        Rm1::Disclose {
            session,
            window,
            secret,
            key,
        } => Choice::Disclose(Disclose {
            session: session.0,
            w: window.number().into(),
            key: secret.0.to_vec(),
            pk: key.0.to_vec(),
        }),
        Rm1::Recount {
            session,
            window,
            public_root,
            agrees,
        } => Choice::Recount(Recount {
            session: session.0,
            w: window.number().into(),
            public_root: public_root.0.to_vec(),
            agrees: *agrees,
        }),
        Rm1::PublishQuarter {
            quarter,
            figures,
            page,
            program,
            method_version,
        } => Choice::PublishQuarter(PublishQuarter {
            quarter: quarter.0,
            figures: figures.0.to_vec(),
            page: page.0.to_vec(),
            program: program.0.to_vec(),
            method_version: *method_version,
        }),
        Rm1::ReportTickets(tickets) => Choice::ReportTickets(ReportTickets::from(tickets)),
    }
}

/// The fields that only RM-1 has stand behind those of the plain method.
fn publish(figures: &Figures) -> Publish {
    let flags = [
        (figures.unverified, UNVERIFIED),
        (figures.extended, EXTENDED),
        (figures.interrupted, INTERRUPTED),
    ];
    let set = flags.into_iter().filter(|(is_set, _)| *is_set);
    Publish {
        method: super::ingestion::RM1,
        session: figures.session.0,
        w: figures.window.number().into(),
        flags: set.fold(0, |all, (_, flag)| all | flag),
        cells: figures.cells.clone(),
        beacon: Vec::new(),
        reports: figures.reports,
        undisclosed: figures.undisclosed,
        level: figures.level.into(),
        public_root: figures.public_root.0.to_vec(),
        full_commitment: figures.full_commitment.0.to_vec(),
    }
}

/// Reads what has RM-1's method.
pub(crate) fn published(message: Publish) -> Result<Rm1, Wire> {
    if message.flags & !(UNVERIFIED | EXTENDED | INTERRUPTED) != 0 || !message.beacon.is_empty() {
        return Err(Wire::OutOfRange);
    }
    let level = u8::try_from(message.level).or(Err(Wire::OutOfRange))?;
    if level > LEVEL_LAST && level != LEVEL_NONE {
        return Err(Wire::OutOfRange);
    }
    Ok(Rm1::Publish(Figures {
        session: field::read(&message.session)?,
        window: window(message.w)?,
        cells: field::at_most(message.cells, RM1_CELLS_MAX)?,
        unverified: message.flags & UNVERIFIED != 0,
        extended: message.flags & EXTENDED != 0,
        interrupted: message.flags & INTERRUPTED != 0,
        reports: message.reports,
        undisclosed: message.undisclosed,
        level,
        public_root: field::read(&message.public_root)?,
        full_commitment: field::read(&message.full_commitment)?,
    }))
}

/// Reads a window's number.
fn window(number: u32) -> Result<WindowId, Wire> {
    let window = u8::try_from(number).ok().and_then(WindowId::new);
    window.ok_or(Wire::OutOfRange)
}

impl From<&Window> for KeyWindow {
    fn from(window: &Window) -> Self {
        Self {
            w: window.window.number().into(),
            opens: window.opens_at.0,
            closes: window.closes_at.0,
            pk: window.key.0.to_vec(),
        }
    }
}

impl TryFrom<KeyWindow> for Window {
    type Error = Wire;

    fn try_from(message: KeyWindow) -> Result<Self, Wire> {
        Ok(Self {
            window: window(message.w)?,
            opens_at: field::read(&message.opens)?,
            closes_at: field::read(&message.closes)?,
            key: field::read(&message.pk)?,
        })
    }
}

impl TryFrom<CommitKeys> for Command {
    type Error = Wire;

    fn try_from(message: CommitKeys) -> Result<Self, Wire> {
        let windows = field::at_most(message.windows, RM1_WINDOWS_MAX)?;
        let windows = windows.into_iter().map(|read| {
            let window = Window::try_from(read)?;
            Ok((window.window, window))
        });
        let windows = field::rising_by_key(windows.collect::<Result<Vec<_>, _>>()?)?;
        let gateway = (!message.gateway.is_empty())
            .then(|| field::read(&message.gateway))
            .transpose()?;
        Ok(Self::Rm1(Rm1::CommitKeys {
            session: field::read(&message.session)?,
            windows: windows.into_iter().map(|(_, window)| window).collect(),
            service_key: field::read(&message.service_key)?,
            gateway,
        }))
    }
}

impl TryFrom<ReportIssued> for Command {
    type Error = Wire;

    fn try_from(message: ReportIssued) -> Result<Self, Wire> {
        Ok(Self::Rm1(Rm1::ReportIssued {
            session: field::read(&message.session)?,
            issued: (message.issued != 0).then_some(message.issued),
            beacon: field::read(&message.beacon)?,
            roll: field::read(&message.roll_root)?,
        }))
    }
}

impl TryFrom<Extend> for Command {
    type Error = Wire;

    fn try_from(message: Extend) -> Result<Self, Wire> {
        Ok(Self::Rm1(Rm1::Extend {
            session: field::read(&message.session)?,
            window: window(message.w)?,
            closes_at: field::read(&message.closes)?,
        }))
    }
}

impl TryFrom<Disclose> for Command {
    type Error = Wire;

    fn try_from(message: Disclose) -> Result<Self, Wire> {
        Ok(Self::Rm1(Rm1::Disclose {
            session: field::read(&message.session)?,
            window: window(message.w)?,
            secret: field::read(&message.key)?,
            key: field::read(&message.pk)?,
        }))
    }
}

impl TryFrom<Recount> for Command {
    type Error = Wire;

    fn try_from(message: Recount) -> Result<Self, Wire> {
        Ok(Self::Rm1(Rm1::Recount {
            session: field::read(&message.session)?,
            window: window(message.w)?,
            public_root: field::read(&message.public_root)?,
            agrees: message.agrees,
        }))
    }
}

impl TryFrom<PublishQuarter> for Command {
    type Error = Wire;

    fn try_from(message: PublishQuarter) -> Result<Self, Wire> {
        if message.method_version == 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(Self::Rm1(Rm1::PublishQuarter {
            quarter: field::read(&message.quarter)?,
            figures: field::read(&message.figures)?,
            page: field::read(&message.page)?,
            program: field::read(&message.program)?,
            method_version: message.method_version,
        }))
    }
}

impl From<&Tickets> for ReportTickets {
    fn from(tickets: &Tickets) -> Self {
        Self {
            quarter: tickets.quarter.0,
            region: tickets.region.0.into(),
            pair: tickets.pair.into(),
            reporters: tickets.reporters,
            families: tickets.families.0.to_vec(),
            sums: tickets.sums.to_vec(),
        }
    }
}

impl TryFrom<ReportTickets> for Command {
    type Error = Wire;

    fn try_from(message: ReportTickets) -> Result<Self, Wire> {
        let pair = u8::try_from(message.pair).or(Err(Wire::OutOfRange))?;
        if pair == 0 {
            return Err(Wire::OutOfRange);
        }
        let sums: [u64; TICKET_SUMS] = message.sums.try_into().or(Err(Wire::OutOfRange))?;
        Ok(Self::Rm1(Rm1::ReportTickets(Tickets {
            quarter: field::read(&message.quarter)?,
            region: field::read(&message.region)?,
            pair,
            reporters: message.reporters,
            families: field::read(&message.families)?,
            sums,
        })))
    }
}
