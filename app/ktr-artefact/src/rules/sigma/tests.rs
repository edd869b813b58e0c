//! Sigma rules by example: what is refused and under which number, what is kept, and what an own rule may leave out.
//! Public rules are read in `corpus`.

use super::{accept, document, read::read, reread, vendor};
use crate::{
    finding::{Rule, rule},
    rules::Origin,
};

const OILRIG: &str =
    include_str!("../../../tests/data/rules/proc_creation_win_apt_oilrig_mar18.yml");
const EVENT: &str = r#"{"CommandLine": "x SC Scheduled Scan y \\microsoft\\Taskbar\\autoit3.exe"}"#;

/// A short own rule with these lines under `detection`.
fn own(detection: &str) -> String {
    format!(
        "title: Loader starts a shell\nauthor: Somebody\ndescription: seen at a client\nlogsource:\n    product: windows\n    definition: our setting\ndetection:\n{detection}"
    )
}

fn judged(text: &str, origin: Origin, event: &str) -> Result<String, Rule> {
    accept(text, origin, "DRL-1.1", event).map(|sigma| sigma.text)
}

#[test]
fn a_third_party_rule_keeps_author_id_and_references_and_loses_the_rest() {
    let text = judged(OILRIG, Origin::ThirdParty, EVENT).unwrap();
    for kept in [
        "author: Florian Roth (Nextron Systems), Markus Neis",
        "id: ce6e34ca-966d-41c9-8d93-5b06c8b97a06",
        "web.archive.org",
        "attack.t1053.005",
        "license: DRL-1.1",
        "level: critical",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    for lost in [
        "description",
        "related",
        "date",
        "falsepositives",
        "detection.emerging",
        "#",
    ] {
        assert!(!text.contains(lost), "{lost}");
    }
}

#[test]
fn what_was_accepted_is_read_back_as_the_same_bytes_and_anything_else_is_not() {
    let text = judged(OILRIG, Origin::ThirdParty, EVENT).unwrap();
    let again = reread(&text).unwrap();
    assert_eq!(again.text, text);
    assert_eq!(again.licence, "DRL-1.1");
    for changed in [
        format!("{text}# a comment\n"),
        text.replace("level: critical", "level:  critical"),
        text.replace("license: DRL-1.1\n", "license: DRL-1.1\ndate: 2018-03-23\n"),
    ] {
        assert_eq!(
            reread(&changed).err(),
            Some(rule::SIGMA_CHANGED),
            "{changed}"
        );
    }
}

#[test]
fn an_own_rule_loses_whatever_names_its_writer_and_its_id_follows_from_what_it_says() {
    let lines = "    selection:\n        Image|endswith: '\\evil.exe'\n    condition: selection\n";
    let event = r#"{"Image": "C:\\evil.exe"}"#;
    let text = judged(&own(lines), Origin::Own, event).unwrap();
    for lost in ["Somebody", "client", "setting", "author", "description"] {
        assert!(!text.contains(lost), "{lost}");
    }
    let again = judged(&format!("{}# later\n", own(lines)), Origin::Own, event).unwrap();
    assert_eq!(again, text);
    let other = judged(
        &own(&lines.replace("evil", "bad")),
        Origin::Own,
        r#"{"Image": "\\bad.exe"}"#,
    );
    let id = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("id: "))
            .map(str::to_owned)
    };
    assert_ne!(id(&other.unwrap()), id(&text));
}

#[test]
fn a_tag_that_only_begins_like_one_of_attack_is_dropped() {
    let lines = "    selection:\n        Image|endswith: '\\evil.exe'\n    condition: selection\n";
    let event = r#"{"Image": "C:\\evil.exe"}"#;
    let kept = [
        "attack.t1059",
        "attack.t1059.001",
        "attack.g0007",
        "attack.s0002",
        "attack.defense-evasion",
        "attack.lateral_movement",
        "attack.stealth",
        "cve.2021-44228",
        "cve.2021.44228",
    ];
    let dropped = [
        "attack.acme-soc",
        "attack.t1059.acme",
        "attack.t10590",
        "attack.g7",
        "attack.t1059.001.1",
        "attack.execution.acme",
        "cve.acme",
        "cve.2021-44228-acme",
        "cve.2021",
        "detection.emerging-threats",
    ];
    let tags = kept.iter().chain(&dropped);
    let tags: Vec<String> = tags.map(|tag| format!("    - {tag}\n")).collect();
    let text = own(lines).replace("logsource:", &format!("tags:\n{}logsource:", tags.concat()));
    let text = judged(&text, Origin::Own, event).unwrap();
    let left: Vec<&str> = text
        .lines()
        .map(|line| {
            line.trim()
                .trim_start_matches("- ")
                .trim_matches(['\'', '"'])
        })
        .filter(|line| {
            ["attack.", "cve.", "detection."]
                .iter()
                .any(|start| line.starts_with(start))
        })
        .collect();
    assert_eq!(left, kept);
}

#[test]
fn yaml_that_unfolds_points_repeats_or_nests_is_refused_before_any_reader() {
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    let deep = "[".repeat(60_000);
    let nested = (0..20).fold(String::new(), |text, depth| {
        format!("{text}{}a:\n", " ".repeat(depth))
    });
    let condition = |text: &str| format!("title: x\ndetection:\n    condition: {text}\n");
    for text in [
        bomb,
        deep.as_str(),
        nested.as_str(),
        "a: 1\na: 2\n",
        "a: !!str x\n",
        "a: !x y\n",
        "a: {<<: {b: c}}\n",
        "a: b\n---\nc: d\n",
        "? [a, b]\n: c\n",
        "",
        "\u{0}",
        "a: \"\n",
        &condition(&"(".repeat(1_000)),
        &condition(&"not ".repeat(1_000)),
    ] {
        let shown: String = text.chars().take(20).collect();
        assert_eq!(document::check(text), Err(rule::SIGMA_YAML), "{shown:?}");
    }
    assert_eq!(document::check("a: '<<'\nb: {c: [d]}\n"), Ok(()));
}

#[test]
fn what_steers_an_engine_or_asks_for_more_than_the_rule_is_refused_by_name() {
    let plain = own("    s:\n        A: b\n    condition: s\n");
    assert!(read(&plain).is_ok());
    let with = |line: &str| format!("{plain}{line}\n");
    let detection = |item: &str| own(&format!("    s:\n        {item}\n    condition: s\n"));
    for (text, expected) in [
        (with("rsigma.suppress: 1h"), rule::SIGMA_ATTRIBUTE),
        (
            with("custom_attributes: {rsigma.action: drop}"),
            rule::SIGMA_ATTRIBUTE,
        ),
        (with("taxonomy: ours"), rule::SIGMA_DIALECT),
        (detection("A|expand: '%admins%'"), rule::SIGMA_EXPAND),
        (detection("A|re: '('"), rule::SIGMA_REGEX),
        (detection("A|re: '(\\w{500}){500}'"), rule::SIGMA_REGEX),
        (detection("A|nonsense: b"), rule::SIGMA_SYNTAX),
        (
            String::from(
                "title: x\ncorrelation:\n    type: event_count\n    rules: [a]\n    group-by: [b]\n    timespan: 1m\n    condition: {gte: 2}\n",
            ),
            rule::SIGMA_KIND,
        ),
        (String::from("title: x\n"), rule::SIGMA_SYNTAX),
    ] {
        assert_eq!(read(&text).err(), Some(expected), "{text}");
    }
}

/// An own rule on `\evil.exe` that leaves this out.
fn leaves_out(item: &str) -> String {
    own(&format!(
        "    selection:\n        Image|endswith: '\\evil.exe'\n    filter_ours:\n        {item}\n    condition: selection and not 1 of filter_*\n"
    ))
}

#[test]
fn the_list_of_public_parts_rises_so_that_the_search_finds_each() {
    assert!(vendor::PUBLIC.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn an_own_rule_may_leave_out_what_public_rules_leave_out() {
    let event = r#"{"Image": "C:\\evil.exe"}"#;
    for item in [
        "ParentImage|contains: ':\\Windows\\System32\\'",
        "ParentImage|startswith: '?:\\Program Files\\Microsoft Office\\'",
        "ParentImage|endswith: '\\spoolsv.exe'",
        "ParentImage|endswith: '\\WindowsPowerShell\\v1.0\\powershell.exe'",
        "TargetObject|contains: '\\Microsoft\\Windows NT\\CurrentVersion\\'",
        "ParentImage|contains: '\\powershell'",
        "DestinationIp|cidr: '10.0.0.0/8'",
        "DestinationIp|startswith: '192.168.'",
        "SourceIp: '127.0.0.1'",
        "SourceIp|cidr: 'fe80::/10'",
    ] {
        assert!(
            judged(&leaves_out(item), Origin::Own, event).is_ok(),
            "{item}"
        );
    }
    for item in [
        "ParentImage|contains: ':\\Acme\\System32\\'",
        "ParentImage|contains: 'acme:\\Windows\\'",
        "ParentImage|contains: '\\System32\\:\\Windows\\'",
        "DestinationIp|cidr: '10.20.0.0/16'",
        "DestinationIp|startswith: '10.20.'",
        "SourceIp|cidr: 'fd12:3456::/32'",
    ] {
        let refused = judged(&leaves_out(item), Origin::Own, event);
        assert_eq!(refused, Err(rule::SIGMA_NEGATED), "{item}");
    }
}

#[test]
fn a_field_names_somebody_by_its_words_and_other_fields_do_not() {
    let event = r#"{"Image": "C:\\evil.exe"}"#;
    for field in [
        "DeviceName",
        "devicename",
        "device_id",
        "MachineName",
        "ClientName",
        "dvc",
        "src",
        "SrcAddr",
        "srcaddr",
        "src_addr",
        "Owner",
        "upn",
        "UserUPN",
        "host",
        "Company",
        "Signature",
    ] {
        let text = leaves_out(&format!("{field}|startswith: 'acme'"));
        let refused = judged(&text, Origin::Own, event);
        assert_eq!(refused, Err(rule::SIGMA_NEGATED), "{field}");
    }
    for item in [
        "DeviceAction: 'blocked'",
        "ClientProcessId: 4",
        "SrcPort: 443",
        "src_port: 443",
        "SignatureStatus: 'Valid'",
        "Description: 'shipped'",
        "StartModule: 'machinery'",
        "Company: 'Microsoft Corporation'",
        "Signature|startswith: 'Microsoft '",
        "Owner: ''",
    ] {
        assert!(
            judged(&leaves_out(item), Origin::Own, event).is_ok(),
            "{item}"
        );
    }
}

#[test]
fn an_own_rule_may_leave_out_only_what_everybody_has() {
    let event = r#"{"Image": "C:\\evil.exe"}"#;
    for item in [
        "Computer: 'SRV-ACME-01'",
        "SubjectUserName|startswith: 'svc_'",
        "SourceIp: '198.51.100.7'",
        "src_ip|cidr: '198.51.100.0/24'",
        "DestinationHostname|endswith: '.acme.example'",
        "ParentImage: 'C:\\Program Files\\Acme Agent\\run.exe'",
        "ParentImage|endswith: 'acme-agent.exe'",
    ] {
        let refused = judged(&leaves_out(item), Origin::Own, event);
        assert_eq!(refused, Err(rule::SIGMA_NEGATED), "{item}");
    }
    for item in [
        "ParentImage: 'C:\\Windows\\System32\\svchost.exe'",
        "User: ''",
        "IntegrityLevel: 'System'",
        "Description|contains: 'installer'",
    ] {
        assert!(
            judged(&leaves_out(item), Origin::Own, event).is_ok(),
            "{item}"
        );
    }
    let keywords = own(
        "    selection:\n        Image|endswith: '\\evil.exe'\n    ours:\n        - acme\n    condition: selection and not ours\n",
    );
    assert_eq!(
        judged(&keywords, Origin::Own, event),
        Err(rule::SIGMA_NEGATED)
    );
}

#[test]
fn a_selection_that_names_the_host_of_a_share_is_refused_whoever_wrote_the_rule() {
    let event = r#"{"Image": "C:\\evil.exe"}"#;
    let looks_for = |item: &str| {
        own(&format!(
            "    selection:\n        Image|endswith: '\\evil.exe'\n    other:\n        {item}\n    condition: selection or other\n"
        ))
    };
    for item in [
        r"ShareName: '\\\\fs1\share'",
        r"ShareName: '\\\\fs1\\share'",
        r"ShareName: '\\fs1\share'",
        r"ShareName|startswith: '\\\\fs1\\'",
        r"ShareName|contains: '\\\\fs1\\*'",
        r"ShareName: '\\\\fs?\\share'",
        r"ShareName: '\\\\fs1*\\share'",
        r"CommandLine|contains: ' \\\\files.firm.com@ssl\DavWWWRoot'",
        r"CommandLine|contains: '\\\\?\\UNC\\fs1\\share'",
        r"CommandLine|contains: '\\\\\?\\UNC\\fs1\\share'",
        r"CommandLine|re: '\\\\fs1\\share'",
        r"CommandLine|re: '\\*fs1\\share'",
        r"ShareName: '\\\\temp\share'",
        r"CommandLine|re: '\\{2}(localhost|fs1)\\share\p{L}?'",
        r"CommandLine|base64offset|contains: '\\\\fs1\share'",
        "- A: b\n        - C: '\\\\\\\\fs1\\share'",
        "- '\\\\\\\\fs1\\share'",
    ] {
        let text = looks_for(item);
        let refused = judged(&text, Origin::Own, event);
        assert_eq!(refused, Err(rule::SIGMA_SHARE), "{item}");
        let third = format!("id: ce6e34ca-966d-41c9-8d93-5b06c8b97a06\n{text}");
        let refused = judged(&third, Origin::ThirdParty, event);
        assert_eq!(refused, Err(rule::SIGMA_SHARE), "{item}");
    }
    for item in [
        r"ShareName: '\\\\*\\IPC$'",
        r"ShareName: '\\\\\*\\IPC$'",
        r"ServiceFileName|startswith: '\\\\127.0.0.1\\ADMIN$\'",
        r"CommandLine|contains: '\\\\localhost\\C$'",
        r"CommandLine|contains: '\\\\wsl.localhost\\Debian'",
        r"CommandLine|contains: '\\\\.\\pipe\\x'",
        r"CommandLine|contains: '\\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy'",
        r"CommandLine|contains: ' > \\\\'",
        r"CommandLine|contains: 'C:\\Windows\\x'",
        r"CommandLine|contains: '\\Temp\x.exe'",
        r"CommandLine|re: '\\Windows\\[a-z\p{L}]{2}\.tmp$'",
        r"CommandLine|re: '^\\\\[^\\]+\\ADMIN\$'",
    ] {
        let accepted = judged(&looks_for(item), Origin::Own, event);
        assert_eq!(accepted.err(), None, "{item}");
    }
}

#[test]
fn a_rule_that_does_not_fire_or_may_not_be_shared_is_refused_by_name() {
    let third = |text: &str, licence: &str, event: &str| {
        accept(text, Origin::ThirdParty, licence, event).err()
    };
    let unlike = r#"{"CommandLine": "dir"}"#;
    assert_eq!(third(OILRIG, "DRL-1.1", unlike), Some(rule::SIGMA_SILENT));
    for no_event in ["", "[]", "{}", "x", "{\"a\": NaN}", "\"\\ud800\""] {
        assert_eq!(
            third(OILRIG, "DRL-1.1", no_event),
            Some(rule::SIGMA_POSITIVE),
            "{no_event}"
        );
    }
    for licence in ["GPL-2.0-only", "Elastic-2.0", ""] {
        assert_eq!(
            third(OILRIG, licence, EVENT),
            Some(rule::SIGMA_LICENCE),
            "{licence}"
        );
    }
    let other = format!("{OILRIG}license: MIT\n");
    assert_eq!(third(&other, "DRL-1.1", EVENT), Some(rule::SIGMA_LICENCE));
    let nobody = OILRIG.replace("author:", "scope: [x]\nfields: [y]\nname:");
    assert_eq!(third(&nobody, "DRL-1.1", EVENT), Some(rule::SIGMA_AUTHOR));
    let unnamed = OILRIG.replace("id: ce6e34ca-", "id: CE6E34CA-");
    assert_eq!(third(&unnamed, "DRL-1.1", EVENT), Some(rule::SIGMA_ID));
    let invisible = OILRIG
        .replace("Nyotron", "x")
        .replace("Markus", "Mar\u{202e}kus");
    assert_eq!(third(&invisible, "DRL-1.1", EVENT), Some(rule::TEXT));
}
