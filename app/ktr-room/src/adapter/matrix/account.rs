//! The bot's own account: registered once by the shared secret, with one device for ever.
//! Members' accounts have no password and no device; they are in `admin.rs`.

use std::path::Path;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::Zeroizing;

use super::http::{Answer, Body, Call, Http, segment};
use super::wire::{Minted, RegisterNonce, Registered};
use crate::entropy;
use crate::error::RoomError;
use crate::file;
use crate::limits::REQUEST_SECS;
use crate::matrix_id::Token;
use crate::name;

/// The localpart of the account that mints a token for a bot that lost its own.
const RESCUE: &str = "ktr-rescue";

/// The bot's token and device, as they lie in the state folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// Its access token.
    pub token: Token,
    /// Its device; transaction ids hang on it. `None` after a rescue: minted tokens have no device.
    pub device: Option<String>,
}

/// The bot's token as the file has it; `None` if there is no file yet.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub fn find_bot(path: &Path) -> Result<Option<Bot>, RoomError> {
    let Some(octets) = file::find(path)? else {
        return Ok(None);
    };
    serde_json::from_slice(&octets)
        .map(Some)
        .map_err(|_secret_inside| RoomError::SecretBroken(path.to_owned()))
}

/// The bot's token: from the file, else by registration, else by a rescue account.
///
/// # Errors
/// The homeserver refuses, or the file cannot be written.
pub async fn ensure_bot(
    http: &Http,
    server: &str,
    secret: &[u8],
    path: &Path,
) -> Result<Bot, RoomError> {
    if let Some(bot) = find_bot(path)? {
        return Ok(bot);
    }
    let bot = match register(http, secret, name::BOT).await? {
        Some(bot) => bot,
        None => rescue(http, server, secret).await?,
    };
    let octets = serde_json::to_vec(&bot)
        .map_err(|_secret_inside| RoomError::SecretBroken(path.to_owned()))?;
    file::put(path, &octets)?;
    Ok(bot)
}

/// Registers an administrator with a random password that nobody keeps; `None` if the name is taken.
async fn register(http: &Http, secret: &[u8], localpart: &str) -> Result<Option<Bot>, RoomError> {
    let path = "/_synapse/admin/v1/register";
    let nonce: RegisterNonce = bare(http, "register nonce", Method::GET, path, Body::None)
        .await?
        .ok()?;
    let password = Zeroizing::new(hex::encode(entropy::draw::<24>()));
    let mac = name::registration_mac(secret, &nonce.nonce, localpart, &password);
    let body = json!({"nonce": nonce.nonce, "username": localpart, "password": *password, "admin": true, "mac": mac});
    let answer = bare(http, "register", Method::POST, path, Body::Json(body)).await?;
    if answer.status == 400 && answer.refusal().errcode == "M_USER_IN_USE" {
        return Ok(None);
    }
    let registered: Registered = answer.ok()?;
    Ok(Some(Bot {
        token: Token(registered.access_token),
        device: Some(registered.device_id),
    }))
}

/// Registers a rescue account and lets it mint a token for the bot. Its own token is an administrator's, and nobody keeps it: it ends here.
async fn rescue(http: &Http, server: &str, secret: &[u8]) -> Result<Bot, RoomError> {
    let helper = if let Some(helper) = register(http, secret, RESCUE).await? {
        helper
    } else {
        let other = format!("{RESCUE}-{}", hex::encode(entropy::draw::<4>()));
        register(http, secret, &other)
            .await?
            .ok_or(RoomError::TokenRefused)?
    };
    let user = segment(&format!("@{}:{server}", name::BOT));
    let call = Call::new(
        "rescue",
        Method::POST,
        format!("/_synapse/admin/v1/users/{user}/login"),
        &helper.token,
    );
    let minted = http.send(call.json(json!({}))).await;
    if let Err(error) = log_out(http, &helper.token).await {
        // The bot's work is not to wait for it.
        tracing::warn!(%error, "the rescue account could not be logged out");
    }
    let minted: Minted = minted?.ok()?;
    Ok(Bot {
        token: Token(minted.access_token),
        device: None,
    })
}

async fn log_out(http: &Http, token: &Token) -> Result<(), RoomError> {
    let path = "/_matrix/client/v3/logout".to_owned();
    let call = Call::new("rescue log out", Method::POST, path, token);
    http.send(call.json(json!({}))).await?.done(&[])
}

async fn bare(
    http: &Http,
    name: &'static str,
    method: Method,
    path: &str,
    body: Body,
) -> Result<Answer, RoomError> {
    http.send(Call {
        name,
        method,
        path: path.to_owned(),
        token: None,
        body,
        limit_secs: REQUEST_SECS,
    })
    .await
}
