//! Measures how fast the leak verifier prepares a full dictionary and reads the largest bundle, and prints both beside their goals.
//! It measures on this machine, now; it is no test, and whether a leak is found is not asked here.

#![expect(clippy::print_stdout, reason = "it prints its figures")]

use std::{error::Error, fmt::Write, time::Duration};

use ktr_artefact::{leak, limits};

/// Octets a second that the verifier is to read.
const GOAL_OCTETS: u128 = 20_000_000;
/// A dictionary is to be ready within this time.
const GOAL_BUILD: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn Error>> {
    let mut draw = Draw(1);
    let tokens: Vec<String> = (0..limits::TOKENS_MAX)
        .map(|index| token(&mut draw, index))
        .collect();
    let bundle = bundle(&mut draw)?;
    let begin = spent()?;
    let dictionary = leak::Dictionary::of(&tokens)?;
    let built = spent()?.saturating_sub(begin);
    let mut read = Duration::MAX;
    let mut findings = 0;
    // The fastest of five: what other programs take of the caches is not the verifier's.
    for _ in 0..5 {
        let begin = spent()?;
        findings = leak::check(bundle.as_bytes(), &dictionary).len();
        read = read.min(spent()?.saturating_sub(begin));
    }
    let length = u128::try_from(bundle.len())?;
    let speed = length
        .saturating_mul(1_000_000)
        .checked_div(read.as_micros())
        .unwrap_or(0);
    println!(
        "dictionary of {} tokens: {built:.2?} (goal: under {GOAL_BUILD:.0?})",
        tokens.len()
    );
    println!(
        "bundle of {length} octets: {read:.2?}, {}.{} MB/s, {} % of the goal of 20 MB/s; {findings} findings",
        speed / 1_000_000,
        speed / 100_000 % 10,
        speed.saturating_mul(100) / GOAL_OCTETS,
    );
    Ok(())
}

/// Time of the processor that this program has had so far, from Linux: other programs' does not count.
fn spent() -> Result<Duration, Box<dyn Error>> {
    let figures = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds = figures.split_whitespace().next().unwrap_or("");
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

/// A small generator with a seed (`SplitMix64`), so that every run reads the same octets.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    fn word(&mut self, letters: u64) -> String {
        let mut word = String::new();
        for _ in 0..letters {
            let letter = u8::try_from(self.below(26))
                .unwrap_or(0)
                .saturating_add(b'a');
            word.push(char::from(letter));
        }
        word
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            text.extend(format!("{:016x}", self.next()).chars());
        }
        text.truncate(digits);
        text
    }

    fn id(&mut self, kind: &str) -> String {
        let d = self.hex(32);
        let part = |from: usize, to: usize| d.get(from..to).unwrap_or("").to_owned();
        format!(
            "{kind}--{}-{}-4{}-8{}-{}",
            part(0, 8),
            part(8, 12),
            part(13, 16),
            part(17, 20),
            part(20, 32),
        )
    }
}

/// A token of one of the kinds that a form's dictionary has.
fn token(draw: &mut Draw, index: usize) -> String {
    match index % 10 {
        0 => format!("{} {} gmbh", draw.word(8), draw.word(7)),
        1 | 2 => format!("{}-{}.example", draw.word(6), draw.word(6)),
        3 => format!("{}@{}.example", draw.word(7), draw.word(9)),
        4 => format!("198.51.{}.{}", draw.below(256), draw.below(256)),
        5 => format!("{} {}ová", draw.word(6), draw.word(7)),
        6 => format!("{}-ws??", draw.word(5)),
        7 => format!(
            "+49 30 {}",
            draw.below(90_000_000).saturating_add(10_000_000)
        ),
        8 => draw.hex(64),
        _ => format!("{}{}", draw.word(4), draw.below(1_000)),
    }
}

/// As much of a bundle as may be built: indicators of all kinds with observables, observations and relationships, and every tenth time a rule.
fn bundle(draw: &mut Draw) -> Result<String, Box<dyn Error>> {
    let (marking, alliance) = (draw.id("marking-definition"), draw.id("identity"));
    let mut text = format!("{{\"id\":\"{}\",\"objects\":[", draw.id("bundle"));
    let frame = format!(
        "\"created\":\"2026-11-18T00:00:00.000Z\",\"created_by_ref\":\"{alliance}\",\
         \"modified\":\"2026-11-18T00:00:00.000Z\",\"object_marking_refs\":[\"{marking}\"],\"spec_version\":\"2.1\""
    );
    loop {
        let (observable, observed, indicator) = (
            draw.id("domain-name"),
            draw.id("observed-data"),
            draw.id("indicator"),
        );
        let domain = format!("{}.{}.com", draw.word(5), draw.word(9));
        let (pattern, kind) = match draw.below(30) {
            0 => (rule(draw), "sigma"),
            1..10 => (
                format!("[file:hashes.'SHA-256' = '{}']", draw.hex(64)),
                "stix",
            ),
            10..18 => (
                format!(
                    "[url:value = 'https://{domain}/{}/{}.php']",
                    draw.word(6),
                    draw.word(8)
                ),
                "stix",
            ),
            _ => (format!("[domain-name:value = '{domain}']"), "stix"),
        };
        let mut more = String::new();
        write!(
            more,
            "{{\"id\":\"{observable}\",\"object_marking_refs\":[\"{marking}\"],\"spec_version\":\"2.1\",\"type\":\"domain-name\",\"value\":\"{domain}\"}},\
             {{{frame},\"first_observed\":\"2026-10-21T00:00:00.000Z\",\"id\":\"{observed}\",\"last_observed\":\"2026-11-18T00:00:00.000Z\",\
             \"number_observed\":1,\"object_refs\":[\"{observable}\"],\"type\":\"observed-data\"}},\
             {{\"confidence\":70,{frame},\"description\":\"Credibility 2 of 5.\",\"id\":\"{indicator}\",\"indicator_types\":[\"malicious-activity\"],\
             \"name\":\"Indicator\",\"pattern\":{},\"pattern_type\":\"{kind}\",\"pattern_version\":\"2.1\",\"type\":\"indicator\",\
             \"valid_from\":\"2026-11-18T00:00:00.000Z\",\"valid_until\":\"2027-02-16T00:00:00.000Z\"}},\
             {{{frame},\"id\":\"{}\",\"relationship_type\":\"based-on\",\"source_ref\":\"{indicator}\",\"target_ref\":\"{observed}\",\"type\":\"relationship\"}}",
            serde_json::to_string(&pattern)?,
            draw.id("relationship"),
        )?;
        if text.len().saturating_add(more.len()) > limits::BUILT_MAX.saturating_sub(64) {
            text.truncate(text.len().saturating_sub(1));
            text.push_str("],\"type\":\"bundle\"}");
            return Ok(text);
        }
        text.push_str(&more);
        text.push(',');
    }
}

/// A rule of the usual length and look.
fn rule(draw: &mut Draw) -> String {
    let mut text = format!(
        "title: {} {}\nlogsource:\n    category: process_creation\ndetection:\n    selection:\n",
        draw.word(7),
        draw.word(9)
    );
    for _ in 0..40 {
        let line = format!(
            "        - CommandLine|contains: '\\{}\\{}.exe -{} {}'\n",
            draw.word(7),
            draw.word(8),
            draw.word(3),
            draw.word(9)
        );
        text.push_str(&line);
    }
    text.push_str("    condition: selection\nlevel: high\n");
    text
}
