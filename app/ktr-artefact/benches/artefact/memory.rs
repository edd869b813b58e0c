//! The memory that verifying a bundle of 50 MB takes, as Linux counts it of a child that does nothing else; and a file that is too large.
//! No such bundle can be built: it is joined from several.

use std::{
    env, fs,
    io::ErrorKind,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use ktr_artefact::{
    limits,
    openpgp::Certificate,
    seal::{Facts, verify},
    stix::Bundle,
};
use ktr_core::{
    id::Sha256,
    time::{Secs, Time},
};
use ktr_os::file;
use ktr_testkit::{memory, table::Table};
use sha2::Digest;

use crate::{
    large,
    program::Home,
    world::{World, alliance, bundle, chain, key_of, now, release_of},
};

/// Indicators of one of the parts, and how many folders the URL of each has.
const INDICATORS: usize = 3_000;
const FOLDERS: usize = 70;
/// Octets of the whole.
const LARGE: usize = 50_000_000;
/// Resident memory, in kibibytes.
const RESIDENT: u64 = 200_000;
/// Octets of a file that nobody reads.
const UNREAD: u64 = 256 * 1024 * 1024;

pub(crate) fn measure(table: &mut Table) {
    let home = Home::new();
    large(table, &home);
    unread(table, &home.path().join("large.json"));
}

fn large(table: &mut Table, home: &Home) {
    let signed_at = now().minus(Secs(60));
    let parts: Vec<Bundle> = (5..9)
        .map(|number| large::bundle(number, INDICATORS, FOLDERS, signed_at))
        .collect();
    let world = World::of(large::joined(&parts), signed_at);
    drop(parts);
    let length = world.bundle.len();
    assert!((LARGE..limits::READ_MAX).contains(&length), "{length}");
    home.file("alliance.pgp", &world.certificate.to_binary().unwrap());
    home.file("bundle.json", &world.bundle);
    home.file("bundle.json.asc", &world.seal);
    home.file("signed-at", signed_at.0.to_string().as_bytes());
    let output = Command::new(env::current_exe().unwrap())
        .arg("--judge")
        .arg(home.path())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let [resident, millis] = String::from_utf8(output.stdout)
        .unwrap()
        .split_whitespace()
        .map(|figure| figure.parse().unwrap())
        .collect::<Vec<u64>>()
        .try_into()
        .unwrap();
    table.row(
        &format!("verify a bundle of {length} octets"),
        &format!("{resident} KiB resident at most, {millis} ms"),
        "< 200 MB",
        resident < RESIDENT,
    );
}

/// The child: verifies the release of a folder, prints the most memory that it had, in kibibytes, and the milliseconds.
pub(crate) fn judge(folder: &Path) {
    let path = |name: &str| folder.join(name);
    let signed_at: u64 = fs::read_to_string(path("signed-at"))
        .unwrap()
        .parse()
        .unwrap();
    let small = bundle(Time(signed_at));
    let certificate = Certificate::from_bytes(&file::read(&path("alliance.pgp")).unwrap()).unwrap();
    let begun = Instant::now();
    let bytes = file::read(&path("bundle.json")).unwrap();
    let built = Bundle {
        sha256: Sha256(sha2::Sha256::digest(&bytes).into()),
        bytes,
        ..small
    };
    let key = key_of(
        certificate.signing_key(Time(signed_at)).unwrap(),
        Time(signed_at),
    );
    let release = release_of(&built, key.fingerprint, Time(signed_at));
    let seal = file::read(&path("bundle.json.asc")).unwrap();
    let facts = Facts {
        chain: &chain(),
        alliance: &alliance(),
        pinned: certificate.primary(),
        release: &release,
        key: &key,
    };
    let verified = verify(&facts, &built.bytes, &seal, &certificate).unwrap();
    assert!(verified.checked.cases > 1);
    let millis = begun.elapsed().as_millis();
    println!("{} {millis}", memory::kib("self", "VmHWM"));
}

/// Octets that this program has read so far, from Linux.
fn octets_read() -> u64 {
    let figures = fs::read_to_string("/proc/self/io").unwrap();
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("rchar: "));
    line.unwrap().parse().unwrap()
}

fn unread(table: &mut Table, path: &Path) {
    fs::File::create(path).unwrap().set_len(UNREAD).unwrap();
    let limit = u64::try_from(limits::READ_MAX).unwrap();
    let (before, begun) = (octets_read(), Instant::now());
    let refused = file::find_at_most(path, limit);
    let (took, read) = (begun.elapsed(), octets_read() - before);
    let cause = refused.unwrap_err().into_cause();
    assert_eq!(cause.kind(), ErrorKind::FileTooLarge);
    table.row(
        &format!("refuse a file of {UNREAD} octets"),
        &format!("{took:.1?}, {read} octets read for this figure and the file"),
        "< 50 ms, unread",
        took < Duration::from_millis(50) && read < 64 * 1024,
    );
}
