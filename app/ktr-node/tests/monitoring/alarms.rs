//! Sentences about the shipped alarms: sound, tried in made-up hours, made of figures that exist, and leading to a page.
//! Whether a bound is wise is for the book and for those who are woken.

use std::{collections::BTreeSet, fs};

use ktr_node::{metrics::NAMES, settings::Settings};
use tempfile::TempDir;

use super::{
    dashboard::{dashboard, queries},
    query,
    shipped::{figures::ENGINE, known, promtool, root, text},
};

const RULES: &str = "ktr.rules.yml";
const HOURS: &str = "ktr.rules.test.yml";
const WEEK: &str = "ktr.rules.week.test.yml";

/// One alarm, from the lines that it has in the file.
struct Alarm {
    name: String,
    query: String,
    severity: String,
    runbook: String,
}

/// The alarms of a file in the form of ours: one line a key.
fn alarms(rules: &str) -> Vec<Alarm> {
    let blocks = rules.split("- alert: ").skip(1);
    let read = blocks.map(|block| {
        let after = |key: &str| {
            let mut lines = block.lines().map(str::trim);
            lines.find_map(|line| line.strip_prefix(key).map(str::to_owned))
        };
        Alarm {
            name: block.lines().next().unwrap().to_owned(),
            query: after("expr: ").unwrap(),
            severity: after("labels: { severity: ").unwrap_or_default(),
            runbook: after("runbook: ").unwrap_or_default(),
        }
    });
    read.collect()
}

/// Rules and hours beside each other, as they are shipped but for one change.
fn changed(change: impl Fn(String) -> String) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(RULES), change(text(RULES))).unwrap();
    for other in [HOURS, WEEK, "prometheus.yml"] {
        fs::write(folder.path().join(other), text(other)).unwrap();
    }
    folder
}

#[test]
fn promtool_finds_every_alarm_sound_and_so_do_these_sentences() {
    let folder = changed(|rules| rules);
    let (sound, said) = promtool(&["check", "rules", RULES], folder.path());
    let count = alarms(&text(RULES)).len();
    assert!(
        sound && said.contains(&format!("{count} rules found")),
        "{said}"
    );
    let (sound, said) = promtool(&["check", "config", "prometheus.yml"], folder.path());
    assert!(sound, "{said}");
    let broken = changed(|rules| rules.replacen("min(", "min((", 1));
    assert!(!promtool(&["check", "rules", RULES], broken.path()).0);
}

#[test]
fn every_alarm_rings_in_its_hour_and_in_no_other() {
    let folder = changed(|rules| rules);
    let (passed, said) = promtool(&["test", "rules", HOURS], folder.path());
    assert!(passed, "{said}");
    let hours = text(HOURS);
    for alarm in alarms(&text(RULES)) {
        let name = format!("alertname=\"{}\"", alarm.name);
        assert!(hours.contains(&name), "{} is in no hour", alarm.name);
    }
    // an alarm that never rings, and one that always does, would both be seen
    for query in ["vector(0) == 1", "vector(1) == 1"] {
        let shipped = alarms(&text(RULES)).remove(0).query;
        let other = changed(|rules| rules.replacen(&shipped, query, 1));
        assert!(!promtool(&["test", "rules", HOURS], other.path()).0);
    }
}

#[test]
fn no_alarm_waits_for_a_figure_that_no_program_shows() {
    let known = known();
    for alarm in alarms(&text(RULES)) {
        let asked = query::names(&alarm.query);
        assert!(!asked.is_empty(), "{}", alarm.name);
        let foreign: Vec<_> = asked.difference(&known).collect();
        assert!(foreign.is_empty(), "{}: {foreign:?}", alarm.name);
    }
}

#[test]
fn every_figure_of_node_and_engine_is_asked_for_by_an_alarm_or_a_panel() {
    let asked = alarms(&text(RULES)).into_iter().map(|alarm| alarm.query);
    let asked = asked.chain(queries(&dashboard()).into_iter().map(|(_, query)| query));
    let asked: BTreeSet<String> = asked.flat_map(|query| query::names(&query)).collect();
    let ours = NAMES.iter().map(|(name, kind, _)| match *kind {
        "histogram" => format!("{name}_bucket"),
        _ => (*name).to_owned(),
    });
    let engines = ENGINE.iter().map(|name| (*name).to_owned());
    let unasked: Vec<String> = ours
        .chain(engines)
        .filter(|name| !asked.contains(name))
        .collect();
    assert!(unasked.is_empty(), "{unasked:?}");
}

#[test]
fn every_alarm_says_whether_it_wakes_somebody_and_leads_to_a_place_in_the_book() {
    for alarm in alarms(&text(RULES)) {
        assert!(
            ["page", "ticket"].contains(&alarm.severity.trim_end_matches(" }")),
            "{}",
            alarm.name
        );
        let (page, anchor) = alarm.runbook.split_once('#').unwrap();
        let page = fs::read_to_string(root().join("docs/src").join(page));
        let page = page.unwrap_or_else(|error| panic!("{}: {error}", alarm.runbook));
        let mut titles = page.lines().filter(|line| line.starts_with('#'));
        assert!(
            titles.any(|title| slug(title) == anchor),
            "{}: no such heading",
            alarm.runbook
        );
    }
}

#[test]
fn the_alarms_are_for_the_engine_that_the_node_runs_and_for_its_exits() {
    use ktr_node::{engine::VERSION, exit::Exit};
    let rules = text(RULES);
    assert!(rules.contains(&format!("ktr_build_info{{engine!=\"{VERSION}\"}}")));
    for exit in [Exit::Halted, Exit::Store, Exit::KeyGuard, Exit::AppHash] {
        let query = format!("expr: ktr_exit_status == {}\n", exit.code());
        assert!(rules.contains(&query), "{query}");
    }
}

#[test]
fn prometheus_asks_where_a_node_and_its_engine_show_figures_unless_told_otherwise() {
    let shipped = text("prometheus.yml");
    let default = Settings::new("ktr-first-1");
    for (job, address) in [
        ("ktr-node", default.node_metrics_laddr),
        ("ktr-engine", default.metrics_laddr),
    ] {
        let (_, below) = shipped.split_once(&format!("job_name: {job} ")).unwrap();
        let mut lines = below.lines().map(str::trim);
        let target = lines.find_map(|line| line.strip_prefix("- targets: "));
        let wanted = format!("[\"{address}\"]");
        assert_eq!(target, Some(wanted.as_str()), "{job}");
    }
}

#[test]
fn prometheus_hands_what_rings_to_an_alertmanager() {
    let shipped = text("prometheus.yml");
    let (_, below) = shipped.split_once("\nalerting:\n").unwrap();
    let (block, _) = below.split_once("\n\n").unwrap();
    let lines: Vec<&str> = block.lines().map(str::trim).collect();
    let wanted = [
        "alertmanagers:",
        "- static_configs:",
        "- targets: [\"127.0.0.1:9093\"]",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn the_rooms_host_is_a_second_machine_of_the_same_site_without_the_marks_of_comment() {
    let shipped = text("prometheus.yml");
    let asked = shipped.replace("\n      # - ", "\n      - ");
    let asked = asked.replace("\n      #   ", "\n        ");
    let (_, machines) = asked.split_once("job_name: machine\n").unwrap();
    let of = |key: &str| {
        let lines = machines.lines().map(str::trim);
        let values = lines.filter_map(|line| line.strip_prefix(key));
        values.map(str::to_owned).collect::<Vec<String>>()
    };
    let [node, room] = <[String; 2]>::try_from(of("- targets: ")).unwrap();
    assert_ne!(node, room);
    let [node, room] = <[String; 2]>::try_from(of("labels: ")).unwrap();
    assert_eq!(node, room);
    let folder = changed(|rules| rules);
    fs::write(folder.path().join("prometheus.yml"), asked).unwrap();
    let (sound, said) = promtool(&["check", "config", "prometheus.yml"], folder.path());
    assert!(sound, "{said}");
}

#[test]
fn a_disk_that_will_be_full_in_90_days_rings_in_its_week() {
    let folder = changed(|rules| rules);
    let (passed, said) = promtool(&["test", "rules", WEEK], folder.path());
    assert!(passed, "{said}");
    // and a disk of which little is known rings nothing, nor one that has longer
    for (part, without) in [
        ("[7d:1d]) > 5", "[7d:1d]) > 0"),
        ("90 * 86400", "900 * 86400"),
    ] {
        let other = changed(|rules| rules.replacen(part, without, 1));
        assert_ne!(
            fs::read_to_string(other.path().join(RULES)).unwrap(),
            text(RULES)
        );
        assert!(
            !promtool(&["test", "rules", WEEK], other.path()).0,
            "{part}"
        );
    }
}

/// The anchor that the book gives to a heading.
fn slug(title: &str) -> String {
    let title = title.trim_start_matches('#').trim().to_lowercase();
    let kept = title
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
