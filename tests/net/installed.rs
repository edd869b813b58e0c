//! The programs of a site, installed with the commands of their page below a folder that stands for the root of a machine: they are those that
//! were built, they run, and the libraries that they need are those that the page installs.
//! They are this build's and no release's; what the page fetches, compiles or has a package manager install is only read here.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

use ktr_testkit::page::{below, commands};

use crate::programs;

/// Types a line in a folder, which must succeed; what it prints.
fn typed(folder: &Path, line: &str) -> String {
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", line]).current_dir(folder).output();
    let output = output.expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// What `sha256sum` printed, by the name of each file.
fn digests(printed: &str) -> BTreeMap<String, String> {
    let lines = printed.lines().map(|line| {
        let (digest, path) = line.split_once("  ").expect("a digest and a name");
        let name = path.rsplit('/').next().expect("a name");
        (name.to_owned(), digest.to_owned())
    });
    lines.collect()
}

/// Every library of a program comes with a package that is installed, or with the system's own.
fn is_served(program: &Path, installs: &str) {
    let listed = typed(Path::new("/"), &format!("ldd '{}'", program.display()));
    for line in listed.lines().map(str::trim) {
        assert!(!line.contains("not found"), "{line}");
        let path = line.split(' ').next().expect("a library");
        let name = path.rsplit('/').next().expect("a name");
        if OF_THE_SYSTEM.iter().any(|own| name.starts_with(own)) {
            continue;
        }
        let package = BROUGHT.iter().find(|(library, _)| *library == name);
        let (_, package) = package.unwrap_or_else(|| panic!("the page installs no {name}"));
        assert!(installs.contains(&format!(" {package}")), "{installs}");
    }
}

#[test]
fn the_programs_of_a_site_are_installed_with_the_commands_of_their_page_and_run() {
    let lines = commands(below(PAGE, "The programs"));
    let lines = <[String; 9]>::try_from(lines).expect("nine commands");
    let [
        setup,
        _,
        compile,
        copy,
        sums,
        apt,
        install,
        engine,
        installed,
    ] = lines;
    // given programs where a build leaves them, and the engine beside them
    assert_eq!(setup, "scripts/setup");
    let packages = " -p ktr-node -p ktr-cli -p ktr-room";
    assert!(compile.ends_with(packages), "{compile}");
    let checkout = tempfile::tempdir().expect("a folder");
    let built = checkout.path().join("target/release");
    fs::create_dir_all(&built).expect("made");
    for name in ["ktr-node", "ktr", "ktr-room"] {
        symlink(programs().join(name), built.join(name)).expect("linked");
    }
    let found = "KTR_COMETBFT=\"${KTR_COMETBFT:-$(command -v cometbft)}\"";
    typed(checkout.path(), &format!("{found}; {copy}"));
    let of_build = digests(&typed(checkout.path(), &sums));
    assert_eq!(of_build.len(), 4, "{of_build:?}");
    // when they are installed on a machine
    let root = tempfile::tempdir().expect("a folder");
    let usr = root.path().join("usr");
    let [bin, local] = ["bin", "local/bin"].map(|name| usr.join(name));
    for folder in [&bin, &local] {
        fs::create_dir_all(folder).expect("made");
    }
    let of_machine = |line: &str| line.replace(" /usr/", &format!(" {}/", usr.display()));
    for line in [&install, &engine] {
        typed(&built, &of_machine(line));
    }
    // then they are those, everybody may run them, and they run
    let there = digests(&typed(&built, &of_machine(&installed)));
    assert_eq!(there.len(), 3, "{there:?}");
    for (name, digest) in &there {
        assert_eq!(of_build.get(name), Some(digest), "{name}");
    }
    for program in [
        bin.join("ktr-node"),
        bin.join("ktr"),
        local.join("cometbft"),
    ] {
        let mode = fs::metadata(&program).expect("it is there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o755, "{}", program.display());
    }
    let path = format!("PATH='{}':'{}'", local.display(), bin.display());
    let says = "ktr-node --version && ktr --version && cometbft version";
    let said = typed(root.path(), &format!("{path}; {says}"));
    for words in ["ktr-node ", "ktr ", "0.38.25"] {
        assert!(said.contains(words), "{said}");
    }
    // and need nothing that is not installed
    for program in ["ktr-node", "ktr"] {
        is_served(&bin.join(program), &apt);
    }
}

/// The page.
const PAGE: &str = include_str!("../../docs/src/operating/start-county.md");
/// The libraries of the page's packages, by the package that brings each or needs it.
const BROUGHT: [(&str, &str); 5] = [
    ("libnettle.so.8", "libnettle8"),
    ("libhogweed.so.6", "libhogweed6"),
    ("libgmp.so.10", "libhogweed6"),
    ("libstdc++.so.6", "libstdc++6"),
    ("libgcc_s.so.1", "libstdc++6"),
];
/// What every machine has.
const OF_THE_SYSTEM: [&str; 7] = [
    "linux-vdso",
    "ld-linux",
    "libc.",
    "libm.",
    "libdl.",
    "libpthread.",
    "librt.",
];
