//! Other counties' doors, as their members reach them: the pass, the join, and the five questions (design: room, section 11).
//! One try and a short wait for each: what is not answered says nothing, and is asked again.

use std::collections::BTreeMap;

use ktr_core::id::{CountyId, SessionId};
use reqwest::Method;

use super::http::{self, Body, Call, Http, segment};
use super::room::in_room;
use super::wire::{Messages, RoomNamed};
use crate::config::CountyTable;
use crate::door::{Answer, Answers, Inside};
use crate::error::RoomError;
use crate::limits::PROBE_WAIT_SECS;
use crate::matrix_id::{EventId, MediaUri, RoomId, Token};

/// Where the other counties' servers are.
#[derive(Clone, Debug)]
pub struct Doors {
    counties: BTreeMap<CountyId, Premises>,
}

#[derive(Clone, Debug)]
struct Premises {
    passes: Http,
    homeserver: Http,
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
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn new(counties: &[CountyTable]) -> Result<Self, RoomError> {
        let premises = |table: &CountyTable| {
            let premises = Premises {
                passes: Http::new(&table.passes.at(""))?,
                homeserver: Http::new(&table.homeserver.at(""))?,
            };
            Ok((CountyId(table.id), premises))
        };
        Ok(Self {
            counties: counties
                .iter()
                .map(premises)
                .collect::<Result<_, RoomError>>()?,
        })
    }

    /// Whether a county's servers are known.
    #[must_use]
    pub fn know(&self, county: CountyId) -> bool {
        self.counties.contains_key(&county)
    }

    /// The sealed pass of this name.
    ///
    /// # Errors
    /// It is not there yet, or the server is silent.
    pub async fn pass(
        &self,
        county: CountyId,
        session: SessionId,
        name: &str,
    ) -> Result<Vec<u8>, RoomError> {
        let path = format!("/pass/{session}/{}", segment(name));
        let call = call("a probe's pass", Method::GET, path, None);
        let answer = self.premises(county)?.passes.once(&call).await?;
        if answer.status != 200 {
            return Err(answer.error());
        }
        Ok(answer.body)
    }

    /// Joins and looks for the room's first post; `None` as long as there is none.
    ///
    /// # Errors
    /// The homeserver refuses or is silent.
    pub async fn enter(&self, county: CountyId, key: &Key) -> Result<Option<Inside>, RoomError> {
        let http = &self.premises(county)?.homeserver;
        let token = Some(&key.token);
        let joining = call("a probe's join", Method::POST, join(&key.alias), token);
        let joining = joining.json(serde_json::json!({}));
        let joined: RoomNamed = http.once(&joining).await?.ok()?;
        let room = RoomId(joined.room_id);
        let filter = segment(r#"{"types":["m.room.message"]}"#);
        let path = format!(
            "{}/messages?dir=f&limit=100&filter={filter}",
            in_room(&room)
        );
        let looking = call("a probe's look", Method::GET, path, token);
        let messages: Messages = http.once(&looking).await?.ok()?;
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

    /// Asks the five questions, one after the other.
    pub async fn ask(&self, county: CountyId, inside: &Inside) -> Answers {
        let room = in_room(&inside.room);
        let (server, media) = inside.media.parts().unwrap_or_default();
        let questions = [
            (Method::GET, format!("{room}/state/m.room.create/")),
            (
                Method::GET,
                format!("{room}/event/{}", segment(inside.event.as_str())),
            ),
            (
                Method::GET,
                format!(
                    "/_matrix/client/v1/media/download/{}/{}",
                    segment(server),
                    segment(media)
                ),
            ),
            (
                Method::GET,
                format!(
                    "/_matrix/client/v3/directory/room/{}",
                    segment(&inside.alias)
                ),
            ),
            (Method::POST, join(&inside.alias)),
        ];
        let mut answers = Answers([Answer::Nothing; 5]);
        for (answer, (method, path)) in answers.0.iter_mut().zip(questions) {
            *answer = self.question(county, &inside.token, method, path).await;
        }
        answers
    }

    async fn question(
        &self,
        county: CountyId,
        token: &Token,
        method: Method,
        path: String,
    ) -> Answer {
        let Ok(premises) = self.premises(county) else {
            return Answer::Nothing;
        };
        let mut call = call("a probe", method.clone(), path, Some(token));
        if method == Method::POST {
            call = call.json(serde_json::json!({}));
        }
        let heard = premises.homeserver.once(&call).await;
        Answer::of(heard.ok().map(|heard: http::Answer| heard.status))
    }

    fn premises(&self, county: CountyId) -> Result<&Premises, RoomError> {
        self.counties.get(&county).ok_or(RoomError::ServerSilent)
    }
}

fn join(alias: &str) -> String {
    format!("/_matrix/client/v3/join/{}", segment(alias))
}

fn call<'a>(
    name: &'static str,
    method: Method,
    path: String,
    token: Option<&'a Token>,
) -> Call<'a> {
    Call {
        name,
        method,
        path,
        token,
        body: Body::None,
        limit_secs: PROBE_WAIT_SECS,
    }
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
        let doors = Doors::new(&[table]).expect("doors");
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
