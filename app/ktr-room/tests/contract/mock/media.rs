//! Media: an id is given, octets are put under it once, and every account may read them.
//! The administrator's deletions are in `admin.rs`.

use serde_json::json;

use super::state::State;
use super::{Answer, Request, SERVER};

/// How many ids may wait for their octets: `max_pending_media_uploads: 100`.
const PENDING_MAX: usize = 100;

impl State {
    pub(super) fn media(&mut self, request: &Request, path: &[&str]) -> Answer {
        match (request.method.as_str(), path) {
            ("POST", ["v1", "create"]) => {
                if self
                    .media
                    .values()
                    .filter(|octets| octets.is_none())
                    .count()
                    >= PENDING_MAX
                {
                    let body = json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 86_399_000});
                    return Answer {
                        status: 429,
                        body: body.to_string().into_bytes(),
                    };
                }
                let id = self.fresh("media");
                self.tally.media += 1;
                self.media.insert(id.clone(), None);
                Answer::good(&json!({"content_uri": format!("mxc://{SERVER}/{id}")}))
            }
            ("PUT", ["v3", "upload", _, id]) => match self.media.get_mut(*id) {
                None => Answer::missing(),
                Some(Some(_)) => Answer::refused(409, "M_CANNOT_OVERWRITE_MEDIA"),
                Some(octets) => {
                    *octets = Some(request.body.clone());
                    Answer::good(&json!({}))
                }
            },
            _ => Answer::refused(404, "M_UNRECOGNIZED"),
        }
    }

    pub(super) fn download(&self, id: &str) -> Answer {
        match self.media.get(id) {
            None => Answer::missing(),
            Some(None) => Answer::refused(504, "M_NOT_YET_UPLOADED"),
            Some(Some(octets)) => Answer {
                status: 200,
                body: octets.clone(),
            },
        }
    }
}
