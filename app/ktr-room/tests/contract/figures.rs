//! What a Prometheus is shown of a whole session: its hour and its posts while its room lives, and then the alarms alone.
//! Which of it rings is in the made-up hours of `node-config/`. The homeserver is the one in memory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ktr_room::action::Step;
use ktr_room::port::Clock;

use super::adversity::{endure, hour, jam, step, until};

#[tokio::test]
async fn figures_show_the_hour_and_its_posts_while_the_room_lives_and_then_the_alarms_alone() {
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
    assert_eq!(figures(&path), ["ktr_room_alarms 0"]);
    endure(&mut hour, &mut sidecar, "with figures").await;
    sidecar.pass().await.expect("a pass between two sessions");
    assert_eq!(figures(&path), ["ktr_room_alarms 0"]);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

/// The figures of a file but for the time, which is in each.
fn figures(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("figures");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let (looked, figures): (Vec<&str>, Vec<&str>) =
        lines.partition(|line| line.starts_with("ktr_room_looked_seconds "));
    assert_eq!(looked.len(), 1, "{text}");
    figures.into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn figures_say_when_the_sidecar_last_looked_whether_a_session_is_at_hand_or_not() {
    let mut hour = hour().await;
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("room.prom");
    hour.site.figures = Some(path.clone());
    let mut sidecar = hour.sidecar();
    for _ in 0..2 {
        let before = hour.ledger.local_ms() / 1_000;
        sidecar.pass().await.expect("a pass");
        let after = hour.ledger.local_ms() / 1_000;
        let text = fs::read_to_string(&path).expect("figures");
        let mut lines = text.lines();
        let looked = lines.find_map(|line| line.strip_prefix("ktr_room_looked_seconds "));
        let looked = looked.and_then(|figure| figure.parse::<u64>().ok());
        assert!(
            looked.is_some_and(|looked| (before..=after).contains(&looked)),
            "{text}"
        );
        endure(&mut hour, &mut sidecar, "a whole session").await;
    }
}

#[tokio::test]
async fn an_alarm_that_rings_when_the_rooms_end_has_begun_is_shown() {
    let mut hour = hour().await;
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("room.prom");
    hour.site.figures = Some(path.clone());
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    jam(&hour.site.inbox);
    until(&mut hour, &mut sidecar, |journal| {
        let end = journal.end.as_ref();
        end.is_some_and(|end| end.steps.contains(&Step::Gone))
    })
    .await;
    let _inbox = step(&mut hour, &mut sidecar).await;
    assert_eq!(figures(&path), ["ktr_room_alarms 1"]);
    fs::remove_file(&hour.site.inbox).expect("mended");
    endure(&mut hour, &mut sidecar, "a jammed inbox").await;
    sidecar.pass().await.expect("a pass between two sessions");
    assert_eq!(figures(&path), ["ktr_room_alarms 0"]);
}

#[tokio::test]
async fn figures_that_cannot_be_written_keep_no_session_from_its_course() {
    let mut hour = hour().await;
    hour.site.figures = Some("/nowhere/room.prom".into());
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "no place for figures").await;
    hour.judge("no place for figures");
}
