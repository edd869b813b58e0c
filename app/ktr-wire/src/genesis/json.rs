//! The JSON form of a genesis: mirrors of the core's types with hex and decimal strings.
//! Nothing is signed or hashed in this form.

use core::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use ktr_core::{Genesis, governance::Parameters};

use super::check::{Incomplete, check};
use crate::{
    limits::GENESIS_MAX,
    refusal::Wire,
    schema::{board, governance, key},
};

/// Why `app_state` is no genesis.
#[derive(Debug)]
pub enum JsonError {
    /// Larger than 1 MiB.
    TooLarge,
    /// Not JSON of the schema; the text names place and field.
    Json(serde_json::Error),
    /// A field's content is not what it should be.
    Field(&'static str),
    /// Read, but a value is out of range.
    Wire(Wire),
    /// Read, but not complete.
    Incomplete(Incomplete),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "app_state is larger than {GENESIS_MAX} octets"),
            Self::Json(error) => write!(f, "app_state: {error}"),
            Self::Field(name) => write!(f, "app_state: {name} is not as the schema has it"),
            Self::Wire(_) => write!(f, "app_state: a value is out of range"),
            Self::Incomplete(what) => write!(f, "app_state: {what}"),
        }
    }
}

impl core::error::Error for JsonError {}

/// A 64-bit number as decimal text: JSON numbers lose what lies above 2^53.
type Decimal = String;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GenesisJson {
    network: NetworkJson,
    parameters: ParametersJson,
    validators: Vec<ValidatorJson>,
    keys: Vec<KeyJson>,
    term: TermJson,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkJson {
    counties: u32,
    host: u32,
    alliance: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ParametersJson {
    tx_window_secs: Decimal,
    skew_secs: Decimal,
    signer_txs_max: u32,
    count_min: Decimal,
    attendance_min: Decimal,
    key_validity_max_secs: Decimal,
    schedule_ahead_secs: Decimal,
    session_length_max_secs: Decimal,
    open_early_secs: Decimal,
    report_early_secs: Decimal,
    overdue_secs: Decimal,
    unwitnessed_secs: Decimal,
    decide_min_secs: Decimal,
    decide_max_secs: Decimal,
    term_max_secs: Decimal,
    matrix_version: u32,
    bucket_ends_secs: Vec<Decimal>,
    rm1_from: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidatorJson {
    key: String,
    power: Decimal,
    county: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    role: String,
    number: u32,
    purpose: String,
    body: String,
    valid_from: Decimal,
    valid_until: Decimal,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermJson {
    id: u32,
    from: Decimal,
    until: Decimal,
    seats: Vec<SeatJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatJson {
    id: u32,
    holder: HolderJson,
    deputy: HolderJson,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HolderJson {
    sign: String,
    encrypt: String,
}

/// Names of roles in JSON with their numbers on the wire.
const ROLES: [(&str, u32); 7] = [
    ("county", 1),
    ("sidecar", 2),
    ("studio", 3),
    ("releaser", 4),
    ("collector", 5),
    ("seat", 7),
    ("deputy", 8),
];

/// Names of purposes in JSON with their numbers on the wire.
const PURPOSES: [(&str, u32); 2] = [("sign", 1), ("encrypt", 3)];

/// The status of a term that has not begun.
const APPOINTED: u32 = 1;

/// Reads `app_state` and checks that it is complete.
///
/// # Errors
/// See [`JsonError`].
pub fn from_json(text: &[u8]) -> Result<Genesis, JsonError> {
    let genesis = begun_from_json(text)?;
    check(&genesis).map_err(JsonError::Incomplete)?;
    Ok(genesis)
}

/// Reads `app_state` of a chain that has begun. Whether it is complete is not judged: less may have been asked when it began.
///
/// # Errors
/// See [`JsonError`]; never [`JsonError::Incomplete`].
pub fn begun_from_json(text: &[u8]) -> Result<Genesis, JsonError> {
    if text.len() > GENESIS_MAX {
        return Err(JsonError::TooLarge);
    }
    let json: GenesisJson = parse(text)?;
    json.into_schema()?.try_into().map_err(JsonError::Wire)
}

/// Reads the parameters alone, in the form that they have in `app_state`.
///
/// # Errors
/// See [`JsonError`].
pub fn parameters_from_json(text: &[u8]) -> Result<Parameters, JsonError> {
    if text.len() > GENESIS_MAX {
        return Err(JsonError::TooLarge);
    }
    let json: ParametersJson = parse(text)?;
    json.into_schema()?.try_into().map_err(JsonError::Wire)
}

/// Writes `app_state`; keys in the order of their fingerprints.
///
/// # Errors
/// [`JsonError::Field`] for keys of roles that no genesis has.
pub fn to_json(genesis: &Genesis) -> Result<serde_json::Value, JsonError> {
    let json = GenesisJson::from_schema(governance::Genesis::from(genesis))?;
    serde_json::to_value(json).map_err(JsonError::Json)
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    serde_json::from_slice(text).map_err(JsonError::Json)
}

fn octets(text: &str, field: &'static str) -> Result<Vec<u8>, JsonError> {
    let is_lower = !text.bytes().any(|c| c.is_ascii_uppercase());
    let read = hex::decode(text).ok().filter(|_| is_lower);
    read.ok_or(JsonError::Field(field))
}

fn decimal(text: &str, field: &'static str) -> Result<u64, JsonError> {
    let number = text.parse::<u64>().ok();
    // One number, one text: no sign, no leading zero.
    number
        .filter(|number| number.to_string() == text)
        .ok_or(JsonError::Field(field))
}

fn number(table: &[(&str, u32)], text: &str, field: &'static str) -> Result<u32, JsonError> {
    let known = table.iter().find(|(name, _)| *name == text);
    known
        .map(|(_, number)| *number)
        .ok_or(JsonError::Field(field))
}

fn name(table: &[(&str, u32)], number: u32, field: &'static str) -> Result<String, JsonError> {
    let known = table.iter().find(|(_, known)| *known == number);
    known
        .map(|(name, _)| (*name).to_owned())
        .ok_or(JsonError::Field(field))
}

impl GenesisJson {
    fn into_schema(self) -> Result<governance::Genesis, JsonError> {
        let mut keys: Vec<key::Key> = self
            .keys
            .into_iter()
            .map(KeyJson::into_schema)
            .collect::<Result<_, _>>()?;
        // The schema wants rising fingerprints; a person may write the keys in any order.
        keys.sort_by_cached_key(|key| {
            key::body(key.purpose, &key.body)
                .map(|body| crate::signature::fingerprint(&body))
                .ok()
        });
        let validators = self.validators.into_iter().map(ValidatorJson::into_schema);
        Ok(governance::Genesis {
            network: Some(governance::Network {
                counties: self.network.counties,
                host: self.network.host,
                alliance: octets(&self.network.alliance, "network.alliance")?,
            }),
            parameters: Some(self.parameters.into_schema()?),
            validators: Some(governance::Validators {
                validators: validators.collect::<Result<_, _>>()?,
            }),
            keys,
            term: Some(self.term.into_schema()?),
        })
    }

    fn from_schema(genesis: governance::Genesis) -> Result<Self, JsonError> {
        let network = genesis.network.ok_or(JsonError::Field("network"))?;
        let validators = genesis.validators.ok_or(JsonError::Field("validators"))?;
        let term = genesis.term.ok_or(JsonError::Field("term"))?;
        let keys = genesis.keys.into_iter().map(KeyJson::from_schema);
        Ok(Self {
            network: NetworkJson {
                counties: network.counties,
                host: network.host,
                alliance: hex::encode(network.alliance),
            },
            parameters: ParametersJson::from_schema(
                &genesis.parameters.ok_or(JsonError::Field("parameters"))?,
            ),
            validators: validators
                .validators
                .into_iter()
                .map(ValidatorJson::from_schema)
                .collect(),
            keys: keys.collect::<Result<_, _>>()?,
            term: TermJson::from_schema(term)?,
        })
    }
}

impl ParametersJson {
    fn into_schema(self) -> Result<governance::Parameters, JsonError> {
        let ends = self.bucket_ends_secs.iter();
        Ok(governance::Parameters {
            tx_window_secs: decimal(&self.tx_window_secs, "tx_window_secs")?,
            skew_secs: decimal(&self.skew_secs, "skew_secs")?,
            signer_txs_max: self.signer_txs_max,
            count_min: decimal(&self.count_min, "count_min")?,
            attendance_min: decimal(&self.attendance_min, "attendance_min")?,
            key_validity_max_secs: decimal(&self.key_validity_max_secs, "key_validity_max_secs")?,
            schedule_ahead_secs: decimal(&self.schedule_ahead_secs, "schedule_ahead_secs")?,
            session_length_max_secs: decimal(
                &self.session_length_max_secs,
                "session_length_max_secs",
            )?,
            open_early_secs: decimal(&self.open_early_secs, "open_early_secs")?,
            report_early_secs: decimal(&self.report_early_secs, "report_early_secs")?,
            overdue_secs: decimal(&self.overdue_secs, "overdue_secs")?,
            unwitnessed_secs: decimal(&self.unwitnessed_secs, "unwitnessed_secs")?,
            decide_min_secs: decimal(&self.decide_min_secs, "decide_min_secs")?,
            decide_max_secs: decimal(&self.decide_max_secs, "decide_max_secs")?,
            term_max_secs: decimal(&self.term_max_secs, "term_max_secs")?,
            matrix_version: self.matrix_version,
            bucket_ends_secs: ends
                .map(|end| decimal(end, "bucket_ends_secs"))
                .collect::<Result<_, _>>()?,
            rm1_from: self.rm1_from,
        })
    }

    fn from_schema(parameters: &governance::Parameters) -> Self {
        Self {
            tx_window_secs: parameters.tx_window_secs.to_string(),
            skew_secs: parameters.skew_secs.to_string(),
            signer_txs_max: parameters.signer_txs_max,
            count_min: parameters.count_min.to_string(),
            attendance_min: parameters.attendance_min.to_string(),
            key_validity_max_secs: parameters.key_validity_max_secs.to_string(),
            schedule_ahead_secs: parameters.schedule_ahead_secs.to_string(),
            session_length_max_secs: parameters.session_length_max_secs.to_string(),
            open_early_secs: parameters.open_early_secs.to_string(),
            report_early_secs: parameters.report_early_secs.to_string(),
            overdue_secs: parameters.overdue_secs.to_string(),
            unwitnessed_secs: parameters.unwitnessed_secs.to_string(),
            decide_min_secs: parameters.decide_min_secs.to_string(),
            decide_max_secs: parameters.decide_max_secs.to_string(),
            term_max_secs: parameters.term_max_secs.to_string(),
            matrix_version: parameters.matrix_version,
            bucket_ends_secs: parameters
                .bucket_ends_secs
                .iter()
                .map(u64::to_string)
                .collect(),
            rm1_from: parameters.rm1_from,
        }
    }
}

impl ValidatorJson {
    fn into_schema(self) -> Result<governance::Validator, JsonError> {
        Ok(governance::Validator {
            key: octets(&self.key, "validators.key")?,
            power: decimal(&self.power, "validators.power")?,
            county: self.county,
        })
    }

    fn from_schema(validator: governance::Validator) -> Self {
        Self {
            key: hex::encode(validator.key),
            power: validator.power.to_string(),
            county: validator.county,
        }
    }
}

impl KeyJson {
    fn into_schema(self) -> Result<key::Key, JsonError> {
        Ok(key::Key {
            purpose: number(&PURPOSES, &self.purpose, "keys.purpose")?,
            body: octets(&self.body, "keys.body")?,
            role: Some(key::Role {
                kind: number(&ROLES, &self.role, "keys.role")?,
                number: self.number,
                member: Vec::new(),
            }),
            valid_from: decimal(&self.valid_from, "keys.valid_from")?,
            valid_until: decimal(&self.valid_until, "keys.valid_until")?,
            revoked_at: 0,
            revoked_reason: 0,
            expired: false,
        })
    }

    fn from_schema(key: key::Key) -> Result<Self, JsonError> {
        let role = key.role.ok_or(JsonError::Field("keys.role"))?;
        Ok(Self {
            role: name(&ROLES, role.kind, "keys.role")?,
            number: role.number,
            purpose: name(&PURPOSES, key.purpose, "keys.purpose")?,
            body: hex::encode(key.body),
            valid_from: key.valid_from.to_string(),
            valid_until: key.valid_until.to_string(),
        })
    }
}

impl TermJson {
    fn into_schema(self) -> Result<board::Term, JsonError> {
        let seats = self.seats.into_iter().map(|seat| {
            Ok(board::Seat {
                id: seat.id,
                holder: Some(seat.holder.into_schema()?),
                deputy: Some(seat.deputy.into_schema()?),
                vacated_at: 0,
            })
        });
        Ok(board::Term {
            id: self.id,
            from: decimal(&self.from, "term.from")?,
            until: decimal(&self.until, "term.until")?,
            status: APPOINTED,
            seats: seats.collect::<Result<_, JsonError>>()?,
            recusals: Vec::new(),
        })
    }

    fn from_schema(term: board::Term) -> Result<Self, JsonError> {
        let seats = term.seats.into_iter().map(|seat| {
            Ok(SeatJson {
                id: seat.id,
                holder: HolderJson::from_schema(seat.holder)?,
                deputy: HolderJson::from_schema(seat.deputy)?,
            })
        });
        Ok(Self {
            id: term.id,
            from: term.from.to_string(),
            until: term.until.to_string(),
            seats: seats.collect::<Result<_, JsonError>>()?,
        })
    }
}

impl HolderJson {
    fn into_schema(self) -> Result<board::Holder, JsonError> {
        Ok(board::Holder {
            sign: octets(&self.sign, "term.seats.sign")?,
            encrypt: octets(&self.encrypt, "term.seats.encrypt")?,
        })
    }

    fn from_schema(holder: Option<board::Holder>) -> Result<Self, JsonError> {
        let holder = holder.ok_or(JsonError::Field("term.seats"))?;
        Ok(Self {
            sign: hex::encode(holder.sign),
            encrypt: hex::encode(holder.encrypt),
        })
    }
}
