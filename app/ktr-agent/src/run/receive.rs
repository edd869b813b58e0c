//! Looks for posts and receives what is in them: open, prove, judge, file.
//! What fails goes into quarantine with its rule; what cannot be proven now is looked at again.

use ktr_artefact::archive::Release as Files;
use ktr_core::{bundle::Release, id::ReleaseId, time::Secs};

use super::{Agent, visit::Visit};
use crate::{
    config::CountyTable,
    error::{AgentError, StepError},
    filing::{self, Verdict},
    pass::Pass,
    policy::Hour,
    port::{Beacon, Chain, Clock, County, Look},
    post::{self, Post, Unsealed},
    verdict::{self, Proven},
};

/// What became of a post.
enum Received {
    /// Settled: filed, refused for good, or for somebody else.
    Settled,
    /// To be looked at again.
    Again(StepError),
}

impl<C: Chain, H: County, B: Beacon, K: Clock> Agent<C, H, B, K> {
    /// One look at the room. Without a sealed release of the session there is nothing that a post could be judged by.
    pub(super) async fn look(
        &mut self,
        hour: &Hour,
        county: &CountyTable,
        visit: &mut Visit,
    ) -> Result<(), AgentError> {
        let sealed = self
            .ports
            .chain
            .state()
            .bundle
            .of_session(hour.session)
            .cloned();
        let (Some(sealed), Some(pass), Some(room)) =
            (sealed, visit.pass.clone(), visit.room.clone())
        else {
            return Ok(());
        };
        let since = visit.since.as_deref();
        let Look { posts, next } = match self.ports.county.look(county, &pass, &room, since).await {
            Ok(look) => look,
            Err(error) => {
                self.note(hour, visit, &error);
                return Ok(());
            }
        };
        let mut are_all_settled = true;
        for post in posts {
            let post = match post {
                Ok(post) => post,
                Err(fault) => {
                    visit.code = Some(fault.code());
                    self.voice.ring(hour.session.0, fault.code());
                    continue;
                }
            };
            if visit.settled.contains(&post.sha256)
                || filing::has(&self.site.config.signed, sealed.id)
            {
                continue;
            }
            match self.receive(hour, county, &pass, (&post, &sealed)).await? {
                Received::Settled => {
                    visit.settled.insert(post.sha256);
                }
                Received::Again(error) => {
                    are_all_settled = false;
                    self.note(hour, visit, &error);
                }
            }
        }
        if are_all_settled {
            visit.since = Some(next);
        }
        Ok(())
    }

    async fn receive(
        &mut self,
        hour: &Hour,
        county: &CountyTable,
        pass: &Pass,
        (post, sealed): (&Post, &Release),
    ) -> Result<Received, AgentError> {
        let is_ours = post.chain == self.site.trusted.chain.as_str()
            && post.session == hour.session
            && post.release == sealed.id
            && post.media.server == pass.server;
        if !is_ours {
            self.voice.ring(hour.session.0, "post-foreign");
            return Ok(Received::Settled);
        }
        let ciphertext = match self.ports.county.download(county, pass, &post.media).await {
            Ok(ciphertext) => ciphertext,
            // Too large once is too large always: nothing is downloaded a second time to see that.
            Err(error @ StepError::TooLarge) => {
                self.refuse(hour, sealed.id, 0, None)?;
                self.voice.ring(hour.session.0, error.code());
                return Ok(Received::Settled);
            }
            Err(error) => return Ok(Received::Again(error)),
        };
        match post::open(post, &ciphertext, &self.site.key, self.ports.clock.now()) {
            Ok(Unsealed::NotForMe) => Ok(Received::Settled),
            Ok(Unsealed::Release(files)) => self.file(hour, sealed.id, &files).await,
            Err(refused) => {
                self.refuse(hour, sealed.id, refused.rule(), None)?;
                Ok(Received::Settled)
            }
        }
    }

    /// Proves, judges and files. A release is visible whole and verified, or not at all.
    async fn file(
        &mut self,
        hour: &Hour,
        release: ReleaseId,
        files: &Files,
    ) -> Result<Received, AgentError> {
        let proven = match self.prove(release).await {
            Ok(proven) => proven,
            Err(error) => {
                self.put_aside(release, error.code(), 0, Some(files))?;
                return Ok(Received::Again(error));
            }
        };
        if let Err(finding) = verdict::judge(&self.site.trusted, &proven, files) {
            self.refuse(hour, release, finding.rule.code(), Some(files))?;
            return Ok(Received::Settled);
        }
        let receipt = verdict::receipt(&self.site.trusted, &proven);
        filing::file(&self.site.config.signed, release, files, &receipt)?;
        filing::release_from(&self.site.config.quarantine, release)?;
        tracing::info!(session = hour.session.0, %release, "filed");
        Ok(Received::Settled)
    }

    /// The facts of a release, under headers that are fresh enough to act on (design: rulings, section 5).
    async fn prove(&self, release: ReleaseId) -> Result<Proven, StepError> {
        let proven = self.ports.chain.prove(release).await?;
        let oldest = self
            .ports
            .clock
            .now()
            .minus(Secs(self.site.config.timing.header_age_max_secs));
        if proven.header.time < oldest {
            return Err(StepError::ChainStale);
        }
        Ok(proven)
    }

    fn refuse(
        &mut self,
        hour: &Hour,
        release: ReleaseId,
        rule: u16,
        files: Option<&Files>,
    ) -> Result<(), AgentError> {
        let code = "release-refused";
        tracing::warn!(session = hour.session.0, %release, rule, code, "refused");
        self.voice.ring(hour.session.0, code);
        self.put_aside(release, code, rule, files)
    }

    fn put_aside(
        &self,
        release: ReleaseId,
        code: &str,
        rule: u16,
        files: Option<&Files>,
    ) -> Result<(), AgentError> {
        let verdict = Verdict {
            release: release.to_string(),
            code: code.to_owned(),
            rule,
        };
        filing::put_aside(&self.site.config.quarantine, release, &verdict, files)
    }
}
