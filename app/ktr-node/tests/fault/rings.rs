//! A site is stopped on purpose, as the page on monitoring has it: the figures that real sites show where their `node.toml` says, before the
//! shipped alarms and the queries of the dashboard, as promtool judges them.
//! No Prometheus asks and no Grafana draws; what other programs lay down or show (the machine, a room, a backup) is not here.

use std::{collections::BTreeSet, fs, process::Command};

use ktr_core::id::MemberId;
use ktr_node::settings::Settings;
use ktr_wire::transaction;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Site, admitting};

/// A series of Prometheus, and its figure at one moment.
type Series = (String, String);

/// What a program shows at an address, asked as the page does; nothing where nobody answers.
fn shown(address: &str) -> Option<String> {
    let mut curl = Command::new("curl");
    // A proxy of the caller's is not asked for this machine.
    curl.args(["-s", "--noproxy", "*"]);
    let answer = curl.arg(format!("{address}/metrics")).output().unwrap();
    let page = String::from_utf8(answer.stdout).unwrap();
    answer.status.success().then_some(page)
}

/// The series of a site as its county's Prometheus has them, `up` among them.
fn asked(name: &str, site: &Site) -> Vec<Series> {
    let settings = Settings::load(&site.home().join("node.toml")).unwrap();
    let mut series = Vec::new();
    for (job, address) in [
        ("ktr-node", settings.node_metrics_laddr),
        ("ktr-engine", settings.metrics_laddr),
    ] {
        let own = format!("job=\"{job}\",site=\"{name}\"");
        let page = shown(&address);
        let is_up = u8::from(page.is_some());
        series.push((format!("up{{{own}}}"), is_up.to_string()));
        let page = page.unwrap_or_default();
        let ours = |line: &&str| line.starts_with("ktr_") || line.starts_with("cometbft_");
        for line in page.lines().filter(ours) {
            let (shown, figure) = line.rsplit_once(' ').unwrap();
            // Without an exponent, which promtool would read as a step.
            let figure: f64 = figure.parse().unwrap();
            let named = match shown.strip_suffix('}') {
                Some(labelled) => format!("{labelled},{own}}}"),
                None => format!("{shown}{{{own}}}"),
            };
            if figure.is_finite() {
                series.push((named, figure.to_string()));
            }
        }
    }
    series
}

/// The same of all sites.
fn all(sites: &[Site]) -> Vec<Series> {
    let sites = NAMES.iter().zip(sites);
    sites.flat_map(|(name, site)| asked(name, site)).collect()
}

/// How many sites show this figure under a name of the engine.
fn showing(series: &[Series], name: &str, figure: &str) -> usize {
    let is_it = |(shown, has): &&Series| shown.split('{').next() == Some(name) && has == figure;
    series.iter().filter(is_it).count()
}

/// The alarms that ring once these figures have stood for so long, and the queries that find nothing in them.
fn judged(
    series: &[Series],
    minutes: u8,
    queries: &[String],
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (at, folder) = (format!("{minutes}m"), TempDir::new().unwrap());
    fs::write(folder.path().join("ktr.rules.yml"), RULES).unwrap();
    let series = series.iter().map(|(name, figure)| {
        let values = format!("{figure}x60");
        json!({"series": name, "values": values})
    });
    let alarms = alarms();
    let silent = alarms
        .iter()
        .map(|(alarm, _)| json!({"eval_time": at, "alertname": alarm}));
    let found = queries.iter().map(|query| {
        let counted = format!("count({query}) >= bool 1");
        let one = json!([{"labels": "{}", "value": 1}]);
        json!({"expr": counted, "eval_time": at, "exp_samples": one})
    });
    let hour = json!({
        "interval": "1m",
        "input_series": series.collect::<Vec<Value>>(),
        "alert_rule_test": silent.collect::<Vec<Value>>(),
        "promql_expr_test": found.collect::<Vec<Value>>(),
    });
    // YAML is what promtool reads, and JSON is YAML.
    let hours =
        json!({"rule_files": ["ktr.rules.yml"], "evaluation_interval": "1m", "tests": [hour]});
    fs::write(folder.path().join("hours.yml"), hours.to_string()).unwrap();
    let mut promtool = Command::new("promtool");
    promtool.args(["test", "rules", "hours.yml"]);
    let output = promtool.current_dir(folder.path()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let named = |key: &str, end: &str| -> BTreeSet<String> {
        let lines = said.lines().map(str::trim);
        let named = lines.filter_map(|line| line.strip_prefix(key)?.split(end).next());
        named.map(str::to_owned).collect()
    };
    let (ringing, empty) = (named("alertname: ", ","), named("expr: ", ", time: "));
    let is_silent = ringing.is_empty() && empty.is_empty();
    assert_eq!(output.status.success(), is_silent, "{said}");
    (ringing, empty)
}

/// The shipped alarms: name and query.
fn alarms() -> Vec<(&'static str, &'static str)> {
    let blocks = RULES.split("- alert: ").skip(1);
    let read = blocks.map(|block| {
        let mut lines = block.lines().map(str::trim);
        let name = lines.next().unwrap();
        (
            name,
            lines.find_map(|line| line.strip_prefix("expr: ")).unwrap(),
        )
    });
    read.collect()
}

/// Each of our names in a query, with the labels that it must have.
fn selectors(query: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), query);
    while let Some(start) = OURS.iter().filter_map(|of| rest.find(of)).min() {
        let (_, from) = rest.split_at(start);
        let ends = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, after) = from.split_at(ends.unwrap_or(from.len()));
        let labels = after
            .strip_prefix('{')
            .and_then(|after| after.split_once('}'));
        let labels = labels.map_or("", |(labels, _)| labels);
        // An alarm that rings for what is not so has to find what is.
        found.push(format!("{name}{{{}}}", labels.replace("!=", "=")));
        rest = after;
    }
    found
}

/// All that alarms and dashboard ask of a node and its engine.
fn queries() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let drawn = targets.flatten().map(|target| {
        let query = target["expr"].as_str().unwrap();
        query
            .replace("$site", ".*")
            .replace("$__rate_interval", "5m")
    });
    let rung = alarms().into_iter().flat_map(|(_, query)| selectors(query));
    let mut queries: Vec<String> = drawn.chain(rung).collect();
    queries.retain(|query| !OTHERS.iter().any(|of| query.contains(of)));
    queries
}

/// A transaction that is in a block and one that is refused, of which figures are shown from the first on.
fn count_something(site: &Site) {
    let tx = admitting(&site.cast, 0, MemberId([1; 16]));
    assert_eq!(site.submit(&tx), 0);
    let hash = transaction::hash(&tx);
    site.until("the transaction is in a block", || {
        let answer = site.query("/tx", &hash.0);
        (answer.code == 0).then_some(())
    });
    assert_ne!(site.submit(b"no transaction"), 0);
}

#[test]
fn a_stopped_site_rings_by_what_real_sites_show_and_a_sound_network_does_not() {
    // given four sites at work
    let mut sites = Site::four();
    for site in &mut sites {
        site.launch();
    }
    for site in &sites {
        site.wait_above(2);
    }
    count_something(&sites[0]);
    let stands = |series: &[Series], sites: usize, [missing, peers]: [&str; 2]| {
        showing(series, "cometbft_consensus_missing_validators", missing) == sites
            && showing(series, "cometbft_p2p_peers", peers) == sites
            && showing(series, "cometbft_blocksync_syncing", "0") == sites
    };
    let sound = sites[0].until("four sites that miss nobody", || {
        Some(all(&sites)).filter(|series| stands(series, 4, ["0", "3"]))
    });
    // then nothing rings, and every query of ours finds something
    let queries = queries();
    assert!(queries.len() > alarms().len(), "{queries:?}");
    let nothing = BTreeSet::new();
    assert_eq!(judged(&sound, 45, &queries), (nothing.clone(), nothing));
    // and one that is misspelt would have found nothing
    let misspelt = "ktr_abci_call_seconds_bucket{method=\"finalise_block\"}".to_owned();
    assert_eq!(judged(&sound, 45, &[misspelt]).1.len(), 1);
    // when one is stopped
    let exit = sites[STOPPED].stop();
    let mut left = sites[0].until("three sites that miss one", || {
        Some(all(&sites)).filter(|series| stands(series, 3, ["1", "2"]))
    });
    // as its unit leaves it for node_exporter
    let ended = format!(
        "ktr_exit_status{{job=\"machine\",site=\"{}\"}}",
        NAMES[STOPPED]
    );
    left.push((ended, exit.to_string()));
    // then that rings after three minutes, and after ten that a validator is missing
    let rings = |minutes: u8| judged(&left, minutes, &[]).0;
    let of = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    assert_eq!(rings(3), of(&["KtrNodeDown"]));
    let later = of(&["KtrNodeDown", "KtrPeersLost", "KtrValidatorMissing"]);
    assert_eq!(rings(9), of(&["KtrNodeDown"]));
    assert_eq!(rings(11), later);
    drop(sites.remove(STOPPED));
    for site in &mut sites {
        assert_eq!(site.stop(), 0);
    }
}

/// What is shipped.
const RULES: &str = include_str!("../../../../node-config/ktr.rules.yml");
const DASHBOARD: &str = include_str!("../../../../node-config/ktr-dashboard.json");
/// Labels of the sites, and the one that is stopped: a county.
const NAMES: [&str; 4] = ["county-a", "county-b", "county-c", "witness"];
const STOPPED: usize = 2;
/// How the names of a node and its engine begin.
const OURS: [&str; 2] = ["ktr_", "cometbft_"];
/// How those begin that other programs show or lay down.
const OTHERS: [&str; 5] = [
    "node_",
    "ktr_exit_status",
    "ktr_room_",
    "ktr_backup_",
    "ktr_restore_",
];
