//! Other counties' doors, as their members reach them: the pass, the join, and the five questions (design: room, section 11).
//! One try and a short wait for each: what is not answered says nothing, and is asked again.

use std::collections::BTreeMap;
use std::time::Duration;

use ktr_client::{Ask, Base, HostError};
use ktr_core::id::{CountyId, SessionId};
use serde_json::json;
use tokio::time::timeout;

use super::http::{self, segment};
use super::room::in_room;
use super::wire::{Messages, RoomNamed};
use crate::config::CountyTable;
use crate::door::{Answer, Answers, Inside};
use crate::error::RoomError;
use crate::limits::{ANSWER_MAX, PROBE_WAIT_SECS};
use crate::matrix_id::{EventId, MediaUri, RoomId, Token};

/// Where the other counties' servers are.
#[derive(Clone, Debug)]
pub struct Doors {
    counties: BTreeMap<CountyId, Premises>,
}

#[derive(Clone, Debug)]
struct Premises {
    passes: Base,
    homeserver: Base,
}

/// What a probe's pass opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The key to the probe's account.
    pub token: Token,
    /// The room's alias.
    pub alias: String,
}

impl Doors {
    /// The counties of the configuration.
    #[must_use]
    pub fn new(counties: &[CountyTable]) -> Self {
        let premises = |table: &CountyTable| {
            let premises = Premises {
                passes: table.passes.clone(),
                homeserver: table.homeserver.clone(),
            };
            (CountyId(table.id), premises)
        };
        Self {
            counties: counties.iter().map(premises).collect(),
        }
    }

    /// Whether a county's servers are known.
    #[must_use]
    pub fn know(&self, county: CountyId) -> bool {
        self.counties.contains_key(&county)
    }

    /// The sealed pass of this name.
    ///
    /// # Errors
    /// It is not there yet, the server is silent, or it holds another key.
    pub async fn pass(
        &self,
        county: CountyId,
        session: SessionId,
        name: &str,
    ) -> Result<Vec<u8>, RoomError> {
        let path = format!("/pass/{session}/{}", segment(name));
        let passes = &self.premises(county)?.passes;
        let answer = hear("a probe's pass", county, passes, Ask::get(path)).await?;
        if answer.status != 200 {
            return Err(answer.error());
        }
        Ok(answer.body)
    }

    /// Joins and looks for the room's first post; `None` as long as there is none.
    ///
    /// # Errors
    /// The homeserver refuses, is silent, or holds another key.
    pub async fn enter(&self, county: CountyId, key: &Key) -> Result<Option<Inside>, RoomError> {
        let homeserver = &self.premises(county)?.homeserver;
        let token = key.token.as_str();
        let joining = Ask::post(join(&key.alias), &json!({})).bearing(token);
        let joined = hear("a probe's join", county, homeserver, joining).await?;
        let joined: RoomNamed = joined.ok()?;
        let room = RoomId(joined.room_id);
        let filter = segment(r#"{"types":["m.room.message"]}"#);
        let path = format!(
            "{}/messages?dir=f&limit=100&filter={filter}",
            in_room(&room)
        );
        let looking = Ask::get(path).bearing(token);
        let messages = hear("a probe's look", county, homeserver, looking).await?;
        let messages: Messages = messages.ok()?;
        let first = messages.chunk.into_iter().find_map(|event| {
            let media = event.content.get("url")?.as_str()?;
            event.content.get("ktr.release.v1")?;
            Some((EventId(event.event_id), MediaUri(media.to_owned())))
        });
        Ok(first.map(|(event, media)| Inside {
            token: key.token.clone(),
            alias: key.alias.clone(),
            room,
            event,
            media,
        }))
    }

    /// Asks the five questions, one after the other. Who holds another key than those pinned is nobody, and says nothing.
    pub async fn ask(&self, county: CountyId, inside: &Inside) -> Answers {
        let room = in_room(&inside.room);
        let (server, media) = inside.media.parts().unwrap_or_default();
        let media = format!("{}/{}", segment(server), segment(media));
        let questions = [
            Ask::get(format!("{room}/state/m.room.create/")),
            Ask::get(format!("{room}/event/{}", segment(inside.event.as_str()))),
            Ask::get(format!("/_matrix/client/v1/media/download/{media}")),
            Ask::get(format!(
                "/_matrix/client/v3/directory/room/{}",
                segment(&inside.alias)
            )),
            Ask::post(join(&inside.alias), &json!({})),
        ];
        let mut answers = Answers([Answer::Nothing; 5]);
        let Ok(premises) = self.premises(county) else {
            return answers;
        };
        let mut is_another = false;
        for (answer, ask) in answers.0.iter_mut().zip(questions) {
            let ask = ask.bearing(inside.token.as_str());
            let heard = hear("a probe", county, &premises.homeserver, ask).await;
            *answer = Answer::of(heard.as_ref().ok().map(|heard| heard.status));
            is_another |= matches!(heard, Err(RoomError::OtherKey(_)));
        }
        if is_another {
            let error = RoomError::OtherKey(county);
            tracing::warn!(county = county.0, %error, "nothing was asked at a door");
        }
        answers
    }

    fn premises(&self, county: CountyId) -> Result<&Premises, RoomError> {
        self.counties.get(&county).ok_or(RoomError::ServerSilent)
    }
}

fn join(alias: &str) -> String {
    format!("/_matrix/client/v3/join/{}", segment(alias))
}

/// One request to a county, with one try.
async fn hear(
    name: &'static str,
    county: CountyId,
    base: &Base,
    ask: Ask,
) -> Result<http::Answer, RoomError> {
    let hearing = async {
        let heard = base.ask(ask).await?;
        let status = heard.status();
        let body = heard.read(ANSWER_MAX).await?;
        Ok::<_, HostError>(http::Answer { name, status, body })
    };
    let heard = timeout(Duration::from_secs(PROBE_WAIT_SECS), hearing).await;
    heard
        .unwrap_or(Err(HostError::Silent))
        .map_err(|error| match error {
            HostError::Silent => RoomError::ServerSilent,
            HostError::OtherKey => RoomError::OtherKey(county),
            HostError::TooLarge => RoomError::ServerGarbled(name),
        })
}

#[cfg(test)]
mod tests {
    //! What says nothing: a refused token, a server's fault, a redirection, silence. A real homeserver is met in the net tests.

    use axum::Router;
    use axum::http::StatusCode;

    use super::*;

    async fn asked(address: std::net::SocketAddr) -> Answers {
        let base = || format!("http://{address}").try_into().expect("on loopback");
        let table = CountyTable {
            id: 2,
            passes: base(),
            homeserver: base(),
        };
        let doors = Doors::new(&[table]);
        doors.ask(CountyId(2), &Inside::sample()).await
    }

    #[tokio::test]
    async fn only_a_200_is_granted_only_403_and_404_are_refused_and_all_else_says_nothing() {
        for (status, heard) in [
            (200, Answer::Granted),
            (403, Answer::Refused),
            (404, Answer::Refused),
            (302, Answer::Nothing),
            (401, Answer::Nothing),
            (429, Answer::Nothing),
            (502, Answer::Nothing),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let everything = Router::new().fallback(move || async move { status });
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let address = listener.local_addr().expect("an address");
            let serving = tokio::spawn(async move { axum::serve(listener, everything).await });
            assert_eq!(asked(address).await, Answers([heard; 5]), "{status}");
            serving.abort();
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_says_nothing() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        assert_eq!(asked(address).await, Answers([Answer::Nothing; 5]));
    }
}
