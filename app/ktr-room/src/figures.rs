//! What a Prometheus may know of the session at hand, in a file that the machine's `node_exporter` reads: the sidecar has no port for it.
//! No figure tells of members, none names a session; and from the beginning of a room's end on there is none.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::plan::Times;

/// Every figure by its name, with what it tells.
pub const NAMES: [(&str, &str); 4] = [
    (
        "ktr_room_opens_seconds",
        "When the hour of the session at hand begins.",
    ),
    (
        "ktr_room_dissolves_seconds",
        "T of the session at hand: its room is dissolved then.",
    ),
    ("ktr_room_posts", "Posts of its release that are out."),
    ("ktr_room_alarms", "Alarms of the sidecar that ring."),
];

/// The figures in Prometheus' text form.
#[must_use]
pub fn page(times: Times, posts: u32, alarms: usize) -> String {
    let values = [
        times.opens_at.to_string(),
        times.dissolves_at.to_string(),
        posts.to_string(),
        alarms.to_string(),
    ];
    let figures = NAMES.iter().zip(values).map(|((name, help), value)| {
        format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n")
    });
    figures.collect::<Vec<String>>().concat()
}

/// Puts a page in place whole, for everybody to read.
///
/// # Errors
/// Any error of the file system.
pub fn write(path: &Path, page: &str) -> io::Result<()> {
    // Only what ends in .prom is read.
    let new = path.with_extension("part");
    fs::write(&new, page)?;
    fs::set_permissions(&new, Permissions::from_mode(0o644))?;
    fs::rename(&new, path)
}

/// Takes the page away; one that is not there is no fault.
///
/// # Errors
/// Any other error of the file system.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::plan::Times;

    #[test]
    fn each_figure_stands_once_with_its_kind_and_what_it_tells() {
        let times = Times {
            seeds_at: 1,
            opens_at: 2,
            dissolves_at: 3,
        };
        let text = page(times, 4, 5);
        let figures: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            figures,
            [
                "ktr_room_opens_seconds 2",
                "ktr_room_dissolves_seconds 3",
                "ktr_room_posts 4",
                "ktr_room_alarms 5",
            ]
        );
        assert_eq!(text.matches("# TYPE ").count(), 4);
        assert_eq!(text.matches("# HELP ").count(), 4);
    }
}
