//! A homeserver under the cases, whichever it is: the bot on it, and requests as a member's client makes them.
//! What is judged is in the cases.

use std::path::PathBuf;

use ktr_core::id::MemberId;
use ktr_room::adapter::matrix::{Bot, Http, MatrixRoom, ensure_bot};
use ktr_room::matrix_id::{Account, RoomId, Token};
use ktr_room::name;
use ktr_room::port::Room;
use reqwest::{Client, Method};
use serde_json::Value;

use super::poll::clock_ms;

/// The Matrix server name.
pub(crate) const SERVER: &str = "county-a.test";

/// A homeserver.
pub(crate) struct Ground {
    base: String,
    secret: Vec<u8>,
    /// Where the bot's token lies.
    pub(crate) token_file: PathBuf,
    pub(crate) room: MatrixRoom,
    http: Client,
}

impl Ground {
    pub(crate) async fn new(base: String, secret: Vec<u8>, token_file: PathBuf) -> Self {
        let http = Http::new(&base).expect("a client");
        let bot = ensure_bot(&http, SERVER, &secret, &token_file).await;
        Self {
            room: MatrixRoom::new(http, SERVER.to_owned(), bot.expect("a bot")),
            http: Client::builder().no_proxy().build().expect("a client"),
            base,
            secret,
            token_file,
        }
    }

    /// The bot as the file has it, or as it is made without one.
    pub(crate) async fn bot(&self) -> Bot {
        let http = Http::new(&self.base).expect("a client");
        let bot = ensure_bot(&http, SERVER, &self.secret, &self.token_file).await;
        bot.expect("a bot")
    }

    /// The homeserver with another token of the bot.
    pub(crate) fn with(&self, bot: Bot) -> MatrixRoom {
        let http = Http::new(&self.base).expect("a client");
        MatrixRoom::new(http, SERVER.to_owned(), bot)
    }

    /// A member with an account and a token for ten minutes.
    pub(crate) async fn member(&self, n: u8) -> Member {
        let account = account(n);
        self.room.ensure_account(&account).await.expect("account");
        let token = self.room.mint(&account, clock_ms() + 600_000).await;
        Member {
            account,
            token: token.expect("a token"),
        }
    }

    /// One request with a body of JSON; its status, its error code or nothing, and its body.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&Token>,
        body: Option<&Value>,
    ) -> Heard {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token.as_str());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let octets = answer.bytes().await.expect("a body").to_vec();
        let body: Value = serde_json::from_slice(&octets).unwrap_or(Value::Null);
        Heard {
            status,
            code: body["errcode"].as_str().unwrap_or("").to_owned(),
            body,
            octets,
        }
    }

    /// A GET.
    pub(crate) async fn get(&self, path: &str, token: &Token) -> Heard {
        self.ask(Method::GET, path, Some(token), None).await
    }

    /// A POST of an empty object.
    pub(crate) async fn post(&self, path: &str, token: &Token) -> Heard {
        let body = Value::Object(serde_json::Map::new());
        self.ask(Method::POST, path, Some(token), Some(&body)).await
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) body: Value,
    pub(crate) octets: Vec<u8>,
}

impl Heard {
    /// Judges status and error code.
    pub(crate) fn is(&self, status: u16, code: &str) {
        let text = String::from_utf8_lossy(&self.octets);
        let short: String = text.chars().take(200).collect();
        assert_eq!((self.status, self.code.as_str()), (status, code), "{short}");
    }
}

/// A member's client.
pub(crate) struct Member {
    pub(crate) account: Account,
    pub(crate) token: Token,
}

/// The account of member `n`.
pub(crate) fn account(n: u8) -> Account {
    name::account(&[5; 32], MemberId([n; 16]))
}

/// The client paths of a room.
pub(crate) fn inside(room: &RoomId) -> String {
    format!(
        "/_matrix/client/v3/rooms/{}",
        room.as_str().replace('!', "%21")
    )
}

/// The path of the alias of session `n` below `what`.
pub(crate) fn by_alias(what: &str, n: u32) -> String {
    format!("/_matrix/client/v3/{what}/%23ktr-{n}%3A{SERVER}")
}
