//! The first inputs of a target: the recorded vectors, sample forms, and what lies in `tests/fuzz/seeds`.
//! Without them a fuzzer would have to guess signatures, and would see refusals only.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::TaskError;

/// Those who act in the target of `CheckTx`: fifteen of the cast and a member.
const SIGNERS: u8 = 16;

/// Writes the first inputs of `target` into its corpus.
///
/// # Errors
/// When a vector cannot be read or an input cannot be written.
pub(crate) fn plant(root: &Path, target: &str, corpus: &Path) -> Result<(), TaskError> {
    let inputs = match target {
        "check_tx" => by_everybody(&of_vectors(root, "transactions", |row| {
            octets(row, "body")
        })?),
        "snapshot" => vec![snapshot(root)?],
        "transaction" => of_vectors(root, "transactions", transaction)?,
        "signature" => of_vectors(root, "transactions", |row| octets(row, "signature"))?,
        "recorded" => of_vectors(root, "log", |row| octets(row, "recorded"))?,
        "record" => of_vectors(root, "records", record)?,
        "query" => of_vectors(root, "records", |row| {
            Some([b"/store\n".as_slice(), &octets(row, "key")?].concat())
        })?,
        "answer" => answers(root)?,
        "rpc" => replies(root)?,
        "genesis" => app_state(root)?,
        "document" => documents(root)?,
        "seal" => seal(root)?,
        "form" => of_folder(&root.join("app/ktr-artefact/tests/data/forms"))?,
        "leak" | "sigma" | "yara" => of_folder(&root.join("app/ktr-artefact/tests/data/rules"))?,
        "pattern" | "block" | "bundle" | "draft" | "post" | "side" => {
            of_folder(&root.join("tests/fuzz/seeds").join(target))?
        }
        // What these read is refused early and often: octets alone find the way in.
        _ => Vec::new(),
    };
    for (number, input) in inputs.iter().enumerate() {
        let path = corpus.join(format!("seed-{number}"));
        fs::write(&path, input).map_err(|cause| TaskError::Write { path, cause })?;
    }
    Ok(())
}

fn of_vectors(
    root: &Path,
    name: &str,
    input: fn(&Value) -> Option<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, TaskError> {
    let rows = vector(root, name)?;
    let rows = rows.as_array().into_iter().flatten();
    let inputs: Option<Vec<_>> = rows.map(input).collect();
    // A row that gives none would leave its message unfuzzed, and nobody would hear of it.
    inputs.ok_or_else(|| TaskError::Failed(format!("reading the inputs of {name}.json")))
}

fn vector(root: &Path, name: &str) -> Result<Value, TaskError> {
    let text = read(&root.join("tests/vectors").join(name).with_extension("json"))?;
    Ok(serde_json::from_slice(&text)?)
}

fn app_state(root: &Path) -> Result<Vec<Vec<u8>>, TaskError> {
    let genesis = vector(root, "genesis")?;
    let app_state = genesis.get("app_state").map(Value::to_string);
    Ok(app_state.into_iter().map(String::into_bytes).collect())
}

/// The document of a recorded network, and what one is made of.
fn documents(root: &Path) -> Result<Vec<Vec<u8>>, TaskError> {
    let recorded = read(&root.join("app/ktr-client/tests/recorded/data/genesis.json"))?;
    let mut inputs = app_state(root)?;
    inputs.push(recorded);
    Ok(inputs)
}

/// What recorded nodes answer to queries, and a page for each leaf.
fn answers(root: &Path) -> Result<Vec<Vec<u8>>, TaskError> {
    let mut inputs: Vec<_> = recorded(root)?
        .iter()
        .filter(|(question, _)| question.starts_with("abci_query "))
        .map(|(_, answer)| answer.to_string().into_bytes())
        .collect();
    if inputs.is_empty() {
        return Err(TaskError::Failed("reading of answers.json".to_owned()));
    }
    let page = |row: &Value| field(0x0a, &octets(row, "recorded")?);
    inputs.extend(of_vectors(root, "log", page)?);
    Ok(inputs)
}

/// By question.
fn recorded(root: &Path) -> Result<BTreeMap<String, Value>, TaskError> {
    let path = root.join("app/ktr-client/tests/recorded/data/answers.json");
    Ok(serde_json::from_slice(&read(&path)?)?)
}

/// What recorded nodes answer, and where one stands, as an engine sends it.
fn replies(root: &Path) -> Result<Vec<Vec<u8>>, TaskError> {
    let status = json!({ "sync_info": { "latest_block_height": "134", "catching_up": false } });
    let results = recorded(root)?.into_values().chain([status]);
    let reply = |result: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": -1, "result": result });
        format!("HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 17:23:41 GMT\r\n\r\n{body}").into_bytes()
    };
    Ok(results.map(reply).collect())
}

/// The one seal that passes.
fn seal(root: &Path) -> Result<Vec<Vec<u8>>, TaskError> {
    let sealed = vector(root, "seal")?;
    let seal = sealed.get("seal").and_then(Value::as_str);
    Ok(seal
        .into_iter()
        .map(|seal| seal.as_bytes().to_vec())
        .collect())
}

/// Every file of a folder.
fn of_folder(folder: &Path) -> Result<Vec<Vec<u8>>, TaskError> {
    let entries = fs::read_dir(folder).map_err(|cause| TaskError::Read {
        path: folder.to_path_buf(),
        cause,
    })?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, TaskError> {
    fs::read(path).map_err(|cause| TaskError::Read {
        path: path.to_path_buf(),
        cause,
    })
}

/// Each body once for each of those who may sign it: the target takes them by the first octet.
fn by_everybody(bodies: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let of = |who: u8| {
        bodies
            .iter()
            .map(move |body| [&[who], body.as_slice()].concat())
    };
    (0..SIGNERS).flat_map(of).collect()
}

/// A stream behind its head, as far as it needs no roots: leaves and records, each with its length before it.
fn snapshot(root: &Path) -> Result<Vec<u8>, TaskError> {
    let leaves = of_vectors(root, "log", |row| item(&octets(row, "recorded")?))?;
    let rows = vector(root, "records")?;
    let rows = rows.as_array().into_iter().flatten();
    let row = |row| Some((octets(row, "key")?, octets(row, "value")?));
    // Of one key there may be several samples, and a stream has each key once.
    let records: Option<BTreeMap<Vec<u8>, Vec<u8>>> = rows.map(row).collect();
    let items = records.and_then(|records| {
        let of_row = |(key, value): (&Vec<u8>, &Vec<u8>)| Some([item(key)?, item(value)?].concat());
        records.iter().map(of_row).collect::<Option<Vec<_>>>()
    });
    let items = items.ok_or_else(|| TaskError::Failed("reading of records.json".to_owned()))?;
    let (leaves, items, end) = (leaves.concat(), items.concat(), [0_u8; 4]);
    let end = end.as_slice();
    Ok([leaves.as_slice(), end, items.as_slice(), end].concat())
}

fn item(octets: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(octets.len()).ok()?;
    Some([length.to_be_bytes().as_slice(), octets].concat())
}

/// The two fields of a transaction, as protobuf writes them.
fn transaction(row: &Value) -> Option<Vec<u8>> {
    let mut whole = field(0x0a, &octets(row, "body")?)?;
    whole.extend(field(0x12, &octets(row, "signature")?)?);
    Some(whole)
}

/// A field of less than 2^14 octets.
fn field(tag: u8, octets: &[u8]) -> Option<Vec<u8>> {
    let (high, low) = (octets.len() >> 7, octets.len() & 0x7f);
    let low = u8::try_from(low).ok()?;
    let length = match u8::try_from(high).ok()? {
        0 => vec![low],
        high if high < 0x80 => vec![low | 0x80, high],
        _ => return None,
    };
    Some([&[tag], length.as_slice(), octets].concat())
}

/// Key and value as the target takes them: the key's length first.
fn record(row: &Value) -> Option<Vec<u8>> {
    let key = octets(row, "key")?;
    let length = u8::try_from(key.len()).ok()?;
    let value = octets(row, "value")?;
    Some([&[length], key.as_slice(), value.as_slice()].concat())
}

fn octets(row: &Value, name: &str) -> Option<Vec<u8>> {
    hex::decode(row.get(name)?.as_str()?).ok()
}
