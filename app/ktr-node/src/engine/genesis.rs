//! The engine's `genesis.json` (design: ledger, section 1.2): made from our genesis, and read as strictly as it was made.
//! What `app_state` means is `ktr-wire`'s and the core's affair.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{Genesis, governance::Validator, time::Time};
use ktr_wire::genesis;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, IntoDeserializer, value::StringDeserializer},
};
use serde_json::Value;
use tendermint_proto::google::protobuf::Timestamp;

use super::key::address;

/// Every chain of the Relay begins with it.
const INITIAL_HEIGHT: &str = "1";

/// Why a genesis document is refused. Which file it was, whoever read it says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenesisError {
    /// It is not JSON of these fields.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// `app_state` is no genesis.
    #[error("{0}")]
    AppState(String),
    /// A field is not what every chain of the Relay has.
    #[error("{0} is not what a chain of the Relay has")]
    Field(&'static str),
}

/// The document that all nodes of a network start from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    #[serde(deserialize_with = "in_utc")]
    genesis_time: Timestamp,
    chain_id: String,
    initial_height: String,
    consensus_params: Value,
    validators: Vec<Site>,
    app_hash: String,
    app_state: Value,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    address: String,
    pub_key: PublicKey,
    power: String,
    name: String,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKey {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

impl Document {
    /// The document of a chain.
    ///
    /// # Errors
    /// [`GenesisError::AppState`] if the genesis cannot be written.
    pub fn new(chain_id: &str, time: Time, genesis: &Genesis) -> Result<Self, GenesisError> {
        let app_state =
            genesis::to_json(genesis).map_err(|error| GenesisError::AppState(error.to_string()))?;
        Ok(Self {
            genesis_time: Timestamp {
                seconds: i64::try_from(time.0).or(Err(GenesisError::Field("genesis_time")))?,
                nanos: 0,
            },
            chain_id: chain_id.to_owned(),
            initial_height: INITIAL_HEIGHT.to_owned(),
            consensus_params: genesis::consensus_params(),
            validators: genesis.validators.iter().map(Site::new).collect(),
            app_hash: String::new(),
            app_state,
        })
    }

    /// Reads a document and holds it against what [`Self::new`] makes of its `app_state`.
    ///
    /// # Errors
    /// See [`GenesisError`].
    pub fn parse(text: &[u8]) -> Result<Self, GenesisError> {
        let document: Self = serde_json::from_slice(text)?;
        let genesis = document.genesis()?;
        let time = u64::try_from(document.genesis_time.seconds)
            .or(Err(GenesisError::Field("genesis_time")))?;
        let wanted = Self::new(&document.chain_id, Time(time), &genesis)?;
        genesis::check_begun(&genesis, Time(time))
            .map_err(|incomplete| GenesisError::AppState(incomplete.to_string()))?;
        if document.genesis_time.nanos != 0 {
            return Err(GenesisError::Field("genesis_time"));
        }
        if document.consensus_params != wanted.consensus_params {
            return Err(GenesisError::Field("consensus_params"));
        }
        document.begins_as(&genesis)?;
        Ok(document)
    }

    /// What no version let a document differ in from its `app_state`.
    fn begins_as(&self, genesis: &Genesis) -> Result<(), GenesisError> {
        if self.initial_height != INITIAL_HEIGHT || !self.app_hash.is_empty() {
            return Err(GenesisError::Field("initial_height or app_hash"));
        }
        let wanted: Vec<Site> = genesis.validators.iter().map(Site::new).collect();
        if sorted(&self.validators) != sorted(&wanted) {
            return Err(GenesisError::Field("validators"));
        }
        Ok(())
    }

    /// A document that a chain began with, and its genesis. What every chain has by now is not asked: it may have been less then.
    ///
    /// # Errors
    /// [`GenesisError::Json`], [`GenesisError::AppState`], [`GenesisError::Field`].
    pub fn begun(text: &[u8]) -> Result<(Self, Genesis), GenesisError> {
        let document: Self = serde_json::from_slice(text)?;
        let state = serde_json::to_vec(&document.app_state)?;
        let genesis = genesis::begun_from_json(&state)
            .map_err(|error| GenesisError::AppState(error.to_string()))?;
        document.begins_as(&genesis)?;
        Ok((document, genesis))
    }

    /// Whether two documents start the same chain: the engine keeps validators in an order of its own.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let sorted = |document: &Self| Self {
            validators: sorted(&document.validators),
            ..document.clone()
        };
        sorted(self) == sorted(other)
    }

    /// The chain.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// The genesis in `app_state`.
    ///
    /// # Errors
    /// [`GenesisError::AppState`].
    pub fn genesis(&self) -> Result<Genesis, GenesisError> {
        let text = serde_json::to_vec(&self.app_state)?;
        genesis::from_json(&text).map_err(|error| GenesisError::AppState(error.to_string()))
    }

    /// The text of the file.
    ///
    /// # Errors
    /// [`GenesisError::Json`].
    pub fn text(&self) -> Result<String, GenesisError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

impl Site {
    fn new(site: &Validator) -> Self {
        let name = site
            .county
            .map_or_else(|| "witness".to_owned(), |county| format!("county-{county}"));
        Self {
            address: hex::encode_upper(address(&site.key.0)),
            pub_key: PublicKey {
                kind: "tendermint/PubKeyEd25519".to_owned(),
                value: STANDARD.encode(site.key.0),
            },
            power: site.power.to_string(),
            name,
        }
    }
}

/// A time as [`Document::new`] writes it. The library brings one of another offset to UTC, and panics where that leads beyond the year 9999.
fn in_utc<'de, D: Deserializer<'de>>(value: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(value)?;
    let refused = || D::Error::custom("genesis_time is no time in UTC");
    if !text.ends_with('Z') {
        return Err(refused());
    }
    let text: StringDeserializer<D::Error> = text.into_deserializer();
    Timestamp::deserialize(text).or(Err(refused()))
}

/// The engine keeps validators in an order of its own.
fn sorted(sites: &[Site]) -> Vec<Site> {
    let mut sites = sites.to_vec();
    sites.sort();
    sites
}
