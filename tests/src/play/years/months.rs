//! Half of the documented year, month by month and by transactions alone: cases, votes, silence, the hash of a release, the hour.
//! While the board decides the cases of one month, those of the next are nominated. No form lies behind these cases and no bundle behind
//! their releases: that everything fits together is shown by the cases of the term's act and by the session that has a bundle.

use std::{mem, ops::Range};

use ktr_artefact::openpgp::SecretCertificate;
use ktr_core::{
    Command, bundle,
    id::{Commitment, ReleaseId, SessionId, Sha256},
    limits::PROFILE,
    nomination::{self, Severity, Verdict},
    session::{self, LanguageTag},
    time::Secs,
};
use ktr_os::{clock, entropy};
use ktr_testkit::year::{Fate, fates};
use serde_json::json;

use super::{
    super::{Failure, Figures, stage::Stage},
    alliance::Alliance,
    hour,
    line::{Asked, Line, key},
};

/// Months of the documented year, and how many of them hold their session here.
pub(crate) struct Half {
    months: Range<u64>,
    sessions: usize,
}

/// The session of the sixth month is the one with a bundle, in an act of its own; what its board cleared here goes into the seventh.
pub(crate) const FIRST: Half = Half {
    months: 0..6,
    sessions: 5,
};
/// The months of the next board.
pub(crate) const NEXT: Half = Half {
    months: 6..12,
    sessions: 6,
};

/// How the cases end that the act of a term shows one by one: they are cases of the half's first month.
const SHOWN: [Fate; 3] = [Fate::Cleared, Fate::Vetoed, Fate::Lapsed];
/// Seconds that the board has for a case, and for one on which a seat stays silent.
const DECIDE_SECS: u64 = 35;
const LAPSE_SECS: u64 = 15;
/// Seconds from the announcement of a session to its seeding: its release is sealed by then, and its hour may be opened 900 s before.
const SEEDS_SECS: u64 = 20;
/// Seconds that the hour lasts.
const HOUR_SECS: u64 = 1;
/// Octets that a release says it has.
const SIZE: u64 = 70_000;
/// Heads in the studio.
const ATTENDANCE: u64 = 9;

/// What happens to a month, one after the other; each rests on what the chain accepted before.
const STEPS: [Step; 5] = [
    Step::Nominate,
    Step::Approve,
    Step::Seal,
    Step::Open,
    Step::Close,
];

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The studio announces the session, members nominate.
    Nominate,
    /// Seats approve.
    Approve,
    /// Seats veto, the desk seals what was cleared.
    Seal,
    /// The hour begins.
    Open,
    /// The hour is over.
    Close,
}

/// Plays the half; a month is one step behind the next.
pub(crate) fn play(alliance: &mut Alliance, year: usize, half: &Half) -> Result<Figures, Failure> {
    let line = Line::to(&alliance.stage)?;
    let cast = Cast::of(&alliance.stage, year)?;
    let mut months = half.months(&cast);
    let cases: usize = months.iter().map(|month| month.cases.len()).sum();
    let waves = months.len().saturating_add(STEPS.len()).saturating_sub(1);
    for begun in 0..waves {
        let mut asked = Vec::new();
        for (place, month) in months.iter_mut().enumerate() {
            let step = begun.checked_sub(place).and_then(|step| STEPS.get(step));
            if let Some(step) = step {
                asked.extend(month.step(*step, alliance, &cast));
            }
        }
        line.send(asked)?;
    }
    let mut figures = Figures::new();
    figures.insert("nominated".to_owned(), json!(cases));
    figures.insert("sessions".to_owned(), json!(half.sessions));
    figures.insert("waves".to_owned(), json!(waves));
    Ok(figures)
}

/// Who acts in these months, each with the key of today, and in which languages the hours are held.
struct Cast {
    members: Vec<SecretCertificate>,
    seats: Vec<SecretCertificate>,
    studio: SecretCertificate,
    releaser: SecretCertificate,
    languages: Vec<LanguageTag>,
}

impl Cast {
    fn of(stage: &Stage, year: usize) -> Result<Self, Failure> {
        let members = stage.members.iter().map(|member| {
            let [_, file] = &member.signer;
            key(file)
        });
        let seats = ["seat-1", "seat-2", "seat-3"];
        let seats = seats.iter().map(|seat| key(&stage.role_key(seat)));
        let languages = hour::languages(year).split(',');
        Ok(Self {
            members: members.collect::<Result<_, _>>()?,
            seats: seats.collect::<Result<_, _>>()?,
            studio: key(&stage.role_key("studio"))?,
            releaser: key(&stage.role_key("releaser"))?,
            languages: languages.filter_map(LanguageTag::parse).collect(),
        })
    }
}

/// A case that is to end so.
struct Case<'a> {
    commitment: Commitment,
    fate: Fate,
    member: &'a SecretCertificate,
}

/// A month under way.
struct Month<'a> {
    cases: Vec<Case<'a>>,
    /// Whether its session is held here.
    holds: bool,
    session: Option<SessionId>,
}

impl Half {
    /// How the cases of each month end; without those that are shown in the act of the term.
    fn fates(&self) -> Vec<Vec<Fate>> {
        let mut months: Vec<Vec<Fate>> = self.months.clone().map(fates).collect();
        if let Some(first) = months.first_mut() {
            for shown in SHOWN {
                if let Some(place) = first.iter().position(|fate| *fate == shown) {
                    first.remove(place);
                }
            }
        }
        months
    }

    /// Members take turns: none may have more than ten open cases.
    fn months<'a>(&self, cast: &'a Cast) -> Vec<Month<'a>> {
        let mut members = cast.members.iter().cycle();
        let months = self.fates().into_iter().zip(1_usize..);
        months
            .map(|(fates, number)| {
                let cases = fates.into_iter().zip(members.by_ref());
                let cases = cases.map(|(fate, member)| Case {
                    commitment: Commitment(entropy::draw()),
                    fate,
                    member,
                });
                Month {
                    cases: cases.collect(),
                    holds: number <= self.sessions,
                    session: None,
                }
            })
            .collect()
    }
}

impl<'a> Month<'a> {
    fn step(&mut self, step: Step, alliance: &mut Alliance, cast: &'a Cast) -> Vec<Asked<'a>> {
        match step {
            Step::Nominate => self.nominate(alliance, cast),
            Step::Approve => self.votes(cast, |verdict| verdict == Verdict::Approve),
            Step::Seal => {
                let mut asked = self.votes(cast, |verdict| verdict != Verdict::Approve);
                asked.extend(self.seal(alliance, cast));
                asked
            }
            Step::Open => self.of_studio(cast, |session| session::Command::Open { session }),
            Step::Close => self.of_studio(cast, |session| session::Command::Close {
                session,
                attendance: Some(ATTENDANCE),
            }),
        }
    }

    fn nominate(&mut self, alliance: &mut Alliance, cast: &'a Cast) -> Vec<Asked<'a>> {
        let mut asked = Vec::new();
        if self.holds {
            let (session, hours) = alliance.next_session(SEEDS_SECS, HOUR_SECS);
            self.session = Some(session);
            let languages = cast.languages.clone();
            asked.extend(self.of_studio(cast, |session| session::Command::Schedule {
                session,
                hours,
                languages,
            }));
        }
        let ahead = |secs| clock::now().plus(Secs(alliance.stage.secs(secs)));
        let (decided_by, silent_until) = (ahead(DECIDE_SECS), ahead(LAPSE_SECS));
        asked.extend(self.cases.iter().map(|case| Asked {
            by: case.member,
            command: Command::Nomination(nomination::Command::Submit {
                commitment: case.commitment,
                severity: Severity::High,
                matrix_version: 1,
                decide_by: match case.fate {
                    Fate::Cleared | Fate::Vetoed => decided_by,
                    Fate::Lapsed => silent_until,
                },
            }),
        }));
        asked
    }

    /// What the seats say of the month's cases, as far as it is of this kind.
    fn votes(&self, cast: &'a Cast, is_said: impl Fn(Verdict) -> bool) -> Vec<Asked<'a>> {
        let mut asked = Vec::new();
        for case in &self.cases {
            let votes = cast.seats.iter().zip(case.fate.verdicts().iter().copied());
            let votes = votes.filter(|(_, verdict)| is_said(*verdict));
            asked.extend(votes.map(|(seat, verdict)| Asked {
                by: seat,
                command: Command::Nomination(nomination::Command::Vote {
                    commitment: case.commitment,
                    verdict,
                }),
            }));
        }
        asked
    }

    /// All that was cleared and is in no release yet.
    fn seal(&self, alliance: &mut Alliance, cast: &'a Cast) -> Option<Asked<'a>> {
        let cleared = self.cases.iter().filter(|case| case.fate == Fate::Cleared);
        alliance
            .unsealed
            .extend(cleared.map(|case| case.commitment));
        let session = self.session?;
        let mut nominations = mem::take(&mut alliance.unsealed);
        nominations.sort_unstable();
        Some(Asked {
            by: &cast.releaser,
            command: Command::Bundle(bundle::Command::Seal {
                release: ReleaseId(entropy::draw()),
                session,
                sha256: Sha256(entropy::draw()),
                size: SIZE,
                profile: PROFILE,
                beacon: Sha256(entropy::draw()),
                nominations,
            }),
        })
    }

    /// What the studio says of the month's session, if it is held here.
    fn of_studio(
        &self,
        cast: &'a Cast,
        said: impl FnOnce(SessionId) -> session::Command,
    ) -> Vec<Asked<'a>> {
        let asked = self.session.map(|session| Asked {
            by: &cast.studio,
            command: Command::Session(said(session)),
        });
        asked.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, Fate, NEXT, SHOWN};

    #[test]
    fn two_halves_two_terms_and_a_session_are_the_documented_year() {
        let halves = [FIRST, NEXT];
        let left = halves.iter().flat_map(|half| half.fates().concat());
        let all: Vec<Fate> = left.chain(SHOWN).chain(SHOWN).collect();
        let count = |fate| all.iter().filter(|of| **of == fate).count();
        let ends = [Fate::Cleared, Fate::Vetoed, Fate::Lapsed].map(count);
        assert_eq!((all.len(), ends), (127, [94, 20, 13]));
        let sessions: usize = halves.iter().map(|half| half.sessions).sum();
        assert_eq!(sessions.saturating_add(1), 12);
    }
}
