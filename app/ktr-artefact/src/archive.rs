//! A release as one file: a ustar archive of exactly `bundle.json` and `bundle.json.asc`, written in one way.
//! It is no general reader: whatever differs from what [`write()`] would write is refused.

use crate::{
    finding::{Finding, Place, rule},
    limits,
};

/// The two files of a release, as handed out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Release {
    /// `bundle.json`.
    pub bundle: Vec<u8>,
    /// `bundle.json.asc`.
    pub seal: Vec<u8>,
}

/// The archive: mode 0644, ids 0, mtime 0, padded to 512 octets, two empty blocks at the end.
///
/// # Errors
/// [`rule::TOO_LARGE`] if a file is longer than its limit.
pub fn write(release: &Release) -> Result<Vec<u8>, Finding> {
    let mut archive = Vec::new();
    append(&mut archive, BUNDLE, &release.bundle, limits::BUILT_MAX)?;
    append(&mut archive, SEAL, &release.seal, limits::SEAL_MAX)?;
    archive.resize(archive.len().saturating_add(2 * BLOCK), 0);
    Ok(archive)
}

/// Reads an archive that [`write()`] wrote, octet for octet; what GNU tar pads at the end is allowed.
///
/// # Errors
/// [`rule::TOO_LARGE`], [`rule::NOT_THE_ARCHIVE`].
pub fn read(archive: &[u8]) -> Result<Release, Finding> {
    if archive.len() > limits::ARCHIVE_MAX.saturating_add(GNU_RECORD) {
        return Err(rule::TOO_LARGE.at(place()));
    }
    let refused = || rule::NOT_THE_ARCHIVE.at(place());
    let (bundle, rest) = entry(archive).ok_or_else(refused)?;
    let (seal, _rest) = entry(rest).ok_or_else(refused)?;
    let release = Release {
        bundle: bundle.to_vec(),
        seal: seal.to_vec(),
    };
    let written = write(&release)?;
    let padding = archive
        .strip_prefix(written.as_slice())
        .ok_or_else(refused)?;
    if padding.iter().all(|octet| *octet == 0) {
        Ok(release)
    } else {
        Err(refused())
    }
}

fn append(archive: &mut Vec<u8>, name: &str, content: &[u8], max: usize) -> Result<(), Finding> {
    if content.len() > max {
        return Err(rule::TOO_LARGE.at(Place::path(String::from(name))));
    }
    archive.extend(header(name, content.len()));
    archive.extend(content);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    Ok(())
}

/// A POSIX ustar header as GNU tar writes it: fields at their places, the checksum over the header with blanks in its own field.
fn header(name: &str, size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let size = format!("{size:011o}");
    for (offset, field) in [
        (0, name.as_bytes()),
        (100, b"0000644\0"),
        (108, b"0000000\0"),
        (116, b"0000000\0"),
        (124, size.as_bytes()),
        (136, b"00000000000\0"),
        (148, b"        "),
        (156, b"0"),
        (257, b"ustar\x0000"),
        (329, b"0000000\0"),
        (337, b"0000000\0"),
    ] {
        put(&mut header, offset, field);
    }
    let sum: u32 = header.iter().map(|octet| u32::from(*octet)).sum();
    put(&mut header, 148, format!("{sum:06o}\0 ").as_bytes());
    header
}

fn put(header: &mut [u8; BLOCK], offset: usize, field: &[u8]) {
    for (slot, octet) in header.iter_mut().skip(offset).zip(field) {
        *slot = *octet;
    }
}

/// The content of the first entry and what follows its padding; names and modes are judged by writing again.
fn entry(archive: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, rest) = archive.split_first_chunk::<BLOCK>()?;
    let digits = std::str::from_utf8(header.get(124..135)?).ok()?;
    let size = usize::from_str_radix(digits, 8).ok()?;
    let content = rest.get(..size)?;
    let rest = rest.get(size.checked_next_multiple_of(BLOCK)?..)?;
    Some((content, rest))
}

fn place() -> Place {
    Place::named("archive")
}

const BLOCK: usize = 512;
/// GNU tar fills up to twenty blocks.
const GNU_RECORD: usize = 20 * BLOCK;
const BUNDLE: &str = "bundle.json";
const SEAL: &str = "bundle.json.asc";

#[cfg(test)]
mod tests {
    use super::{Release, read, write};
    use crate::finding::rule;

    fn release() -> Release {
        Release {
            bundle: vec![b'x'; 1_000],
            seal: vec![b'y'; 512],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let archive = write(&release()).unwrap();
        assert_eq!(archive.len(), 512 * (1 + 2 + 1 + 1 + 2));
        assert_eq!(read(&archive), Ok(release()));
        let empty = Release {
            bundle: Vec::new(),
            seal: Vec::new(),
        };
        assert_eq!(read(&write(&empty).unwrap()), Ok(empty));
    }

    #[test]
    fn anything_else_is_refused() {
        let good = write(&release()).unwrap();
        let changed = |at: usize, to: u8| {
            let mut bad = good.clone();
            bad[at] = to;
            bad
        };
        let mut three = good[..good.len() - 1_024].to_vec();
        three.extend(&good[..512 + 1_024]);
        for (name, bad) in [
            ("name", changed(0, b'/')),
            ("mode", changed(104, b'7')),
            ("owner", changed(109, b'1')),
            ("time", changed(140, b'1')),
            ("link", changed(156, b'2')),
            ("checksum", changed(150, b'7')),
            ("padding", changed(512 + 1_010, 1)),
            ("size", changed(134, b'9')),
            ("third file", three),
            ("cut", good[..600].to_vec()),
            ("empty", Vec::new()),
        ] {
            assert_eq!(
                read(&bad).unwrap_err().rule,
                rule::NOT_THE_ARCHIVE,
                "{name}"
            );
        }
    }

    #[test]
    fn an_endless_archive_is_refused_unread() {
        assert_eq!(
            read(&vec![0; 40 * 1024 * 1024]).unwrap_err().rule,
            rule::TOO_LARGE
        );
    }
}
