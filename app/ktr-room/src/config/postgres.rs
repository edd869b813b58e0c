//! `[homeserver.postgres]`: where the homeserver's database lies if it is not a file of `SQLite`, and what such a place may be.
//! It holds no password, and nobody is dialled here.

use std::path::PathBuf;

use serde::Deserialize;

/// `[homeserver.postgres]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresTable {
    /// The folder of its socket, or 127.0.0.1 or `::1`: it is spoken without TLS.
    pub host: String,
    /// Its port; the socket's name has it too.
    #[serde(default = "usual_port")]
    pub port: u16,
    /// The database.
    pub database: String,
    /// The role that owns it, for homeserver and sidecar alike.
    pub user: String,
    /// The cluster's data folder, which the scan reads octet by octet.
    pub data: PathBuf,
    /// A password file in PostgreSQL's own form, mode 0600; may be left out.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

const fn usual_port() -> u16 {
    5_432
}

impl PostgresTable {
    /// What cannot be used, by its key.
    pub(super) fn fault(&self) -> Option<String> {
        let is_local = self.host.starts_with('/') || ["127.0.0.1", "::1"].contains(&&*self.host);
        if !is_local {
            let fault = "homeserver.postgres.host: the folder of a socket, 127.0.0.1 or ::1: it is spoken without TLS";
            return Some(fault.to_owned());
        }
        let names = [
            ("host", &self.host),
            ("database", &self.database),
            ("user", &self.user),
        ];
        names.into_iter().find_map(|(key, name)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:".contains(c);
            (name.is_empty() || !name.chars().all(plain)).then(|| {
                format!("homeserver.postgres.{key}: letters, digits and / . _ - + @ : only")
            })
        })
    }
}

impl std::str::FromStr for PostgresTable {
    type Err = String;

    /// Reads `key=value,…` with the keys of the table, as a flag has it.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut table = toml::Table::new();
        for pair in text.split(',') {
            let (key, value) = pair
                .split_once('=')
                .ok_or("key=value,… is wanted, with the keys of [homeserver.postgres]")?;
            let value = if key == "port" {
                let port: u16 = value.parse().map_err(|_number| "port is no port")?;
                toml::Value::from(i64::from(port))
            } else {
                toml::Value::from(value)
            };
            table.insert(key.to_owned(), value);
        }
        let table: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| error.message().to_owned())?;
        table.fault().map_or(Ok(table), Err)
    }
}
