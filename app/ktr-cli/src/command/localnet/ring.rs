//! Keys of every role of a localnet, below `keys/`, made once.
//! Members are not among them: they bring their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ktr_artefact::openpgp::KeyUse;
use ktr_core::limits::SEATS;

use crate::command::keys::{Kind, make_files};
use crate::error::CliError;
use crate::file;
use crate::limits::{ALLIANCE_DAYS, KEY_DAYS};

/// Makes what is missing; gives the files by role, as a description names them.
pub(super) fn make(folder: &Path, counties: u8) -> Result<BTreeMap<String, PathBuf>, CliError> {
    file::shared_folder(folder)?;
    let receives = Kind::Role(KeyUse::SignAndReceive);
    let signs = Kind::Role(KeyUse::Sign);
    let mut wanted = vec![
        ("studio".to_owned(), signs),
        ("releaser".to_owned(), Kind::Alliance),
        ("desk".to_owned(), receives),
        ("collector".to_owned(), signs),
    ];
    for county in 1..=counties {
        wanted.push((format!("county-{county}"), signs));
        wanted.push((format!("sidecar-{county}"), receives));
    }
    for seat in 1..=SEATS {
        wanted.push((format!("seat-{seat}"), receives));
        wanted.push((format!("deputy-{seat}"), receives));
    }
    let mut made = BTreeMap::new();
    for (name, kind) in wanted {
        let path = folder.join(format!("{name}.asc"));
        if !path.exists() {
            let days = match kind {
                Kind::Alliance => ALLIANCE_DAYS,
                Kind::Role(_) => KEY_DAYS,
            };
            make_files(&name.replace('-', " "), &path, kind, days)?;
        }
        made.insert(name, path);
    }
    Ok(made)
}
