//! Every rule of nominations, and no change.
//! Order of checks: signer live, role or object, then the command's own rules as written.

use alloc::{vec, vec::Vec};

use super::{Command, Event, Nomination, Rejection, Severity, Status, Verdict};
use crate::{
    Context, State,
    board::Voter,
    id::{Commitment, Fingerprint, MemberId, SeatId},
    key::Role,
    limits::{OPEN_NOMINATIONS_MAX, SEATS},
    membership::Standing,
    time::Time,
};

/// Judges a command about a nomination.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let sender = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    match *command {
        Command::Submit {
            commitment,
            severity,
            matrix_version,
            decide_by,
        } => {
            let Role::Member(nominator) = sender else {
                return Err(Rejection::MemberRequired);
            };
            is_active(state, &nominator)?;
            may_be_nominated(state, severity, matrix_version)?;
            may_be_opened(state, &nominator, &commitment)?;
            may_be_decided(state, context.block.time, decide_by)?;
            let term = state.board.in_force().ok_or(Rejection::NoTermInForce)?.id;
            let at = context.block.time;
            Ok(vec![Event::Submitted {
                commitment,
                nominator,
                severity,
                matrix_version,
                term,
                at,
                decide_by,
            }])
        }
        Command::Vote {
            commitment,
            verdict,
        } => vote(state, context, commitment, verdict),
        Command::Withdraw { commitment } => {
            let nomination = open(state, context.block.time, &commitment)?;
            if sender != Role::Member(nomination.nominator) {
                return Err(Rejection::NominatorRequired);
            }
            is_active(state, &nomination.nominator)?;
            Ok(vec![Event::Withdrawn { commitment }])
        }
    }
}

/// **One veto is enough**: while a nomination is open, it ends it at once, however many seats approved before. Approvals clear it only when
/// every seat has approved; silence is not approval: it lapses (`due.rs`). A seat's word is final: who approved cannot veto afterwards.
fn vote(
    state: &State,
    context: &Context,
    commitment: Commitment,
    verdict: Verdict,
) -> Result<Vec<Event>, Rejection> {
    let nomination = open(state, context.block.time, &commitment)?;
    let seat = seat(state, &context.signer, nomination)?;
    if nomination.approvals.contains(&seat) {
        return Err(Rejection::SeatVoted);
    }
    if let Verdict::Veto(category) = verdict {
        let vetoed = Event::Vetoed {
            commitment,
            seat,
            category,
        };
        return Ok(vec![vetoed, Event::Diverted { commitment }]);
    }
    let approved = Event::Approved { commitment, seat };
    let approvals = nomination.approvals.len().saturating_add(1);
    if approvals < usize::from(SEATS) {
        return Ok(vec![approved]);
    }
    Ok(vec![approved, Event::Cleared { commitment }])
}

/// The seat that votes with this key, in the term of submission: a later board does not decide an earlier board's cases. The deputy votes
/// exactly where the holder may not, so that a seat has one voice on every nomination.
fn seat(state: &State, signer: &Fingerprint, nomination: &Nomination) -> Result<SeatId, Rejection> {
    let term = state.board.term(nomination.term);
    let term = term.ok_or(Rejection::SeatRequired)?;
    let (seat, voter) = term.voter(signer).ok_or(Rejection::SeatRequired)?;
    let is_recused = term.is_recused(seat.id, &nomination.commitment);
    let is_vacant = seat.vacated_at.is_some();
    match voter {
        Voter::Holder if is_vacant => Err(Rejection::SeatVacant),
        Voter::Holder if is_recused => Err(Rejection::SeatRecused),
        Voter::Deputy if !is_vacant && !is_recused => Err(Rejection::SeatNotRecused),
        Voter::Holder | Voter::Deputy => Ok(seat.id),
    }
}

/// A suspended member, and one that has left, asks for nothing.
fn is_active(state: &State, member: &MemberId) -> Result<(), Rejection> {
    let member = state.membership.member(member);
    match member.ok_or(Rejection::MemberRequired)?.standing {
        Standing::Active => Ok(()),
        Standing::Suspended { .. } => Err(Rejection::MemberSuspended),
        Standing::Left { .. } => Err(Rejection::MemberLeft),
    }
}

fn may_be_nominated(
    state: &State,
    severity: Severity,
    matrix_version: u32,
) -> Result<(), Rejection> {
    if severity < Severity::High {
        return Err(Rejection::SeverityTooLow);
    }
    if matrix_version == 0 || matrix_version > state.governance.parameters().matrix_version {
        return Err(Rejection::MatrixUnknown);
    }
    Ok(())
}

fn may_be_opened(
    state: &State,
    nominator: &MemberId,
    commitment: &Commitment,
) -> Result<(), Rejection> {
    if state.nomination.get(commitment).is_some() {
        return Err(Rejection::NominationKnown);
    }
    if state.nomination.open_count(nominator) >= OPEN_NOMINATIONS_MAX {
        return Err(Rejection::OpenTooMany);
    }
    Ok(())
}

fn may_be_decided(state: &State, now: Time, decide_by: Time) -> Result<(), Rejection> {
    let parameters = state.governance.parameters();
    if decide_by < now.plus(parameters.decide_min_secs) {
        return Err(Rejection::DecideByTooSoon);
    }
    if decide_by > now.plus(parameters.decide_max_secs) {
        return Err(Rejection::DecideByTooLate);
    }
    Ok(())
}

fn open<'a>(
    state: &'a State,
    now: Time,
    commitment: &Commitment,
) -> Result<&'a Nomination, Rejection> {
    let nomination = state
        .nomination
        .get(commitment)
        .ok_or(Rejection::NominationUnknown)?;
    if nomination.status != Status::Open {
        return Err(Rejection::NominationNotOpen);
    }
    if now >= nomination.decide_by {
        return Err(Rejection::DecideByPassed);
    }
    Ok(nomination)
}
