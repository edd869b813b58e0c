//! What shells and packagers take: completions that the shell itself accepts, and man pages for every command.
//! Whether they read well, a reader must judge.

use crate::run::{answer, ktr, other};

#[test]
fn bash_accepts_its_completions_and_offers_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = ktr(folder.path(), &["completions", "bash"]);
    assert!(ran.status.success());
    std::fs::write(folder.path().join("ktr.bash"), &ran.stdout).expect("written");
    let ask = "source ./ktr.bash && COMP_WORDS=(ktr key) && COMP_CWORD=1 && _ktr ktr key ktr && echo \"${COMPREPLY[@]}\"";
    let offered = other(folder.path(), "bash", &["-c", ask]);
    assert_eq!(String::from_utf8_lossy(&offered).trim(), "keys");
}

#[test]
fn every_shell_has_completions_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    for (shell, sign) in [
        ("bash", "complete -F _ktr"),
        ("zsh", "#compdef ktr"),
        ("fish", "complete -c ktr"),
    ] {
        let ran = ktr(folder.path(), &["completions", shell]);
        assert!(
            String::from_utf8_lossy(&ran.stdout).contains(sign),
            "{shell}"
        );
    }
    let refused = ktr(folder.path(), &["completions", "csh"]);
    assert_eq!(refused.status.code(), Some(64));
}

#[test]
fn every_command_has_a_man_page_with_its_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = answer(folder.path(), &["man", "--out", "man1"]);
    let pages = folder.path().join("man1");
    let names: Vec<_> = std::fs::read_dir(&pages).expect("made").flatten().collect();
    assert_eq!(
        told.get("pages").and_then(serde_json::Value::as_u64),
        u64::try_from(names.len()).ok()
    );
    for (name, words) in [
        ("ktr.1", "The Knowledge Transfer Relay, for people"),
        ("ktr-nominate.1", "ktr \\-\\-home net nominate case.json"),
        ("ktr-tx-build-nomination-vote.1", "nomination vote"),
        ("ktr-keys-export.1", "KTR_OUT"),
    ] {
        let page = std::fs::read_to_string(pages.join(name)).expect("a page");
        assert!(page.contains(words), "{name}: {page}");
    }
}
