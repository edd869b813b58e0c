//! A network with one session and one sealed release, with real keys, and a chain that is a state made of records.
//! No ledger runs.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use ktr_agent::{
    StepError,
    port::Chain,
    verdict::{Proven, Trusted},
};
use ktr_artefact::{
    Day,
    alliance::{Alliance, AllianceDomain, AllianceName},
    archive,
    envelope::{self, Inner, Purpose, Recipients},
    form,
    openpgp::{
        KeyUse, SecretCertificate, UserId, encryption_fingerprint, make_alliance_key,
        make_role_key, signing_fingerprint,
    },
    seal::{self, Names},
    stix::{self, Case, ChainId, Plan, PublicSectors, Seed},
};
use ktr_client::{Opening, ProvenHeader};
use ktr_core::{
    Event, Record, State,
    bundle::Release,
    evolve,
    governance::{Network, Parameters},
    id::{Commitment, CountyId, Height, MemberId, ReleaseId, SessionId, Sha256},
    key::{Key, KeyBody, Role},
    membership::{Member, Standing},
    session::{self, Hours, Seeded, Session, Status},
    time::Time,
};
use ktr_proof::commit::Committed;
use serde_json::{Value, json};

const FORM: &str = include_str!("../../../../ktr-artefact/tests/data/forms/01-ceranakeeper.json");

/// When the session opens: 2026-11-25T12:00:00Z.
pub(crate) const OPENS: u64 = 1_795_608_000;
/// T.
pub(crate) const T: u64 = OPENS + 3_600;
/// The member.
pub(crate) const MEMBER: MemberId = MemberId([9; 16]);
/// The session.
pub(crate) const SESSION: SessionId = SessionId(7);
/// The homeserver's name; it is never dialled.
pub(crate) const SERVER: &str = "county-a.test";

const MADE: Time = Time(OPENS - 1_000_000);
const SEALED: Time = Time(OPENS - 3_600);

/// The network.
pub(crate) struct World {
    pub(crate) trusted: Trusted,
    pub(crate) sidecar: SecretCertificate,
    /// The sidecar of the county that serves the member if its own fails.
    pub(crate) fallback: SecretCertificate,
    pub(crate) room_key: SecretCertificate,
    pub(crate) files: archive::Release,
    pub(crate) release: Release,
    key: Key,
}

/// A key of a role, with everything.
pub(crate) fn role_key(name: &str) -> SecretCertificate {
    let name = UserId::parse(name).expect("a name");
    make_role_key(&name, KeyUse::SignAndReceive, MADE, 365)
        .expect("a key")
        .secret
}

impl World {
    pub(crate) fn new() -> Self {
        let name = AllianceName::parse("Test Alliance").expect("a name");
        let domain = AllianceDomain::parse("relay.example").expect("a domain");
        let alliance = Alliance::mint(name, domain, &Seed([9; 32]));
        let chain = ChainId::parse("ktr-test-1").expect("an id");
        let nomination = form::check(&form::read(FORM.as_bytes()).expect("a form")).expect("sound");
        let day = Day::of(SEALED).expect("a day");
        let built = stix::build(&Plan {
            alliance: &alliance,
            chain: &chain,
            session: SESSION,
            seed: Seed([5; 32]),
            day,
            previous: day,
            public_sectors: &PublicSectors::default(),
            cases: &[Case {
                commitment: Commitment([1; 32]),
                nomination,
            }],
        })
        .expect("a bundle");
        let secret = make_alliance_key(&UserId::parse("Alliance").expect("a name"), MADE, 396)
            .expect("a key")
            .secret;
        let body = secret.certificate().signing_key(SEALED).expect("a key");
        let key = registered(KeyBody::Sign(body), Role::Releaser);
        let names = Names {
            chain: &chain,
            release: built.release,
            domain: &alliance.domain,
        };
        let seal = seal::make(&secret, &names, SEALED, &built.bytes).expect("a seal");
        let release = Release {
            id: built.release,
            session: SESSION,
            sha256: built.sha256,
            size: u64::try_from(built.bytes.len()).expect("small"),
            profile: 1,
            key: key.fingerprint,
            beacon: built.beacon,
            nominations: built.nominations,
            sealed_at: SEALED,
            retracted: None,
        };
        let certificate = secret.certificate();
        Self {
            trusted: Trusted {
                chain,
                alliance,
                pinned: certificate.primary(),
                certificate,
            },
            sidecar: role_key("sidecar 1"),
            fallback: role_key("sidecar 2"),
            room_key: role_key("room"),
            files: archive::Release {
                bundle: built.bytes,
                seal,
            },
            release,
            key,
        }
    }

    /// The state of its chain.
    pub(crate) fn state(&self) -> State {
        let signing = |key: &SecretCertificate| key.certificate().signing_key(MADE).expect("a key");
        let (sidecar, fallback) = (signing(&self.sidecar), signing(&self.fallback));
        let room = self
            .room_key
            .certificate()
            .encryption_key(MADE)
            .expect("a key");
        let network = Network {
            counties: 3,
            host: CountyId(1),
            alliance: Sha256([0; 32]),
        };
        let session = Session {
            id: SESSION,
            hours: Hours {
                seeds_at: Time(OPENS - 600),
                opens_at: Time(OPENS),
                dissolves_at: Time(T),
            },
            languages: Vec::new(),
            revision: 0,
            roll: None,
            status: Status::Opened { at: Time(OPENS) },
            ended: false,
            reports: BTreeMap::new(),
        };
        let records = [
            Record::Network(network),
            Record::Parameters(Parameters::default()),
            Record::Member(Member {
                id: MEMBER,
                home: CountyId(1),
                admitted_at: MADE,
                standing: Standing::Active,
                turns: 0,
            }),
            Record::Key(registered(
                KeyBody::Sign(sidecar),
                Role::Sidecar(CountyId(1)),
            )),
            Record::Key(registered(
                KeyBody::Sign(fallback),
                Role::Sidecar(CountyId(2)),
            )),
            Record::Key(registered(KeyBody::Room(room), Role::Member(MEMBER))),
            Record::Key(self.key),
            Record::Session(session),
            Record::Release(self.release.clone()),
        ];
        records.into_iter().collect()
    }

    /// A sealed pass with these fields, signed by `signer` for `purpose`.
    pub(crate) fn pass(
        &self,
        fields: &Value,
        signer: &SecretCertificate,
        purpose: &str,
    ) -> Vec<u8> {
        let purpose = Purpose::parse(purpose).expect("a purpose");
        let inner = Inner {
            secret: signer,
            at: Time(OPENS - 1_200),
            purpose: &purpose,
            domain: &self.trusted.alliance.domain,
        };
        let content = serde_json::to_vec(fields).expect("json");
        envelope::seal(&content, &recipients(&self.room_key), Some(inner)).expect("an envelope")
    }

    /// The fields of a good pass.
    pub(crate) fn pass_fields() -> Value {
        json!({
            "v": 1, "chain": "ktr-test-1", "session": 7, "server": SERVER,
            "user": format!("@m-00112233445566778899:{SERVER}"), "token": "syt_secret",
            "alias": format!("#ktr-7:{SERVER}"), "expires": T + 60,
        })
    }

    /// Anything as a post's ciphertext.
    pub(crate) fn letter(&self, content: &[u8]) -> Vec<u8> {
        envelope::seal(content, &recipients(&self.room_key), None).expect("an envelope")
    }

    /// The release as a post's ciphertext.
    pub(crate) fn ciphertext(files: &archive::Release, to: &SecretCertificate) -> Vec<u8> {
        let archive = archive::write(files).expect("an archive");
        envelope::seal(&archive, &recipients(to), None).expect("an envelope")
    }
}

fn recipients(key: &SecretCertificate) -> Recipients {
    Recipients::of_certificates(&[key.certificate()], MADE, &[4; 32]).expect("a recipient")
}

fn registered(body: KeyBody, role: Role) -> Key {
    let fingerprint = match &body {
        KeyBody::Sign(body) => signing_fingerprint(body),
        KeyBody::Room(body) | KeyBody::Encrypt(body) => encryption_fingerprint(body),
    };
    Key {
        fingerprint,
        body,
        role,
        valid_from: MADE,
        valid_until: Time(MADE.0 + 34_214_400),
        revoked: None,
        expired: false,
    }
}

/// A chain whose records and header time are set by hand.
#[derive(Clone)]
pub(crate) struct Records {
    state: State,
    key: Key,
    home_seeded: Arc<AtomicBool>,
    pub(crate) header_time: Arc<Mutex<Time>>,
}

impl Records {
    pub(crate) fn of(world: &World) -> Self {
        Self {
            state: world.state(),
            key: world.key,
            home_seeded: Arc::default(),
            header_time: Arc::new(Mutex::new(Time(OPENS))),
        }
    }

    /// The home county reports that its room is seeded; an agent sees it at its next look.
    pub(crate) fn home_seeds(&self) {
        self.home_seeded.store(true, Ordering::SeqCst);
    }
}

impl Chain for Records {
    async fn advance(&mut self) -> Result<(), StepError> {
        if self.home_seeded.load(Ordering::SeqCst) {
            let seeded = Seeded {
                room: Sha256([1; 32]),
                post: Sha256([2; 32]),
            };
            let event = session::Event::Seeded {
                session: SESSION,
                county: CountyId(1),
                seeded,
            };
            evolve(&mut self.state, &Event::Session(event));
        }
        Ok(())
    }

    fn state(&self) -> &State {
        &self.state
    }

    async fn prove(&self, release: ReleaseId) -> Result<Proven, StepError> {
        let release = self
            .state
            .bundle
            .get(&release)
            .cloned()
            .ok_or(StepError::ChainSilent)?;
        let header = ProvenHeader {
            height: Height(9),
            time: *self.header_time.lock().expect("no panic"),
            hash: Sha256([4; 32]),
            app_hash: Sha256([6; 32]),
            last_results_hash: Sha256([5; 32]),
            committed: Committed {
                signed: 300,
                total: 301,
                signers: 3,
            },
        };
        let opening = Opening {
            log_size: 1,
            log_root: Sha256([7; 32]),
            state_root: Sha256([8; 32]),
        };
        Ok(Proven {
            release,
            key: self.key,
            header,
            opening,
            value: vec![1],
            proof: vec![2],
        })
    }
}
