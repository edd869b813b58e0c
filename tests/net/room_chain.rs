//! The chain as the room's sidecar has it, before real engines: what it is shown is proven, what it reports is judged by the
//! core's rules, and a chain that stops is silence. No homeserver: that the two work together is the month's.

use std::{fs, path::Path};

use ktr_core::{
    id::{SessionId, Sha256},
    time::Time,
};
use ktr_room::{
    ChainError,
    adapter::chain::FollowedChain,
    config::{Blanks, Config},
    init,
    limits::SKEW_MS_MAX,
    plan::{Outlook, Session, Status},
    port::{Chain, Sent},
    report::{Cause, Dissolution, Engine, Flags, Report},
    timing::Timing,
    trust,
};
use ktr_testkit::wait_async::until;

use crate::{alone, localnet::Net};

const SESSION: SessionId = SessionId(1);
/// `SessionUnknown`.
const UNKNOWN: u32 = 1_409;
/// `AttemptNotNext`.
const NOT_NEXT: u32 = 1_417;
/// More than an hour of seeding is away, or a chain needs for anything.
const PATIENCE_SECS: u64 = 60;

/// The configuration of county 1's sidecar on this network.
fn config(net: &Net, home: &Path) -> Config {
    let blanks = Blanks {
        rpc: net.rpc(),
        timing: Timing::localnet(),
        ..Blanks::default()
    };
    installed(net, home, &blanks)
}

/// A sidecar's folder, with what it trusts on this network.
pub(crate) fn installed(net: &Net, home: &Path, blanks: &Blanks) -> Config {
    let config = init::run(home, blanks).expect("init");
    for name in ["genesis.json", "alliance.json"] {
        fs::copy(net.folder.path().join(name), home.join(name)).expect("copied");
    }
    let alliance = format!("{}.pub", net.key("releaser"));
    fs::copy(alliance, &config.chain.alliance_key).expect("copied");
    fs::copy(net.key("sidecar-1"), &config.chain.sidecar_key).expect("copied");
    config
}

/// The outlook once it shows session 1 as wanted.
pub(crate) async fn shown(
    chain: &FollowedChain,
    what: &str,
    wanted: impl Fn(&Session) -> bool,
) -> Outlook {
    until(what, PATIENCE_SECS, || async {
        let outlook = chain.outlook().await.ok()?;
        let session = outlook.sessions.first()?;
        wanted(session).then(|| outlook.clone())
    })
    .await
}

/// Signs a report and sends it.
async fn report(chain: &FollowedChain, report: &Report) -> Sent {
    sent(chain, &chain.sign(report).expect("signed")).await
}

/// Sends the same octets until there is an answer, as the sidecar does with each pass.
async fn sent(chain: &FollowedChain, signed: &[u8]) -> Sent {
    until("an answer", PATIENCE_SECS, || async {
        chain.send(signed).await.ok()
    })
    .await
}

fn seeded(session: SessionId) -> Report {
    Report::Seeded {
        session,
        room_commit: Sha256([1; 32]),
        post: Sha256([2; 32]),
    }
}

fn dissolved(cause: Cause, attempt: u8) -> Report {
    let at = Time(1_700_000_000);
    let dissolution = Dissolution {
        cause,
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
        flags: Flags::default(),
        engine: Engine::Synapse,
        server_version: [1, 163, 2],
        receipt: Sha256([3; 32]),
    };
    Report::Dissolved {
        session: SESSION,
        attempt,
        dissolution,
    }
}

#[test]
fn the_rooms_sidecar_reads_proven_sessions_and_reports_by_the_rules() {
    let _turn = alone();
    let net = Net::up();
    let home = tempfile::tempdir().expect("a folder");
    let config = config(&net, home.path());
    let studio = net.key("studio");
    let hours = [
        "--seeds-at",
        "+12s",
        "--opens-at",
        "+20s",
        "--dissolves-at",
        "+300s",
    ];
    let words = [&["session", "schedule", "--key", &studio], hours.as_slice()].concat();
    let told = net.ktr(&words);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (chain, _) = trust::connect(&config).expect("what belongs together");
        let outlook = shown(&chain, "the session", |_| true).await;
        let session = outlook.sessions.first().expect("there");
        assert_eq!(told["seeds_at"].as_u64(), Some(session.times.seeds_at));
        assert_eq!(
            (
                session.status,
                session.sealed.is_some(),
                outlook.members.len()
            ),
            (Status::Scheduled, false, 0)
        );
        assert_eq!(outlook.chain_id, "ktr-localnet-1");
        let skew_ms = until("a live pair of headers", PATIENCE_SECS, || async {
            chain.outlook().await.ok()?.skew_ms
        })
        .await;
        assert!(skew_ms <= SKEW_MS_MAX, "{skew_ms} ms on one machine");
        judged(&chain).await;
        net.ktr(&["localnet", "down"]);
        until("silence", PATIENCE_SECS, || async {
            (chain.outlook().await == Err(ChainError::Silent)).then_some(())
        })
        .await;
        let signed = chain.sign(&dissolved(Cause::Operator, 3)).expect("signed");
        assert_eq!(chain.send(&signed).await, Err(ChainError::Silent));
    });
}

/// What the chain says to reports, and that it shows what it took.
async fn judged(chain: &FollowedChain) {
    assert_eq!(
        report(chain, &seeded(SessionId(9))).await,
        Sent::Refused(UNKNOWN)
    );
    assert_eq!(
        report(chain, &dissolved(Cause::Time, 1)).await,
        Sent::NotYet
    );
    until("the hour of seeding", PATIENCE_SECS, || async {
        let sent = report(chain, &seeded(SESSION)).await;
        (sent != Sent::NotYet).then(|| assert_eq!(sent, Sent::Accepted))
    })
    .await;
    assert_eq!(report(chain, &seeded(SESSION)).await, Sent::Already);
    repeated(chain).await;
    shown(chain, "both attempts", |session| {
        session.reported.seeded && !session.reported.joined && session.reported.attempts == 2
    })
    .await;
}

/// What the chain says to a report that it has seen, and to the next attempt.
async fn repeated(chain: &FollowedChain) {
    let signed = chain.sign(&dissolved(Cause::Operator, 1)).expect("signed");
    assert_eq!(sent(chain, &signed).await, Sent::Accepted);
    // After a crash the same octets go out again and are the same report; what is signed anew has a number that was given. Whether that is this
    // report's own, the sidecar judges by the chain's state.
    assert_eq!(sent(chain, &signed).await, Sent::Accepted);
    assert_eq!(
        report(chain, &dissolved(Cause::Operator, 1)).await,
        Sent::Refused(NOT_NEXT)
    );
    assert_eq!(
        report(chain, &dissolved(Cause::Operator, 2)).await,
        Sent::Accepted
    );
}
