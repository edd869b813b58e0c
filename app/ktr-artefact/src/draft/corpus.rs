//! ESET's public MISP events, if the data folder is beside the checkout.
//! What is listed is pinned, for it hangs on the archive alone; which values are fit is for [`crate::ioc`] to say.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{Draft, Format, Wanted, read};
use crate::{
    finding::rule,
    ioc::{Type, Value},
    rules::public::archive,
};

/// The events, sorted by path.
fn events(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            events(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json")
            && path.to_string_lossy().contains("misp")
        {
            found.push(path);
        }
    }
    found.sort();
}

fn drafts(folder: &Path, wanted: Wanted) -> Vec<Draft> {
    let mut paths = Vec::new();
    events(folder, &mut paths);
    let mut drafts = Vec::new();
    let mut broken = Vec::new();
    for path in paths {
        let octets = fs::read(&path).unwrap();
        let format = Format::of(&octets);
        assert_eq!(format, Format::Misp, "{}", path.display());
        match read(&octets, format, wanted) {
            Ok(draft) => drafts.push(draft),
            Err(finding) => broken.push(finding.rule),
        }
    }
    // One file of the archive is no JSON: a value is missing in it.
    assert_eq!(broken, [rule::NOT_JSON]);
    drafts
}

fn add<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K, count: usize) {
    let counted = counts.entry(key).or_default();
    *counted = counted.saturating_add(count);
}

/// Totals of all drafts: taken by type, refused by rule, listed by kind.
fn totals(
    drafts: &[Draft],
) -> (
    BTreeMap<Type, usize>,
    BTreeMap<String, usize>,
    BTreeMap<String, usize>,
) {
    let (mut taken, mut refused, mut listed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for draft in drafts {
        for (kind, count) in draft.taken() {
            add(&mut taken, kind, count);
        }
        for finding in &draft.refused {
            add(&mut refused, finding.rule.to_string(), 1);
        }
        for (kind, count) in &draft.listed {
            add(&mut listed, kind.clone(), *count);
        }
    }
    (taken, refused, listed)
}

#[test]
fn every_event_of_eset_is_read_and_nothing_in_it_is_lost() {
    let Some(folder) = archive("eset-malware-ioc.tar.gz") else {
        return;
    };
    for wanted in [Wanted::ForDetection, Wanted::Unflagged] {
        let drafts = drafts(folder.path(), wanted);
        let (taken, refused, listed) = totals(&drafts);
        println!(
            "\n| events of ESET, {wanted:?} | {} events: {} values taken | refused {refused:?} | listed {listed:?} |",
            drafts.len(),
            taken.values().sum::<usize>()
        );
        for ioc in drafts.iter().flat_map(|draft| &draft.iocs) {
            let value = Value::parse(ioc.kind, &ioc.value).unwrap();
            assert_eq!(
                value.text(),
                ioc.value,
                "a value in a draft is in normal form"
            );
        }
        let (taken, refused): (usize, usize) = (taken.values().sum(), refused.values().sum());
        let (least, unflagged) = match wanted {
            Wanted::ForDetection => (1_000, Some(&328)),
            Wanted::Unflagged => (2_500, None),
        };
        assert!(taken > least && refused * 10 < taken, "{taken}, {refused}");
        assert_eq!(listed.get("not for detection, attribute domain"), unflagged);
        for (kind, count) in [
            ("attribute text", 580),
            ("object victim", 1),
            ("title of an event", 53),
        ] {
            assert_eq!(listed[kind], count, "{kind}");
        }
    }
}
