//! One county as a process of its own: homeserver, sidecar, and a chain in memory that opens each session when it is told to.
//! It says what happened and when, a JSON value a line; whoever started it measures.

use std::{fs, io, path::PathBuf, sync::Arc};

use hex::FromHex;
use ktr_artefact::openpgp::{Certificate, SecretCertificate};
use ktr_core::{
    Record,
    id::{EncryptionKey, SessionId},
};
use ktr_room::{
    adapter::openpgp::OpenPgp,
    plan::{Reported, Sealed, Status, Times},
    port::Room,
    report::Report,
    timing::Timing,
};
use ktr_testkit::memory;
use ktr_wire::record;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    support::{County, Ledger, Synapse, clock_ms, until},
    world::{SESSION, cipher},
};

/// The members' public keys, in hex, one a line.
pub(crate) const KEYS: &str = "keys";
/// The sidecar's secret key.
pub(crate) const SIDECAR: &str = "sidecar.asc";
/// The Alliance's certificate.
pub(crate) const ALLIANCE: &str = "alliance.pgp";
/// A session's release as the chain has it and the key that sealed it: place and value of each record in hex, one a line.
pub(crate) const SEALED: &str = "sealed";
/// The same as the desk hands it over.
pub(crate) const HANDED: &str = "release.pgp";

/// The name of a session's own file.
pub(crate) fn of(name: &str, session: SessionId) -> String {
    format!("{session}-{name}")
}

/// How long one step of a session may take: a bench that hangs ends.
const STEP_SECS: u64 = 600;

/// What a county is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    /// The folder with what its starter made for it.
    pub(crate) folder: PathBuf,
    /// How many sessions follow each other.
    pub(crate) sessions: u32,
    /// From a session's begin to its T.
    pub(crate) secs: u64,
    /// Whether it goes by the localnet's times, or by the product's.
    pub(crate) is_hurried: bool,
}

impl Task {
    fn timing(&self) -> Timing {
        if self.is_hurried {
            return Timing {
                joins_close_secs: 2,
                report_joined_secs: 1,
                ..Timing::localnet()
            };
        }
        // The hour is shorter than the product's, whose joins end five minutes before T; all else is as it is.
        Timing {
            joins_close_secs: 20,
            report_joined_secs: 10,
            ..Timing::default()
        }
    }
}

/// Goes through all sessions.
pub(crate) async fn serve(task: &Task) {
    let keys = fs::read_to_string(task.folder.join(KEYS)).unwrap();
    let keys: Vec<EncryptionKey> = keys
        .lines()
        .map(|line| EncryptionKey(FromHex::from_hex(line).unwrap()))
        .collect();
    let read = |name: &str| fs::read(task.folder.join(name)).unwrap();
    let secret = SecretCertificate::from_bytes(&read(SIDECAR)).unwrap();
    let certificate = Certificate::from_bytes(&read(ALLIANCE)).unwrap();
    let cipher = cipher(Arc::new(secret), certificate);
    let synapse = Synapse::boot_unlogged().await;
    let mut county = County::on(synapse, cipher, ledger(&keys), &[]).await;
    county.timing = task.timing();
    say(&json!({
        "base": county.synapse.base(),
        "passes": county.pass_port,
        "homeserver": county.synapse.homeserver.pid(),
    }));
    let mut sidecar = None;
    for number in 0..task.sessions {
        let session = SessionId(SESSION.0 + number);
        begin(&county, task, session);
        let begun = clock_ms();
        sidecar.get_or_insert_with(|| county.start());
        prepared(&county, session, keys.len()).await;
        say(&json!({"prepared_ms": clock_ms() - begun}));
        told().await;
        county.ledger.open();
        say(&dissolved(&county, session).await);
    }
    if let Some(sidecar) = sidecar {
        sidecar.abort();
    }
}

/// A chain with these members.
fn ledger(keys: &[EncryptionKey]) -> Ledger {
    let members = u8::try_from(keys.len()).unwrap();
    let ledger = Ledger::with(members, [0, 1, 2], b"");
    ledger.change(|inner| {
        for (member, key) in inner.members.iter_mut().zip(keys) {
            member.room_keys = vec![*key];
        }
    });
    ledger
}

/// Begins a session, with its own release on the chain and in the inbox.
fn begin(county: &County<OpenPgp>, task: &Task, session: SessionId) {
    let read = |name: &str| fs::read(task.folder.join(of(name, session))).unwrap();
    let text = String::from_utf8(read(SEALED)).unwrap();
    let mut records = text.lines().map(|line| {
        let (key, value) = line.split_once(' ').unwrap();
        let [key, value] = [key, value].map(|octets| hex::decode(octets).unwrap());
        record::decode(record::decode_key(&key).unwrap(), &value).unwrap()
    });
    let (Some(Record::Release(release)), Some(Record::Key(key))) = (records.next(), records.next())
    else {
        panic!("a release and the key that sealed it");
    };
    let inbox = county.site.inbox.join(HANDED);
    ktr_os::file::put(&inbox, &read(HANDED)).unwrap();
    let now = clock_ms() / 1_000;
    county.ledger.change(|inner| {
        inner.session.id = session;
        inner.session.sealed = Some(Sealed { release, key });
        inner.session.status = Status::Scheduled;
        inner.session.reported = Reported::default();
        inner.session.times = Times {
            seeds_at: now,
            opens_at: now + 1,
            dissolves_at: now + task.secs,
        };
        inner.reports.clear();
        inner.signed.clear();
    });
}

/// Waits until all have a pass and a net.
async fn prepared(county: &County<OpenPgp>, session: SessionId, members: usize) {
    let passes = county.site.passes.join(session.to_string());
    until("a pass for each member", STEP_SECS, || async {
        let laid_out = fs::read_dir(&passes).ok()?.count();
        (laid_out >= members).then_some(())
    })
    .await;
    until("a net for each member", STEP_SECS, || async {
        let look = county.room.look(session, None).await.ok()?;
        (look.room?.pending.len() > members).then_some(())
    })
    .await;
}

/// Waits for the receipt, and says what it holds and when it came.
async fn dissolved(county: &County<OpenPgp>, session: SessionId) -> Value {
    let dissolution = until("a receipt", STEP_SECS, || async {
        county.ledger.change(|inner| {
            inner.reports.iter().find_map(|report| {
                if let Report::Dissolved { dissolution, .. } = report {
                    Some(dissolution.clone())
                } else {
                    None
                }
            })
        })
    });
    let dissolution = dissolution.await;
    let after_ms = clock_ms() - county.ledger.times().dissolves_ms();
    // Its secrets are dropped after the report.
    until("the end of the session", STEP_SECS, || async {
        let done = county.store.done().ok()?;
        done.iter()
            .any(|remnant| remnant.session == session.0)
            .then_some(())
    })
    .await;
    json!({
        "after_ms": after_ms,
        "residue": dissolution.residue.iter().sum::<u32>(),
        "kib": memory::kib("self", "VmRSS"),
        "most_kib": memory::kib("self", "VmHWM"),
        "homeserver_kib": memory::kib(&county.synapse.homeserver.pid().to_string(), "VmHWM"),
    })
}

/// Waits for a line.
async fn told() {
    let read = tokio::task::spawn_blocking(|| io::stdin().read_line(&mut String::new()));
    assert!(read.await.unwrap().unwrap() > 0, "nobody reads on");
}

fn say(what: &Value) {
    println!("{what}");
}
