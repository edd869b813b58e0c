//! Sentences about a start that fails: one line, what to do, a code of its own.
//! What the doctor says about the same is `doctor.rs`'s.

use std::{fs, net::TcpListener};

use ktr_node::engine::Lock;

use crate::folder::{Folder, RIGHT};

#[test]
fn a_taken_port_is_named_with_its_key_before_the_engine_starts() {
    for key in [
        "rpc_laddr",
        "p2p_laddr",
        "metrics_laddr",
        "node_metrics_laddr",
    ] {
        // given somebody on the port
        let folder = Folder::made(RIGHT);
        let address = folder.spare();
        let other = TcpListener::bind(address).unwrap();
        folder.set(key, address);
        // when
        let (code, said) = folder.start();
        // then
        let wanted = format!(
            "ktr-node: {key}: port {} is taken; stop the process that listens there, or set another port as {key} in node.toml",
            address.rsplit(':').next().unwrap()
        );
        assert_eq!((code, said), (12, wanted));
        assert!(!folder.engine_started());
        // and a start once it is free gets as far as the engine
        drop(other);
        assert_eq!(folder.start().0, 12);
        assert!(folder.engine_started());
    }
}

#[test]
fn one_port_under_two_keys_is_named() {
    let folder = Folder::made(RIGHT);
    let address = folder.spare();
    folder.set("rpc_laddr", address);
    folder.set("metrics_laddr", address);
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(said.starts_with("ktr-node: metrics_laddr: port "), "{said}");
}

#[test]
fn an_address_of_another_machine_is_named() {
    let folder = Folder::made(RIGHT);
    folder.set("p2p_laddr", "192.0.2.1:26656");
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.starts_with("ktr-node: p2p_laddr: port 26656 cannot be listened on: ")
            && said.ends_with("; correct p2p_laddr in node.toml"),
        "{said}"
    );
}

#[test]
fn an_engine_that_is_missing_is_named() {
    let folder = Folder::made(RIGHT);
    folder.set("engine_binary", "/nowhere/cometbft");
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.starts_with("ktr-node: the engine /nowhere/cometbft cannot be run: ")
            && said.ends_with(
                "; scripts/setup installs it, engine_binary in node.toml names it, and under the unit it lies outside /root and /home"
            ),
        "{said}"
    );
}

#[test]
fn a_program_that_is_no_engine_is_named_and_not_repeated() {
    for script in [
        "echo 'ERROR: unknown flag'",
        "exit 3",
        "echo 0.38.25; exit 1",
        "echo 1.2",
    ] {
        let folder = Folder::made(script);
        let wanted = format!(
            "ktr-node: the engine {} does not say its version; name CometBFT v0.38.25 as engine_binary in node.toml, scripts/setup installs it",
            folder.engine().display()
        );
        assert_eq!(folder.start(), (12, wanted), "{script}");
    }
}

#[test]
fn an_engine_of_another_version_is_named_with_both() {
    for version in ["0.38.24", "0.38.25-dev", "1.0.1", "0.34.24"] {
        let folder = Folder::made(&format!("echo {version}"));
        let wanted = format!(
            "ktr-node: the engine {} is version {version}, the Relay runs 0.38.25; name the right one as engine_binary in node.toml, scripts/setup installs it",
            folder.engine().display()
        );
        assert_eq!(folder.start(), (12, wanted));
    }
}

#[test]
fn an_engine_that_ends_at_once_ends_the_node() {
    let folder = Folder::made(RIGHT);
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.starts_with("ktr-node: the engine ended by itself (exit status: 1)"),
        "{said}"
    );
}

#[test]
fn a_node_that_runs_already_is_named() {
    let folder = Folder::made(RIGHT);
    let _held = Lock::take(&folder.home()).unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(said.starts_with("ktr-node: a node runs in "), "{said}");
    assert!(!folder.engine_started());
}

#[test]
fn a_validator_that_forgot_what_it_signed_ends_with_the_guard_s_code() {
    let folder = Folder::made(RIGHT);
    fs::create_dir(folder.home().block_store()).unwrap();
    fs::remove_file(folder.home().validator_state()).unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 13);
    assert!(
        said.contains("priv_validator_state.json is missing beside a block store"),
        "{said}"
    );
    assert!(!folder.engine_started());
}

#[test]
fn a_file_in_the_way_of_the_socket_is_named() {
    let folder = Folder::made(RIGHT);
    fs::write(folder.home().path().join("abci.sock"), "mine").unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.ends_with("abci.sock is in the way and is no socket"),
        "{said}"
    );
}

#[test]
fn a_folder_without_configuration_is_refused() {
    let folder = Folder::made(RIGHT);
    fs::remove_file(folder.home().settings()).unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 1);
    assert!(said.contains("node.toml"), "{said}");
}

#[test]
fn a_rollback_that_the_engine_refuses_gives_the_engines_own_reason_and_says_what_to_do() {
    for (ends, reason) in [
        (
            "echo 'ERROR: failed to rollback state: no state found' >&2; exit 1",
            "failed to rollback state: no state found",
        ),
        ("exit 1", "it gives no reason"),
        ("echo 'what a stranger prints'", "it gives no reason"),
    ] {
        let folder = Folder::made(&format!(
            "[ \"$1\" = version ] && echo 0.38.25 && exit 0; {ends}"
        ));
        let wanted = format!(
            "ktr-node: the engine takes nothing back: {reason}; start the node, or restore, or remove store and engine data together and let the peers bring the chain (keep priv_validator_state.json)"
        );
        assert_eq!(folder.roll_back(), (12, wanted), "{ends}");
    }
}

#[test]
fn the_words_of_a_genesis_that_is_refused_command_no_terminal() {
    let folder = Folder::made(RIGHT);
    let text = r#"{"\u001b[2Jall is well": 1}"#;
    let spelled = "unknown field `\\u001b[2Jall is well`";
    // in the line of error
    let (code, said) = folder.init(text, &[]);
    assert_eq!(code, 1);
    assert!(!said.contains(char::is_control), "{said:?}");
    assert!(said.contains(spelled), "{said}");
    // and in what the doctor prints
    fs::write(folder.home().genesis(), text).unwrap();
    let (_, shown) = folder.answer(&["doctor"]);
    let commands = |c: char| c.is_control() && c != '\n';
    assert!(!shown.contains(commands), "{shown:?}");
    assert!(shown.contains(spelled), "{shown}");
}
