//! What a Prometheus is shown of a whole session: its hour and its posts while its room lives, and then nothing.
//! Which of it rings is in the made-up hours of `node-config/`. The homeserver is the one in memory.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::adversity::{endure, hour, until};

#[tokio::test]
async fn figures_show_the_hour_and_its_posts_while_the_room_lives_and_nothing_after_it() {
    let mut hour = hour().await;
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("room.prom");
    hour.site.figures = Some(path.clone());
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect("a pass");
    let shows = |figure: &str, value: u64| {
        let text = fs::read_to_string(&path).expect("figures");
        let line = format!("{figure} {value}");
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    };
    let times = hour.ledger.times();
    shows("ktr_room_opens_seconds", times.opens_at);
    shows("ktr_room_dissolves_seconds", times.dissolves_at);
    shows("ktr_room_posts", 0);
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    shows("ktr_room_posts", 2);
    let mode = fs::metadata(&path).expect("figures").permissions().mode();
    assert_eq!(mode & 0o777, 0o644, "everybody may read it");
    until(&mut hour, &mut sidecar, |journal| journal.end.is_some()).await;
    assert!(!path.exists());
    endure(&mut hour, &mut sidecar, "with figures").await;
    sidecar.pass().await.expect("a pass between two sessions");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[tokio::test]
async fn figures_that_cannot_be_written_keep_no_session_from_its_course() {
    let mut hour = hour().await;
    hour.site.figures = Some("/nowhere/room.prom".into());
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "no place for figures").await;
    hour.judge("no place for figures");
}
