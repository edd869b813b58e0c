//! Another county's door: what was asked there, what was answered, and what that proves (design: room, section 11).
//! When to ask is the policy's affair (`policy/probe.rs`); how, the adapter's.

use std::collections::BTreeMap;

use ktr_core::id::{CountyId, SessionId};
use ktr_core::session::Testimony;
use serde::{Deserialize, Serialize};

use crate::journal::ReportState;
use crate::matrix_id::{EventId, MediaUri, RoomId, Token};

/// Another county, as the chain knows it in one session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gate {
    /// The county.
    pub county: CountyId,
    /// How many reports of destruction it has sent.
    pub attempts: u32,
    /// Whether this county has testified about the last of them.
    pub witnessed: bool,
    /// Whether two witnesses have met on one of them: the chain then waits for nobody.
    pub confirmed: bool,
}

/// What one call was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// 200: there is something, and the probe may have it.
    Granted,
    /// 403 or 404: there is nothing, or the probe may not have it.
    Refused,
    /// Anything else, above all 401 and silence: it says nothing.
    Nothing,
}

/// What the five calls of one probe were answered: room, post, media, alias, join.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answers(pub [Answer; 5]);

/// What the probe asks for; nothing of it is kept once the pass has ended or the watch is over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inside {
    /// The key to the probe's account there.
    pub token: Token,
    /// The room's alias.
    pub alias: String,
    /// The room.
    pub room: RoomId,
    /// Its first post.
    pub event: EventId,
    /// The post's media.
    pub media: MediaUri,
}

#[cfg(test)]
impl Inside {
    /// Somebody's room.
    pub(crate) fn sample() -> Self {
        Self {
            token: Token("t".to_owned()),
            alias: "#ktr-1:b.test".to_owned(),
            room: RoomId("!r".to_owned()),
            event: EventId("$e".to_owned()),
            media: MediaUri("mxc://b.test/m".to_owned()),
        }
    }
}

/// When answers were heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// Shortly before T: the control. A refusal after a door that never opened shows nothing.
    Before,
    /// After T, while the destruction must show.
    After,
    /// When even a slow destruction must be over.
    Last,
}

/// What is known of one door.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// What the probe asks for, once it is inside.
    pub inside: Option<Inside>,
    /// Whether every call was granted before T.
    pub opened: bool,
    /// What was found, once something was.
    pub found: Option<Found>,
    /// When it was last tried, in milliseconds.
    pub tried_ms: u64,
    /// The testimonies and how far they have come, by the attempt they are about.
    pub reports: BTreeMap<u32, ReportState>,
}

/// What a door showed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It was open before T and shut after it.
    Shut,
    /// It stood open when it should long have been shut.
    Open {
        /// How many reports of destruction there were by then.
        attempts: u32,
    },
}

/// What is known of every other county's door in one session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The session.
    pub session: u32,
    /// When this machine forgets what probes ask for, whatever the chain says or does not say, in milliseconds.
    pub forget_at_ms: u64,
    /// The doors, by county.
    pub doors: BTreeMap<u8, Door>,
}

/// Something that happened at a door and must survive a crash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// It was tried.
    Tried(u64),
    /// The probe is inside.
    Entered(Inside),
    /// A probe was answered, after so many reports of destruction.
    Heard(Moment, u32, Answers),
    /// The testimony about an attempt was signed.
    Signed(u32, Vec<u8>),
    /// Signed bytes about an attempt will never be accepted: sign anew.
    Unsigned(u32),
    /// The testimony about an attempt is on chain.
    Settled(u32),
    /// The testimony about an attempt was refused for good.
    Refused(u32),
    /// The pass has ended, and what the probe asked for is forgotten.
    Left,
}

/// What to do at a door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// Fetch the pass, join, look for the post.
    Enter(CountyId),
    /// Ask all five, after so many reports of destruction.
    Probe(CountyId, Moment, u32),
    /// Testify about a report of destruction.
    Testify(CountyId, u32, Testimony),
    /// The pass has ended: forget what was asked for, and keep what was found.
    Leave(CountyId),
    /// Nothing is left to be found out: forget everything.
    Close,
}

impl Watch {
    /// A watch in which nothing was seen, and what this machine's clock ends even while the chain is silent.
    #[must_use]
    pub const fn begin(session: SessionId, forget_at_ms: u64) -> Self {
        Self {
            session: session.0,
            forget_at_ms,
            doors: BTreeMap::new(),
        }
    }

    /// The counties in whose rooms a probe is to be forgotten by now.
    #[must_use]
    pub fn to_forget(&self, local_ms: u64) -> Vec<CountyId> {
        let inside = self.doors.iter().filter(|(_, door)| door.inside.is_some());
        let is_over = local_ms >= self.forget_at_ms;
        inside
            .filter(|_| is_over)
            .map(|(county, _)| CountyId(*county))
            .collect()
    }

    /// Writes something down.
    pub fn note(&mut self, county: CountyId, note: Note) {
        let door = self.doors.entry(county.0).or_default();
        match note {
            Note::Tried(at_ms) => door.tried_ms = at_ms,
            Note::Entered(inside) => door.inside = Some(inside),
            Note::Heard(moment, attempts, answers) => door.hear(moment, attempts, answers),
            Note::Signed(attempt, octets) => door.report(attempt, ReportState::Signed(octets)),
            Note::Unsigned(attempt) => {
                door.reports.remove(&attempt);
            }
            Note::Settled(attempt) => door.report(attempt, ReportState::Settled),
            Note::Refused(attempt) => door.report(attempt, ReportState::Refused),
            Note::Left => door.inside = None,
        }
    }
}

impl Door {
    /// What answers prove. A door that was found shut stays so; one that stood open is judged anew.
    ///
    /// **Invariant:** only five refusals after five grants are a door that was shut, and only a grant when all should be over
    /// is one that stands open. When all should be over, a door is shut only for a county that found it standing and asks
    /// again after another report.
    fn hear(&mut self, moment: Moment, attempts: u32, answers: Answers) {
        let is_shut = self.opened && answers.all(Answer::Refused);
        match (moment, self.found) {
            (_, Some(Found::Shut)) => {}
            (Moment::Before, _) => self.opened |= answers.all(Answer::Granted),
            (Moment::After, None) | (Moment::Last, Some(Found::Open { .. })) if is_shut => {
                self.found = Some(Found::Shut);
            }
            (Moment::Last, _) if answers.any(Answer::Granted) => {
                self.found = Some(Found::Open { attempts });
            }
            (Moment::After | Moment::Last, _) => {}
        }
    }

    /// What was found that may be said about an attempt, if anything was.
    #[must_use]
    pub fn found_about(&self, attempt: u32) -> Option<Found> {
        self.found.filter(|found| found.is_about(attempt))
    }

    /// Whether the testimony about an attempt needs nothing more. The chain counts the witnesses of each attempt apart.
    #[must_use]
    pub fn settled(&self, attempt: u32) -> bool {
        matches!(
            self.reports.get(&attempt),
            Some(ReportState::Settled | ReportState::Refused)
        )
    }

    fn report(&mut self, attempt: u32, state: ReportState) {
        self.reports.insert(attempt, state);
    }
}

impl Answer {
    /// What a status says; `None` is silence.
    #[must_use]
    pub const fn of(status: Option<u16>) -> Self {
        match status {
            Some(200) => Self::Granted,
            Some(403 | 404) => Self::Refused,
            Some(_) | None => Self::Nothing,
        }
    }
}

impl Answers {
    fn all(self, answer: Answer) -> bool {
        self.0.iter().all(|heard| *heard == answer)
    }

    fn any(self, answer: Answer) -> bool {
        self.0.contains(&answer)
    }
}

impl Found {
    /// What a witness says of it.
    #[must_use]
    pub const fn testimony(self) -> Testimony {
        match self {
            Self::Shut => Testimony::Gone,
            Self::Open { .. } => Testimony::Standing,
        }
    }

    /// Whether this may be said about an attempt. A door that was shut is so for every later attempt; of one that stood open
    /// a later attempt may have made an end. The first report may come late: what stood open before it was its room.
    const fn is_about(self, attempt: u32) -> bool {
        match self {
            Self::Shut => true,
            Self::Open { attempts } => attempt <= attempts || attempt == 1,
        }
    }
}
