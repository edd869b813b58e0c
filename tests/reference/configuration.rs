//! The page of configuration files: each key with what it is for, from the documentation of the structure that reads it, and with
//! the value of the sample that the program writes. A key that stands in one of the two alone stops the printing.

use std::{collections::BTreeMap, fs, path::Path};

use ktr_tests::reference::{head, section};

/// A configuration file and where it comes from.
struct File {
    name: &'static str,
    /// What writes it.
    written_by: &'static str,
    /// The structure that reads it.
    root: &'static str,
    /// The sources with that structure and those within it, below `app/`.
    sources: &'static [&'static str],
    sample: String,
}

/// The page `configuration`.
pub(crate) fn configuration() -> String {
    let opening = "What each program is told by its file. Unknown keys are refused; relative paths start at the file's own folder. The \
                   sample is what the program's `init` writes; a key that may be left out has the sample's value then, or none. \
                   Flags and `KTR_*` variables are in [Command line](cli.md).";
    let pages: Vec<String> = files().iter().map(page).collect();
    head("Configuration", opening) + &pages.concat()
}

fn files() -> [File; 4] {
    let node = ktr_node::settings::Settings::new("ktr-example-1").text();
    let room = ktr_room::config::Blanks {
        county: 1,
        server_name: "county-1.example".to_owned(),
        port: 18_008,
        pass_port: 18_009,
        listen: Some(([0, 0, 0, 0], 443).into()),
        postgres: Some(ktr_room::config::PostgresTable {
            host: "/run/ktr-postgres".to_owned(),
            port: 5_432,
            database: "synapse".to_owned(),
            user: "synapse".to_owned(),
            data: "/var/lib/ktr-postgres".into(),
            password_file: Some("postgres.pass".into()),
        }),
        python: "python3".to_owned(),
        rpc: vec!["http://127.0.0.1:26657".to_owned()],
        neighbours: vec![(
            2,
            "http://127.0.0.1:18019".to_owned(),
            "http://127.0.0.1:18018".to_owned(),
        )],
        timing: ktr_room::timing::Timing::default(),
    };
    [
        File {
            name: "node.toml",
            written_by: "ktr-node init",
            root: "Settings",
            sources: &["ktr-node/src/settings.rs"],
            sample: node.expect("the defaults are text"),
        },
        File {
            name: "room.toml",
            written_by: "ktr-room init",
            root: "Config",
            sources: &[
                "ktr-room/src/config/file.rs",
                "ktr-room/src/config/postgres.rs",
                "ktr-room/src/timing.rs",
            ],
            sample: ktr_room::config::sample(&room),
        },
        File {
            name: "collector.toml",
            written_by: "ktr-collector init",
            root: "Config",
            sources: &[
                "ktr-collector/src/config/file.rs",
                "ktr-collector/src/config/timing.rs",
            ],
            sample: ktr_collector::config::sample(&ktr_collector::config::Blanks::default()),
        },
        File {
            name: "agent.toml",
            written_by: "ktr-agent init",
            root: "Config",
            sources: &[
                "ktr-agent/src/config/file.rs",
                "ktr-agent/src/config/timing.rs",
            ],
            sample: ktr_agent::config::sample(&ktr_agent::config::Blanks::default()),
        },
    ]
}

fn page(file: &File) -> String {
    let mut structures = BTreeMap::new();
    for source in file.sources {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../app")
            .join(source);
        let text = fs::read_to_string(path).expect("the source of a configuration");
        read(&text, &mut structures);
    }
    let mut shown = values(&file.sample);
    let mut rows = Vec::new();
    list(file.root, "", &structures, &mut |key, field| {
        let value = shown.remove(key);
        let value = value.unwrap_or_else(|| panic!("{}: {key} is not in the sample", file.name));
        let left_out = if field.may_miss { "yes" } else { "no" };
        rows.push(vec![
            format!("`{key}`"),
            format!("`{value}`"),
            left_out.to_owned(),
            field.meaning.clone(),
        ]);
    });
    assert!(shown.is_empty(), "{}: nobody reads {shown:?}", file.name);
    let prose = format!("Written by `{}`.", file.written_by);
    let columns = ["key", "in the sample", "may be left out", "meaning"];
    section(file.name, &prose, &columns, &rows)
}

/// One field of a structure.
struct Field {
    name: String,
    kind: String,
    meaning: String,
    may_miss: bool,
}

/// The structures of a source with their fields.
fn read(source: &str, structures: &mut BTreeMap<String, Vec<Field>>) {
    let mut name = None;
    let (mut meaning, mut defaults, mut all_default) = (Vec::new(), false, false);
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            meaning.push(text);
        } else if line.starts_with("#[serde(") {
            defaults |= line.contains("(default") || line.contains(" default");
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let word = rest.split([' ', '(', ';']).next().unwrap_or(rest);
            structures.insert(word.to_owned(), Vec::new());
            name = Some(word.to_owned());
            all_default = std::mem::take(&mut defaults);
            meaning.clear();
        } else if line == "}" {
            name = None;
            meaning.clear();
            defaults = false;
        } else if let (Some(owner), Some(field)) = (&name, line.strip_prefix("pub ")) {
            let (field, kind) = field.split_once(": ").expect("a field has a type");
            let fields = structures.get_mut(owner).expect("it was begun");
            fields.push(Field {
                name: field.to_owned(),
                kind: kind.trim_end_matches(',').to_owned(),
                meaning: std::mem::take(&mut meaning).join(" "),
                may_miss: std::mem::take(&mut defaults) || all_default,
            });
        } else if !line.starts_with("#[") {
            meaning.clear();
            defaults = false;
        }
    }
}

/// Calls `each` for every key below a structure, tables within it included.
fn list(
    structure: &str,
    prefix: &str,
    structures: &BTreeMap<String, Vec<Field>>,
    each: &mut impl FnMut(&str, &Field),
) {
    for field in &structures[structure] {
        let key = format!("{prefix}{}", field.name);
        let inner = field.kind.trim_end_matches('>');
        let inner = inner.rsplit('<').next().unwrap_or(inner);
        if structures.contains_key(inner) {
            list(inner, &format!("{key}."), structures, each);
        } else {
            each(&key, field);
        }
    }
}

/// The values of a sample by key; `none` for a key that only a comment shows.
fn values(sample: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut table = String::new();
    for line in sample.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            let name = line.trim_start_matches('[').split(']').next();
            table = format!("{}.", name.unwrap_or_default());
        } else if let Some((key, value)) = line.split_once(" = ") {
            let (key, value) = match key.strip_prefix("# ") {
                Some(key) => (key, "none"),
                None => (key, value.split(" #").next().unwrap_or(value).trim()),
            };
            found.insert(format!("{table}{key}"), value.to_owned());
        }
    }
    found
}
