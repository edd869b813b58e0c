//! A release as one file: a ustar archive of exactly `bundle.json` and `bundle.json.asc`, written in one way.
//! It is no general reader: whatever differs from what [`write()`] would write is refused. Archives with many releases may be anybody's: of those a
//! [`Header`] says what lies where.

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

/// What the header of an entry says, in an archive that anybody's `tar` wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its path; no control character is in it.
    pub name: String,
    /// Octets of its content, which is padded to [`Self::OCTETS`].
    pub size: u64,
    /// Whether it is a plain file.
    pub is_file: bool,
}

impl Header {
    /// Octets of a header, and of the unit to which contents are padded.
    pub const OCTETS: usize = BLOCK;

    /// Reads a header; nothing if it is none: the checksum is wrong, a name is no UTF-8 or holds a control character, a size is no octal number, or
    /// it is of anything but a file or a folder. Of links and the like other programs would make a file in the place of one that was judged.
    #[must_use]
    pub fn read(header: &[u8; Self::OCTETS]) -> Option<Self> {
        let field = |from: usize, to: usize| header.get(from..to).unwrap_or_default();
        let sum = header.iter().enumerate().map(|(at, octet)| match at {
            148..156 => u64::from(b' '),
            _ => u64::from(*octet),
        });
        let kind = header.get(156)?;
        let fits = octal(field(148, 156))? == sum.sum::<u64>();
        let is_file = matches!(kind, b'0' | 0);
        let size = octal(field(124, 136))?;
        let is_folder = *kind == b'5' && size == 0;
        if !fits || !(is_file || is_folder) {
            return None;
        }
        let mut name = text(field(0, 100))?;
        // GNU's own form has other things there.
        let front = text(field(345, 500)).filter(|_| field(257, 263) == b"ustar\0");
        if let Some(front) = front.filter(|front| !front.is_empty()) {
            name = format!("{front}/{name}");
        }
        let readable = !name.is_empty() && !name.chars().any(char::is_control);
        readable.then_some(Self {
            name,
            size,
            is_file,
        })
    }
}

/// The text of a field, which ends at its first zero.
fn text(field: &[u8]) -> Option<String> {
    let octets = field.split(|octet| *octet == 0).next()?;
    str::from_utf8(octets).ok().map(str::to_owned)
}

/// The number of a field, between blanks and zeros.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = str::from_utf8(field).ok()?;
    let digits = digits.trim_matches(['\0', ' ']);
    // A sign would be read as well.
    let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
    plain.then(|| u64::from_str_radix(digits, 8).ok()).flatten()
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
    use super::{Header, Release, read, write};
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
    fn a_header_says_what_lies_there_and_one_that_was_changed_is_none() {
        let archive = write(&release()).unwrap();
        let first: [u8; 512] = archive[..512].try_into().unwrap();
        let header = Header::read(&first).unwrap();
        assert_eq!(
            header,
            Header {
                name: "bundle.json".to_owned(),
                size: 1_000,
                is_file: true
            }
        );
        for at in [0, 124, 156, 345] {
            let mut changed = first;
            changed[at] ^= 1;
            assert_eq!(Header::read(&changed), None, "{at}");
        }
        let of = |size: usize, at: usize, field: &[u8]| {
            let mut header = super::header("bundle.json", size);
            super::put(&mut header, at, field);
            super::put(&mut header, 148, b"        ");
            let sum: u32 = header.iter().map(|octet| u32::from(*octet)).sum();
            super::put(&mut header, 148, format!("{sum:06o}\0 ").as_bytes());
            Header::read(&header)
        };
        let with = |at: usize, field: &[u8]| of(1_000, at, field);
        assert_eq!(with(345, b"a/b").unwrap().name, "a/b/bundle.json");
        assert!(!of(0, 156, b"5").unwrap().is_file);
        for (at, field) in [
            (0, b"a\x1b[2J".as_slice()),
            (0, b"\xff"),
            (0, b"\0"),
            (156, b"x"),
            (156, b"L"),
            (156, b"S"),
            // Links, and what other programs make a file of; a folder has no octets.
            (156, b"1"),
            (156, b"2"),
            (156, b"7"),
            (156, b"5"),
            // A size in another base: octets that no release has.
            (124, b"\x80\0\0\0\0\0\0\0\0\0\0\x01"),
            (124, b"-1\0"),
            (124, b"+17\0"),
        ] {
            assert_eq!(with(at, field), None, "{at} {field:?}");
        }
        assert_eq!(Header::read(&[0; 512]), None);
    }

    #[test]
    fn an_endless_archive_is_refused_unread() {
        assert_eq!(
            read(&vec![0; 40 * 1024 * 1024]).unwrap_err().rule,
            rule::TOO_LARGE
        );
    }
}
