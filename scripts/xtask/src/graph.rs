//! The crates of the workspace and what each depends on, from `cargo metadata`. Which arrows are right is judged in `tidy::arrows`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::error::TaskError;
use crate::program::Program;

/// A crate of this workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Member {
    /// Names of what it depends on itself; development dependencies are left out.
    pub(crate) direct: BTreeSet<String>,
    /// Names of all it depends on, over any number of steps; development dependencies are left out.
    pub(crate) reached: BTreeSet<String>,
    /// Names of its test targets.
    pub(crate) tests: BTreeSet<String>,
}

/// The workspace.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Its crates by name.
    pub(crate) members: BTreeMap<String, Member>,
    /// Where cargo builds.
    pub(crate) target: String,
}

impl Graph {
    /// Asks cargo.
    ///
    /// # Errors
    /// When cargo fails or answers something unknown.
    pub(crate) fn read(root: &Path) -> Result<Self, TaskError> {
        let arguments = ["metadata", "--format-version", "1", "--locked"];
        let answer = Program::new(root, "cargo", &arguments).read()?;
        Self::parse(&serde_json::from_slice(&answer)?)
    }

    /// The crates that have a test target of this name.
    pub(crate) fn with_test(&self, test: &str) -> Vec<String> {
        let owners = self
            .members
            .iter()
            .filter(|(_, member)| member.tests.contains(test));
        owners.map(|(name, _)| name.clone()).collect()
    }

    /// Reads the answer of `cargo metadata`.
    ///
    /// # Errors
    /// When a field that is needed is missing.
    pub(crate) fn parse(answer: &Value) -> Result<Self, TaskError> {
        let packages = list(answer, "packages")?;
        let name_of: BTreeMap<&str, &str> = packages
            .iter()
            .filter_map(|package| {
                Some((package.get("id")?.as_str()?, package.get("name")?.as_str()?))
            })
            .collect();
        let resolve = answer
            .get("resolve")
            .ok_or(TaskError::Metadata("resolve"))?;
        let arrows: BTreeMap<&str, Vec<&str>> = list(resolve, "nodes")?
            .iter()
            .filter_map(|node| Some((node.get("id")?.as_str()?, shipped(node))))
            .collect();
        let mut members = BTreeMap::new();
        for id in list(answer, "workspace_members")?
            .iter()
            .filter_map(Value::as_str)
        {
            let name = name_of
                .get(id)
                .ok_or(TaskError::Metadata("a member's name"))?;
            let named = |ids: BTreeSet<&str>| -> BTreeSet<String> {
                ids.iter()
                    .filter_map(|id| name_of.get(id))
                    .map(|name| (*name).to_owned())
                    .collect()
            };
            let direct = arrows.get(id).into_iter().flatten().copied().collect();
            let member = Member {
                direct: named(direct),
                reached: named(reach(id, &arrows)),
                tests: test_targets(packages, id),
            };
            members.insert((*name).to_owned(), member);
        }
        let target = answer.get("target_directory").and_then(Value::as_str);
        Ok(Self {
            members,
            target: target
                .ok_or(TaskError::Metadata("target_directory"))?
                .to_owned(),
        })
    }
}

fn list<'a>(value: &'a Value, key: &'static str) -> Result<&'a [Value], TaskError> {
    value
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .ok_or(TaskError::Metadata(key))
}

/// Ids of a node's dependencies that are more than development dependencies.
fn shipped(node: &Value) -> Vec<&str> {
    let dependencies = node.get("deps").and_then(Value::as_array);
    let is_shipped = |dependency: &&Value| {
        let kinds = dependency.get("dep_kinds").and_then(Value::as_array);
        kinds.is_none_or(|kinds| {
            kinds
                .iter()
                .any(|kind| kind.get("kind").and_then(Value::as_str) != Some("dev"))
        })
    };
    dependencies
        .into_iter()
        .flatten()
        .filter(is_shipped)
        .filter_map(|dependency| dependency.get("pkg").and_then(Value::as_str))
        .collect()
}

fn reach<'a>(from: &'a str, arrows: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        for next in arrows.get(id).into_iter().flatten() {
            if seen.insert(*next) {
                open.push(next);
            }
        }
    }
    seen
}

fn test_targets(packages: &[Value], id: &str) -> BTreeSet<String> {
    let package = packages
        .iter()
        .find(|package| package.get("id").and_then(Value::as_str) == Some(id));
    let targets = package
        .and_then(|package| package.get("targets"))
        .and_then(Value::as_array);
    let is_test = |target: &&Value| {
        let kinds = target.get("kind").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.as_str() == Some("test")))
    };
    targets
        .into_iter()
        .flatten()
        .filter(is_test)
        .filter_map(|target| {
            target
                .get("name")
                .and_then(Value::as_str)
                .map(str::to_owned)
        })
        .collect()
}
