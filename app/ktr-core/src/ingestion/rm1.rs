//! The commands of RM-1 as they will be sent: their numbers and fields are fixed from the first genesis.
//! No rule reads them yet; every one is answered with `NotEnabled`.

use alloc::vec::Vec;

use crate::{
    id::{CountyId, QuarterId, SessionId, Sha256, WindowKey, WindowSecret},
    limits::{RM1_WINDOW_FIRST, RM1_WINDOW_LAST, TICKET_SUMS},
    time::Time,
};

/// The number of a window of one session: 1 is the first report, the next ones are re-runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct WindowId(u8);

impl WindowId {
    /// Reads a window's number; `None` outside 1 to 63, because the buckets of plain hits follow.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (RM1_WINDOW_FIRST..=RM1_WINDOW_LAST)
            .contains(&number)
            .then_some(Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// One window whose key an issuer commits to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Which window.
    pub window: WindowId,
    /// When reports begin.
    pub opens_at: Time,
    /// When they end.
    pub closes_at: Time,
    /// The issuer's public key for it.
    pub key: WindowKey,
}

/// One published window.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "three flags of one message that say nothing about each other"
)]
pub struct Figures {
    /// Which session.
    pub session: SessionId,
    /// Which window.
    pub window: WindowId,
    /// The answers, by cell; none where they are withheld.
    pub cells: Vec<u64>,
    /// The window's key was known too early.
    pub unverified: bool,
    /// The window was extended.
    pub extended: bool,
    /// The collector was killed in this window.
    pub interrupted: bool,
    /// Reports received.
    pub reports: u64,
    /// Answers that no cell shows.
    pub undisclosed: u64,
    /// How far the cells were joined, 0 to 3; 255 shows none.
    pub level: u8,
    /// Root over the public list.
    pub public_root: Sha256,
    /// Commitment to the full list.
    pub full_commitment: Sha256,
}

/// What one pair of counties counted of tickets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tickets {
    /// Which quarter.
    pub quarter: QuarterId,
    /// Whose region.
    pub region: CountyId,
    /// Which pair of counties, from 1 in genesis order.
    pub pair: u8,
    /// Members that reported.
    pub reporters: u64,
    /// SHA-256 of the list of families.
    pub families: Sha256,
    /// Briefed first, briefed follow-up, other first, other follow-up.
    pub sums: [u64; TICKET_SUMS],
}

/// A command of RM-1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rm1 {
    /// An issuer commits to the keys of a session's windows.
    CommitKeys {
        /// Which session.
        session: SessionId,
        /// Its windows, by rising number.
        windows: Vec<Window>,
        /// SHA-256 of the issuer's service key.
        service_key: Sha256,
        /// SHA-256 of the gateway's configuration; only the issuer that is the collector has one.
        gateway: Option<Sha256>,
    },
    /// An issuer says how many tokens it gave out.
    ReportIssued {
        /// Which session.
        session: SessionId,
        /// How many; `None` is too few to be said.
        issued: Option<u32>,
        /// What is counted.
        beacon: Sha256,
        /// Root over the roll.
        roll: Sha256,
    },
    /// The collector lets a window close later.
    Extend {
        /// Which session.
        session: SessionId,
        /// Which window.
        window: WindowId,
        /// When it closes now.
        closes_at: Time,
    },
    /// The collector publishes a window.
    Publish(Figures),
    /// An issuer discloses the key of a window.
    Disclose {
        /// Which session.
        session: SessionId,
        /// Which window.
        window: WindowId,
        /// The key.
        secret: WindowSecret,
        /// Its public half, as committed.
        key: WindowKey,
    },
    /// A recounter says what it found.
    Recount {
        /// Which session.
        session: SessionId,
        /// Which window.
        window: WindowId,
        /// The root that it came to.
        public_root: Sha256,
        /// Whether everything agrees.
        agrees: bool,
    },
    /// The collector publishes the page of a quarter.
    PublishQuarter {
        /// Which quarter.
        quarter: QuarterId,
        /// SHA-256 of the figures.
        figures: Sha256,
        /// SHA-256 of the page.
        page: Sha256,
        /// SHA-256 of the program that made both.
        program: Sha256,
        /// Version of the method.
        method_version: u32,
    },
    /// A collector reports tickets.
    ReportTickets(Tickets),
}
