//! The description of a network as a person writes it, in TOML: names, places of key files, validators.
//! Unknown keys are refused; paths count from the description's folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ktr_artefact::alliance::Alliance;
use ktr_core::{
    governance::Parameters,
    time::{Secs, Time},
};
use serde::Deserialize;

use crate::limits::TERM_DAYS;

/// A network to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// `ktr-<name>-<n>`, at most 50 octets.
    pub(crate) chain_id: String,
    /// RFC 3339, whole seconds; without it, now.
    pub(crate) genesis_time: Option<String>,
    /// How many counties.
    pub(crate) counties: u8,
    /// The county whose region hosts the studio.
    pub(crate) host: u8,
    /// Seconds instead of days.
    #[serde(default)]
    pub(crate) localnet: bool,
    /// With `localnet`: its seconds are multiplied by this many per cent. No file sets it.
    #[serde(skip, default = "usual_pace")]
    pub(crate) pace_percent: u64,
    /// With `localnet`: how many seconds a year has, where it shall not have its real ones. No file sets it.
    #[serde(skip)]
    pub(crate) year_secs: Option<u64>,
    /// The Alliance of the chain before this one, where its ids are to stay. No file sets it.
    #[serde(skip)]
    pub(crate) kept: Option<Alliance>,
    /// Days of the first term.
    #[serde(default = "term_days")]
    pub(crate) term_days: u64,
    /// Who the Alliance is.
    pub(crate) alliance: AllianceText,
    /// Certificates by role: `county-1`, `sidecar-1`, `studio`, `releaser` (the Alliance's), `desk` (what the release desk receives with),
    /// `collector`, `seat-1`, `deputy-1`, and so on.
    pub(crate) keys: BTreeMap<String, PathBuf>,
    /// The sites.
    pub(crate) validators: Vec<Site>,
}

/// The Alliance's constants.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllianceText {
    /// Its name.
    pub(crate) name: String,
    /// Its domain.
    pub(crate) domain: String,
}

/// One site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Site {
    /// The place.
    pub(crate) name: String,
    /// Its consensus key, 64 hex digits.
    pub(crate) key: String,
    /// Its power.
    pub(crate) power: u64,
    /// Its county; none is the witness.
    pub(crate) county: Option<u8>,
}

const fn term_days() -> u64 {
    TERM_DAYS
}

const fn usual_pace() -> u64 {
    100
}

/// The bounds of a network on one machine: seconds instead of days (design: rulings, section 2), stretched by a pace.
/// A part of a second counts as a whole one.
pub(crate) fn localnet_parameters(pace_percent: u64) -> Parameters {
    let secs = |secs: u64| Secs(secs.saturating_mul(pace_percent).div_ceil(100));
    Parameters {
        attendance_min: 5,
        schedule_ahead_secs: secs(5),
        overdue_secs: secs(120),
        decide_min_secs: secs(5),
        bucket_ends_secs: [secs(45), secs(60), secs(75), secs(90)],
        ..Parameters::default()
    }
}

/// The bounds of a localnet whose years have so many seconds: a term is at most a half of one and a tenth of it, and what else takes days or
/// hours in reality takes a share of a year. Keys keep their real validity: they are made by others' programs, which know days only.
pub(crate) fn years_parameters(year_secs: u64) -> Parameters {
    let share = |of: u64| Secs(year_secs.div_ceil(of));
    Parameters {
        attendance_min: 5,
        schedule_ahead_secs: share(20),
        overdue_secs: share(12),
        unwitnessed_secs: share(6),
        decide_min_secs: share(20),
        decide_max_secs: share(2),
        term_max_secs: Secs(share(2).0.saturating_add(share(20).0)),
        bucket_ends_secs: [share(60), share(30), share(20), share(15)],
        ..Parameters::default()
    }
}

impl Description {
    /// Its bounds.
    pub(crate) fn parameters(&self) -> Parameters {
        match self.year_secs {
            Some(secs) if self.localnet => years_parameters(secs),
            None if self.localnet => localnet_parameters(self.pace_percent),
            Some(_) | None => Parameters::default(),
        }
    }

    /// How long the first term lasts.
    pub(crate) fn first_term(&self) -> Secs {
        let days = Secs(self.term_days.saturating_mul(86_400));
        self.year_secs.map_or(days, |secs| Secs(secs.div_ceil(2)))
    }

    /// When it begins.
    pub(crate) fn begins(&self, now: Time) -> Result<Time, String> {
        match &self.genesis_time {
            Some(text) => crate::when::parse(text),
            None => Ok(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ktr_core::time::Secs;

    use super::{Description, localnet_parameters, years_parameters};

    #[test]
    fn a_slow_pace_stretches_the_seconds_of_a_localnet_and_nothing_else() {
        let (usual, slow) = (localnet_parameters(100), localnet_parameters(150));
        assert_eq!(usual.bucket_ends_secs, [45, 60, 75, 90].map(Secs));
        assert_eq!(slow.bucket_ends_secs, [68, 90, 113, 135].map(Secs));
        assert_eq!(slow.schedule_ahead_secs, Secs(8));
        assert_eq!(slow.decide_min_secs, Secs(8));
        assert_eq!(slow.overdue_secs, Secs(180));
        assert_eq!(slow.unwitnessed_secs, usual.unwitnessed_secs);
        assert_eq!(slow.attendance_min, usual.attendance_min);
    }

    #[test]
    fn in_a_year_of_a_minute_everything_that_takes_days_takes_seconds_and_two_terms_fit() {
        let minute = years_parameters(60);
        assert!(minute.is_workable());
        assert_eq!(minute.term_max_secs, Secs(33));
        assert_eq!(minute.bucket_ends_secs, [1, 2, 3, 4].map(Secs));
        assert_eq!(minute.schedule_ahead_secs, Secs(3));
        assert_eq!(minute.key_validity_max_secs, Secs(1_096 * 86_400));
        // and twice as slow
        assert_eq!(years_parameters(120).term_max_secs, Secs(66));
    }

    #[test]
    fn the_usual_sample_shows_every_key_of_a_description() {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../genesis");
        let text = std::fs::read_to_string(samples.join("network.toml"));
        let text = text.expect("it is in the repository");
        let shown = text.replace("\n# localnet = ", "\nlocalnet = ");
        // Each key by name: one more does not compile here until the sample has it.
        let Description {
            chain_id: _,
            genesis_time,
            counties: _,
            host: _,
            localnet,
            pace_percent: _,
            year_secs: _,
            kept: _,
            term_days: _,
            alliance: _,
            keys: _,
            validators: _,
        } = toml::from_str(&shown).expect("the sample is right");
        // Those that a description may leave out have no default here.
        assert!(localnet && genesis_time.is_some());
        assert!(shown.contains("\nterm_days = "));
    }

    #[test]
    fn the_sample_descriptions_are_read_and_name_every_role() {
        for (name, validators) in [("network.toml", 4), ("strict-three.toml", 3)] {
            let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../genesis");
            let text =
                std::fs::read_to_string(samples.join(name)).expect("it is in the repository");
            let described: Description = toml::from_str(&text).expect("the sample is right");
            let counts = (described.counties, described.validators.len());
            assert_eq!(counts, (3, validators), "{name}");
            assert_eq!(described.keys.len(), 16);
            assert!(!described.localnet);
            assert!(toml::from_str::<Description>(&format!("unknown = 1\n{text}")).is_err());
        }
    }
}
