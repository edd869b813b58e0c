//! Where the homeserver and the sidecar keep what may be left over.
//! Who only looks changes nothing.

use std::path::{Path, PathBuf};

use super::database::{Database, Postgres};
use crate::config::PostgresTable;
use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// The files of one county's homeserver and sidecar.
#[derive(Clone, Debug)]
pub struct Site {
    /// The homeserver's database.
    pub database: Database,
    /// Its media store.
    pub media: PathBuf,
    /// Its log files.
    pub logs: Vec<PathBuf>,
    /// The sidecar's spool.
    pub spool: PathBuf,
    /// The passes laid out.
    pub passes: PathBuf,
    /// Where the scanner tries itself, on a site of its own making that is gone afterwards.
    pub scratch: PathBuf,
    /// Whether the homeserver's own `SQLite` overwrites what it frees; if not, the report says so.
    pub secure_delete: bool,
}

impl Site {
    /// The site of a homeserver whose data folder was made by `ktr-room init`.
    #[must_use]
    pub fn of(data: &Path, spool: PathBuf, passes: PathBuf) -> Self {
        Self {
            database: Database::in_folder(data),
            media: data.join("media_store"),
            logs: vec![data.join("homeserver.log"), data.join("homeserver.out")],
            scratch: spool.parent().unwrap_or(&spool).to_owned(),
            spool,
            passes,
            secure_delete: false,
        }
    }

    /// A data folder by itself, or a copy of one: nothing of a sidecar is there, and spool and passes are not looked at.
    #[must_use]
    pub fn alone(data: &Path, scratch: &Path) -> Self {
        let mut site = Self::of(data, PathBuf::new(), PathBuf::new());
        scratch.clone_into(&mut site.scratch);
        site
    }

    /// The same with its database in a cluster: whether that overwrites what it frees is asked at each sweep.
    #[must_use]
    pub fn with_cluster(mut self, place: Option<&PostgresTable>) -> Self {
        if let Some(place) = place {
            self.database = Database::Postgres(Postgres::at(place));
            self.secure_delete = true;
        }
        self
    }

    /// Rows of delayed events of these rooms, those in flight included: the API's list hides them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn nets_left(&self, rooms: &[RoomId]) -> Result<u32, RoomError> {
        self.database.nets_left(rooms)
    }
}
