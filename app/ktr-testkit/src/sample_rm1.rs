//! Samples of RM-1's commands, which are read and refused.
//! What they will mean is the design's affair.

use ktr_core::{
    Command,
    id::{QuarterId, Sha256, WindowKey, WindowSecret},
    ingestion::{self, Figures, Rm1, Tickets, Window, WindowId},
};

use crate::sample::{COUNTY, SESSION, later};

fn window(number: u8) -> WindowId {
    WindowId::new(number).expect("1 and 2 are windows")
}

/// Every command of RM-1.
pub(crate) fn commands() -> Vec<(&'static str, Command)> {
    let of_rm1 = |command| Command::Ingestion(ingestion::Command::Rm1(command));
    of_windows(window(1), window(2))
        .into_iter()
        .chain(of_quarters())
        .map(|(name, command)| (name, of_rm1(command)))
        .collect()
}

/// What is said of the windows of one session.
fn of_windows(first: WindowId, second: WindowId) -> [(&'static str, Rm1); 6] {
    let session = SESSION;
    let key = WindowKey([0x91; 32]);
    let windows = [(first, 176_400), (second, 1_299_600)].map(|(window, opens)| Window {
        window,
        opens_at: later(opens),
        closes_at: later(opens).plus(ktr_core::time::Secs(21_600)),
        key,
    });
    [
        (
            "ingestion.commit_keys",
            Rm1::CommitKeys {
                session,
                windows: windows.to_vec(),
                service_key: Sha256([0x92; 32]),
                gateway: Some(Sha256([0x93; 32])),
            },
        ),
        (
            "ingestion.report_issued",
            Rm1::ReportIssued {
                session,
                issued: Some(218),
                beacon: Sha256([0x46; 32]),
                roll: Sha256([0x94; 32]),
            },
        ),
        (
            "ingestion.extend",
            Rm1::Extend {
                session,
                window: first,
                closes_at: later(259_200),
            },
        ),
        (
            "ingestion.publish rm1",
            Rm1::Publish(Figures {
                session,
                window: first,
                cells: vec![120, 81, 10, 7],
                unverified: false,
                extended: true,
                interrupted: false,
                reports: 218,
                undisclosed: 3,
                level: 1,
                public_root: Sha256([0x95; 32]),
                full_commitment: Sha256([0x96; 32]),
            }),
        ),
        (
            "ingestion.disclose",
            Rm1::Disclose {
                session,
                window: first,
                secret: WindowSecret([0x07; 32]),
                key,
            },
        ),
        (
            "ingestion.recount",
            Rm1::Recount {
                session,
                window: first,
                public_root: Sha256([0x95; 32]),
                agrees: true,
            },
        ),
    ]
}

/// What is said of a quarter.
fn of_quarters() -> [(&'static str, Rm1); 2] {
    [
        (
            "ingestion.publish_quarter",
            Rm1::PublishQuarter {
                quarter: QuarterId(1),
                figures: Sha256([0x97; 32]),
                page: Sha256([0x98; 32]),
                program: Sha256([0x99; 32]),
                method_version: 1,
            },
        ),
        (
            "ingestion.report_tickets",
            Rm1::ReportTickets(Tickets {
                quarter: QuarterId(1),
                region: COUNTY,
                pair: 1,
                reporters: 40,
                families: Sha256([0x9A; 32]),
                sums: [310, 52, 290, 140],
            }),
        ),
    ]
}
