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

/// What the probe asks for; nothing of it is kept after the watch.
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
    /// The testimony on its way.
    pub report: Option<ReportState>,
}

/// What a door showed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It was open before T and shut after it.
    Shut,
    /// It stood open when it should long have been shut.
    Open,
}

/// What is known of every other county's door in one session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The session.
    pub session: u32,
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
    /// A probe was answered.
    Heard(Moment, Answers),
    /// The testimony was signed.
    Signed(Vec<u8>),
    /// Signed bytes will never be accepted: sign anew.
    Unsigned,
    /// The testimony is on chain.
    Settled,
    /// The testimony was refused for good.
    Refused,
}

/// What to do at a door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// Fetch the pass, join, look for the post.
    Enter(CountyId),
    /// Ask all five.
    Probe(CountyId, Moment),
    /// Testify about a report of destruction.
    Testify(CountyId, u32, Testimony),
    /// Nothing is left to be found out: forget everything.
    Close,
}

impl Watch {
    /// A watch in which nothing was seen.
    #[must_use]
    pub const fn begin(session: SessionId) -> Self {
        Self {
            session: session.0,
            doors: BTreeMap::new(),
        }
    }

    /// Writes something down.
    pub fn note(&mut self, county: CountyId, note: Note) {
        let door = self.doors.entry(county.0).or_default();
        match note {
            Note::Tried(at_ms) => door.tried_ms = at_ms,
            Note::Entered(inside) => door.inside = Some(inside),
            Note::Heard(moment, answers) => door.hear(moment, answers),
            Note::Signed(octets) => door.report = Some(ReportState::Signed(octets)),
            Note::Unsigned => door.report = None,
            Note::Settled => door.report = Some(ReportState::Settled),
            Note::Refused => door.report = Some(ReportState::Refused),
        }
    }
}

impl Door {
    /// What answers prove. What was found stays found.
    ///
    /// **Invariant:** only five refusals after five grants are a door that was shut, and only a grant when all should be over
    /// is one that stands open.
    fn hear(&mut self, moment: Moment, answers: Answers) {
        if self.found.is_some() {
            return;
        }
        match moment {
            Moment::Before => self.opened |= answers.all(Answer::Granted),
            Moment::After if self.opened && answers.all(Answer::Refused) => {
                self.found = Some(Found::Shut);
            }
            Moment::Last if answers.any(Answer::Granted) => self.found = Some(Found::Open),
            Moment::After | Moment::Last => {}
        }
    }

    /// Whether its testimony needs nothing more.
    #[must_use]
    pub const fn settled(&self) -> bool {
        matches!(
            self.report,
            Some(ReportState::Settled | ReportState::Refused)
        )
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
            Self::Open => Testimony::Standing,
        }
    }
}
