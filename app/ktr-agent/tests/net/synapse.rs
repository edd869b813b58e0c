//! A real homeserver in a temporary folder, and the county's bot on it over plain HTTP.
//! Configuration and calls are those of the design (room, sections 2.2, 3-5), as far as one member needs them.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use hmac::{Hmac, Mac};
use ktr_testkit::wait_async::until;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// The Matrix server name.
pub(crate) const SERVER: &str = "county-a.test";

/// A booted homeserver with a bot.
pub(crate) struct Synapse {
    child: Child,
    _folder: tempfile::TempDir,
    pub(crate) base: String,
    http: Client,
    bot: String,
}

impl Drop for Synapse {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test lane hands the interpreter over in the environment"
)]
fn python() -> PathBuf {
    let named = std::env::var("KTR_SYNAPSE_PYTHON").map(PathBuf::from);
    named.expect("KTR_SYNAPSE_PYTHON must name Synapse's Python")
}

impl Synapse {
    pub(crate) async fn boot() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        let data = folder.path().display().to_string();
        fs::write(folder.path().join("registration.secret"), "secret").expect("written");
        let yaml = YAML
            .replace("DIR", &data)
            .replace("PORT", &port.to_string());
        let path = folder.path().join("homeserver.yaml");
        fs::write(&path, yaml).expect("written");
        fs::write(folder.path().join("log.yaml"), LOG.replace("DIR", &data)).expect("written");
        let mut command = Command::new(python());
        command
            .args(["-m", "synapse.app.homeserver", "-c"])
            .arg(&path);
        command
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let keys = command.arg("--generate-keys").status().expect("python");
        assert!(keys.success());
        let mut command = Command::new(python());
        command
            .args(["-m", "synapse.app.homeserver", "-c"])
            .arg(&path);
        command
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut synapse = Self {
            child: command.spawn().expect("python"),
            _folder: folder,
            base: format!("http://127.0.0.1:{port}"),
            http: Client::builder().no_proxy().build().expect("a client"),
            bot: String::new(),
        };
        until("the homeserver is up", 120, || synapse.health()).await;
        synapse.register().await;
        synapse
    }

    /// Something if it says that it is well.
    async fn health(&self) -> Option<()> {
        let asked = self.http.get(format!("{}/health", self.base));
        let health = asked.timeout(Duration::from_secs(10)).send().await.ok()?;
        health.status().is_success().then_some(())
    }

    /// Registers the bot as an administrator by the shared secret.
    async fn register(&mut self) {
        let path = "/_synapse/admin/v1/register";
        let nonce = self.call(Method::GET, path, None).await;
        let nonce = nonce["nonce"].as_str().expect("a nonce").to_owned();
        let mut mac = Hmac::<sha1::Sha1>::new_from_slice(b"secret").expect("any length");
        mac.update([&nonce, "ktr-room", "word", "admin"].join("\0").as_bytes());
        let mac = hex::encode(mac.finalize().into_bytes());
        let body = json!({"nonce": nonce, "username": "ktr-room", "password": "word", "admin": true, "mac": mac});
        let bot = self.call(Method::POST, path, Some(body)).await;
        bot["access_token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut self.bot);
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        if self.bot.is_empty() {
            request
        } else {
            request.bearer_auth(&self.bot)
        }
    }

    /// One call of the bot; anything but success fails the test.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).expect("json")
    }

    /// Makes an account and mints a token for it.
    pub(crate) async fn member(&self, account: &str, until_ms: u64) -> String {
        self.call(
            Method::PUT,
            &format!("/_synapse/admin/v2/users/{account}"),
            Some(json!({})),
        )
        .await;
        let path = format!("/_synapse/admin/v1/users/{account}/login");
        let minted = self
            .call(
                Method::POST,
                &path,
                Some(json!({"valid_until_ms": until_ms})),
            )
            .await;
        minted["access_token"].as_str().expect("a token").to_owned()
    }

    /// Makes the session's room with one guest; gives its id.
    pub(crate) async fn room(&self, guest: &str) -> String {
        let body = json!({
            "preset": "private_chat", "visibility": "private", "room_alias_name": "ktr-7",
            "creation_content": {"m.federate": false}, "invite": [guest],
            "initial_state": [
                {"type": "m.room.history_visibility", "content": {"history_visibility": "invited"}},
                {"type": "m.room.guest_access", "content": {"guest_access": "forbidden"}},
            ],
            "power_level_content_override": {"users_default": 0, "events_default": 100, "state_default": 100, "events": {}},
        });
        let made = self
            .call(Method::POST, "/_matrix/client/v3/createRoom", Some(body))
            .await;
        made["room_id"].as_str().expect("an id").to_owned()
    }

    /// Uploads a ciphertext; gives its address.
    pub(crate) async fn upload(&self, octets: Vec<u8>) -> String {
        let request = self.request(Method::POST, "/_matrix/media/v3/upload");
        let request = request
            .header("content-type", "application/octet-stream")
            .body(octets);
        let answer = request.send().await.expect("an answer");
        let text = answer.text().await.expect("text");
        let value: Value = serde_json::from_str(&text).expect("json");
        value["content_uri"]
            .as_str()
            .expect("an address")
            .to_owned()
    }
}

const YAML: &str = r#"
server_name: "county-a.test"
report_stats: false
listeners:
  - {port: PORT, type: http, tls: false, x_forwarded: false, bind_addresses: ['127.0.0.1'], resources: [{names: [client], compress: false}]}
federation_domain_whitelist: []
database: {name: sqlite3, args: {database: DIR/homeserver.db}}
log_config: DIR/log.yaml
media_store_path: DIR/media_store
signing_key_path: DIR/signing.key
registration_shared_secret_path: DIR/registration.secret
macaroon_secret_key: "m"
form_secret: "f"
trusted_key_servers: []
presence: {enabled: false}
user_directory: {enabled: false}
password_config: {enabled: false}
max_upload_size: 20M
caches: {sync_response_cache_duration: 0s}
"#;

const LOG: &str = "
version: 1
handlers: {f: {class: logging.FileHandler, filename: DIR/homeserver.log}}
root: {level: ERROR, handlers: [f]}
disable_existing_loggers: false
";
