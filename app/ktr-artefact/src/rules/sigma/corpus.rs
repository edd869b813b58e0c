//! `SigmaHQ`'s public rules and recorded events, if the data folder is beside the checkout.
//! Counts are those of the pinned archive; a reader that changes its mind about one rule fails here.

use std::{collections::BTreeMap, fs, path::Path};

use rsigma_parser::{SigmaRule, parse_sigma_yaml};

use super::{clean::clean, fire::Event, leaves_out_somebody, read::read, share};
use crate::{
    finding::rule,
    rules::{
        Origin, RuleKind, list,
        public::{archive, counts, files},
    },
};

fn rules(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    for part in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        files(&folder.join(part), "yml", &mut paths);
    }
    let texts = paths.iter().map(|path| fs::read_to_string(path).unwrap());
    texts.collect()
}

#[test]
fn every_public_rule_is_read_by_both_and_cleaned_or_refused_by_name() {
    let Some(folder) = archive("sigma.tar.gz") else {
        return;
    };
    let texts = rules(folder.path());
    let (mut unread, mut refused) = (BTreeMap::new(), BTreeMap::new());
    let (mut accepted, mut asked) = (0_usize, 0_usize);
    for text in &texts {
        let count: &mut usize = match read(text) {
            Err(rule) => unread.entry(rule.to_string()).or_default(),
            Ok(parsed) => match clean(&parsed, Origin::ThirdParty, "DRL-1.1")
                .and_then(|cleaned| share::check(&parsed.detection).map(|()| cleaned))
            {
                Ok(cleaned) => {
                    let listed = list::find(RuleKind::Sigma, text).is_some();
                    let count = if !listed && leaves_out_somebody(&cleaned.text) {
                        &mut asked
                    } else {
                        &mut accepted
                    };
                    *count = count.saturating_add(1);
                    continue;
                }
                Err(rule) => refused.entry(rule.to_string()).or_default(),
            },
        };
        *count = count.saturating_add(1);
    }
    let read = texts.len() - unread.values().sum::<usize>();
    println!(
        "\n| rules of SigmaHQ | read {read} of {} | the rest {unread:?} | not cleaned {refused:?} | accepted {accepted}, asked about {asked} |",
        texts.len()
    );
    assert_eq!(accepted + asked, 3_735);
    // What a rule filters is for the board where nobody can tell that it is as it was published.
    assert!(asked > 0 && asked * 5 < accepted, "{asked}, {accepted}");
    assert_eq!(texts.len(), 3_754);
    assert_eq!(
        unread,
        counts(&[
            (rule::SIGMA_SECOND_READER, 2),
            (rule::SIGMA_EXPAND, 2),
            (rule::SIGMA_REGEX, 1)
        ])
    );
    assert_eq!(
        refused,
        counts(&[(rule::TEXT, 5), (rule::PATTERN_TOO_LONG, 9)])
    );
}

#[test]
fn every_recorded_event_sets_off_its_rule_and_every_accepted_one_before_and_after_cleaning_in_both()
{
    let Some(folder) = archive("sigma.tar.gz") else {
        return;
    };
    let by_id: BTreeMap<String, String> = rules(folder.path())
        .into_iter()
        .filter_map(|text| {
            let id = text.lines().find_map(|line| line.strip_prefix("id: "))?;
            Some((id.trim().to_owned(), text))
        })
        .collect();
    let mut events = Vec::new();
    files(&folder.path().join("regression_data"), "json", &mut events);
    let (mut silent, mut refused) = (Vec::new(), BTreeMap::new());
    for path in &events {
        let id = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = &by_id[&id];
        let json = fs::read_to_string(path).unwrap();
        let recorded: Vec<Event> = serde_json::Deserializer::from_str(&json)
            .into_iter::<serde_json::Value>()
            .map(|event| Event::parse(&event.unwrap().to_string()).unwrap())
            .collect();
        let original = &parse_sigma_yaml(text).unwrap().rules[0];
        if !recorded.iter().any(|event| event.first(original)) {
            silent.push((id.clone(), "first evaluator"));
        }
        let fires =
            |rule: &SigmaRule, text: &str| recorded.iter().any(|event| event.sets_off(rule, text));
        let cleaned = read(text).and_then(|parsed| {
            clean(&parsed, Origin::ThirdParty, "DRL-1.1").map(|cleaned| (parsed, cleaned))
        });
        match cleaned {
            Ok((parsed, _)) if !fires(&parsed, text) => silent.push((id, "before")),
            Ok((_, cleaned)) if !fires(&cleaned.rule, &cleaned.text) => silent.push((id, "after")),
            Ok(_) => {}
            Err(rule) => *refused.entry(rule.to_string()).or_insert(0) += 1,
        }
    }
    println!(
        "\n| events of SigmaHQ | {} of {} set off their rule | before and after cleaning in both: all but {refused:?} |",
        events.len() - silent.len(),
        events.len()
    );
    assert_eq!(events.len(), 202);
    assert_eq!(silent, Vec::new());
    assert_eq!(
        refused,
        counts(&[
            (rule::TEXT, 2),
            (rule::PATTERN_TOO_LONG, 1),
            (rule::SIGMA_SECOND_READER, 1)
        ])
    );
}
