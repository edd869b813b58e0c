//! Malformed transactions go to every site while honest ones come: each is refused with a code of ours, nobody honest waits in vain, and
//! what the application keeps of it has a bound. How long honest ones waited is printed; bars in seconds are the bench's.

use std::{
    collections::{BTreeMap, VecDeque},
    thread,
    time::Duration,
};

use ktr_core::{
    Command,
    id::{MemberId, Sha256},
    key::RevocationReason,
    membership,
    time::Secs,
};
use ktr_node::store::Placed;
use ktr_testkit::{
    Cast, Dice,
    bad_input::{MEMBERS, Row, Stage, crowd, envelope_rows, signature_rows, wire_rows},
    number, spoiled,
    table::percentile,
    wait::until,
};
use ktr_wire::transaction;
use prost::Message;
use serde_json::Value;
use tokio::time::Instant;

use super::{invariant::Seen, judge, stores};
use crate::support::{Batch, CHAIN_ID, Rpc, Said, Site, admitting, now};

/// What one connection sends, as a seed chooses.
struct Malformed {
    dice: Dice,
    cast: Cast,
    stage: Stage,
    /// How far its clock is behind, so that no two connections sign the same octets: an engine takes them once at a time.
    behind: Secs,
    vectors: Vec<Vec<u8>>,
    /// Good ones of this chain that nobody sends.
    good: Vec<Vec<u8>>,
    /// The table of bad input as it is now, with codes.
    rows: Vec<Row>,
}

impl Malformed {
    fn new(dice: Dice, cast: Cast, stage: Stage, behind: Secs) -> Self {
        let mut malformed = Self {
            dice,
            cast,
            stage,
            behind,
            vectors: vectors(),
            good: Vec::new(),
            rows: Vec::new(),
        };
        malformed.sign();
        malformed
    }

    /// The octets of the next one, and their code where it is known.
    fn next(&mut self) -> (Vec<u8>, Option<u32>) {
        if now().minus(self.behind).since(self.stage.now) > SIGNED_SECS {
            self.sign();
        }
        match self.dice.below(4) {
            0 => {
                let (_, octets, code) = &self.rows[self.dice.below(self.rows.len())];
                (octets.clone(), Some(*code))
            }
            1 => (one(&mut self.dice, &self.vectors), None),
            _ => (one(&mut self.dice, &self.good), None),
        }
    }

    /// Signs what has a time in it.
    fn sign(&mut self) {
        let now = now().minus(self.behind);
        self.stage.now = now;
        self.rows = wire_rows(&self.stage);
        self.rows.extend(signature_rows(&self.stage));
        self.rows.extend(envelope_rows(&self.stage));
        self.rows.retain(|(_, _, code)| !OF_A_MOMENT.contains(code));
        // A nonce that a block holds, under another signature: the engine's own cache knows the octets that are there.
        let again = self.cast.admitting(CHAIN_ID, 0, MEMBERS[0], now);
        self.rows.push(("an admission again", again, 123));
        let unsent = MemberId([0xEE; 16]);
        self.good = vec![self.cast.admitting(CHAIN_ID, 0, unsent, now)];
        self.good.extend(crowd(&self.stage).into_iter().take(1));
    }
}

/// One of these, spoiled.
fn one(dice: &mut Dice, of: &[Vec<u8>]) -> Vec<u8> {
    let (good, other) = (dice.below(of.len()), dice.below(of.len()));
    spoiled::of(dice, &of[good], &of[other])
}

/// The transactions that are recorded: whole, and of another chain.
fn vectors() -> Vec<Vec<u8>> {
    let recorded = include_str!("../../../../tests/vectors/transactions.json");
    let rows: Vec<Value> = serde_json::from_str(recorded).unwrap();
    let octets = |row: &Value| hex::decode(row["transaction"].as_str().unwrap()).unwrap();
    rows.iter().map(octets).collect()
}

/// Sends so many to a site, and judges each answer; gives how often which code came, 0 for what the engine refused by itself.
fn send(site: &Rpc, mut malformed: Malformed, count: u64) -> BTreeMap<u64, u64> {
    let mut connection = Batch::to(site);
    let mut codes: BTreeMap<u64, u64> = BTreeMap::new();
    for _ in 0..count / BATCH {
        let sent: Vec<(Vec<u8>, Option<u32>)> = (0..BATCH).map(|_| malformed.next()).collect();
        let octets: Vec<&[u8]> = sent.iter().map(|(octets, _)| octets.as_slice()).collect();
        for ((octets, wanted), said) in sent.iter().zip(connection.submit(&octets)) {
            let code = refused(octets, *wanted, said);
            *codes.entry(code).or_default() += 1;
        }
    }
    codes
}

/// The code of a refusal that is as it must be; 0 for one of the engine's own.
fn refused(octets: &[u8], wanted: Option<u32>, said: Said) -> u64 {
    match said {
        Said::Code(code, codespace) => {
            // What the server of the node says by itself, such as after a panic, is of `ktr.node`.
            let is_ours = code != 0 && codespace.starts_with("ktr.") && codespace != "ktr.node";
            let is_wanted = wanted.is_none_or(|wanted| u64::from(wanted) == code);
            assert!(
                is_ours && is_wanted,
                "{codespace} {code}, wanted {wanted:?}: {}",
                hex::encode(octets)
            );
            code
        }
        Said::Engine(why) => {
            let is_known = ENGINE.iter().any(|known| why.starts_with(known));
            assert!(is_known, "{why}: {}", hex::encode(octets));
            0
        }
    }
}

/// A county that admits organisations one after the other, each with a site that is next in turn.
struct Honest {
    sites: Vec<Rpc>,
    cast: Cast,
    county: u8,
    /// The number of its first organisation.
    first: u64,
}

impl Honest {
    /// Sends so many, and gives how long each waited until it was seen in a block.
    fn admit(&self, count: u64) -> Vec<Duration> {
        let (mut sent, mut waiting, mut took) = (0, VecDeque::new(), Vec::new());
        loop {
            while sent < count && waiting.len() < WAITING_MAX {
                waiting.push_back(self.send(self.first + sent));
                sent += 1;
            }
            let Some((oldest, _)) = waiting.front().copied() else {
                return took;
            };
            until("the oldest is in a block", PATIENCE_SECS, || {
                self.is_placed(&oldest).then_some(())
            });
            while let Some((hash, since)) = waiting.front().copied()
                && self.is_placed(&hash)
            {
                took.push(since.elapsed());
                waiting.pop_front();
            }
        }
    }

    fn send(&self, number: u64) -> (Sha256, Instant) {
        let member = 3 * number + u64::from(self.county) + 1;
        let member = MemberId(u128::from(member).to_be_bytes());
        let place = usize::try_from(number).unwrap() % self.sites.len();
        let begun = Instant::now();
        let tx = admitting(&self.cast, self.county, member);
        // An engine that rechecks what waits takes nothing in that moment.
        let code = until("an engine takes it", PATIENCE_SECS, || {
            self.sites[place].submit(&tx)
        });
        assert_eq!(code, 0);
        (transaction::hash(&tx), begun)
    }

    fn is_placed(&self, hash: &Sha256) -> bool {
        let answer = self.sites[usize::from(self.county)].query("/tx", &hash.0);
        let answer = answer.filter(|answer| answer.code == 0);
        answer.is_some_and(|answer| {
            let placed = Placed::decode(answer.value.as_slice()).unwrap();
            assert_eq!(placed.code, 0, "{hash} at {}", placed.height);
            true
        })
    }
}

/// Each of the three counties admits so many organisations, from number `first` of its own on, through all sites.
pub(crate) fn admitted(sites: &[Site], first: u64, count: u64) {
    thread::scope(|threads| {
        for county in 0..3 {
            let honest = Honest {
                sites: Site::doors(sites),
                cast: sites[0].cast.clone(),
                county,
                first,
            };
            threads.spawn(move || honest.admit(count));
        }
    });
}

/// Puts a member and one whose key was revoked into blocks.
fn stage(sites: &[Site]) -> Stage {
    let cast = &sites[0].cast;
    // So that their keys count whenever the next block is.
    let begun = now().minus(Secs(60));
    let [member, early, revoked] = MEMBERS.map(|id| cast.stranger(&format!("member-{id}")));
    let admitted = [MEMBERS[0], MEMBERS[2]].map(|id| cast.admitting(CHAIN_ID, 0, id, begun));
    place(sites, &admitted);
    let revoke = Command::Membership(membership::Command::RevokeKey {
        member: MEMBERS[2],
        fingerprint: revoked.fingerprint,
        reason: RevocationReason::Compromised,
    });
    place(
        sites,
        &[cast.counties[0].transact(CHAIN_ID, 1, now(), revoke)],
    );
    Stage {
        chain_id: CHAIN_ID.to_owned(),
        begun,
        now: begun,
        member,
        early,
        revoked,
    }
}

/// Waits until every site has them in a block.
fn place(sites: &[Site], txs: &[Vec<u8>]) {
    for tx in txs {
        assert_eq!(sites[0].submit(tx), 0);
    }
    for tx in txs {
        let hash = transaction::hash(tx);
        for site in sites {
            site.until("the transaction is in a block", || {
                let answer = site.rpc.query("/tx", &hash.0)?;
                (answer.code == 0).then_some(())
            });
        }
    }
}

/// Sends `count` malformed ones and a tenth as many honest ones, and looks meanwhile; gives the codes of those and the waits of these.
fn flood(
    sites: &[Site],
    stage: &Stage,
    noted: &mut Seen,
    (count, seed): (u64, u64),
) -> (BTreeMap<u64, u64>, Vec<Duration>) {
    let doors = Site::doors(sites);
    let cast = &sites[0].cast;
    let senders = CONNECTIONS * u64::try_from(doors.len()).unwrap();
    let begun = Site::highest(sites);
    thread::scope(|threads| {
        let honest = [0, 1, 2].map(|county| {
            let honest = Honest {
                sites: doors.clone(),
                cast: cast.clone(),
                county,
                first: 0,
            };
            threads.spawn(move || honest.admit(count / 30))
        });
        let malformed = (0..senders)
            .zip(doors.iter().cycle())
            .map(|(sender, site)| {
                let dice = Dice::new(seed.wrapping_mul(senders).wrapping_add(sender));
                let behind = Secs(sender / u64::try_from(doors.len()).unwrap());
                let malformed = Malformed::new(dice, cast.clone(), stage.clone(), behind);
                threads.spawn(move || send(site, malformed, count / senders))
            });
        let malformed: Vec<_> = malformed.collect();
        // What is proven under way is judged at the end.
        sites[0].wait_above(begun + 1);
        noted.look(&sites[0]);
        let mut codes: BTreeMap<u64, u64> = BTreeMap::new();
        for (code, times) in malformed
            .into_iter()
            .flat_map(|sender| sender.join().unwrap())
        {
            *codes.entry(code).or_default() += times;
        }
        let took = honest.into_iter().flat_map(|honest| honest.join().unwrap());
        (codes, took.collect())
    })
}

/// So many transactions are in blocks, each accepted, and the node is as it was.
fn is_unmoved(site: &Site, placed: usize) {
    let figures = site.figures();
    let executed: Vec<&str> = figures
        .lines()
        .filter(|line| line.starts_with("ktr_tx_total{"))
        .collect();
    assert_eq!(executed, [format!("ktr_tx_total{{code=\"0\"}} {placed}")]);
    assert!(
        figures.contains("ktr_grammar_breach_total 0\n"),
        "{figures}"
    );
    let log = site.log();
    for words in ["panicked", "frame refused", "connection lost"] {
        assert!(!log.contains(words), "{words}: {}", site.end_of_log());
    }
    let peak = site.peak_kib();
    assert!(peak < PEAK_MAX_KIB, "{peak} KiB");
}

#[test]
fn malformed_transactions_are_refused_with_codes_of_ours_while_honest_ones_commit() {
    let (count, seed) = (number("KTR_FLOOD", 10_000), number("KTR_FLOOD_SEED", 4));
    // Before anything can fail.
    eprintln!("malformed transactions: {count} to come, seed {seed}");
    // given four sites, a member, and one whose key was revoked
    let mut sites = Site::four_with(HEARTBEAT);
    for site in &mut sites {
        site.launch();
    }
    sites[0].wait_above(1);
    let stage = stage(&sites);
    let mut noted = Seen::default();
    noted.look(&sites[0]);
    // when malformed transactions come to all of them, and honest ones too
    let (codes, mut took) = flood(&sites, &stage, &mut noted, (count, seed));
    // then every malformed one was refused, nearly all of them by us, at every step of judging
    let all: u64 = codes.values().sum();
    let by_engine = codes.get(&0).copied().unwrap_or(0);
    assert!(all > count / 2 && by_engine < all / 4, "{codes:?}");
    for code in REFUSED_WITH {
        assert!(codes.contains_key(&code), "no {code}: {codes:?}");
    }
    // and every site executed what was honest, and nothing else
    let last = Site::highest(&sites);
    for site in &sites {
        site.wait_above(last);
        is_unmoved(site, took.len() + PLACED_BEFORE);
        let hash = site.header_app_hash(last).unwrap();
        assert_eq!(sites[0].header_app_hash(last), Some(hash));
        noted.look(site);
    }
    let peak = sites.iter().map(Site::peak_kib).max().unwrap();
    // and what holds of every chain holds of this one
    noted.judge(&sites);
    judge::executes_again(&mut sites);
    stores::judged(&sites);
    eprintln!(
        "malformed transactions: {all} refused, {by_engine} of them by the engine, seed {seed}, {codes:?}; {} honest ones in blocks, \
         p50 {:.2?}, p95 {:.2?}; {peak} KiB of a node at most",
        took.len(),
        percentile(&mut took, 50),
        percentile(&mut took, 95)
    );
}

/// Connections to each site.
const CONNECTIONS: u64 = 10;

/// Transactions of one request: five of the largest are below the engine's bound on a request.
const BATCH: u64 = 5;

/// So many of a county wait for a block at once; above 32 of one signer the mempool's filter refuses.
const WAITING_MAX: usize = 16;

/// Longer than a transaction waits on any machine that works.
const PATIENCE_SECS: u64 = 120;

/// For so long signed rows are good; they expire after a minute.
const SIGNED_SECS: Secs = Secs(10);

/// Codes of the table that another moment would change: a key that counts later, an expiry by a clock that blocks are behind, a nonce whose
/// first use must be in a block.
const OF_A_MOMENT: [u32; 3] = [106, 121, 123];

/// Codes that the rows get.
const REFUSED_WITH: [u64; 19] = [
    2, 3, 4, 5, 6, 100, 101, 102, 103, 104, 105, 107, 108, 109, 120, 122, 123, 1_204, 1_207,
];

/// How refusals begin that are the engine's own: what is too large, what it holds already, and anything while it rechecks what waits.
const ENGINE: [&str; 3] = [
    "Tx too large",
    "tx already exists in cache",
    "mempool is still rechecking",
];

/// Transactions that make the stage.
const PLACED_BEFORE: usize = 3;

/// 256 MB.
const PEAK_MAX_KIB: u64 = 250_000;

/// Blocks come quickly, so that the next one need not be waited for.
const HEARTBEAT: &str = "250ms";
