//! The form as a draft: every key that the schema asks for, those empty that a person has to fill.
//! No default here answers a question about the victim or the case.

use serde_json::json;

use crate::{
    finding::{Rule, rule},
    form::Ioc,
};

/// What only a person knows, by key.
pub const FILL_IN: [&str; 3] = [
    "case: title, narrative, lang, tlp, constraints, sector, country",
    "classification: every key",
    "victim: every list; [] means none, and organisations needs one",
];

/// What a draft assumes and a person has to look at, by key.
pub const LOOK_AT: [&str; 4] = [
    "iocs: the attacker's side only; take out what is the victim's",
    "iocs[].credibility: 3 where the source does not say",
    "iocs[].valid_days: the most that the type allows",
    "iocs[].victim_unique: false",
];

/// How credible an IOC is of which the source does not say.
pub(super) const CREDIBILITY: u8 = 3;

/// The form, indented for an editor.
pub(super) fn form(iocs: &[Ioc]) -> Result<Vec<u8>, Rule> {
    let form = json!({
        "version": 1,
        "case": {
            "title": "", "narrative": "", "lang": "", "tlp": null, "constraints": [], "sector": null, "country": "",
        },
        "classification": {
            "incident": null, "flags": [], "position": null, "member_states": null, "systems_pct": null,
            "users_pct": null, "outage_minutes": null, "person_days": null, "loss_eur": null, "nccs": null,
            "nis_severity": null,
        },
        "iocs": iocs,
        "rules": [],
        "context": {"malware": [], "techniques": [], "cves": [], "links": []},
        "victim": {
            "organisations": [], "domains": [], "ip_ranges": [], "asns": [], "ad_domains": [], "hosts": [],
            "host_patterns": [], "people": [], "accounts": [], "mail_addresses": [], "phones": [], "paths": [],
            "tickets": [], "file_hashes": [], "other": [],
        },
    });
    let mut bytes = serde_json::to_vec_pretty(&form).map_err(|_error| rule::NOT_JSON)?;
    bytes.push(b'\n');
    Ok(bytes)
}
