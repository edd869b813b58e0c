//! Where releases lie: a folder of one, an archive of one, a folder of such folders and archives, or an archive of them.
//! It looks one level deep into a folder and judges nothing.

use std::path::{Path, PathBuf};

use ktr_artefact::archive;

use super::folder::Folder;
use super::pack::{Pack, Packed};
use crate::error::{CliError, at};
use crate::file;
use crate::limits;

/// What lies at a path.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Shelf {
    /// One release.
    One(Place),
    /// Releases by path, and how many other entries there are.
    Many {
        /// Where each lies.
        places: Vec<Place>,
        /// Entries that are no release.
        others: usize,
    },
}

/// Where one release lies.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// In a folder, as two files.
    Folder(PathBuf),
    /// In an archive of the two files.
    Archive(PathBuf),
    /// In an archive of many releases.
    Packed {
        /// The archive.
        archive: PathBuf,
        /// The archive and the path inside, for people.
        path: PathBuf,
        /// Where in it.
        packed: Packed,
    },
}

impl Shelf {
    /// Looks what is there.
    ///
    /// # Errors
    /// A folder or archive that cannot be read, that holds no release, or more than [`limits::RELEASES_MAX`].
    pub(super) fn find(path: &Path) -> Result<Self, CliError> {
        if let Some(place) = Place::of(path) {
            let pack = match &place {
                Place::Archive(path) => Pack::find(path)?,
                Place::Folder(_) | Place::Packed { .. } => None,
            };
            return match pack {
                Some(pack) => Self::packed(path, pack),
                None => Ok(Self::One(place)),
            };
        }
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(path).map_err(file::failed(path))? {
            paths.push(entry.map_err(file::failed(path))?.path());
        }
        paths.sort();
        let all = paths.len();
        // The certificate serves the releases beside it.
        let certificate = Folder(path.to_owned()).certificate();
        let places = paths.iter().filter(|path| **path != certificate);
        let places: Vec<Place> = places.filter_map(|path| Place::of(path)).collect();
        let has_certificate = usize::from(paths.contains(&certificate));
        let others = all
            .saturating_sub(places.len())
            .saturating_sub(has_certificate);
        Self::many(path, places, others)
    }

    fn packed(archive: &Path, pack: Pack) -> Result<Self, CliError> {
        let releases = pack.releases.into_iter();
        let places = releases.map(|(name, packed)| Place::Packed {
            archive: archive.to_owned(),
            path: archive.join(name),
            packed,
        });
        Self::many(archive, places.collect(), pack.others)
    }

    fn many(path: &Path, places: Vec<Place>, others: usize) -> Result<Self, CliError> {
        if places.is_empty() {
            return Err(CliError::NotThere(format!(
                "{} holds no release",
                path.display()
            )));
        }
        if places.len() > limits::RELEASES_MAX {
            return Err(CliError::NotThere(format!(
                "{} holds more than {} releases",
                path.display(),
                limits::RELEASES_MAX
            )));
        }
        Ok(Self::Many { places, others })
    }
}

impl Place {
    /// A file is an archive if its name says so; a folder is a release if it has one of the two files, so that half a release is seen.
    fn of(path: &Path) -> Option<Self> {
        let folder = Folder(path.to_owned());
        if folder.bundle().is_file() || folder.seal().is_file() {
            return Some(Self::Folder(path.to_owned()));
        }
        let is_archive = path.extension().is_some_and(|ending| ending == "tar") && path.is_file();
        is_archive.then(|| Self::Archive(path.to_owned()))
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Archive(path) | Self::Packed { path, .. } => path,
        }
    }

    /// Both files.
    pub(super) fn read(&self) -> Result<archive::Release, CliError> {
        match self {
            Self::Folder(path) => Folder(path.clone()).read(),
            Self::Archive(path) => archive::read(&file::read(path)?).map_err(at(path)),
            Self::Packed {
                archive, packed, ..
            } => packed.read(archive),
        }
    }

    /// The certificate that lies nearest: in the release's folder, else beside the release or the archive of it.
    pub(super) fn certificate(&self) -> PathBuf {
        let lies = match self {
            Self::Folder(path) | Self::Archive(path) | Self::Packed { archive: path, .. } => path,
        };
        let inside = Folder(lies.clone()).certificate();
        if inside.is_file() {
            return inside;
        }
        match lies.parent() {
            Some(beside) => Some(Folder(beside.to_owned()).certificate())
                .filter(|beside| beside.is_file())
                .unwrap_or(inside),
            None => inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Place, Shelf};

    #[test]
    fn a_shelf_is_one_release_or_all_of_its_folders_and_archives() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        assert!(Shelf::find(&path("nowhere")).is_err());
        assert!(Shelf::find(home.path()).is_err(), "no release");
        for (folder, name) in [
            ("b", "bundle.json"),
            ("a", "bundle.json.asc"),
            ("c", "notes.txt"),
        ] {
            fs::create_dir(path(folder)).unwrap();
            fs::write(path(folder).join(name), "x").unwrap();
        }
        for name in ["d.tar", "alliance.pgp", "e.zip"] {
            fs::write(path(name), "x").unwrap();
        }
        let places = vec![
            Place::Folder(path("a")),
            Place::Folder(path("b")),
            Place::Archive(path("d.tar")),
        ];
        assert_eq!(places[0].certificate(), path("alliance.pgp"));
        fs::write(path("a").join("alliance.pgp"), "x").unwrap();
        assert_eq!(places[0].certificate(), path("a").join("alliance.pgp"));
        assert_eq!(
            Shelf::find(home.path()).unwrap(),
            Shelf::Many { places, others: 2 }
        );
        let one = Shelf::find(&path("d.tar")).unwrap();
        assert_eq!(one, Shelf::One(Place::Archive(path("d.tar"))));
        let half = Shelf::find(&path("a")).unwrap();
        assert_eq!(half, Shelf::One(Place::Folder(path("a"))));
    }
}
