//! The sample for nginx, as it ships: ports, files and folders are put in the place of a county's own, and nothing else.
//! `KTR_NGINX` names the program.

use std::path::PathBuf;
use std::process::Stdio;

use ktr_room::synapse::free_port;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::judge::{Ground, judge};
use crate::support::until;

const SAMPLE: &str = include_str!("../../../../../node-config/nginx-room.conf");

/// The sample on this ground, listening at a port.
fn fitted(ground: &Ground, port: u16) -> String {
    let folder = ground.folder().display();
    let homeserver = ground.synapse.homeserver.port();
    let mut text = SAMPLE.to_owned();
    for (from, to) in [
        ("listen 443", format!("listen 127.0.0.1:{port}")),
        ("127.0.0.1:18008", format!("127.0.0.1:{homeserver}")),
        ("127.0.0.1:18009", format!("127.0.0.1:{}", ground.pass_port)),
        ("/etc/ktr", folder.to_string()),
        ("pid nginx-room.pid", format!("pid {folder}/nginx.pid")),
        ("/dev/shm/nginx-room", format!("{folder}/nginx")),
        // An nginx that was unpacked and not installed has no folders for protocols that are not spoken here.
        (
            "  default_type",
            format!(
                "  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n  default_type"
            ),
        ),
    ] {
        assert!(text.contains(from), "the sample has {from}");
        text = text.replace(from, &to);
    }
    text
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test lane hands the program over in the environment"
)]
fn program() -> PathBuf {
    std::env::var("KTR_NGINX")
        .map(PathBuf::from)
        .expect("KTR_NGINX must name nginx")
}

/// nginx with these further words; it dies with the test.
fn nginx(ground: &Ground, words: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .arg("-p")
        .arg(ground.folder())
        .arg("-c")
        .arg(ground.folder().join("nginx.conf"))
        .args(["-e", "stderr"])
        .args(words)
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn start(ground: &Ground, port: u16) -> Child {
    // One process, so that none is left when it is killed.
    let words = ["-g", "daemon off; master_process off;"];
    let child = nginx(ground, &words).spawn().expect("nginx starts");
    until("nginx listens", 20, || async {
        TcpStream::connect(("127.0.0.1", port)).await.ok()
    })
    .await;
    child
}

#[tokio::test]
async fn the_sample_for_nginx_is_sound_and_lets_through_what_is_listed_and_nothing_else() {
    let ground = Ground::new().await;
    let port = free_port().expect("port");
    let conf = ground.folder().join("nginx.conf");
    std::fs::write(conf, fitted(&ground, port)).expect("written");
    let judged = nginx(&ground, &["-t"]).output().await.expect("nginx");
    assert!(judged.status.success(), "{judged:?}");
    let mut serving = start(&ground, port).await;
    judge(&ground, port).await;
    serving.start_kill().expect("it ran");
    let said = serving.wait_with_output().await.expect("ended");
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said, "", "it logs nothing");
}
