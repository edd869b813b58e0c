//! Reads a folder of warninglists: `lists/NAME/list.json`, as MISP publishes them.
//! Nothing is fetched: the release desk keeps the folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ktr_artefact::ioc::Warninglists;

use crate::error::CliError;
use crate::file;

/// Every list of a folder.
///
/// # Errors
/// When a file cannot be read, or is no list; a folder without any is not the one that was meant.
pub(crate) fn read(folder: &Path) -> Result<Warninglists, CliError> {
    let lists = folder.join("lists");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&lists).map_err(file::failed(&lists))? {
        let entry = entry.map_err(file::failed(&lists))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.insert(name, file::read(&entry.path().join("list.json"))?);
    }
    if files.is_empty() {
        return Err(CliError::NotThere(format!(
            "{} holds no list",
            lists.display()
        )));
    }
    Ok(Warninglists::read(&files)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::read;

    #[test]
    fn a_folder_is_read_as_misp_lays_it_out_and_an_empty_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).is_err());
        let list = folder.path().join("lists").join("known");
        fs::create_dir_all(folder.path().join("lists")).unwrap();
        let refused = read(folder.path()).unwrap_err().to_string();
        assert!(refused.ends_with("holds no list"), "{refused}");
        fs::create_dir(&list).unwrap();
        assert!(read(folder.path()).is_err());
        fs::write(
            list.join("list.json"),
            r#"{"type": "string", "list": ["x"]}"#,
        )
        .unwrap();
        assert_eq!(read(folder.path()).unwrap().count(), 1);
    }
}
