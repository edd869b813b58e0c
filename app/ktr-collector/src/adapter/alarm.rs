//! An alarm: one log line with a stable code, and the operator's own command.
//! It carries the code and nothing else.

use tokio::process::Command;

/// Rings. The command is started and not waited for.
pub fn ring(on_alarm: &[String], code: &'static str) {
    tracing::warn!(role = "plain", code, "alarm");
    let Some((program, arguments)) = on_alarm.split_first() else {
        return;
    };
    let started = Command::new(program).args(arguments).arg(code).spawn();
    if started.is_err() {
        tracing::warn!(role = "plain", code = "alarm-command", "alarm");
    }
}
