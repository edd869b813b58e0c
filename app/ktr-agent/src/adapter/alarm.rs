//! An alarm: one log line with a stable code, and the operator's own command.
//! It carries a session's number and the code, and nothing else.

/// Rings. The command is started and not waited for.
pub fn ring(on_alarm: &[String], session: u32, code: &'static str) {
    tracing::warn!(session, code, "alarm");
    if ktr_os::alarm::call(on_alarm, code).is_err() {
        tracing::warn!(session, code = "alarm-command", "alarm");
    }
}
