//! The memory of a process, from Linux (proc(5)).
//! Benches print it and net tests hold it against a bound.

/// KiB in a field of `/proc/PID/status`, such as `VmRSS` (resident now) or `VmHWM` (resident at most); `self` is a process too.
#[must_use]
pub fn kib(process: &str, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let value = value.expect("a field").trim().trim_end_matches(" kB");
    value.parse().expect("a number")
}
