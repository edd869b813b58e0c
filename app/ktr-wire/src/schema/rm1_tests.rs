//! Sentences about the values of RM-1's messages: which octets are read, and which are out of range. It decides nothing of what they mean.

use ktr_core::ingestion::Command;

use super::ingestion::{Publish, RM1};
use super::rm1::{CommitKeys, KeyWindow, PublishQuarter, ReportTickets};
use crate::refusal::Wire;

/// What is changed, and how.
type Change<M> = (&'static str, fn(&mut M));

/// Whether a good message is read, and what one that was changed is refused for.
fn refused<M: Clone>(good: &M, changes: &[Change<M>])
where
    Command: TryFrom<M, Error = Wire>,
{
    let read = Command::try_from(good.clone());
    assert!(read.is_ok(), "{read:?}");
    for (what, change) in changes {
        let mut message = good.clone();
        change(&mut message);
        let read = Command::try_from(message);
        assert_eq!(read.err(), Some(Wire::OutOfRange), "{what}");
    }
}

fn octets(octet: u8) -> Vec<u8> {
    vec![octet; 32]
}

fn window(w: u32) -> KeyWindow {
    KeyWindow {
        w,
        opens: 1_800_000_000,
        closes: 1_800_021_600,
        pk: octets(3),
    }
}

#[test]
fn figures_of_rm1_have_three_flags_five_levels_and_no_beacon() {
    let good = Publish {
        method: RM1,
        session: 4,
        w: 1,
        flags: 7,
        cells: vec![1, 2],
        reports: 9,
        level: 3,
        public_root: octets(1),
        full_commitment: octets(2),
        ..Publish::default()
    };
    refused(
        &good,
        &[
            ("a fourth flag", |message| message.flags = 8),
            ("a beacon", |message| message.beacon = octets(5)),
            ("a level between", |message| message.level = 4),
            ("the level before none", |message| message.level = 254),
            ("a level of two octets", |message| message.level = 256),
            ("no window", |message| message.w = 0),
            ("a window of two octets", |message| message.w = 257),
        ],
    );
    let coarsest = Publish { level: 255, ..good };
    assert!(Command::try_from(coarsest).is_ok(), "none is shown");
}

#[test]
fn a_plain_count_has_one_cell_and_nothing_of_rm1() {
    let good = Publish {
        method: 1,
        session: 4,
        w: 64,
        cells: vec![9],
        beacon: octets(5),
        ..Publish::default()
    };
    refused(
        &good,
        &[
            ("two cells", |message| message.cells = vec![9, 9]),
            ("reports", |message| message.reports = 1),
            ("what is not disclosed", |message| message.undisclosed = 1),
            ("a level", |message| message.level = 1),
            ("a root", |message| message.public_root = octets(1)),
            ("a commitment", |message| {
                message.full_commitment = octets(2);
            }),
            ("a flag of RM-1", |message| message.flags = 1),
        ],
    );
    let unknown = Publish { method: 3, ..good };
    assert_eq!(Command::try_from(unknown).err(), Some(Wire::Unknown));
}

#[test]
fn the_windows_of_a_session_rise() {
    let good = CommitKeys {
        session: 4,
        windows: vec![window(1), window(2)],
        service_key: octets(6),
        gateway: Vec::new(),
    };
    refused(
        &good,
        &[
            ("one window", |message| message.windows[0].w = 0),
            ("a gateway of one octet", |message| {
                message.gateway = vec![1];
            }),
        ],
    );
    for windows in [[2, 1], [1, 1]] {
        let message = CommitKeys {
            windows: windows.map(window).to_vec(),
            ..good.clone()
        };
        assert!(Command::try_from(message).is_err(), "{windows:?}");
    }
}

#[test]
fn a_quarter_has_a_method_and_tickets_have_a_pair_and_four_sums() {
    let quarter = PublishQuarter {
        quarter: 1,
        figures: octets(1),
        page: octets(2),
        program: octets(3),
        method_version: 1,
    };
    refused(
        &quarter,
        &[("no method", |message| message.method_version = 0)],
    );
    let tickets = ReportTickets {
        quarter: 1,
        region: 1,
        pair: 1,
        reporters: 40,
        families: octets(4),
        sums: vec![1, 2, 3, 4],
    };
    refused(
        &tickets,
        &[
            ("no pair", |message| message.pair = 0),
            ("a pair of two octets", |message| message.pair = 256),
            ("three sums", |message| message.sums.truncate(3)),
            ("five sums", |message| message.sums.push(5)),
        ],
    );
}
