//! OASIS's JSON schemas, each object under the one of its type: read by a library of Rust from the files that stix2-validator carries.
//! They ask for neither patterns nor ids; others do.

use std::{collections::BTreeMap, error::Error, fs};

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::Value;

use crate::python;

/// The schemas by the type that they are of.
pub(crate) struct Schemas(BTreeMap<String, Validator>);

/// All files by their names, which are absolute; they refer to each other by relative ones.
#[derive(Clone)]
struct Files(BTreeMap<String, Value>);

impl Retrieve for Files {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let file = self.0.get(uri.as_str()).cloned();
        file.ok_or_else(|| format!("no schema {uri}").into())
    }
}

impl Schemas {
    pub(crate) fn read() -> Self {
        let folder = python::package("stix2validator").join("schemas-2.1/schemas");
        let mut files = BTreeMap::new();
        let mut types = BTreeMap::new();
        for part in ["common", "observables", "sdos", "sros"] {
            for entry in fs::read_dir(folder.join(part)).unwrap() {
                let path = entry.unwrap().path();
                let schema: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                let name = schema["$id"].as_str().unwrap().to_owned();
                let kind = path.file_stem().unwrap().to_str().unwrap().to_owned();
                types.insert(kind, name.clone());
                files.insert(name, schema);
            }
        }
        let files = Files(files);
        let validator = |name: &String| {
            let options = jsonschema::options().with_retriever(files.clone());
            options.build(&files.0[name]).unwrap()
        };
        let types = types.iter();
        Self(
            types
                .map(|(kind, name)| (kind.clone(), validator(name)))
                .collect(),
        )
    }

    /// Every object of a bundle under the schema of its type.
    pub(crate) fn judge(&self, bundle: &[u8]) -> Result<(), String> {
        let bundle: Value = serde_json::from_slice(bundle).map_err(|error| error.to_string())?;
        for object in bundle["objects"].as_array().into_iter().flatten() {
            let kind = object["type"].as_str().unwrap_or_default();
            let schema = self.0.get(kind).ok_or(format!("no schema of {kind}"))?;
            let mut errors = schema.iter_errors(object);
            if let Some(error) = errors.find(|error| !is_of_the_hives(object, &error.to_string())) {
                return Err(format!("{}: {error}", object["id"]));
            }
        }
        Ok(())
    }
}

/// Whether an error only says that the short name of a hive stands somewhere in a registry key. The schema forbids a key to begin with one, but
/// only the first of its alternatives is bound to the beginning: `SOFTWARE\\eshkuphu` has `hku` in it.
fn is_of_the_hives(object: &Value, error: &str) -> bool {
    let key = object["key"].as_str().unwrap_or_default().to_uppercase();
    let hives = ["HKLM", "HKCC", "HKCR", "HKCU", "HKU"];
    object["type"] == "windows-registry-key"
        && error.contains("^HKLM|HKCC|HKCR|HKCU|HKU|")
        && !hives.iter().any(|hive| key.starts_with(hive))
}

#[test]
fn a_schema_of_oasis_refuses_what_is_not_of_its_type() {
    let schemas = Schemas::read();
    let bundle = |object: &str| format!("{{\"objects\":[{object}]}}");
    let domain = "\"type\":\"domain-name\",\"spec_version\":\"2.1\",\"id\":\"domain-name--27e89e10-be22-5d9f-ab4e-26fd61239240\"";
    let good = bundle(&format!("{{{domain},\"value\":\"evil.example\"}}"));
    assert_eq!(schemas.judge(good.as_bytes()), Ok(()));
    let bad = bundle(&format!("{{{domain}}}"));
    assert!(schemas.judge(bad.as_bytes()).is_err());
    let key = "\"type\":\"windows-registry-key\",\"spec_version\":\"2.1\",\"id\":\"windows-registry-key--23ba95f6-d1fa-50cb-9da5-5eb300d9739e\"";
    let good = bundle(&format!(
        "{{{key},\"key\":\"HKEY_LOCAL_MACHINE\\\\eshkuphu\"}}"
    ));
    assert_eq!(schemas.judge(good.as_bytes()), Ok(()));
    let bad = bundle(&format!("{{{key},\"key\":\"HKLM\\\\Software\"}}"));
    assert!(schemas.judge(bad.as_bytes()).is_err());
}
