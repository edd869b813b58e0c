//! Messages of governance: the network, its parameters and validators, and genesis as a whole.
//! Proposals and what they bring about are in `proposal` and `resolved`.

use ktr_core::{
    Genesis as Core, board,
    governance::{self, Parameters as Bounds},
    id::ValidatorKey,
    key,
    limits::{BUCKET_ENDS, VALIDATORS_MAX},
    time::Secs,
};

use super::{board::Term, key::Key};
use crate::{field, limits::GENESIS_KEYS_MAX, refusal::Wire};

/// The value of the network's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Network {
    #[prost(uint32, tag = "1")]
    pub(crate) counties: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) host: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) alliance: Vec<u8>,
}

/// The value of the parameters' record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Parameters {
    #[prost(uint64, tag = "1")]
    pub(crate) tx_window_secs: u64,
    #[prost(uint64, tag = "2")]
    pub(crate) skew_secs: u64,
    #[prost(uint32, tag = "3")]
    pub(crate) signer_txs_max: u32,
    #[prost(uint64, tag = "4")]
    pub(crate) count_min: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) attendance_min: u64,
    #[prost(uint64, tag = "6")]
    pub(crate) key_validity_max_secs: u64,
    #[prost(uint64, tag = "7")]
    pub(crate) schedule_ahead_secs: u64,
    #[prost(uint64, tag = "8")]
    pub(crate) session_length_max_secs: u64,
    #[prost(uint64, tag = "9")]
    pub(crate) open_early_secs: u64,
    #[prost(uint64, tag = "10")]
    pub(crate) report_early_secs: u64,
    #[prost(uint64, tag = "11")]
    pub(crate) overdue_secs: u64,
    #[prost(uint64, tag = "12")]
    pub(crate) unwitnessed_secs: u64,
    #[prost(uint64, tag = "13")]
    pub(crate) decide_min_secs: u64,
    #[prost(uint64, tag = "14")]
    pub(crate) decide_max_secs: u64,
    #[prost(uint64, tag = "15")]
    pub(crate) term_max_secs: u64,
    #[prost(uint32, tag = "16")]
    pub(crate) matrix_version: u32,
    /// Exactly 4, rising.
    #[prost(uint64, repeated, tag = "17")]
    pub(crate) bucket_ends_secs: Vec<u64>,
    #[prost(uint32, tag = "18")]
    pub(crate) rm1_from: u32,
}

/// One validator.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Validator {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "2")]
    pub(crate) power: u64,
    /// 0 is the witness.
    #[prost(uint32, tag = "3")]
    pub(crate) county: u32,
}

/// The value of the validators' record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Validators {
    /// In the order of genesis.
    #[prost(message, repeated, tag = "1")]
    pub(crate) validators: Vec<Validator>,
}

/// What a network starts from; its SHA-256 is the genesis digest.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Genesis {
    #[prost(message, optional, tag = "1")]
    pub(crate) network: Option<Network>,
    #[prost(message, optional, tag = "2")]
    pub(crate) parameters: Option<Parameters>,
    #[prost(message, optional, tag = "3")]
    pub(crate) validators: Option<Validators>,
    /// By rising fingerprint.
    #[prost(message, repeated, tag = "4")]
    pub(crate) keys: Vec<Key>,
    #[prost(message, optional, tag = "5")]
    pub(crate) term: Option<Term>,
}

impl From<&governance::Network> for Network {
    fn from(network: &governance::Network) -> Self {
        Self {
            counties: u32::from(network.counties),
            host: u32::from(network.host.0),
            alliance: network.alliance.0.to_vec(),
        }
    }
}

impl TryFrom<Network> for governance::Network {
    type Error = Wire;

    fn try_from(message: Network) -> Result<Self, Wire> {
        Ok(Self {
            counties: u8::try_from(message.counties).or(Err(Wire::OutOfRange))?,
            host: field::read(&message.host)?,
            alliance: field::read(&message.alliance)?,
        })
    }
}

impl From<&Bounds> for Parameters {
    fn from(bounds: &Bounds) -> Self {
        Self {
            tx_window_secs: bounds.tx_window_secs.0,
            skew_secs: bounds.skew_secs.0,
            signer_txs_max: bounds.signer_txs_max,
            count_min: bounds.count_min,
            attendance_min: bounds.attendance_min,
            key_validity_max_secs: bounds.key_validity_max_secs.0,
            schedule_ahead_secs: bounds.schedule_ahead_secs.0,
            session_length_max_secs: bounds.session_length_max_secs.0,
            open_early_secs: bounds.open_early_secs.0,
            report_early_secs: bounds.report_early_secs.0,
            overdue_secs: bounds.overdue_secs.0,
            unwitnessed_secs: bounds.unwitnessed_secs.0,
            decide_min_secs: bounds.decide_min_secs.0,
            decide_max_secs: bounds.decide_max_secs.0,
            term_max_secs: bounds.term_max_secs.0,
            matrix_version: bounds.matrix_version,
            bucket_ends_secs: bounds.bucket_ends_secs.iter().map(|end| end.0).collect(),
            rm1_from: bounds.rm1_from,
        }
    }
}

impl TryFrom<Parameters> for Bounds {
    type Error = Wire;

    fn try_from(message: Parameters) -> Result<Self, Wire> {
        let ends = <[u64; BUCKET_ENDS]>::try_from(message.bucket_ends_secs);
        let ends = ends.or(Err(Wire::OutOfRange))?;
        if !ends.is_sorted_by(|earlier, later| earlier < later) {
            return Err(Wire::OutOfRange);
        }
        Ok(Self {
            tx_window_secs: Secs(message.tx_window_secs),
            skew_secs: Secs(message.skew_secs),
            signer_txs_max: message.signer_txs_max,
            count_min: message.count_min,
            attendance_min: message.attendance_min,
            key_validity_max_secs: Secs(message.key_validity_max_secs),
            schedule_ahead_secs: Secs(message.schedule_ahead_secs),
            session_length_max_secs: Secs(message.session_length_max_secs),
            open_early_secs: Secs(message.open_early_secs),
            report_early_secs: Secs(message.report_early_secs),
            overdue_secs: Secs(message.overdue_secs),
            unwitnessed_secs: Secs(message.unwitnessed_secs),
            decide_min_secs: Secs(message.decide_min_secs),
            decide_max_secs: Secs(message.decide_max_secs),
            term_max_secs: Secs(message.term_max_secs),
            matrix_version: message.matrix_version,
            bucket_ends_secs: ends.map(Secs),
            rm1_from: message.rm1_from,
        })
    }
}

impl From<&governance::Validator> for Validator {
    fn from(validator: &governance::Validator) -> Self {
        Self {
            key: validator.key.0.to_vec(),
            power: validator.power,
            county: validator.county.map_or(0, |county| u32::from(county.0)),
        }
    }
}

impl TryFrom<Validator> for governance::Validator {
    type Error = Wire;

    fn try_from(message: Validator) -> Result<Self, Wire> {
        let county = if message.county == 0 {
            None
        } else {
            Some(field::read(&message.county)?)
        };
        if message.power == 0 {
            return Err(Wire::OutOfRange);
        }
        let key: ValidatorKey = field::read(&message.key)?;
        Ok(Self {
            key,
            power: message.power,
            county,
        })
    }
}

impl From<&[governance::Validator]> for Validators {
    fn from(validators: &[governance::Validator]) -> Self {
        Self {
            validators: validators.iter().map(Validator::from).collect(),
        }
    }
}

impl TryFrom<Validators> for Vec<governance::Validator> {
    type Error = Wire;

    fn try_from(message: Validators) -> Result<Self, Wire> {
        field::at_most(message.validators, VALIDATORS_MAX)?
            .into_iter()
            .map(TryInto::try_into)
            .collect()
    }
}

impl From<&Core> for Genesis {
    fn from(genesis: &Core) -> Self {
        let mut keys = genesis.keys.clone();
        keys.sort_by_key(|key| key.fingerprint);
        Self {
            network: Some((&genesis.network).into()),
            parameters: Some((&genesis.parameters).into()),
            validators: Some(genesis.validators.as_slice().into()),
            keys: keys.into_iter().map(Key::from).collect(),
            term: Some((&genesis.term).into()),
        }
    }
}

impl TryFrom<Genesis> for Core {
    type Error = Wire;

    fn try_from(message: Genesis) -> Result<Self, Wire> {
        let keys: Vec<key::Key> = field::at_most(message.keys, GENESIS_KEYS_MAX)?
            .into_iter()
            .map(TryInto::try_into)
            .collect::<Result<_, _>>()?;
        if !keys.is_sorted_by(|earlier, later| earlier.fingerprint < later.fingerprint) {
            return Err(Wire::OutOfRange);
        }
        let term: board::Term = field::present(message.term)?.try_into()?;
        Ok(Self {
            network: field::present(message.network)?.try_into()?,
            parameters: field::present(message.parameters)?.try_into()?,
            validators: field::present(message.validators)?.try_into()?,
            keys,
            term,
        })
    }
}
