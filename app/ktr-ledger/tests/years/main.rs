//! Sentences about years: the documented one with its 127 nominations, three of them with every rotation that they bring, and those in which
//! anything goes wrong, each on a chain of its own or ten of them on one.
//! Single rules have their tests in the core; here they must live together for longer than any key.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at what cannot be"
)]

mod alliance;
mod counted;
mod judge;
mod trouble;

use alliance::{Alliance, DAY, hours, schedule};
use ktr_core::{
    State, evolve,
    id::{CountyId, SessionId, Sha256},
    time::{Secs, Time},
};
use ktr_ledger::results_hash;
use ktr_testkit::{
    Chain, Dice, number,
    year::{COUNTED, Fate, fates},
};
use ktr_wire::recorded::{Entry, Recorded};

use judge::Judge;
use trouble::Trouble;

const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 12 * MONTH;
/// Years with faults in every run, each from a seed of its own: as many as ten seeds of ten years have (design: assurance, section 3.3).
const YEARS_OF_FAULTS: u64 = 100;
/// Years with faults that follow each other on one chain.
const DECADE: u64 = 10;
/// Such decades in every run; a night plays the hundred of the design.
const DECADES_OF_FAULTS: u64 = 1;
/// Cases of a month, drawn: fewer than this, six in the middle.
const CASES_DRAWN: usize = 13;
/// Cases that a month of a decade has beside those: eleven in the middle are the source's load, 127 a year.
const CASES_BESIDE: usize = 5;
/// The code for a signature of a key whose validity is over.
const OVER: u32 = 106;

/// What the collector still owes of a session: its later buckets end in the next month.
struct Owed(SessionId, Sha256);

/// One month: cases, votes, silence, the seal, the hour, the counts.
fn month(
    alliance: &mut Alliance,
    (number, begins): (u64, Time),
    languages: &[&str],
    owed: Option<&Owed>,
) -> Owed {
    let seeds_at = begins.plus(Secs(27 * DAY));
    let (session, hours) = alliance.schedule(seeds_at, languages);
    let mut cleared = Vec::new();
    for (n, fate) in fates(number).into_iter().enumerate() {
        let commitment = alliance.nominate(n, fate);
        if fate == Fate::Cleared {
            cleared.push(commitment);
        }
    }
    alliance.wait_until(begins.plus(Secs(15 * DAY)));
    if let Some(Owed(before, beacon)) = owed {
        alliance.publish(*before, *beacon, &[66, 67]);
    }
    let beacon = alliance.seal(session, &cleared);
    alliance.hold(session, hours);
    alliance.wait_until(hours.opens_at.plus(Secs(DAY + 60)));
    alliance.publish(session, beacon, &[64, 65]);
    Owed(session, beacon)
}

/// Twelve months; the board is appointed in the sixth and the twelfth.
fn year(alliance: &mut Alliance, begins: Time, languages: &[&str], owed: Option<Owed>) -> Owed {
    let mut owed = owed;
    for number in 0..12 {
        let at = begins.plus(Secs(number * MONTH));
        owed = Some(month(alliance, (number, at), languages, owed.as_ref()));
        if number % 6 == 5 {
            alliance.appoint(at.plus(Secs(50 * DAY)));
        }
        alliance.wait_until(at.plus(Secs(MONTH)));
    }
    owed.expect("twelve sessions")
}

fn count(alliance: &Alliance, name: &str) -> u64 {
    alliance.counts.get(name).copied().unwrap_or(0)
}

/// The blocks, executed by a chain that knows nothing but the genesis, give the same hash at every height.
pub(crate) fn executes_again(alliance: &Alliance) {
    let mut again = Chain::unborn();
    for (height, made) in (1_u64..).zip(&alliance.blocks) {
        again.wait(made.time.since(again.now()).0);
        let batch = again.block(&made.txs);
        assert_eq!(batch.app_hash, made.app_hash, "height {height}");
        let results = results_hash(&batch.results);
        assert_eq!(results, made.results_hash, "height {height}");
    }
    assert_eq!(again.state(), alliance.chain.state());
}

/// Who reads the log from the genesis on and folds it knows what the chain knows.
pub(crate) fn is_known_from_the_log(alliance: &Alliance) {
    let mut state = State::from(alliance.chain.cast.genesis());
    for octets in alliance.chain.leaves() {
        let recorded = Recorded::decode(octets).expect("a leaf");
        if let Entry::Event(event) = &recorded.entry {
            evolve(&mut state, event);
        }
    }
    assert_eq!(&state, alliance.chain.state());
}

#[test]
fn the_documented_year_has_127_nominations_of_which_94_are_cleared_in_twelve_sessions() {
    let mut alliance = Alliance::founded();
    let begins = alliance.now();
    year(&mut alliance, begins, &["de", "en"], None);
    let more = [
        ("session.dissolved.v1", 36),
        ("session.dissolution_confirmed.v1", 36),
        ("session.overdue.v1", 0),
        ("session.unwitnessed.v1", 0),
        ("board.appointed.v1", 2),
        ("ingestion.published.v1", 46),
    ];
    for (name, wanted) in COUNTED.into_iter().chain(more) {
        assert_eq!(count(&alliance, name), wanted, "{name}");
    }
    executes_again(&alliance);
    is_known_from_the_log(&alliance);
}

#[test]
fn three_years_rotate_board_host_languages_and_every_key_and_the_ledger_goes_on() {
    let mut alliance = Alliance::founded();
    let begins = alliance.now();
    let plan: [(CountyId, &[&str]); 3] = [
        (CountyId(1), &["de", "en"]),
        (CountyId(2), &["de", "en", "it", "mt"]),
        (CountyId(3), &["de", "en"]),
    ];
    let mut owed = None;
    for (n, (host, languages)) in (0_u64..).zip(plan) {
        let first = begins.plus(Secs(n * (YEAR + 2 * DAY)));
        if n > 0 {
            let before = alliance.cast.studio.clone();
            alliance.renew_members();
            alliance.renew_roles();
            alliance.move_studio(host);
            let late = schedule(
                SessionId(99),
                hours(alliance.now().plus(Secs(20 * DAY))),
                languages,
            );
            // The studio of the year before has no say any more.
            assert_eq!(alliance.refused(&before, late), OVER);
        }
        let network = alliance
            .chain
            .state()
            .governance
            .network()
            .expect("a genesis");
        assert_eq!(network.host, host);
        let first = first.max(alliance.now());
        owed = Some(year(&mut alliance, first, languages, owed));
    }
    assert_eq!(count(&alliance, "nomination.submitted.v1"), 3 * 127);
    assert_eq!(count(&alliance, "nomination.cleared.v1"), 3 * 94);
    assert_eq!(count(&alliance, "session.dissolution_confirmed.v1"), 3 * 36);
    assert_eq!(count(&alliance, "board.appointed.v1"), 6);
    assert_eq!(count(&alliance, "governance.host_set.v1"), 2);
    assert_eq!(count(&alliance, "governance.key_rotated.v1"), 6);
    executes_again(&alliance);
    is_known_from_the_log(&alliance);
}

/// A month in which anything may go wrong: cases end as the dice fall, the desk or a county is silent, nobody opens, the chain stands still.
fn month_of_faults(alliance: &mut Alliance, dice: &mut Dice, begins: Time, beside: usize) {
    let seeds_at = begins.plus(Secs(27 * DAY));
    let (session, hours) = alliance.schedule(seeds_at, &["de", "en"]);
    let fates = [Fate::Cleared, Fate::Cleared, Fate::Vetoed, Fate::Lapsed];
    let mut cleared = Vec::new();
    for n in 0..dice.below(CASES_DRAWN) + beside {
        let fate = fates[dice.below(fates.len())];
        let commitment = alliance.nominate(n, fate);
        if fate == Fate::Cleared {
            cleared.push(commitment);
        }
        // Nobody sends for up to two days, or no block comes: for the ledger it is one.
        let silence = u64::try_from(dice.below(4) * 14_400).expect("two days");
        alliance.wait_until(alliance.now().plus(Secs(silence)));
    }
    alliance.wait_until(begins.plus(Secs(20 * DAY)));
    let is_sealed = !cleared.is_empty() && dice.below(8) > 0;
    let beacon = is_sealed.then(|| alliance.seal(session, &cleared));
    if let Some(beacon) = beacon.filter(|_| dice.below(8) > 0) {
        let counties = [None, None, Some(1), Some(2), Some(3)];
        let silent = counties[dice.below(counties.len())].map(CountyId);
        alliance.hold_without(session, hours, silent);
        alliance.wait_until(hours.opens_at.plus(Secs(DAY + 60)));
        alliance.publish(session, beacon, &[64, 65]);
    }
    alliance.wait_until(begins.plus(Secs(MONTH)));
    for _ in 0..2 {
        alliance.wait_until(alliance.now().plus(Secs(60)));
        alliance.block(Vec::new());
    }
}

/// What ends in the next year is renewed before it: keys of members and roles, the studio's with its move, and an engine's key.
fn new_year(alliance: &mut Alliance, host: CountyId) {
    alliance.renew_members();
    alliance.renew_roles();
    alliance.renew_boxes();
    alliance.renew_validator(host);
    alliance.move_studio(host);
}

/// Years of them on one chain. The board is appointed twice in each, and now and then every key is replaced or the studio moves.
fn years_of_faults(seed: u64, years: u64) -> Alliance {
    let mut dice = Dice::new(seed);
    let mut alliance = Alliance::founded();
    let mut judge = Judge::new(&alliance);
    let begins = alliance.now();
    let (mut host, mut board_until) = (1, begins);
    let beside = if years > 1 { CASES_BESIDE } else { 0 };
    for number in 0..12 * years {
        let at = begins.plus(Secs(number * MONTH)).max(alliance.now());
        alliance.trouble = Some(Trouble::new(dice.below(1 << 30)));
        month_of_faults(&mut alliance, &mut dice, at, beside);
        alliance.trouble = None;
        let next = host % 3 + 1;
        match dice.below(6) {
            _ if number % 12 == 11 && number + 1 < 12 * years => {
                host = next;
                new_year(&mut alliance, CountyId(host));
            }
            0 => alliance.renew_members(),
            1 => alliance.renew_roles(),
            2 => {
                host = next;
                alliance.move_studio(CountyId(host));
            }
            _ => {}
        }
        if number % 6 == 5 {
            let from = alliance.now().plus(Secs(20 * DAY)).max(board_until);
            board_until = from.plus(Secs(180 * DAY));
            alliance.appoint(from);
        }
        judge.judge(&alliance, &mut dice);
    }
    judge.records(&alliance);
    executes_again(&alliance);
    is_known_from_the_log(&alliance);
    alliance
}

/// Ten of them. No key of the first year's members, roles or seats serves in the last one.
fn decade_of_faults(seed: u64) {
    let alliance = years_of_faults(seed, DECADE);
    let lasted = alliance.now().since(alliance.cast.start);
    assert!(lasted >= Secs(DECADE * YEAR), "{} s", lasted.0);
    // The last board is appointed and has not begun, the one before it decides.
    assert_eq!(count(&alliance, "board.appointed.v1"), 2 * DECADE);
    assert_eq!(count(&alliance, "board.term_ended.v1"), 2 * DECADE - 1);
    let renewals = DECADE - 1;
    for (name, least) in [
        ("membership.key_rotated.v1", 12 * renewals),
        ("governance.keys_changed.v1", 9 * renewals),
        ("governance.key_rotated.v1", 3 * renewals),
        ("governance.host_changed.v1", renewals),
        ("governance.validators_changed.v1", renewals),
    ] {
        assert!(count(&alliance, name) >= least, "{name}");
    }
}

/// The years of a run, or its decades, each by the number that is its seed. Runs of as many years with neighbouring seeds have none in common, and a run of
/// one year has that of its own seed.
fn drawn(seed: u64, count: u64) -> impl Iterator<Item = u64> {
    let first = seed.wrapping_mul(count);
    (0..count).map(move |place| first.wrapping_add(place))
}

#[test]
fn what_holds_in_every_year_holds_whatever_goes_wrong_in_it() {
    let seed = number("KTR_YEARS_SEED", 20_261_129);
    for year in drawn(seed, number("KTR_YEARS", YEARS_OF_FAULTS)) {
        let ended = std::panic::catch_unwind(|| years_of_faults(year, 1));
        assert!(
            ended.is_ok(),
            "a year of faults broke: KTR_YEARS=1 KTR_YEARS_SEED={year} repeats it"
        );
    }
}

#[test]
fn ten_years_on_one_chain_hold_what_a_year_holds_whatever_goes_wrong_in_them() {
    let seed = number("KTR_DECADES_SEED", 20_261_130);
    for decade in drawn(seed, number("KTR_DECADES", DECADES_OF_FAULTS)) {
        let ended = std::panic::catch_unwind(|| decade_of_faults(decade));
        assert!(
            ended.is_ok(),
            "a decade of faults broke: KTR_DECADES=1 KTR_DECADES_SEED={decade} repeats it"
        );
    }
}

#[test]
fn one_night_has_no_year_of_the_next_and_a_year_is_repeated_by_its_number() {
    let night = |seed: u64| drawn(seed, 1_000);
    let next: Vec<u64> = night(20_788).collect();
    assert_eq!(next.len(), 1_000);
    for year in night(20_787) {
        assert!(!next.contains(&year), "{year}");
        assert!(drawn(year, 1).eq([year]), "{year}");
    }
    // A seed that is no day is one, too.
    assert_eq!(drawn(u64::MAX, 2).last(), Some(u64::MAX));
}
