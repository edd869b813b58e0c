//! What a Prometheus may know of the session at hand, in a file that the machine's `node_exporter` reads: the sidecar has no port for it.
//! No figure tells of members, none names a session; and from the beginning of a room's end on there are none but those of the sidecar.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::plan::Times;

/// Every figure by its name, with what it tells.
pub const NAMES: [(&str, &str); 5] = [
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
    ("ktr_room_looked_seconds", "When the sidecar last looked."),
];

/// The figures in Prometheus' text form: of a session that lives, its times and how many posts are out; and how many alarms ring, as seen
/// at this second.
#[must_use]
pub fn page(living: Option<(Times, u32)>, alarms: usize, looked_at: u64) -> String {
    let of_session = living.map_or([None; 3], |(times, posts)| {
        [times.opens_at, times.dissolves_at, u64::from(posts)].map(Some)
    });
    let alarms = u64::try_from(alarms).unwrap_or(u64::MAX);
    let values = of_session.into_iter().chain([alarms, looked_at].map(Some));
    let figures = NAMES
        .iter()
        .zip(values)
        .filter_map(|((name, help), value)| {
            let value = value?;
            Some(format!(
                "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"
            ))
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

/// Takes a page away, if there is one: nobody looks any more. One that cannot be removed is told in the log.
pub fn withdraw(path: Option<&Path>) {
    let removed = path.map_or(Ok(()), fs::remove_file);
    if let Err(error) = removed
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the figures could not be removed");
    }
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::plan::Times;

    fn figures(text: &str) -> Vec<&str> {
        text.lines().filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn without_a_session_that_lives_only_the_sidecars_own_figures_are_shown() {
        assert_eq!(
            figures(&page(None, 5, 6)),
            ["ktr_room_alarms 5", "ktr_room_looked_seconds 6"]
        );
    }

    #[test]
    fn each_figure_stands_once_with_its_kind_and_what_it_tells() {
        let times = Times {
            seeds_at: 1,
            opens_at: 2,
            dissolves_at: 3,
        };
        let text = page(Some((times, 4)), 5, 6);
        assert_eq!(
            figures(&text),
            [
                "ktr_room_opens_seconds 2",
                "ktr_room_dissolves_seconds 3",
                "ktr_room_posts 4",
                "ktr_room_alarms 5",
                "ktr_room_looked_seconds 6",
            ]
        );
        assert_eq!(text.matches("# TYPE ").count(), 5);
        assert_eq!(text.matches("# HELP ").count(), 5);
    }
}
