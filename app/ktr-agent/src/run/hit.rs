//! Sends the plain hits that are due: one for each marked release, at most three tries over all restarts.
//! Under `off` it returns before it has read anything.

use super::Agent;
use crate::{
    config::Measure,
    entropy,
    error::AgentError,
    measure::{self, Step, Tries},
    port::{Beacon, Chain, Clock, County},
};

impl<C: Chain, H: County, B: Beacon, K: Clock> Agent<C, H, B, K> {
    pub(super) async fn send_hits(&mut self) -> Result<(), AgentError> {
        let choice = self.site.config.measure;
        if choice == Measure::Off {
            return Ok(());
        }
        let state = self.site.config.state.clone();
        for (release, mark) in measure::marks(&state)? {
            let tries = measure::tries(&state, release)?;
            let now = self.ports.clock.now();
            let timing = &self.site.config.timing;
            match measure::step(choice, mark, tries, self.hits.get(&release).copied(), now) {
                Step::Never | Step::Wait => {}
                Step::Plan => {
                    let drawn = entropy::uniform(timing.hit_wait_max_secs);
                    self.hits
                        .insert(release, measure::next_try(tries, drawn, now, timing));
                }
                Step::Send => {
                    let Some(sealed) = self.ports.chain.state().bundle.get(&release) else {
                        continue;
                    };
                    let beacon = sealed.beacon;
                    let begun = Tries {
                        made: tries.made.saturating_add(1),
                        answered: false,
                    };
                    // Before the packet: a restart must not make a try too many.
                    measure::write_tries(&state, release, begun)?;
                    self.hits.remove(&release);
                    let answered = self.ports.beacon.hit(&beacon).await;
                    measure::write_tries(&state, release, Tries { answered, ..begun })?;
                    tracing::info!(%release, answered, "plain hit");
                }
            }
        }
        Ok(())
    }
}
