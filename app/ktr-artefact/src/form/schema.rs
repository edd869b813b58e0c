//! The JSON Schema (2020-12) of the form, generated from its types and shipped in `schema/nomination.schema.json`,
//! which `cargo xtask reference --bless` writes anew.
//! A schema cannot say everything; `check` does.

use schemars::{Schema, generate::SchemaSettings};

use super::Document;

/// The schema.
#[must_use]
pub fn json_schema() -> Schema {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Document>()
}
