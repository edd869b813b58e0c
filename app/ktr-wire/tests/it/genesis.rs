//! Sentences about a genesis: what it must have, and its form in JSON.
//! Its canonical octets are a vector; what a chain makes of it is told elsewhere.

use ktr_core::{
    Genesis,
    board::TermStatus,
    id::{CountyId, Fingerprint, SeatId, TermId},
    key::{Purpose, Role},
    time::Secs,
};
use ktr_testkit::{
    Cast,
    sample::{self, START},
};
use ktr_wire::{
    genesis::{
        Incomplete, JsonError, begun_from_json, check, consensus_params, decode, encode, from_json,
        parameters_from_json, to_json,
    },
    limits::GENESIS_MAX,
};
use serde_json::{Value, json};

/// What is changed in a complete genesis, and what is said of it then.
type Row = (&'static str, fn(&mut Genesis), Incomplete);

fn place(genesis: &Genesis, role: Role, purpose: Purpose) -> usize {
    let place = genesis
        .keys
        .iter()
        .position(|key| key.role == role && key.body.purpose() == purpose);
    place.expect("the cast has it")
}

fn refused(row: Row) {
    let (name, change, says) = row;
    let mut genesis = Cast::new(START).genesis();
    change(&mut genesis);
    assert_eq!(check(&genesis), Err(says), "{name}");
}

#[test]
fn counties_are_numbered_from_one_to_sixteen_and_one_of_them_is_host() {
    let rows: [Row; 5] = [
        (
            "no county",
            |it| it.network.counties = 0,
            Incomplete::Counties,
        ),
        (
            "seventeen",
            |it| it.network.counties = 17,
            Incomplete::Counties,
        ),
        (
            "sixteen are counted, and the fourth has no key",
            |it| it.network.counties = 16,
            Incomplete::RoleKey(Role::County(CountyId(4)), Purpose::Sign),
        ),
        (
            "no host",
            |it| it.network.host = CountyId(0),
            Incomplete::Counties,
        ),
        (
            "a foreign host",
            |it| it.network.host = CountyId(4),
            Incomplete::Counties,
        ),
    ];
    rows.into_iter().for_each(refused);
    let mut last = Cast::new(START).genesis();
    last.network.host = CountyId(3);
    assert_eq!(check(&last), Ok(()));
}

#[test]
fn a_network_begins_with_no_parameters_that_it_could_not_change_to() {
    let rows: [Row; 5] = [
        (
            "no transaction of anybody",
            |it| it.parameters.signer_txs_max = 0,
            Incomplete::Parameters,
        ),
        (
            "none that is not over at once",
            |it| it.parameters.tx_window_secs = Secs(0),
            Incomplete::Parameters,
        ),
        (
            "a second less than five minutes",
            |it| it.parameters.tx_window_secs = Secs(299),
            Incomplete::Parameters,
        ),
        (
            "two days",
            |it| it.parameters.tx_window_secs = Secs(172_800),
            Incomplete::Parameters,
        ),
        (
            "no time to decide",
            |it| it.parameters.decide_min_secs = Secs(3_628_801),
            Incomplete::Parameters,
        ),
    ];
    rows.into_iter().for_each(refused);
}

#[test]
fn every_role_has_each_of_its_keys_once() {
    let whole = Cast::new(START).genesis();
    for at in 0..whole.keys.len() {
        let mut lacking = whole.clone();
        let key = lacking.keys.remove(at);
        let says = Incomplete::RoleKey(key.role, key.body.purpose());
        assert_eq!(check(&lacking), Err(says));
        let mut doubled = whole.clone();
        doubled.keys.push(key);
        assert_eq!(check(&doubled), Err(says));
    }
}

#[test]
fn a_key_has_one_role_and_one_that_genesis_gives() {
    let whole = Cast::new(START).genesis();
    let mut shared = whole.clone();
    shared.keys[1].fingerprint = shared.keys[0].fingerprint;
    let says = Incomplete::Key(whole.keys[0].fingerprint);
    assert_eq!(check(&shared), Err(says));
    let mut foreign = whole.clone();
    let stranger = sample::member();
    foreign.keys.push(ktr_core::key::Key {
        fingerprint: stranger.fingerprint,
        body: ktr_core::key::KeyBody::Sign(stranger.body),
        role: Role::County(CountyId(4)),
        ..whole.keys[0]
    });
    assert_eq!(check(&foreign), Err(Incomplete::Key(stranger.fingerprint)));
}

#[test]
fn the_first_term_is_number_one_waits_and_has_a_length_that_is_allowed() {
    let rows: [Row; 5] = [
        ("number 2", |it| it.term.id = TermId(2), Incomplete::Term),
        (
            "in force",
            |it| it.term.status = TermStatus::Began,
            Incomplete::Term,
        ),
        (
            "no length",
            |it| it.term.until = it.term.from,
            Incomplete::Term,
        ),
        (
            "backwards",
            |it| it.term.until = it.term.from.minus(Secs(1)),
            Incomplete::Term,
        ),
        (
            "a second too long",
            |it| it.term.until = it.term.from.plus(it.parameters.term_max_secs).plus(Secs(1)),
            Incomplete::Term,
        ),
    ];
    rows.into_iter().for_each(refused);
    for length in [Secs(1), Cast::new(START).genesis().parameters.term_max_secs] {
        let mut genesis = Cast::new(START).genesis();
        genesis.term.until = genesis.term.from.plus(length);
        assert_eq!(check(&genesis), Ok(()));
    }
}

#[test]
fn every_seat_and_deputy_is_held_by_its_own_two_keys() {
    let rows: [Row; 6] = [
        (
            "no third seat",
            |it| it.term.seats.truncate(2),
            Incomplete::Seat(SeatId(1)),
        ),
        (
            "a third seat that is the second again",
            |it| it.term.seats[2].id = SeatId(2),
            Incomplete::Seat(SeatId(3)),
        ),
        (
            "the holder's key is the deputy's",
            |it| it.term.seats[1].holder.sign = it.term.seats[1].deputy.sign,
            Incomplete::Seat(SeatId(2)),
        ),
        (
            "the deputy reads with the holder's key",
            |it| it.term.seats[1].deputy.encrypt = it.term.seats[1].holder.encrypt,
            Incomplete::Seat(SeatId(2)),
        ),
        (
            "one key for both purposes",
            |it| it.term.seats[0].holder.encrypt = it.term.seats[0].holder.sign,
            Incomplete::Seat(SeatId(1)),
        ),
        (
            "a key that nobody has",
            |it| it.term.seats[2].deputy.sign = Fingerprint([9; 20]),
            Incomplete::Seat(SeatId(3)),
        ),
    ];
    rows.into_iter().for_each(refused);
}

#[test]
fn every_county_has_a_validator_and_every_validator_a_key_of_its_own() {
    let rows: [Row; 4] = [
        ("none", |it| it.validators.clear(), Incomplete::Validators),
        (
            "a key twice",
            |it| it.validators[3].key = it.validators[0].key,
            Incomplete::Validators,
        ),
        (
            "a county without one",
            |it| it.validators.retain(|one| one.county != Some(CountyId(2))),
            Incomplete::Validators,
        ),
        (
            "one of no county that there is",
            |it| it.validators[3].county = Some(CountyId(4)),
            Incomplete::Validators,
        ),
    ];
    rows.into_iter().for_each(refused);
    let mut two_of_one = Cast::new(START).genesis();
    two_of_one.validators[3].county = Some(CountyId(1));
    assert_eq!(check(&two_of_one), Ok(()));
}

#[test]
fn a_genesis_is_read_back_from_its_octets_and_from_its_json() {
    let mut genesis = Cast::new(START).genesis();
    genesis.keys.sort_by_key(|key| key.fingerprint);
    assert_eq!(decode(&encode(&genesis)), Ok(genesis.clone()));
    let text = to_json(&genesis).expect("every role is one of genesis");
    let read = from_json(text.to_string().as_bytes()).expect("it is complete");
    assert_eq!(read, genesis);
    let parameters = text["parameters"].to_string();
    let read = parameters_from_json(parameters.as_bytes()).expect("they are complete");
    assert_eq!(read, genesis.parameters);
}

/// What reading says of the cast's genesis with another value at a place.
fn said_of(pointer: &str, value: Value) -> String {
    let mut text = to_json(&Cast::new(START).genesis()).expect("every role is one of genesis");
    *text.pointer_mut(pointer).expect("the place is there") = value;
    let read = from_json(text.to_string().as_bytes());
    read.expect_err("it is refused").to_string()
}

#[test]
fn a_number_and_a_name_have_one_text_and_octets_are_lower_case() {
    let key = "AB".repeat(32);
    let rows = [
        ("/validators/0/key", json!(key), "validators.key"),
        ("/validators/0/key", json!("0g"), "validators.key"),
        ("/validators/0/power", json!("0100"), "validators.power"),
        ("/validators/0/power", json!("+100"), "validators.power"),
        ("/keys/0/role", json!("board"), "keys.role"),
        ("/keys/0/purpose", json!("room"), "keys.purpose"),
        ("/term/until", json!("soon"), "term.until"),
        ("/network/alliance", json!("0"), "network.alliance"),
    ];
    for (pointer, value, field) in rows {
        let says = said_of(pointer, value);
        assert_eq!(
            says,
            format!("app_state: {field} is not as the schema has it")
        );
    }
    let short = said_of("/validators/0/key", json!("ab"));
    assert_eq!(short, "app_state: a value is out of range");
    let says = said_of("/validators/3/county", json!(4));
    assert!(says.contains("each county needs a validator"), "{says}");
    assert!(said_of("/network/host", json!("1")).contains("invalid type"));
}

#[test]
fn a_genesis_of_a_chain_that_has_begun_is_read_though_it_would_begin_none_today() {
    let mut genesis = Cast::new(START).genesis();
    genesis.keys.sort_by_key(|key| key.fingerprint);
    genesis.parameters.tx_window_secs = Secs(172_800);
    let text = to_json(&genesis).expect("every role is one of genesis");
    let text = text.to_string();
    let refused = from_json(text.as_bytes());
    assert!(matches!(
        refused,
        Err(JsonError::Incomplete(Incomplete::Parameters))
    ));
    let read = begun_from_json(text.as_bytes()).expect("it is as the schema has it");
    assert_eq!(read, genesis);
}

#[test]
fn a_file_of_a_mebioctet_is_read_and_a_larger_one_is_not() {
    let text = to_json(&Cast::new(START).genesis()).expect("every role is one of genesis");
    let padded = |text: &Value, len: usize| {
        let mut octets = text.to_string().into_bytes();
        octets.resize(len, b' ');
        octets
    };
    assert!(from_json(&padded(&text, GENESIS_MAX)).is_ok());
    let more = from_json(&padded(&text, GENESIS_MAX + 1));
    assert!(matches!(more, Err(JsonError::TooLarge)));
    let parameters = &text["parameters"];
    assert!(parameters_from_json(&padded(parameters, GENESIS_MAX)).is_ok());
    let more = parameters_from_json(&padded(parameters, GENESIS_MAX + 1));
    assert!(matches!(more, Err(JsonError::TooLarge)));
}

#[test]
fn no_genesis_is_written_with_a_key_of_a_role_that_it_does_not_give() {
    let mut genesis = Cast::new(START).genesis();
    let studio = place(&genesis, Role::Studio, Purpose::Sign);
    genesis.keys[studio].role = Role::Member(ktr_core::id::MemberId([1; 16]));
    assert!(matches!(
        to_json(&genesis),
        Err(JsonError::Field("keys.role"))
    ));
}

#[test]
fn the_engine_is_told_of_blocks_of_a_mebioctet_and_of_the_first_version() {
    let told = consensus_params();
    assert_eq!(told["block"]["max_bytes"], "1048576");
    assert_eq!(told["version"]["app"], "1");
}
