//! The homeserver's files: configuration, log configuration, and secrets of mode 0600 with the signing key among them.
//! Nothing is started here; what exists already is kept.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ktr_os::FileError;
use zeroize::Zeroizing;

use super::template::{HOMESERVER, LOG, SQLITE};
use crate::config::{Config, PostgresTable};
use crate::entropy;
use crate::error::RoomError;
use crate::file;

/// What a homeserver's installation needs to know.
#[derive(Clone, Debug)]
pub struct Install {
    /// The Matrix server name, such as `county-a.test`.
    pub server_name: String,
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The data folder.
    pub data: PathBuf,
    /// The cluster that holds its database, if that is not in the data folder.
    pub postgres: Option<PostgresTable>,
}

impl Install {
    /// The installation that a configuration names.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            server_name: config.homeserver.server_name.clone(),
            port: config.homeserver.port,
            data: config.homeserver.data.clone(),
            postgres: config.homeserver.postgres.clone(),
        }
    }

    /// Writes whatever is missing in the data folder; secrets that exist are kept.
    ///
    /// # Errors
    /// The folder's path or the server name holds a character that the configuration cannot, or a file cannot be written.
    pub fn write(&self) -> Result<(), RoomError> {
        file::folder(&self.data)?;
        let folder = self.data.canonicalize()?;
        for (name, text) in self.texts()? {
            file::put(&folder.join(name), text.as_bytes())?;
        }
        for name in ["registration.secret", "macaroon.secret", "form.secret"] {
            secret(&folder.join(name), || {
                Ok(Zeroizing::new(hex::encode(entropy::draw::<32>())))
            })?;
        }
        secret(&folder.join("signing.key"), || {
            let seed = Zeroizing::new(entropy::draw::<32>());
            let id = hex::encode(entropy::draw::<2>());
            Ok(Zeroizing::new(format!(
                "ed25519 a_{id} {}\n",
                STANDARD_NO_PAD.encode(*seed)
            )))
        })
    }

    /// `homeserver.yaml` and `log.yaml`, by name, as they must be. The data folder has to exist: they name it.
    ///
    /// # Errors
    /// There is no data folder, or its path or the server name holds a character that the configuration cannot.
    pub fn texts(&self) -> Result<[(&'static str, String); 2], RoomError> {
        let wrong = |reason: &str| RoomError::Config {
            path: self.data.clone(),
            reason: reason.to_owned(),
        };
        let folder = self.data.canonicalize()?;
        let path = folder.to_str().filter(|path| plain(path, "/._-+@"));
        let path = path.ok_or_else(|| {
            wrong("the data folder's path may hold letters, digits and / . _ - + @ only")
        })?;
        if self.server_name.is_empty() || !plain(&self.server_name, ".-:") {
            return Err(wrong("server_name may hold letters, digits and . - : only"));
        }
        let database = match &self.postgres {
            None => SQLITE.to_owned(),
            Some(place) => cluster(place).ok_or_else(|| {
                wrong("postgres.password_file may hold letters, digits and / . _ - + @ only")
            })?,
        };
        let fill = |template: &str| {
            template
                .replace("@DATABASE@", &database)
                .replace("@SERVER@", &self.server_name)
                .replace("@PORT@", &self.port.to_string())
                .replace("@DIR@", path)
        };
        Ok([
            ("homeserver.yaml", fill(HOMESERVER)),
            ("log.yaml", fill(LOG)),
        ])
    }
}

/// The database in a cluster: what Synapse hands on to PostgreSQL's own library, which reads the password file by itself.
/// `None` if that file's path cannot stand there.
fn cluster(place: &PostgresTable) -> Option<String> {
    let password = match &place.password_file {
        None => String::new(),
        Some(path) => {
            let path = std::path::absolute(path).ok()?;
            let path = path.to_str().filter(|path| plain(path, "/._-+@"))?;
            format!(", passfile: \"{path}\"")
        }
    };
    Some(format!(
        "{{name: psycopg2, args: {{host: \"{}\", port: {}, dbname: \"{}\", user: \"{}\"{password}, cp_min: 2, cp_max: 10}}}}",
        place.host, place.port, place.database, place.user
    ))
}

/// The version of `matrix-synapse` that a Python has installed; `None` if it has none, or cannot be run.
pub(crate) fn installed_version(python: &Path) -> Option<String> {
    const ASK: &str = "import importlib.metadata as m;print(m.version('matrix-synapse'))";
    let answer = Command::new(python).args(["-c", ASK]).output().ok()?;
    let version = String::from_utf8(answer.stdout).ok()?.trim().to_owned();
    (answer.status.success() && !version.is_empty()).then_some(version)
}

/// Makes a secret file of mode 0600 unless there is one.
///
/// # Errors
/// The file cannot be written, or others can read the one that exists.
pub fn secret(
    path: &Path,
    make: impl FnOnce() -> Result<Zeroizing<String>, RoomError>,
) -> Result<(), RoomError> {
    if path.exists() {
        return Ok(file::check_private(path)?);
    }
    Ok(file::put(path, make()?.as_bytes())?)
}

/// Whether the homeserver's own `SQLite` overwrites what it frees: `PRAGMA secure_delete` of its Python gives 1.
///
/// # Errors
/// The Python cannot be run.
pub fn freed_pages_are_wiped(python: &Path) -> io::Result<bool> {
    const ASK: &str = "import sqlite3;print(sqlite3.connect(':memory:').execute('pragma secure_delete').fetchone()[0])";
    let answer = Command::new(python).args(["-c", ASK]).output()?;
    Ok(answer.stdout.trim_ascii() == b"1")
}

/// Reads a secret that only its owner may read.
///
/// # Errors
/// It is missing, too large, or others can read it.
pub(crate) fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, RoomError> {
    match file::read_secret(path) {
        Err(FileError::Exposed(path)) => Err(RoomError::SecretExposed(path)),
        Err(_) => Err(RoomError::SecretBroken(path.to_owned())),
        Ok(octets) => Ok(octets),
    }
}

fn plain(text: &str, marks: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
}
