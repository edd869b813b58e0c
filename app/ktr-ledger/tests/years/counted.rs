//! That the judge of published counts finds what must not be (I6): it lies in the testkit, and judges real sites too.
//! What the ledger itself refuses is the core's affair.

use ktr_core::{
    Event,
    id::{CountyId, Height, MemberId, SessionId, Sha256},
    ingestion::{self, Bucket, Published},
    membership, session,
    time::Time,
};
use ktr_testkit::{Cast, counts::Counts};
use ktr_wire::recorded::{Entry, Recorded};

const START: Time = Time(1_900_000_000);
const MEMBER: MemberId = MemberId([0x4D; 16]);

fn published(hits: u64) -> Event {
    Event::Ingestion(ingestion::Event::Published {
        session: SessionId(1),
        published: Published {
            bucket: Bucket::ALL[0],
            beacon: Sha256([7; 32]),
            hits: Some(hits),
            interrupted: false,
            published_at: START,
        },
    })
}

fn joined(count: u64) -> Event {
    Event::Session(session::Event::Joined {
        session: SessionId(1),
        county: CountyId(1),
        count: Some(count),
    })
}

/// A roll whose digest has these octets in it.
fn filed(octets: &[u8]) -> Event {
    let mut roll = [0xEE; 32];
    roll[5..][..octets.len()].copy_from_slice(octets);
    Event::Session(session::Event::RollFiled {
        session: SessionId(1),
        roll: Sha256(roll),
    })
}

fn follows(events: &[&Event]) -> Result<(), String> {
    let mut counts = Counts::new(Cast::new(START).genesis().parameters);
    (0..).zip(events).try_for_each(|(index, event)| {
        counts.follow(&Recorded {
            index,
            height: Height(3),
            time: START,
            tx_hash: None,
            entry: Entry::Event((*event).clone()),
        })
    })
}

#[test]
fn a_count_that_changes_or_is_small_and_an_event_that_names_a_member_are_found() {
    let key = Cast::new(START).genesis().keys[0];
    let admitted = Event::Membership(membership::Event::Admitted {
        member: MEMBER,
        home: CountyId(1),
        at: START,
        key,
    });
    let (first, rooms, named) = (published(40), joined(12), filed(&MEMBER.0));
    // given what may be: before it is a member nobody knows its id
    assert_eq!(follows(&[&admitted, &filed(&[]), &first, &rooms]), Ok(()));
    assert_eq!(follows(&[&named, &admitted]), Ok(()));
    // then each of these is found
    let bad = [
        vec![&first, &first],
        vec![&rooms, &rooms],
        vec![&admitted, &named],
    ];
    for events in bad {
        assert!(follows(&events).is_err(), "{events:?}");
    }
    assert!(follows(&[&first, &published(39)]).is_err());
    assert!(follows(&[&rooms, &joined(11)]).is_err());
    assert!(follows(&[&published(4)]).is_err());
    assert!(follows(&[&joined(4)]).is_err());
    assert!(follows(&[&admitted, &filed(&key.fingerprint.0)]).is_err());
}
