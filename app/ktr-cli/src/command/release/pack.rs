//! An archive with many releases: which there are, and where in it each lies. Nothing is unpacked, and nothing but headers is read to find them.
//! What a release must be is judged elsewhere.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use ktr_artefact::{archive, finding::rule};

use crate::error::{CliError, at};
use crate::file;
use crate::limits;

/// One release of an archive: where its two files, or its own archive of the two, begin and end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Packed {
    /// As two files; one that is missing is a half release, and seen as such.
    Files {
        /// `bundle.json`.
        bundle: Option<Range<u64>>,
        /// `bundle.json.asc`.
        seal: Option<Range<u64>>,
    },
    /// As an archive.
    Archive(Range<u64>),
}

/// What an archive holds.
#[derive(PartialEq, Eq, Debug, Default)]
pub(super) struct Pack {
    /// Releases by their path inside.
    pub(super) releases: BTreeMap<PathBuf, Packed>,
    /// Other files.
    pub(super) others: usize,
}

impl Pack {
    /// Looks into an archive; nothing if it is one release, or no archive: the strict reader says what is wrong with it.
    ///
    /// # Errors
    /// An archive that cannot be read to the empty block at its end, has a name twice, or more than [`limits::PACKED_MAX`] entries.
    pub(super) fn find(path: &Path) -> Result<Option<Self>, CliError> {
        let failed = file::failed(path);
        let mut archive = File::open(path).map_err(&failed)?;
        let end = archive.metadata().map_err(&failed)?.len();
        let mut pack = Self::default();
        let mut begin = 0;
        for entry in 0..limits::PACKED_MAX {
            let mut header = [0; archive::Header::OCTETS];
            let read = archive
                .seek(SeekFrom::Start(begin))
                .and_then(|_| archive.read_exact(&mut header));
            let header = match read {
                Ok(()) if header == EMPTY && entry > 0 => return Ok(Some(pack)),
                Ok(()) => archive::Header::read(&header),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
                Err(error) => return Err(failed(error).into()),
            };
            let Some(header) = header.filter(|header| entry > 0 || header.name != "bundle.json")
            else {
                return if entry == 0 {
                    Ok(None)
                } else {
                    Err(unread(path))
                };
            };
            let content = begin.saturating_add(HEADER);
            let last = content.saturating_add(header.size);
            if last > end {
                return Err(unread(path));
            }
            pack.take(&header, content..last, path)?;
            begin = last
                .checked_next_multiple_of(HEADER)
                .ok_or_else(|| unread(path))?;
        }
        Err(CliError::NotThere(format!(
            "{} has more than {} entries",
            path.display(),
            limits::PACKED_MAX
        )))
    }

    fn take(
        &mut self,
        header: &archive::Header,
        content: Range<u64>,
        path: &Path,
    ) -> Result<(), CliError> {
        if !header.is_file {
            return Ok(());
        }
        let name = Path::new(&header.name);
        let folder = name.parent().unwrap_or(Path::new("")).to_owned();
        let is = |file: &str| name.file_name().is_some_and(|name| name == file);
        let twice = if is("bundle.json") || is("bundle.json.asc") {
            let release = self.releases.entry(folder).or_insert(Packed::Files {
                bundle: None,
                seal: None,
            });
            match release {
                Packed::Files { bundle, .. } if is("bundle.json") => {
                    bundle.replace(content).is_some()
                }
                Packed::Files { seal, .. } => seal.replace(content).is_some(),
                Packed::Archive(_) => true,
            }
        } else if name.extension().is_some_and(|ending| ending == "tar") {
            let packed = Packed::Archive(content);
            self.releases.insert(name.to_owned(), packed).is_some()
        } else {
            self.others = self.others.saturating_add(1);
            false
        };
        if twice {
            return Err(CliError::NotThere(format!(
                "{} has two entries of one name",
                path.display()
            )));
        }
        Ok(())
    }
}

impl Packed {
    /// Both files.
    ///
    /// # Errors
    /// A half release, and files longer than their limits, which are not read.
    pub(super) fn read(&self, path: &Path) -> Result<archive::Release, CliError> {
        match self {
            Self::Files {
                bundle: Some(bundle),
                seal: Some(seal),
            } => Ok(archive::Release {
                bundle: part(path, bundle, ktr_artefact::limits::READ_MAX)?,
                seal: part(path, seal, ktr_artefact::limits::SEAL_MAX)?,
            }),
            Self::Files { .. } => Err(CliError::NotThere(
                "one of the two files is missing".to_owned(),
            )),
            Self::Archive(range) => {
                let octets = part(path, range, ktr_artefact::limits::READ_MAX)?;
                archive::read(&octets).map_err(at(path))
            }
        }
    }
}

fn part(path: &Path, range: &Range<u64>, most: usize) -> Result<Vec<u8>, CliError> {
    let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    if length > most {
        return Err(at(path)(
            rule::TOO_LARGE.at(ktr_artefact::finding::Place::named("archive")),
        ));
    }
    let mut octets = vec![0; length];
    let mut archive = File::open(path).map_err(file::failed(path))?;
    archive
        .seek(SeekFrom::Start(range.start))
        .and_then(|_| archive.read_exact(&mut octets))
        .map_err(file::failed(path))?;
    Ok(octets)
}

fn unread(path: &Path) -> CliError {
    CliError::NotThere(format!(
        "{} cannot be read to its end: write it with tar --format=ustar, not compressed",
        path.display()
    ))
}

/// What ends an archive.
const EMPTY: [u8; archive::Header::OCTETS] = [0; archive::Header::OCTETS];

/// Octets of a header, and of what contents are padded to.
const HEADER: u64 = 512;

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use ktr_artefact::archive::{self, Release};

    use super::{Pack, Packed};
    use crate::limits;

    fn release(mark: u8) -> Release {
        Release {
            bundle: vec![mark; 1_000],
            seal: vec![mark; 100],
        }
    }

    fn put(folder: &Path, release: &Release) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("bundle.json"), &release.bundle).unwrap();
        fs::write(folder.join("bundle.json.asc"), &release.seal).unwrap();
    }

    fn tar(home: &Path, words: &[&str]) {
        let done = Command::new("tar").current_dir(home).args(words).status();
        assert!(done.unwrap().success());
    }

    /// Two folders, half a release, an archive and a note, in one archive.
    fn packed() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        put(&path("all/a"), &release(b'a'));
        put(&path("all/b"), &release(b'b'));
        put(&path("all/half"), &release(b'h'));
        fs::remove_file(path("all/half/bundle.json.asc")).unwrap();
        let one = archive::write(&release(b'c')).unwrap();
        fs::write(path("all/c.tar"), one).unwrap();
        fs::write(path("all/note.txt"), "x").unwrap();
        tar(home.path(), &["cf", "all.tar", "all"]);
        let all = path("all.tar");
        (home, all)
    }

    #[test]
    fn each_release_of_an_archive_is_read_from_where_it_lies() {
        let (_home, all) = packed();
        let pack = Pack::find(&all).unwrap().unwrap();
        let names: Vec<&Path> = pack.releases.keys().map(PathBuf::as_path).collect();
        assert_eq!(
            names,
            ["all/a", "all/b", "all/c.tar", "all/half"].map(Path::new)
        );
        assert_eq!(pack.others, 1);
        for (name, mark) in [("all/a", b'a'), ("all/b", b'b'), ("all/c.tar", b'c')] {
            let read = pack.releases[Path::new(name)].read(&all).unwrap();
            assert_eq!(read, release(mark));
        }
        let half = pack.releases[Path::new("all/half")].read(&all);
        assert_eq!(
            half.unwrap_err().to_string(),
            "one of the two files is missing"
        );
    }

    #[test]
    fn one_release_and_what_is_no_archive_are_left_to_the_strict_reader() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("one.tar");
        for octets in [
            archive::write(&release(b'a')).unwrap(),
            Vec::new(),
            b"no archive".to_vec(),
            vec![0; 10_240],
        ] {
            fs::write(&path, octets).unwrap();
            assert_eq!(Pack::find(&path).unwrap(), None);
        }
    }

    #[test]
    fn an_archive_that_is_cut_or_has_a_name_twice_is_refused_as_a_whole() {
        let (home, all) = packed();
        let refused = || Pack::find(&all).unwrap_err().to_string();
        tar(home.path(), &["rf", "all.tar", "all/a/bundle.json"]);
        assert!(refused().ends_with("has two entries of one name"));
        let whole = fs::read(&all).unwrap();
        // Inside a header, a content and its padding, and between two entries.
        for end in [700, 1_600, 2_000, 2_048] {
            fs::write(&all, &whole[..end]).unwrap();
            assert!(refused().contains("cannot be read to its end"), "{end}");
        }
    }

    #[test]
    fn names_that_stand_elsewhere_are_refused_and_not_guessed() {
        let home = tempfile::tempdir().unwrap();
        put(&home.path().join("n".repeat(120)), &release(b'n'));
        put(&home.path().join("a"), &release(b'a'));
        let long = "n".repeat(120);
        tar(home.path(), &["--format=gnu", "-cf", "all.tar", "a", &long]);
        let refused = Pack::find(&home.path().join("all.tar")).unwrap_err();
        assert!(refused.to_string().contains("tar --format=ustar"));
        tar(home.path(), &["--format=ustar", "-cf", "all.tar", "a"]);
        assert!(Pack::find(&home.path().join("all.tar")).unwrap().is_some());
    }

    #[test]
    fn sizes_that_lie_and_entries_without_end_cost_nothing() {
        let (_home, all) = packed();
        // What is longer than a bundle may be is refused by its length: the file is not there to be read.
        let bundle = Some(0..u64::MAX);
        let seal = bundle.clone();
        let endless = Packed::Files { bundle, seal };
        let refused = endless.read(Path::new("/nowhere")).unwrap_err();
        assert!(refused.to_string().contains("too-large"), "{refused}");
        // A file of nothing but empty entries, as long as it likes.
        let empty = archive::write(&Release {
            bundle: Vec::new(),
            seal: Vec::new(),
        });
        let mut header = empty.unwrap()[512..1_024].to_vec();
        header[0] = b'x';
        let sum = format!("{:06o}\0", sum(&header));
        header[148..155].copy_from_slice(sum.as_bytes());
        let mut file = OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(&all)
            .unwrap();
        file.write_all(&header.repeat(limits::PACKED_MAX + 1))
            .unwrap();
        let refused = Pack::find(&all).unwrap_err().to_string();
        assert!(refused.contains("more than 7200 entries"), "{refused}");
    }

    /// The sum of a header's octets, blanks in its own field.
    fn sum(header: &[u8]) -> u32 {
        let octets = header.iter().enumerate();
        octets
            .map(|(at, octet)| {
                if (148..156).contains(&at) {
                    32
                } else {
                    u32::from(*octet)
                }
            })
            .sum()
    }
}
