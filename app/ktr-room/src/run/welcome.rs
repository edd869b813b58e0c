//! Invitations and passes: how a member gets in without a password (design: room, section 3).
//! A pass is useless to others: it is signed by the sidecar and encrypted to its member.

use std::path::Path;

use ktr_core::id::EncryptionKey;
use serde_json::json;

use super::sidecar::Sidecar;
use crate::error::{CipherError, RoomError};
use crate::file;
use crate::journal::{Fact, Pass};
use crate::matrix_id::Account;
use crate::name;
use crate::plan::Plan;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::setback::Setbacks;

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Rule 6, first half.
    pub(super) async fn invite(
        &mut self,
        plan: &Plan,
        guests: &[Account],
    ) -> Result<(), RoomError> {
        let room = self.room()?;
        let mut setbacks = Setbacks::default();
        for guest in guests {
            let ensured = self.ports.room.ensure_account(guest).await;
            if setbacks.take(ensured)?.is_some() {
                setbacks.take(self.ports.room.invite(&room, guest).await)?;
            }
        }
        self.fell_short(plan, "invitations", setbacks);
        Ok(())
    }

    /// Rule 6, second half. The file comes before the journal: a crash between mints a second token, and the first is
    /// swept; the other order could leave a member without a pass.
    pub(super) async fn write_passes(
        &mut self,
        plan: &Plan,
        guests: &[Account],
    ) -> Result<(), RoomError> {
        let folder = self.site.passes.join(plan.session.id.to_string());
        file::folder(&folder)?;
        // A disk that takes nothing would keep a token from its pass and from the journal.
        self.store.save(self.written()?)?;
        let mut setbacks = Setbacks::default();
        let mut laid = 0u32;
        for account in guests {
            let written = self.write_pass(plan, &folder, account).await;
            laid = laid.saturating_add(u32::from(setbacks.take(written)?.is_some()));
        }
        tracing::info!(
            session = plan.session.id.0,
            passes = laid,
            "passes laid out"
        );
        self.fell_short(plan, "passes to lay out", setbacks);
        Ok(())
    }

    /// One pass in the place of an older one; nothing for nobody of this plan. No token is minted for whom nothing can be encrypted to.
    async fn write_pass(
        &mut self,
        plan: &Plan,
        folder: &Path,
        account: &Account,
    ) -> Result<(), RoomError> {
        let Some(name) = self.addressed(plan, account) else {
            return Ok(());
        };
        let keys = self.usable(plan.session.id, plan.keys_of(account))?;
        if keys.is_empty() {
            return Err(CipherError::Key.into());
        }
        if let Some(old) = self
            .written()?
            .passes
            .get(account)
            .map(|pass| pass.token.clone())
        {
            self.ports.room.log_out(&old).await?;
        }
        let pass = self.mint(plan, account, name).await?;
        let sealed = self.seal(plan, account, &pass, &keys);
        let path = folder.join(&pass.name);
        // A token whose pass is not laid out ends at once: nobody would hold it, and nobody would end it.
        if let Err(error) = sealed.and_then(|sealed| self.store.put(&path, &sealed)) {
            if let Err(held) = self.ports.room.log_out(&pass.token).await {
                self.complain(&held);
            }
            return Err(error);
        }
        self.note(Fact::Pass(account.clone(), pass))
    }

    /// A pass as it is laid out.
    fn seal(
        &self,
        plan: &Plan,
        account: &Account,
        pass: &Pass,
        keys: &[EncryptionKey],
    ) -> Result<Vec<u8>, RoomError> {
        let contents = self.contents(plan, account, pass)?;
        Ok(self.ports.cipher.encrypt_pass(&contents, keys)?)
    }

    /// The file name of an account's pass; `None` for nobody of this plan.
    fn addressed(&self, plan: &Plan, account: &Account) -> Option<String> {
        let chain = self
            .outlook
            .as_ref()
            .map_or("", |outlook| &outlook.chain_id);
        let session = plan.session.id;
        if let Some(guest) = plan.member(account) {
            return Some(name::pass(chain, session, guest.member));
        }
        let probe = plan.probes.get(account)?;
        Some(name::probe_pass(chain, session, probe.county))
    }

    async fn mint(&self, plan: &Plan, account: &Account, name: String) -> Result<Pass, RoomError> {
        let expires = self.policy.pass_expires(plan, account);
        let token = self
            .ports
            .room
            .mint(account, expires.saturating_mul(1_000))
            .await?;
        Ok(Pass {
            name,
            token,
            expires,
        })
    }

    /// The pass as canonical JSON, all eight fields of the design.
    fn contents(&self, plan: &Plan, account: &Account, pass: &Pass) -> Result<Vec<u8>, RoomError> {
        let server = self.ports.room.server_name();
        let fields = json!({
            "v": 1,
            "chain": self.outlook.as_ref().map_or("", |outlook| &outlook.chain_id),
            "session": plan.session.id.0,
            "server": server,
            "user": format!("@{}:{server}", account.as_str()),
            "token": pass.token.as_str(),
            "alias": format!("#{}:{server}", name::alias(plan.session.id)),
            "expires": pass.expires,
        });
        serde_json_canonicalizer::to_vec(&fields).map_err(|_opaque| RoomError::Journal)
    }
}
