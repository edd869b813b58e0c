//! An alarm: one log line with a stable code, and the operator's own command.
//! It carries the code and nothing else.

/// Rings. The command is started and not waited for.
pub fn ring(on_alarm: &[String], code: &'static str) {
    tracing::warn!(role = "plain", code, "alarm");
    if ktr_os::alarm::call(on_alarm, code).is_err() {
        tracing::warn!(role = "plain", code = "alarm-command", "alarm");
    }
}
