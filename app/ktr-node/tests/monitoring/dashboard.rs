//! Sentences about the shipped dashboard: panels that do not cover each other, and queries of figures that exist.
//! How it looks, only Grafana shows.

use std::{collections::BTreeSet, fmt::Write, fs};

use ktr_node::metrics::NAMES;
use serde_json::Value;
use tempfile::TempDir;

use super::{
    query,
    shipped::{known, promtool, text},
};

pub(crate) fn dashboard() -> Value {
    serde_json::from_str(&text("ktr-dashboard.json")).unwrap()
}

/// Every query, with the title of its panel.
pub(crate) fn queries(dashboard: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let targets = panel["targets"].as_array().cloned().unwrap_or_default();
        assert_ne!(panel["type"] == "row", !targets.is_empty(), "{panel}");
        for target in targets {
            let title = panel["title"].as_str().unwrap().to_owned();
            found.push((title, target["expr"].as_str().unwrap().to_owned()));
        }
    }
    found
}

#[test]
fn no_panel_asks_for_a_figure_that_no_program_shows() {
    let known = known();
    for (title, expr) in queries(&dashboard()) {
        let asked = query::names(&expr);
        assert!(!asked.is_empty(), "{title}");
        let foreign: Vec<_> = asked.difference(&known).collect();
        assert!(foreign.is_empty(), "{title}: {foreign:?}");
    }
}

#[test]
fn every_figure_of_a_node_has_a_panel_whether_or_not_an_alarm_asks_for_it() {
    let queries = queries(&dashboard());
    let drawn: BTreeSet<String> = queries
        .iter()
        .flat_map(|(_, expr)| query::names(expr))
        .collect();
    for (name, kind, _) in NAMES {
        let shown = match kind {
            "histogram" => format!("{name}_bucket"),
            _ => name.to_owned(),
        };
        assert!(drawn.contains(&shown), "{shown}");
    }
    // and the engine's height stands beside the node's
    assert!(drawn.contains("cometbft_consensus_height"));
}

#[test]
fn promtool_can_read_every_query() {
    let mut rules = "groups:\n  - name: panels\n    rules:\n".to_owned();
    let queries = queries(&dashboard());
    for (number, (_, expr)) in queries.iter().enumerate() {
        // What Grafana puts in.
        let expr = expr
            .replace("$__rate_interval", "1m")
            .replace("$site", ".*");
        assert!(!expr.contains('$'), "{expr}");
        let quoted = Value::String(expr);
        writeln!(
            rules,
            "      - record: panel:{number}\n        expr: {quoted}"
        )
        .unwrap();
    }
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("panels.yml"), rules).unwrap();
    let (sound, said) = promtool(&["check", "rules", "panels.yml"], folder.path());
    let found = format!("{} rules found", queries.len());
    assert!(sound && said.contains(&found), "{said}");
}

#[test]
fn a_line_of_a_machine_says_which_of_its_site_s_machines_it_is() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let mut machines = 0_u8;
    for target in targets.flatten() {
        let expr = target["expr"].as_str().unwrap();
        if query::names(expr)
            .iter()
            .any(|name| name.starts_with("node_"))
        {
            machines = machines.saturating_add(1);
            assert_eq!(target["legendFormat"], "{{site}} {{instance}}", "{expr}");
            assert!(!expr.contains("by (site) "), "{expr}");
        }
    }
    assert_eq!(machines, 2);
}

#[test]
fn every_panel_has_a_number_and_a_place_of_its_own() {
    let dashboard = dashboard();
    let (mut numbers, mut places) = (BTreeSet::new(), BTreeSet::new());
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(numbers.insert(panel["id"].as_u64().unwrap()), "{panel}");
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        let (left, top) = (at("x"), at("y"));
        assert!(left.checked_add(at("w")).unwrap() <= 24, "{panel}");
        for x in (left..).take(at("w").try_into().unwrap()) {
            for y in (top..).take(at("h").try_into().unwrap()) {
                assert!(places.insert((x, y)), "{panel}");
            }
        }
        let explained = panel["description"].as_str().is_some();
        assert!(explained || panel["type"] == "row", "{panel}");
    }
}
