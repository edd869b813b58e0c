//! One action, carried out: the match that leads to the file that does it.
//! Each arm leaves a fact in the journal, or nothing to remember.

use std::collections::BTreeSet;

use super::sidecar::Sidecar;
use crate::action::{Action, Alarm};
use crate::error::RoomError;
use crate::journal::Fact;
use crate::limits::LEASE_SECS;
use crate::matrix_id::{Account, MediaUri, RoomId};
use crate::plan::Plan;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::seen::{Link, Net, Seen};

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
    ) -> Result<(), RoomError> {
        match action {
            Action::DestroyStray(room) => self.destroy_stray(room).await,
            Action::BeginDissolution(cause, marks) => self.begin_dissolution(plan, *cause, marks),
            Action::Destroy(step) => self.destroy(plan, *step).await,
            Action::Sweep => self.sweep().await,
            Action::Scan => self.scan().await,
            Action::Report(kind) => self.report(plan, seen, *kind).await,
            Action::Finish => self.finish(),
            Action::Alarm(alarm) => {
                self.ring(*alarm);
                Ok(())
            }
            Action::CreateRoom(guests) => self.create(plan, guests).await,
            Action::Invite(guests) => self.invite(guests).await,
            Action::WritePasses(guests) => self.write_passes(plan, guests).await,
            Action::Cancel(ids) => {
                for id in ids {
                    self.ports.room.cancel(id).await?;
                }
                Ok(())
            }
            Action::Arm(nets) => self.arm(plan, nets).await,
            Action::ArmLease => {
                let delay_ms = LEASE_SECS.saturating_mul(1_000);
                self.ports.room.arm_lease(&self.room()?, delay_ms).await
            }
            Action::RestartLease(id) => self.ports.room.restart(id).await,
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

    /// Rule 5. Accounts first: a room with an invitation to nobody would be hard to explain.
    async fn create(&mut self, plan: &Plan, guests: &[Account]) -> Result<(), RoomError> {
        for guest in guests {
            self.ports.room.ensure_account(guest).await?;
        }
        let room = self.ports.room.create(plan.session.id, guests).await?;
        tracing::info!(
            session = plan.session.id.0,
            invited = guests.len(),
            keyless = plan.keyless,
            "room made"
        );
        self.note(Fact::Room(room))
    }

    /// Rule 7. The delay is taken from the later of the two clocks, so that a slow one does not keep the room alive.
    async fn arm(&mut self, plan: &Plan, nets: &[Net]) -> Result<(), RoomError> {
        let room = self.room()?;
        for net in nets {
            let now_ms = self.now(Link::Proven).judged_ms();
            let delay_ms = self.policy.due_ms(plan, net).saturating_sub(now_ms).max(1);
            self.ports.room.arm(&room, net, delay_ms).await?;
        }
        tracing::info!(session = plan.session.id.0, nets = nets.len(), "nets armed");
        Ok(())
    }

    /// Rule 1. A stray that resists must not keep the session's own end from coming.
    async fn destroy_stray(&mut self, room: &RoomId) -> Result<(), RoomError> {
        let posts = self.written()?.posts.iter();
        let keep: BTreeSet<MediaUri> = posts.filter_map(|post| post.media.clone()).collect();
        match self.ports.room.destroy_stray(room, &keep).await {
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
