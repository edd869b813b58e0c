//! Whom an alarm calls: the operator's own command, with the alarm's code, once until the alarm has ended.
//! The homeserver is the one in memory; what is wrong is this machine's clock.

use std::fs;

use super::journal::{Brittle, Hour};
use super::poll::until;

#[tokio::test]
async fn an_alarm_calls_the_operator_once_with_its_code_and_again_when_it_comes_back() {
    let mut hour = Hour::new(Brittle::new([])).await;
    let folder = tempfile::tempdir().expect("folder");
    let calls = folder.path().join("calls");
    let script = format!("echo \"$0\" >> {}", calls.display());
    hour.site.on_alarm = vec!["sh".to_owned(), "-c".to_owned(), script];
    let mut sidecar = hour.sidecar();
    for count in [1, 2] {
        for (skew_ms, passes) in [(6_000, 2), (0, 1)] {
            hour.ledger.change(|inner| inner.skew_ms = Some(skew_ms));
            for _ in 0..passes {
                sidecar.pass().await.expect("a pass");
            }
        }
        let called = until("a call", 60, || async {
            let text = fs::read_to_string(&calls).ok()?;
            (text.lines().count() >= count).then_some(text)
        })
        .await;
        assert_eq!(called, "room.skew\n".repeat(count));
    }
}

#[tokio::test]
async fn a_command_that_cannot_be_run_keeps_nobody_from_the_rest() {
    let mut hour = Hour::new(Brittle::new([])).await;
    hour.site.on_alarm = vec!["/nowhere/page".to_owned()];
    hour.ledger.change(|inner| inner.skew_ms = Some(6_000));
    hour.sidecar().pass().await.expect("a pass");
}
