//! The cast: everybody who acts in a network of three counties, and the genesis that names them.
//! Members are not in it: they are admitted.

use std::collections::BTreeSet;

use ktr_core::{
    Command, Genesis,
    board::{Holder, Seat, Term, TermStatus},
    governance::{Network, Parameters, Validator},
    id::{CountyId, MemberId, Nonce, SeatId, Sha256, TermId, ValidatorKey},
    key::{Key, KeyBody, Role},
    membership::{self, Proof},
    time::{Secs, Time},
};
use ktr_wire::{digest::sha256, signature::fingerprint, transaction::Draft};

use crate::actor::Actor;

const DAY: u64 = 86_400;

/// Role holders of a network of three counties.
#[derive(Clone, Debug)]
pub struct Cast {
    /// When everything begins.
    pub start: Time,
    /// Operators of the counties 1 to 3.
    pub counties: [Actor; 3],
    /// Their room sidecars.
    pub sidecars: [Actor; 3],
    /// The studio.
    pub studio: Actor,
    /// The release desk.
    pub releaser: Actor,
    /// The collector.
    pub collector: Actor,
    /// Holders of the seats 1 to 3.
    pub seats: [Actor; 3],
    /// Their deputies.
    pub deputies: [Actor; 3],
}

impl Cast {
    /// The cast of a network that begins at `start`; equal starts have equal keys.
    #[must_use]
    pub fn new(start: Time) -> Self {
        let actor = |name: &str| Actor::named(name, start);
        let three = |name: &str| [1, 2, 3].map(|n| actor(&format!("{name}-{n}")));
        Self {
            start,
            counties: three("county"),
            sidecars: three("sidecar"),
            studio: actor("studio"),
            releaser: actor("releaser"),
            collector: actor("collector"),
            seats: three("seat"),
            deputies: three("deputy"),
        }
    }

    /// A county, counted from 0, admits an organisation with a key of its own, made at the cast's start: an act that always means
    /// something new. The nonce is the organisation's id.
    #[must_use]
    pub fn admitting(&self, chain_id: &str, county: u8, member: MemberId, at: Time) -> Vec<u8> {
        let place = usize::from(county);
        let sender = self.counties.get(place).expect("one of three counties");
        let number = county.checked_add(1).expect("one of three counties");
        let key = self.stranger(&format!("member-{member}"));
        let draft = Draft {
            chain_id: chain_id.to_owned(),
            nonce: Nonce(member.0),
            expires_at: at.plus(Secs(3_600)),
            command: Command::Membership(membership::Command::Admit {
                member,
                home: CountyId(number),
                key: key.body,
                fingerprint: key.fingerprint,
                valid_from: at,
                valid_until: at.plus(Secs(DAY)),
                proof: Proof::Holds,
            }),
            proposal: None,
            key_proof: key.prove(chain_id, &member, at),
        };
        sender.sign(&draft, at)
    }

    /// Somebody who is not in genesis.
    #[must_use]
    pub fn stranger(&self, name: &str) -> Actor {
        Actor::named(name, self.start)
    }

    /// The genesis that names the cast, with the product's parameters.
    #[must_use]
    pub fn genesis(&self) -> Genesis {
        let mut keys = vec![
            self.signing(&self.studio, Role::Studio),
            self.signing(&self.releaser, Role::Releaser),
            self.encrypting("releaser", Role::Releaser),
            self.signing(&self.collector, Role::Collector),
        ];
        let mut seats = Vec::new();
        for (n, place) in (1_u8..).zip(0..3) {
            let (county, id) = (CountyId(n), SeatId(n));
            keys.push(self.signing(&self.counties[place], Role::County(county)));
            keys.push(self.signing(&self.sidecars[place], Role::Sidecar(county)));
            keys.push(self.encrypting(&format!("sidecar-{n}"), Role::Sidecar(county)));
            let holder = self.signing(&self.seats[place], Role::Seat(id));
            let holder_box = self.encrypting(&format!("seat-{n}"), Role::Seat(id));
            let deputy = self.signing(&self.deputies[place], Role::Deputy(id));
            let deputy_box = self.encrypting(&format!("deputy-{n}"), Role::Deputy(id));
            seats.push(Seat {
                id,
                holder: Holder {
                    sign: holder.fingerprint,
                    encrypt: holder_box.fingerprint,
                },
                deputy: Holder {
                    sign: deputy.fingerprint,
                    encrypt: deputy_box.fingerprint,
                },
                vacated_at: None,
            });
            keys.extend([holder, holder_box, deputy, deputy_box]);
        }
        let from = self.start;
        Genesis {
            network: Network {
                counties: 3,
                host: CountyId(1),
                alliance: Sha256([7; 32]),
            },
            parameters: Parameters::default(),
            validators: validators(),
            keys,
            term: Term {
                id: TermId(1),
                from,
                until: from.plus(Secs(200 * DAY)),
                status: TermStatus::Appointed,
                seats,
                recusals: BTreeSet::new(),
            },
        }
    }

    fn signing(&self, actor: &Actor, role: Role) -> Key {
        self.key(KeyBody::Sign(actor.body), role)
    }

    fn encrypting(&self, name: &str, role: Role) -> Key {
        self.key(KeyBody::Encrypt(Actor::encryption(name, self.start)), role)
    }

    fn key(&self, body: KeyBody, role: Role) -> Key {
        Key {
            fingerprint: fingerprint(&body),
            body,
            role,
            valid_from: self.start,
            valid_until: self.start.plus(Secs(1_000 * DAY)),
            revoked: None,
            expired: false,
        }
    }
}

/// Three counties of power 100 and the witness of power 1.
fn validators() -> Vec<Validator> {
    let site = |name: &str, power, county| Validator {
        key: ValidatorKey(sha256(&[b"ktr-testkit/validator\n", name.as_bytes()]).0),
        power,
        county,
    };
    vec![
        site("a", 100, Some(CountyId(1))),
        site("b", 100, Some(CountyId(2))),
        site("c", 100, Some(CountyId(3))),
        site("witness", 1, None),
    ]
}
