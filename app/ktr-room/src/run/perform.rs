//! One action, carried out: the match that leads to the file that does it.
//! Each arm leaves a fact in the journal, or nothing to remember.

use std::collections::BTreeSet;

use super::dissolve::in_time;
use super::sidecar::Sidecar;
use crate::action::{Action, Alarm};
use crate::error::RoomError;
use crate::journal::Fact;
use crate::limits::LEASE_SECS;
use crate::matrix_id::{Account, DelayId, MediaUri, RoomId};
use crate::plan::Plan;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::seen::{Now, Seen};
use crate::setback::Setbacks;

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Carries an action out.
    #[expect(
        clippy::cognitive_complexity,
        reason = "one arm for each action, each one call"
    )]
    pub(super) async fn perform(
        &mut self,
        plan: &Plan,
        seen: &Seen,
        action: &Action,
        now: Now,
    ) -> Result<(), RoomError> {
        match action {
            Action::DestroyStray(room) => self.destroy_stray(room).await,
            Action::BeginDissolution(cause, marks) => {
                self.begin_dissolution(plan, *cause, marks, now)
            }
            Action::Destroy(step) => self.destroy(plan, *step).await,
            Action::Sweep => self.sweep(plan).await,
            Action::Scan => self.scan(plan).await,
            Action::Report(kind) => self.report(plan, seen, *kind, now).await,
            Action::Finish => self.finish(),
            Action::Alarm(alarm) => {
                self.ring(*alarm);
                Ok(())
            }
            Action::CreateRoom(guests) => self.create(plan, guests).await,
            Action::Invite(guests) => self.invite(plan, guests).await,
            Action::WritePasses(guests) => self.write_passes(plan, guests).await,
            Action::Cancel(ids) => {
                let mut setbacks = Setbacks::default();
                for id in ids {
                    setbacks.take(self.ports.room.cancel(id).await)?;
                }
                self.fell_short(plan, "nets to cancel", setbacks);
                Ok(())
            }
            Action::Arm(nets) => self.arm(plan, nets).await,
            Action::PutOut(accounts) => self.put_out(plan, accounts).await,
            Action::ArmLease => {
                let delay_ms = LEASE_SECS.saturating_mul(1_000);
                self.ports.room.arm_lease(&self.room()?, delay_ms).await
            }
            Action::RestartLease(id) => self.restart_lease(id).await,
            Action::OpenJoins => self.ports.room.open_joins(&self.room()?).await,
            Action::CloseJoins => self.ports.room.close_joins(&self.room()?).await,
            Action::Encrypt(n, to) => self.encrypt(plan, *n, to),
            Action::NameMedia(n) => self.name_media(*n).await,
            Action::Upload(n) => self.upload(*n).await,
            Action::Post(n) => self.post(plan, *n).await,
        }
    }

    /// The journal's room.
    pub(super) fn room(&self) -> Result<RoomId, RoomError> {
        self.written()?.room.clone().ok_or(RoomError::Journal)
    }

    /// Rule 8. One that ran out after the look is a failure: joins are closed, and nothing opens them before another is armed.
    async fn restart_lease(&self, id: &DelayId) -> Result<(), RoomError> {
        if self.ports.room.restart(id).await? {
            return Ok(());
        }
        Err(RoomError::LeaseGone)
    }

    /// Rule 5. Accounts first: a room with an invitation to nobody would be hard to explain.
    async fn create(&mut self, plan: &Plan, guests: &[Account]) -> Result<(), RoomError> {
        let mut setbacks = Setbacks::default();
        let mut known = Vec::new();
        for guest in guests {
            let ensured = self.ports.room.ensure_account(guest).await;
            known.extend(setbacks.take(ensured)?.map(|()| guest.clone()));
        }
        self.fell_short(plan, "accounts to make", setbacks);
        let room = self.ports.room.create(plan.session.id, &known).await?;
        tracing::info!(
            session = plan.session.id.0,
            invited = known.len(),
            keyless = plan.keyless,
            "room made"
        );
        self.note(Fact::Room(room))
    }

    /// Counts those for whom something did not come off; the next pass finds them missing and tries again, and it rings if that lasts.
    pub(super) fn fell_short(&mut self, plan: &Plan, what: &'static str, setbacks: Setbacks) {
        let failing = setbacks.count();
        self.failing = self.failing.saturating_add(failing);
        if let Err(error) = setbacks.end() {
            self.raise_of(&error);
            tracing::warn!(session = plan.session.id.0, what, failing, %error, "some did not come off; they are tried again");
        }
    }

    /// Rule 1. A stray that resists must not keep the session's own end from coming.
    async fn destroy_stray(&mut self, room: &RoomId) -> Result<(), RoomError> {
        let posts = self.written()?.posts.iter();
        let keep: BTreeSet<MediaUri> = posts.filter_map(|post| post.media.clone()).collect();
        let longest = self.patience();
        let destroyed = in_time(longest, self.ports.room.destroy_stray(room, &keep)).await;
        match destroyed {
            Ok(()) => {
                tracing::warn!("a stray room was destroyed");
                self.note(Fact::StrayGone(room.clone()))
            }
            Err(RoomError::TokenRefused) => Err(RoomError::TokenRefused),
            Err(error) => {
                self.complain(&error);
                self.ring(Alarm::Stray);
                Ok(())
            }
        }
    }
}
