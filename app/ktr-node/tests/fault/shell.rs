//! Somebody types what a page of the book shows: in a shell, with the program of this build and the test's places for those of the page.
//! What comes of it is for the sentences; a backup is put back by a reader of its own (`restore.rs`).

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// What a command of a page prints and ends with, typed into a shell that is still to be started; each place of the page is taken for the
/// test's, in their order.
pub(super) fn typed(mut shell: Command, places: &[(&str, &str)], command: &str) -> (i32, String) {
    let programs = Path::new(env!("CARGO_BIN_EXE_ktr-node")).parent().unwrap();
    // One user has all of it here.
    let mut line = command
        .strip_prefix(AS_ITS_USER)
        .unwrap_or(command)
        .to_owned();
    for &(of_page, of_test) in places {
        line = line.replace(of_page, of_test);
    }
    let line = format!("PATH='{}':\"$PATH\"; {line}", programs.display());
    shell.args(["-c", &line]).stdin(Stdio::null());
    let output = shell.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    (output.status.code().unwrap(), said)
}

/// What a command printed that must succeed.
pub(super) fn done(command: &str, (code, said): (i32, String)) -> String {
    assert_eq!(code, 0, "{command}: {said}");
    said
}

/// The folder of a node, as pages call it.
pub(super) const FOLDER: &str = "/var/lib/ktr-node";
/// How they become the user of the node.
const AS_ITS_USER: &str = "sudo -u ktr-node ";
