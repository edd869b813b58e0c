//! Sentences about the page of metrics: every name, right figures, nothing but figures, and who gets it.
//! That a running node shows it is a sentence of the net tests.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

use bytes::Bytes;
use ktr_abci::{Call, Method};
use ktr_core::{
    Command,
    governance::{self, Misbehaviour},
    id::{CountyId, Height, SessionId, Sha256, ValidatorAddress},
    key::Role,
    membership::Proof,
    session::{self, Cause, Dissolved, Engine, Flags, Hours, LanguageTag, ServerVersion},
    time::{Secs, Time},
};
use ktr_wire::digest;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{Misbehavior, RequestFinalizeBlock, Validator};

use super::{NAMES, serve};
use crate::{
    application::Node,
    snapshot::tests::{Offer, Reply, join, with_snapshots},
    stage::Stage,
};

fn called(method: Method, elapsed: Duration) -> Call {
    Call {
        method,
        height: None,
        request_bytes: 1,
        answer_bytes: 1,
        elapsed,
    }
}

/// The page of a node with a member, a refused transaction and some calls.
fn shown() -> (Stage, String) {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    let refused = stage.refused();
    stage.block(&node, &[tx, refused]);
    node.called(&called(Method::Info, Duration::from_micros(30)));
    node.called(&called(Method::Info, Duration::from_millis(20)));
    node.called(&called(Method::Commit, Duration::from_secs(9)));
    let page = node.metrics(3).unwrap();
    (stage, page)
}

/// The figure of a line.
fn figure<'a>(page: &'a str, name: &str) -> &'a str {
    let line = page
        .lines()
        .find(|line| line.rsplit_once(' ').is_some_and(|(left, _)| left == name));
    line.unwrap_or_else(|| panic!("{name} is not in\n{page}"))
        .rsplit_once(' ')
        .unwrap()
        .1
}

#[test]
fn the_figures_are_those_of_the_ledger() {
    let (stage, page) = shown();
    let ledger = stage.chain.ledger();
    assert_eq!(figure(&page, "ktr_height"), "2");
    assert_eq!(
        figure(&page, "ktr_log_size"),
        ledger.log().size().to_string()
    );
    assert_eq!(
        figure(&page, "ktr_replay_entries"),
        ledger.replay().len().to_string()
    );
    assert_eq!(figure(&page, "ktr_grammar_breach_total"), "3");
    assert_eq!(figure(&page, "ktr_faults_tolerated"), "1");
    assert_eq!(figure(&page, "ktr_tx_total{code=\"0\"}"), "1");
    assert_eq!(figure(&page, "ktr_commit_seconds_count"), "2");
    assert_ne!(figure(&page, "ktr_db_bytes{family=\"events\"}"), "0");
}

/// A report that finds nothing.
fn dissolved(at: Time) -> Dissolved {
    Dissolved {
        attempt: 1,
        cause: Cause::Time,
        started_at: at,
        emptied_at: at,
        purged_at: at,
        scanned_at: at,
        kicked: None,
        posts: 1,
        media_deleted: 1,
        cancelled: None,
        strays: 0,
        residue: [0; 8],
        flags: Flags(Flags::SWEPT),
        engine: Engine::Synapse,
        version: ServerVersion {
            major: 1,
            minor: 163,
            patch: 2,
        },
        receipt: Sha256([3; 32]),
    }
}

/// Session 1 is scheduled: it seeds in a day and an hour, opens an hour later, and ends after another.
fn scheduled(stage: &mut Stage, node: &Node) -> Hours {
    let hour = Secs(3_600);
    let seeds_at = stage.chain.now().plus(Secs(86_400)).plus(hour);
    let hours = Hours {
        seeds_at,
        opens_at: seeds_at.plus(hour),
        dissolves_at: seeds_at.plus(hour).plus(hour),
    };
    let studio = stage.chain.cast.studio.clone();
    let schedule = Command::Session(session::Command::Schedule {
        session: SessionId(1),
        hours,
        languages: vec![LanguageTag::parse("de").unwrap()],
    });
    let tx = stage.chain.tx(&studio, schedule);
    stage.block(node, &[tx]);
    hours
}

#[test]
fn a_county_that_never_reports_its_room_destroyed_is_counted_until_it_does() {
    let (mut stage, node) = Stage::begun();
    let overdue = |node: &Node| figure(&node.metrics(0).unwrap(), "ktr_rooms_overdue").to_owned();
    let hours = scheduled(&mut stage, &node);
    stage.chain.wait(86_400 + 3 * 3_600 + 1_799);
    stage.block(&node, &[]);
    assert_eq!(overdue(&node), "0");
    stage.chain.wait(10);
    stage.block(&node, &[]);
    assert_eq!(overdue(&node), "3");
    let report = Command::Session(session::Command::ReportDissolved {
        session: SessionId(1),
        county: CountyId(2),
        dissolved: dissolved(hours.dissolves_at),
    });
    let sidecar = stage.chain.cast.sidecars[1].clone();
    let tx = stage.chain.tx(&sidecar, report);
    stage.block(&node, &[tx]);
    assert_eq!(overdue(&node), "2");
}

#[test]
fn a_county_whose_reports_are_used_up_is_not_counted_because_nothing_could_mend_it() {
    for (reports, counted) in [(7, "3"), (8, "2")] {
        let (mut stage, node) = Stage::begun();
        let hours = scheduled(&mut stage, &node);
        let studio = stage.chain.cast.studio.clone();
        let sidecar = stage.chain.cast.sidecars[1].clone();
        // given a county that an operator made report so often, before the session moved
        for attempt in 1..=reports {
            let report = Command::Session(session::Command::ReportDissolved {
                session: SessionId(1),
                county: CountyId(2),
                dissolved: Dissolved {
                    attempt,
                    cause: Cause::Operator,
                    ..dissolved(hours.seeds_at)
                },
            });
            let tx = stage.chain.tx(&sidecar, report);
            stage.block(&node, &[tx]);
        }
        let day = Secs(86_400);
        let moved = Command::Session(session::Command::Reschedule {
            session: SessionId(1),
            revision: 1,
            hours: Hours {
                seeds_at: hours.seeds_at.plus(day),
                opens_at: hours.opens_at.plus(day),
                dissolves_at: hours.dissolves_at.plus(day),
            },
        });
        let tx = stage.chain.tx(&studio, moved);
        stage.block(&node, &[tx]);
        // when all counties are silent after the new hour
        stage.chain.wait(2 * 86_400 + 3 * 3_600 + 1_800);
        stage.block(&node, &[]);
        // then the chain says so of each, and only those ring that can still report
        let session = stage.chain.state().session.get(SessionId(1)).unwrap();
        let of_two = &session.reports[&CountyId(2)];
        assert!(of_two.overdue && of_two.dissolved.len() == usize::try_from(reports).unwrap());
        let page = node.metrics(0).unwrap();
        assert_eq!(figure(&page, "ktr_rooms_overdue"), counted, "{reports}");
    }
}

#[test]
fn a_room_that_left_something_and_one_that_nobody_confirms_are_counted_until_they_are_mended() {
    let (mut stage, node) = Stage::begun();
    let shown = |node: &Node| {
        let page = node.metrics(0).unwrap();
        ["ktr_rooms_residue", "ktr_rooms_unconfirmed"].map(|name| figure(&page, name).to_owned())
    };
    let hours = scheduled(&mut stage, &node);
    stage.chain.wait(86_400 + 3 * 3_600 + 60);
    let sidecars = stage.chain.cast.sidecars.clone();
    let report = |attempt: u32, left: u64| {
        Command::Session(session::Command::ReportDissolved {
            session: SessionId(1),
            county: CountyId(2),
            dissolved: Dissolved {
                attempt,
                residue: [0, 0, left, 0, 0, 0, 0, 0],
                ..dissolved(hours.dissolves_at)
            },
        })
    };
    assert_eq!(shown(&node), ["0", "0"]);
    for (attempt, left, says) in [(1, 3, ["1", "1"]), (2, 0, ["0", "1"])] {
        let tx = stage.chain.tx(&sidecars[1], report(attempt, left));
        stage.block(&node, &[tx]);
        assert_eq!(shown(&node), says, "attempt {attempt}");
    }
    for (witness, left) in [(0, "1"), (2, "0")] {
        let seen = Command::Session(session::Command::Witness {
            session: SessionId(1),
            county: CountyId(2),
            attempt: 2,
            testimony: session::Testimony::Gone,
        });
        let tx = stage.chain.tx(&sidecars[witness], seen);
        stage.block(&node, &[tx]);
        assert_eq!(shown(&node), ["0", left], "witness {witness}");
    }
}

#[test]
fn a_room_that_is_reported_a_day_late_waits_for_its_witnesses_too_and_not_for_ever() {
    let (mut stage, node) = Stage::begun();
    let shown = |node: &Node| {
        let page = node.metrics(0).unwrap();
        figure(&page, "ktr_rooms_unconfirmed").to_owned()
    };
    let hours = scheduled(&mut stage, &node);
    stage.chain.wait(86_400 + 3 * 3_600 + 25 * 3_600);
    stage.block(&node, &[]);
    let session = stage.chain.state().session.get(SessionId(1)).unwrap();
    assert!(session.reports[&CountyId(2)].unwitnessed);
    assert_eq!(shown(&node), "0", "nothing is reported");
    let report = Command::Session(session::Command::ReportDissolved {
        session: SessionId(1),
        county: CountyId(2),
        dissolved: dissolved(hours.dissolves_at),
    });
    let sidecar = stage.chain.cast.sidecars[1].clone();
    let tx = stage.chain.tx(&sidecar, report);
    stage.block(&node, &[tx]);
    assert_eq!(shown(&node), "1");
    stage.chain.wait(2 * 86_400 - 3_600 - 1);
    stage.block(&node, &[]);
    assert_eq!(shown(&node), "1");
    stage.chain.wait(1);
    stage.block(&node, &[]);
    assert_eq!(shown(&node), "0", "nobody can confirm it any more");
}

#[test]
fn a_room_that_an_operator_ended_before_its_hour_waits_for_nobody_to_confirm_it() {
    for (cause, waits) in [(Cause::Operator, "0"), (Cause::Time, "1")] {
        let (mut stage, node) = Stage::begun();
        let hours = scheduled(&mut stage, &node);
        stage.chain.wait(86_400 + 3 * 3_600 + 1_799);
        let report = Command::Session(session::Command::ReportDissolved {
            session: SessionId(1),
            county: CountyId(2),
            dissolved: Dissolved {
                cause,
                ..dissolved(hours.dissolves_at)
            },
        });
        let sidecar = stage.chain.cast.sidecars[1].clone();
        let tx = stage.chain.tx(&sidecar, report);
        stage.block(&node, &[tx]);
        let page = node.metrics(0).unwrap();
        assert_eq!(figure(&page, "ktr_rooms_unconfirmed"), waits, "{cause:?}");
    }
}

#[test]
fn a_room_that_went_with_a_cancelled_session_waits_for_nobody_to_confirm_it() {
    let (mut stage, node) = Stage::begun();
    let hours = scheduled(&mut stage, &node);
    let (studio, sidecar) = (
        stage.chain.cast.studio.clone(),
        stage.chain.cast.sidecars[1].clone(),
    );
    let cancel = Command::Session(session::Command::Cancel {
        session: SessionId(1),
    });
    let report = Command::Session(session::Command::ReportDissolved {
        session: SessionId(1),
        county: CountyId(2),
        dissolved: Dissolved {
            cause: Cause::Early,
            residue: [0, 0, 3, 0, 0, 0, 0, 0],
            ..dissolved(hours.seeds_at)
        },
    });
    let txs = [
        stage.chain.tx(&studio, cancel),
        stage.chain.tx(&sidecar, report),
    ];
    stage.block(&node, &txs);
    let page = node.metrics(0).unwrap();
    assert_eq!(figure(&page, "ktr_rooms_unconfirmed"), "0");
    // What it left rings all the same, and shows that the report was taken.
    assert_eq!(figure(&page, "ktr_rooms_residue"), "1");
}

/// The next block, and the validator that signed twice by it.
fn accusing(stage: &Stage) -> (ValidatorAddress, RequestFinalizeBlock) {
    let address = digest::address(&stage.chain.cast.genesis().validators[3].key);
    let mut request = stage.request(&[]);
    request.misbehavior = vec![Misbehavior {
        validator: Some(Validator {
            address: Bytes::copy_from_slice(&address.0),
            power: 100,
        }),
        height: 1,
        ..Misbehavior::default()
    }];
    (address, request)
}

#[test]
fn a_validator_that_signed_twice_is_counted_with_its_block_and_stays_counted() {
    let (mut stage, node) = Stage::begun();
    let counted = |node: &Node| {
        let page = node.metrics(0).unwrap();
        figure(&page, "ktr_misbehaved_total").to_owned()
    };
    let (address, request) = accusing(&stage);
    // then it counts once its block is written
    node.finalize_block(request);
    assert_eq!(counted(&node), "0");
    node.commit();
    assert_eq!(counted(&node), "1");
    // and still behind the next block, which says nothing of it
    let caught = Misbehaviour {
        address,
        height: Height(1),
    };
    stage.chain.block_with(&[caught], &[]);
    stage.block(&node, &[]);
    assert_eq!(counted(&node), "1");
}

#[test]
fn a_validator_that_signed_twice_more_than_a_day_ago_rings_at_no_site_that_catches_up() {
    for (secs_behind, counted) in [(86_400, "1"), (86_401, "0")] {
        let (mut stage, node) = Stage::begun();
        drop(node);
        // given a site that stood still, and its clock did not
        stage.clock = Some(stage.chain.now().plus(Secs(secs_behind)));
        let node = stage.open();
        // when it executes the block that names the validator
        let (_, request) = accusing(&stage);
        node.finalize_block(request);
        node.commit();
        // then
        let page = node.metrics(0).unwrap();
        assert_eq!(
            figure(&page, "ktr_misbehaved_total"),
            counted,
            "{secs_behind}"
        );
    }
}

#[test]
fn the_first_key_of_a_role_to_end_without_a_successor_is_counted_down() {
    let (mut stage, node) = Stage::begun();
    let left = |node: &Node, role: &str| {
        let name = format!("ktr_key_expiry_seconds{{role=\"{role}\"}}");
        let page = node.metrics(0).unwrap();
        figure(&page, &name).parse::<u64>().unwrap()
    };
    let kinds = ["county", "sidecar", "studio", "releaser", "collector"];
    let before = left(&node, "county");
    assert!(before > 0);
    for kind in kinds {
        assert_eq!(left(&node, kind), before, "{kind}");
    }
    // when one of three counties takes another key, which ends sooner
    let county = stage.chain.cast.counties[1].clone();
    let key = stage.chain.cast.stranger("county-2-new");
    let now = stage.chain.now();
    let rotate = Command::Governance(governance::Command::RotateKey {
        county: CountyId(2),
        key: key.body,
        fingerprint: key.fingerprint,
        valid_from: now,
        valid_until: now.plus(Secs(86_400)),
        proof: Proof::Holds,
    });
    let proof = key.prove_as(stage.chain.id(), Role::County(CountyId(2)), now);
    let draft = stage.chain.draft(rotate, proof);
    stage.block(&node, &[county.sign(&draft, now)]);
    // then its kind is the sooner of the three, and no other
    assert!(left(&node, "county") < before);
    for kind in &kinds[1..] {
        assert_eq!(left(&node, kind), before, "{kind}");
    }
}

#[test]
fn the_newest_snapshot_is_shown_and_without_one_the_first_height_that_a_node_knows() {
    let shown = |node: &Node| {
        let page = node.metrics(0).unwrap();
        ["ktr_snapshot_height", "ktr_snapshot_interval"].map(|name| figure(&page, name).to_owned())
    };
    // given a node that takes a snapshot at every third height
    let (mut stage, node) = Stage::begun_with_snapshots(3);
    assert_eq!(shown(&node), ["1", "3"]);
    for height in ["3", "6"] {
        for _ in 0..3 {
            stage.block(&node, &[]);
        }
        node.snapshot_taken();
        assert_eq!(shown(&node), [height, "3"]);
    }
    // and one whose folder refuses the next
    drop(node);
    fs::write(stage.snapshots.path().join("part"), b"in the way").unwrap();
    let node = stage.open();
    for _ in 0..3 {
        stage.block(&node, &[]);
    }
    node.snapshot_taken();
    assert_eq!(shown(&node), ["6", "3"]);
    // and one that joined, and one that takes none
    let (stage, node, _) = with_snapshots();
    let newcomer = Stage {
        every: 1_440,
        ..Stage::new()
    };
    let fresh = newcomer.open();
    let offer = Offer::of(&node, 6, &stage.chain.ledger().app_hash().0);
    assert_eq!(join(&fresh, &offer), Reply::Joined);
    assert_eq!(shown(&fresh), ["6", "1440"]);
    let (_stage, node) = Stage::begun();
    assert_eq!(shown(&node), ["1", "0"]);
}

#[test]
fn times_stand_in_steps_that_add_up() {
    let (_, page) = shown();
    let step = |end: &str| {
        let name = format!("ktr_abci_call_seconds_bucket{{method=\"info\",le=\"{end}\"}}");
        figure(&page, &name).to_owned()
    };
    assert_eq!(step("0.000025"), "0");
    assert_eq!(step("0.00005"), "1");
    assert_eq!(step("0.01"), "1");
    assert_eq!(step("0.025"), "2");
    assert_eq!(step("5"), "2");
    assert_eq!(step("+Inf"), "2");
    assert_eq!(
        figure(&page, "ktr_abci_call_seconds_sum{method=\"info\"}"),
        "0.02003"
    );
    let over = "ktr_abci_call_seconds_bucket{method=\"commit\",le=\"5\"}";
    assert_eq!(figure(&page, over), "0");
    assert_eq!(
        figure(&page, "ktr_abci_call_seconds_sum{method=\"commit\"}"),
        "9"
    );
}

#[test]
fn the_page_has_every_name_and_no_other_and_figures_alone() {
    let (_, page) = shown();
    for (name, kind, _) in NAMES {
        assert_eq!(
            page.matches(&format!("# TYPE {name} {kind}\n")).count(),
            1,
            "{name}"
        );
    }
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (left, figure) = line.rsplit_once(' ').unwrap();
        assert!(
            figure.bytes().all(|c| c.is_ascii_digit() || c == b'.'),
            "{line}"
        );
        let name = left.split('{').next().unwrap();
        assert!(
            NAMES.iter().any(|(known, ..)| name.starts_with(known)),
            "{line}"
        );
        let labels = left.strip_prefix(name).unwrap();
        let known = [
            "",
            "{method=",
            "{code=",
            "{family=",
            "{role=",
            "{le=",
            "{version=",
        ];
        assert!(
            known.iter().any(|known| labels.starts_with(known)),
            "{line}"
        );
    }
}

#[test]
fn only_a_request_for_the_page_gets_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    serve(listener, || "ktr_height 1\n".to_owned()).unwrap();
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let page = ask("GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.ends_with("\r\n\r\nktr_height 1\n"), "{page}");
    assert!(ask("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    assert!(ask("POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    // somebody who says nothing and goes does not stop it
    drop(TcpStream::connect(address).unwrap());
    assert!(ask("GET /metrics HTTP/1.0\r\n\r\n").contains("200 OK"));
}
