//! From a description to the genesis of the core, `alliance.json` and the engine's whole `genesis.json`.
//! Whether it is complete, `ktr-wire` checks; how many faults it tolerates is judged by whoever writes it, and one site that rules alone is refused.

use std::{collections::BTreeSet, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_artefact::{
    alliance::{Alliance, AllianceDomain, AllianceName},
    finding::Rule,
    stix::Seed,
};
use ktr_core::{
    Genesis,
    board::{Holder, Seat, Term, TermStatus},
    governance::{Network, Validator},
    id::{CountyId, SeatId, TermId, ValidatorKey},
    key::{Key, KeyBody, Role},
    limits::SEATS,
    time::Time,
};
use ktr_wire::{digest, genesis, signature};
use serde_json::{Value, json};

use super::{Description, engine, refuse_rule_of_one};
use crate::command::keys::{self, Material};
use crate::entropy;
use crate::error::CliError;
use crate::when;

/// How the engine names the kind of a validator's key.
pub(super) const ENGINE_KEY: &str = "tendermint/PubKeyEd25519";

/// What a description makes.
pub(crate) struct Composed {
    /// The core's genesis.
    pub(crate) genesis: Genesis,
    /// The octets of `alliance.json`.
    pub(crate) alliance: Vec<u8>,
    /// The engine's `genesis.json`.
    pub(crate) file: Value,
}

/// Composes a network; `base` is the folder from which the description's paths count.
pub(crate) fn compose(
    description: &Description,
    base: &Path,
    now: Time,
) -> Result<Composed, CliError> {
    let begins = description.begins(now).map_err(CliError::Description)?;
    let alliance = alliance(description)?;
    let mut ring = Ring {
        description,
        base,
        keys: Vec::new(),
    };
    let seats = ring.all()?;
    let genesis = Genesis {
        network: Network {
            counties: description.counties,
            host: CountyId(description.host),
            alliance: alliance.sha256().map_err(wrong)?,
        },
        parameters: description.parameters(),
        validators: validators(description)?,
        keys: ring.keys,
        term: Term {
            id: TermId(1),
            from: begins,
            until: begins.plus(description.first_term()),
            status: TermStatus::Appointed,
            seats,
            recusals: BTreeSet::new(),
        },
    };
    genesis::check(&genesis)?;
    refuse_rule_of_one(&genesis.validators)?;
    Ok(Composed {
        file: engine_file(description, &genesis, begins)?,
        alliance: alliance.to_canonical().map_err(wrong)?,
        genesis,
    })
}

/// The Alliance that the description names: the kept one, or one with ids of its own.
fn alliance(description: &Description) -> Result<Alliance, CliError> {
    let text = &description.alliance;
    let name = AllianceName::parse(&text.name).map_err(wrong)?;
    let domain = AllianceDomain::parse(&text.domain).map_err(wrong)?;
    let Some(kept) = &description.kept else {
        return Ok(Alliance::mint(name, domain, &Seed(entropy::draw())));
    };
    if (&kept.name, &kept.domain) == (&name, &domain) {
        return Ok(kept.clone());
    }
    Err(CliError::Description(
        "alliance: the kept file has another name or domain".to_owned(),
    ))
}

fn wrong(rule: Rule) -> CliError {
    CliError::Description(format!("alliance: {rule}"))
}

fn validators(description: &Description) -> Result<Vec<Validator>, CliError> {
    let one = |site: &super::Site| {
        let octets = hex::decode(&site.key).ok();
        let key = octets.and_then(|octets| ValidatorKey::from_slice(&octets));
        let key = key.ok_or_else(|| {
            CliError::Description(format!(
                "validator {}: the key has 64 hex digits",
                site.name
            ))
        })?;
        Ok(Validator {
            key,
            power: site.power,
            county: site.county.map(CountyId),
        })
    };
    description.validators.iter().map(one).collect()
}

/// Collects the keys of all roles.
struct Ring<'a> {
    description: &'a Description,
    base: &'a Path,
    keys: Vec<Key>,
}

impl Ring<'_> {
    fn all(&mut self) -> Result<Vec<Seat>, CliError> {
        self.sign("studio", Role::Studio)?;
        self.sign("releaser", Role::Releaser)?;
        self.encrypt("desk", Role::Releaser)?;
        self.sign("collector", Role::Collector)?;
        for county in 1..=self.description.counties {
            self.sign(&format!("county-{county}"), Role::County(CountyId(county)))?;
            self.holder(
                &format!("sidecar-{county}"),
                Role::Sidecar(CountyId(county)),
            )?;
        }
        let mut seats = Vec::new();
        for number in 1..=SEATS {
            let id = SeatId(number);
            seats.push(Seat {
                id,
                holder: self.holder(&format!("seat-{number}"), Role::Seat(id))?,
                deputy: self.holder(&format!("deputy-{number}"), Role::Deputy(id))?,
                vacated_at: None,
            });
        }
        Ok(seats)
    }

    fn holder(&mut self, name: &str, role: Role) -> Result<Holder, CliError> {
        Ok(Holder {
            sign: self.sign(name, role)?,
            encrypt: self.encrypt(name, role)?,
        })
    }

    fn sign(&mut self, name: &str, role: Role) -> Result<ktr_core::id::Fingerprint, CliError> {
        let material = self.material(name)?;
        let body = KeyBody::Sign(material.signing);
        Ok(self.add(body, role, &material.signing.0, material.signing_until))
    }

    fn encrypt(&mut self, name: &str, role: Role) -> Result<ktr_core::id::Fingerprint, CliError> {
        let material = self.material(name)?;
        let key = material.encryption.ok_or_else(|| {
            CliError::Description(format!("keys.{name} has no cv25519 encryption key"))
        })?;
        Ok(self.add(
            KeyBody::Encrypt(key),
            role,
            &key.0,
            material.encryption_until,
        ))
    }

    fn material(&self, name: &str) -> Result<Material, CliError> {
        let path = self.description.keys.get(name);
        let path = path.ok_or_else(|| CliError::Description(format!("keys.{name} is missing")))?;
        keys::material(&self.base.join(path))
    }

    fn add(
        &mut self,
        body: KeyBody,
        role: Role,
        octets: &[u8],
        end: Option<Time>,
    ) -> ktr_core::id::Fingerprint {
        let made = keys::made_at(octets);
        let fingerprint = signature::fingerprint(&body);
        self.keys.push(Key {
            fingerprint,
            body,
            role,
            valid_from: made,
            valid_until: keys::until(made, end),
            revoked: None,
            expired: false,
        });
        fingerprint
    }
}

/// The engine's file, every field that it needs (design: ledger, section 1.2).
fn engine_file(
    description: &Description,
    genesis: &Genesis,
    begins: Time,
) -> Result<Value, CliError> {
    let validators: Vec<Value> = genesis.validators.iter().map(site).collect();
    Ok(json!({
        "genesis_time": when::show(begins),
        "chain_id": description.chain_id,
        "initial_height": engine::INITIAL_HEIGHT,
        "consensus_params": genesis::consensus_params(),
        "validators": validators,
        "app_hash": "",
        "app_state": genesis::to_json(genesis).map_err(CliError::AppState)?,
    }))
}

/// One site as the engine wants it, named by its place: the node takes no other name, so that all files of a network are alike.
pub(super) fn site(validator: &Validator) -> Value {
    let address = digest::sha256(&[&validator.key.0]);
    let address: Vec<u8> = address.0.iter().copied().take(20).collect();
    json!({
        "address": hex::encode_upper(address),
        "pub_key": {
            "type": ENGINE_KEY,
            "value": STANDARD.encode(validator.key.0),
        },
        "power": validator.power.to_string(),
        "name": validator.county.map_or_else(
            || "witness".to_owned(),
            |county| format!("county-{county}"),
        ),
    })
}
