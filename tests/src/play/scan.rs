//! The play's own search for octets in the files of a server: what it looks for is given, what it finds is named by number.
//! It trusts no scan that does not find what was planted for it.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, ErrorKind},
    path::Path,
};

use aho_corasick::AhoCorasick;

use super::Failure;

/// The planted file; the name is nobody else's.
const PLANTED: &str = "planted-by-the-play";

/// Octets that must stand nowhere below a folder, with a word for each kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canaries(Vec<(&'static str, Vec<u8>)>);

impl Canaries {
    /// Adds octets to look for. Fewer than eight would be found by chance.
    pub(crate) fn add(&mut self, kind: &'static str, octets: impl Into<Vec<u8>>) {
        let octets = octets.into();
        if octets.len() >= 8 {
            self.0.push((kind, octets));
        }
    }

    /// Whether there is one of this kind.
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == kind)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The kinds that stand in a file below `folder`, in the order in which they were added and each once.
    ///
    /// # Errors
    /// [`Failure`] if a file that exists cannot be read, or if a planted canary is not found: then the scan is void.
    pub(crate) fn found_below(&self, folder: &Path) -> Result<Vec<&'static str>, Failure> {
        let planted = folder.join(PLANTED);
        let canary = format!("canary of process {}", std::process::id()).into_bytes();
        fs::write(&planted, &canary).map_err(|error| Failure::of(planted.display(), error))?;
        let mut all = self.clone();
        all.0.push(("planted", canary));
        let automaton = AhoCorasick::new(all.0.iter().map(|(_, octets)| octets))
            .map_err(|error| Failure::of("the search", error))?;
        let mut hits = BTreeSet::new();
        let searched = search(folder, &automaton, &mut hits);
        fs::remove_file(&planted)?;
        searched?;
        let mut found = Vec::new();
        for (kind, _) in hits.iter().filter_map(|hit| all.0.get(*hit)) {
            if !found.contains(kind) {
                found.push(*kind);
            }
        }
        match found.pop() {
            Some("planted") => Ok(found),
            _ => Err(Failure::new(
                "the search is void: it did not find what was planted",
            )),
        }
    }
}

/// Looks into every file; one that is gone meanwhile is skipped, because a server's files come and go while it runs.
fn search(path: &Path, searcher: &AhoCorasick, hits: &mut BTreeSet<usize>) -> Result<(), Failure> {
    let unless_gone = |error: io::Error| {
        if error.kind() == ErrorKind::NotFound {
            Ok(())
        } else {
            Err(Failure::of(path.display(), error))
        }
    };
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) => return unless_gone(error),
    };
    if kind.is_dir() {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return unless_gone(error),
        };
        for entry in entries {
            search(&entry?.path(), searcher, hits)?;
        }
        return Ok(());
    }
    if !kind.is_file() {
        // A socket holds nothing, and what a link names is searched where it lies.
        return Ok(());
    }
    let octets = match fs::read(path) {
        Ok(octets) => octets,
        Err(error) => return unless_gone(error),
    };
    // Overlapping, so that one canary cannot hide another.
    for hit in searcher.find_overlapping_iter(&octets) {
        hits.insert(hit.pattern().as_usize());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, os::unix::fs::symlink, path::Path};

    use aho_corasick::AhoCorasick;

    use super::{Canaries, PLANTED};

    fn canaries() -> Canaries {
        let mut canaries = Canaries::default();
        canaries.add("narrative", "a port lost its cranes");
        canaries.add("indicator", "203.0.113.77");
        canaries.add("narrative", "and then its ferries");
        canaries.add("short", "abc");
        canaries
    }

    fn found(folder: &Path) -> Vec<&'static str> {
        canaries().found_below(folder).expect("it can be read")
    }

    #[test]
    fn what_stands_in_any_file_is_found_and_named_by_its_kind_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("media/local/aa");
        fs::create_dir_all(&deep).expect("folders");
        fs::write(deep.join("blob"), b"\0\0aa port lost its cranes\xFF").expect("a file");
        assert_eq!(found(folder.path()), ["narrative"]);
        fs::write(
            folder.path().join("log"),
            "… and then its ferries, 203.0.113.77",
        )
        .expect("a file");
        assert_eq!(found(folder.path()), ["narrative", "indicator"]);
    }

    #[test]
    fn nothing_is_found_in_clean_files_and_nothing_planted_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("log"), "a port lost its crane; abc").expect("a file");
        assert!(found(folder.path()).is_empty());
        assert!(!folder.path().join(PLANTED).exists());
        assert_eq!(canaries().count(), 3, "too short a canary is none");
    }

    #[test]
    fn a_link_to_nowhere_is_no_error_and_a_folder_that_is_missing_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        symlink("nowhere", folder.path().join("link")).expect("a link");
        assert!(found(folder.path()).is_empty());
        let missing = canaries().found_below(&folder.path().join("missing"));
        assert!(missing.is_err());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let nothing = AhoCorasick::new(["a canary"]).expect("a searcher");
        // Not even root can read the memory of a process at its beginning.
        let searched = super::search(Path::new("/proc/self/mem"), &nothing, &mut BTreeSet::new());
        assert!(searched.is_err());
    }
}
