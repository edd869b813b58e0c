//! The lookout: asks at the other counties' doors and testifies, beside the loop that tends this county's own room.
//! It has a task of its own, so that no foreign server can keep a room's end waiting.

use std::time::Duration;

use ktr_core::id::CountyId;
use serde::Deserialize;

use crate::adapter::matrix::{Doors, Key};
use crate::door::{Errand, Gate, Moment, Note, Watch};
use crate::error::{CipherError, RoomError};
use crate::file;
use crate::journal::{ReportState, Store};
use crate::matrix_id::Token;
use crate::name;
use crate::plan::{Neighbour, Outlook, Session};
use crate::policy::WatchPolicy;
use crate::port::{Chain, Cipher, Clock, Sent};
use crate::report::Report;
use crate::seen::{Link, Now};

/// The file of the state folder in which a watch lies.
const FILE: &str = "watch.json";

/// The lookout of a county.
#[derive(Debug)]
pub struct Lookout<C, P, K> {
    /// The chain.
    pub chain: C,
    /// OpenPGP.
    pub cipher: P,
    /// The clock.
    pub clock: K,
    /// Where the other counties are.
    pub doors: Doors,
    /// This county.
    pub county: CountyId,
    /// When to ask.
    pub policy: WatchPolicy,
    /// Where what was heard is kept.
    pub store: Store,
    /// What the chain last proved; nothing at the start.
    pub outlook: Option<Outlook>,
}

/// The fields of a pass (design: room, section 3).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    v: u8,
    chain: String,
    session: u32,
    server: String,
    user: String,
    token: Token,
    alias: String,
    expires: u64,
}

impl<C: Chain, P: Cipher, K: Clock> Lookout<C, P, K> {
    /// Passes for ever, each `tick`.
    pub async fn run(mut self, tick: Duration) {
        loop {
            if let Err(error) = self.pass().await {
                tracing::warn!(%error, "the lookout's pass failed; it is tried again");
            }
            tokio::time::sleep(tick).await;
        }
    }

    /// One pass: what is due at every door. A chain that falls silent leaves what it last proved, and keeps testimonies back.
    ///
    /// # Errors
    /// What was heard could not be written down.
    pub async fn pass(&mut self) -> Result<(), RoomError> {
        let chain = match self.chain.outlook().await {
            Ok(outlook) => {
                self.outlook = Some(outlook);
                Link::Proven
            }
            Err(_) => Link::Silent,
        };
        let mut begun = self.load()?;
        if let Some(watch) = &mut begun {
            for county in watch.to_forget(self.clock.local_ms()) {
                self.note(watch, county, Note::Left)?;
            }
        }
        let Some(outlook) = self.outlook.clone() else {
            return Ok(());
        };
        let now = Now {
            local_ms: self.clock.local_ms(),
            block: Some(outlook.newest),
            skew_ms: outlook.skew_ms,
            chain,
        };
        let Some((session, mut watch)) = self.choose(&outlook, begun, now) else {
            return self.close();
        };
        let known = session
            .gates
            .iter()
            .filter(|gate| self.doors.know(gate.county));
        let gates: Vec<Gate> = known.copied().collect();
        for errand in self.policy.next(session, &gates, &watch, now) {
            match errand {
                Errand::Enter(county) => {
                    if let Some(neighbour) = neighbour(&outlook, county) {
                        self.enter(&outlook, session, neighbour, &mut watch).await?;
                    }
                }
                Errand::Probe(county, moment, attempts) => {
                    self.probe(county, moment, attempts, &mut watch).await?;
                }
                Errand::Testify(county, attempt, testimony) => {
                    let report = Report::Witness {
                        session: session.id,
                        county,
                        attempt,
                        testimony,
                    };
                    self.testify(&report, (county, attempt), &mut watch).await?;
                }
                Errand::Leave(county) => self.note(&mut watch, county, Note::Left)?,
                Errand::Close => return self.close(),
            }
        }
        Ok(())
    }

    /// The session whose doors are watched: one that begins now comes before one whose witnesses still wait for a report.
    fn choose<'a>(
        &self,
        outlook: &'a Outlook,
        begun: Option<Watch>,
        now: Now,
    ) -> Option<(&'a Session, Watch)> {
        let sessions = outlook.sessions.iter();
        let begins = sessions
            .filter(|session| self.policy.begins(session, now))
            .min_by_key(|session| session.times.dissolves_at);
        let watched = begun.as_ref().and_then(|watch| {
            let mut sessions = outlook.sessions.iter();
            sessions.find(|session| session.id.0 == watch.session)
        });
        let session = begins.or(watched)?;
        let watch = begun.filter(|watch| watch.session == session.id.0);
        Some((
            session,
            watch.unwrap_or_else(|| Watch::begin(session.id, self.policy.forgets_at_ms(session))),
        ))
    }

    /// Takes the pass, joins, and looks for the post. What does not come off is tried again.
    async fn enter(
        &self,
        outlook: &Outlook,
        session: &Session,
        neighbour: &Neighbour,
        watch: &mut Watch,
    ) -> Result<(), RoomError> {
        let county = neighbour.county;
        let entered = async {
            let name = name::probe_pass(&outlook.chain_id, session.id, self.county);
            let sealed = self.doors.pass(county, session.id, &name).await?;
            let opened = self.cipher.open_pass(&sealed, &neighbour.signing_keys)?;
            let key = self.read(&opened, outlook, session)?;
            self.doors.enter(county, &key).await
        };
        match entered.await {
            Ok(Some(inside)) => {
                tracing::info!(
                    session = session.id.0,
                    county = county.0,
                    "inside another county's room"
                );
                self.note(watch, county, Note::Entered(inside))
            }
            Ok(None) => Ok(()),
            Err(error @ RoomError::OtherKey(_)) => {
                tracing::warn!(session = session.id.0, county = county.0, %error, "not inside yet");
                Ok(())
            }
            Err(error) => {
                tracing::debug!(session = session.id.0, county = county.0, %error, "not inside yet");
                Ok(())
            }
        }
    }

    /// Asks all five, and writes down what was answered.
    async fn probe(
        &self,
        county: CountyId,
        moment: Moment,
        attempts: u32,
        watch: &mut Watch,
    ) -> Result<(), RoomError> {
        let door = watch.doors.get(&county.0);
        let Some(inside) = door.and_then(|door| door.inside.clone()) else {
            return Ok(());
        };
        let answers = self.doors.ask(county, &inside).await;
        let session = watch.session;
        tracing::info!(
            session,
            county = county.0,
            ?moment,
            ?answers,
            "asked at a door"
        );
        watch.note(county, Note::Tried(self.clock.local_ms()));
        self.note(watch, county, Note::Heard(moment, attempts, answers))
    }

    /// The key in a pass; every field must be what a probe's pass has.
    fn read(&self, opened: &[u8], outlook: &Outlook, session: &Session) -> Result<Key, RoomError> {
        let wrong = || RoomError::Cipher(CipherError::Pass("field".to_owned()));
        let fields: Fields = serde_json::from_slice(opened).map_err(|_secret_inside| wrong())?;
        let server = &fields.server;
        let is_sound = fields.v == 1
            && fields.chain == outlook.chain_id
            && fields.session == session.id.0
            && fields.alias == format!("#{}:{server}", name::alias(session.id))
            && fields.user == format!("@{}:{server}", name::probe(self.county).as_str())
            && fields.expires > session.times.dissolves_at
            && fields.token.as_str().bytes().all(|c| c.is_ascii_graphic());
        if !is_sound {
            return Err(wrong());
        }
        Ok(Key {
            token: fields.token,
            alias: fields.alias,
        })
    }

    /// Signs once, and sends the same bytes until they are on chain or refused.
    async fn testify(
        &self,
        report: &Report,
        (county, attempt): (CountyId, u32),
        watch: &mut Watch,
    ) -> Result<(), RoomError> {
        let door = watch.doors.get(&county.0);
        let signed = match door.and_then(|door| door.reports.get(&attempt)) {
            Some(ReportState::Signed(octets)) => octets.clone(),
            Some(ReportState::Settled | ReportState::Refused) => return Ok(()),
            None => {
                let octets = self.chain.sign(report)?;
                self.note(watch, county, Note::Signed(attempt, octets.clone()))?;
                octets
            }
        };
        match self.chain.send(&signed).await {
            Ok(sent) => {
                tracing::info!(
                    session = watch.session,
                    county = county.0,
                    attempt,
                    ?sent,
                    "testimony sent"
                );
                let note = match sent {
                    Sent::Accepted | Sent::Already => Note::Settled(attempt),
                    Sent::NotYet => Note::Unsigned(attempt),
                    Sent::Refused(_) => Note::Refused(attempt),
                };
                self.note(watch, county, note)
            }
            Err(error) => {
                tracing::debug!(session = watch.session, county = county.0, %error, "testimony not sent yet");
                Ok(())
            }
        }
    }

    /// Writes something down; it is on disk when this returns.
    fn note(&self, watch: &mut Watch, county: CountyId, note: Note) -> Result<(), RoomError> {
        watch.note(county, note);
        let octets = serde_json::to_vec(watch).map_err(|_secret_inside| RoomError::Journal)?;
        self.store.put(&self.store.path(FILE), &octets)
    }

    /// What was heard so far. A file that is not a watch is none: what is forgotten is not testified.
    fn load(&self) -> Result<Option<Watch>, RoomError> {
        let octets = file::find(&self.store.path(FILE))?;
        Ok(octets.and_then(|octets| serde_json::from_slice(&octets).ok()))
    }

    /// Forgets everything, tokens above all.
    fn close(&self) -> Result<(), RoomError> {
        match std::fs::remove_file(self.store.path(FILE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn neighbour(outlook: &Outlook, county: CountyId) -> Option<&Neighbour> {
    let mut neighbours = outlook.neighbours.iter();
    neighbours.find(|neighbour| neighbour.county == county)
}
