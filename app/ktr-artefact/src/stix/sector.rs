//! Where a case's report may name the victim's sector: only where its country counts enough entities of it, so that the label names nobody.
//! Who counts are the competent authorities of NIS2 (Article 3); the release desk keeps their numbers in a file, which never leaves.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    canonical,
    finding::{Finding, Place, rule},
    form::{Country, Sector},
    limits,
};

/// Countries and sectors with at least [`limits::SECTOR_ENTITIES_MIN`] entities.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PublicSectors(BTreeSet<(Country, Sector)>);

/// How many entities a country counts of a sector.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    country: String,
    sector: Sector,
    entities: u64,
}

impl PublicSectors {
    /// Reads the numbers: a JSON list of `{"country": "DE", "sector": "energy", "entities": 812}`, each pair once.
    ///
    /// # Errors
    /// A finding of range 100, or [`rule::SECTOR_COUNTS`] with the number of the line.
    pub fn read(octets: &[u8]) -> Result<Self, Finding> {
        let place = Place::named("sectors.json");
        let text = canonical::text(octets, limits::SECTORS_MAX, &place)?;
        let counts: Vec<Count> =
            serde_json::from_str(text).map_err(|_error| rule::SECTOR_COUNTS.at(place))?;
        let mut numbers = BTreeMap::new();
        for (index, count) in counts.iter().enumerate() {
            let at = || rule::SECTOR_COUNTS.at(Place::path(format!("sectors[{index}]")));
            let country = Country::parse(&count.country).map_err(|_rule| at())?;
            if numbers
                .insert((country, count.sector), count.entities)
                .is_some()
            {
                return Err(at());
            }
        }
        let numbers = numbers.into_iter();
        let enough = numbers.filter(|(_, entities)| *entities >= limits::SECTOR_ENTITIES_MIN);
        Ok(Self(enough.map(|(pair, _)| pair).collect()))
    }

    /// One pair, as if its country counted enough of them: for a build that shall hold all that any release may hold.
    #[must_use]
    pub fn of_one(country: &Country, sector: Sector) -> Self {
        Self(BTreeSet::from([(country.clone(), sector)]))
    }

    /// Whether a report may name this sector of this country; the country itself it never names.
    #[must_use]
    pub fn holds(&self, country: &Country, sector: Sector) -> bool {
        self.0.contains(&(country.clone(), sector))
    }
}

#[cfg(test)]
mod tests {
    use super::PublicSectors;
    use crate::{
        finding::rule,
        form::{Country, Sector},
    };

    #[test]
    fn five_entities_are_enough_and_four_are_not() {
        let counts = br#"[
            {"country": "DE", "sector": "energy", "entities": 5},
            {"country": "MT", "sector": "energy", "entities": 4},
            {"country": "DE", "sector": "space", "entities": 0}
        ]"#;
        let public = PublicSectors::read(counts).unwrap();
        let holds = |country: &str, sector| public.holds(&Country::parse(country).unwrap(), sector);
        assert!(holds("DE", Sector::Energy));
        assert!(!holds("MT", Sector::Energy), "four");
        assert!(!holds("DE", Sector::Space), "none");
        assert!(!holds("FR", Sector::Energy), "not counted");
    }

    #[test]
    fn a_file_that_counts_a_pair_twice_or_is_no_list_is_refused_by_line_and_without_its_words() {
        let line = r#"{"country": "DE", "sector": "energy", "entities": 5}"#;
        for (text, place) in [
            (format!("[{line}, {line}]"), "sectors[1]"),
            (format!("[{}]", line.replace("DE", "Germany")), "sectors[0]"),
            (line.to_owned(), "sectors.json"),
            (
                format!("[{}]", line.replace("energy", "zoo")),
                "sectors.json",
            ),
            (format!("[{}]", line.replace('5', "-5")), "sectors.json"),
            (
                format!("[{}]", line.replace("entities", "count")),
                "sectors.json",
            ),
        ] {
            let refused = PublicSectors::read(text.as_bytes()).unwrap_err();
            assert_eq!(refused.rule, rule::SECTOR_COUNTS, "{text}");
            assert_eq!(refused.place.to_string(), place, "{text}");
        }
    }
}
