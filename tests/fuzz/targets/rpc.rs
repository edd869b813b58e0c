//! What an engine of another county answers, as key guard, doctor and watch read it: a head that may have a clock, and JSON that may have a
//! `result`; each date of this calendar is read as its second.
//!
//! The reader is the node's own file; the rest of that crate, and RocksDB with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/engine/answer.rs"]
mod answer;

use answer::{http_date, number, read};
use ktr_core::time::Time;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|octets: &[u8]| {
    if let Some((four, _)) = octets.split_first_chunk::<4>() {
        let second = u64::from(u32::from_be_bytes(*four));
        assert_eq!(http_date(&written(second)), Some(Time(second)));
    }
    // What is no text is no answer.
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Some(answered) = read(text) {
        let (_, body) = text.split_once("\r\n\r\n").expect("a head has an end");
        let body: Value = serde_json::from_str(body).expect("it was read");
        assert_eq!(body.get("result"), Some(&answered.result));
        for pointer in POINTERS {
            if let Some(found) = number(&answered.result, pointer) {
                let words = answered.result.pointer(pointer).and_then(Value::as_str);
                assert_eq!(
                    words.and_then(|words| words.parse::<u64>().ok()),
                    Some(found)
                );
            }
        }
    }
    // As the clock of a head that is sound otherwise.
    let line = text.lines().next().unwrap_or_default();
    let answer = format!("HTTP/1.0 200 OK\r\ndATE: {line}\r\n\r\n{{\"result\":{{\"a\":1}}}}");
    let answered = read(&answer).expect("head and body are sound");
    assert_eq!(answered.date, http_date(line.trim()));
    assert_eq!(answered.result, json!({"a": 1}));
    // As the body behind such a head.
    let body = json!({ "result": text }).to_string();
    let answer = format!("HTTP/1.0 200 OK\r\nX: {NOON}\r\nDate: {NOON}\r\n\r\n{body}");
    let answered = read(&answer).expect("head and body are sound");
    assert_eq!(answered.date, Some(Time(43_200)));
    assert_eq!(answered.result.as_str(), Some(text));
});

/// The date of a second, found by going through the years.
fn written(second: u64) -> String {
    let (mut day, clock) = (second / 86_400, second % 86_400);
    let mut year = 1970_u64;
    let is_leap = |year: u64| {
        (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
    };
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if day < length {
            break;
        }
        (day, year) = (day - length, year + 1);
    }
    for (name, length) in MONTHS {
        let length = if name == "Feb" && is_leap(year) {
            29
        } else {
            length
        };
        if day < length {
            let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
            let day = day + 1;
            return format!("Mon, {day:02} {name} {year} {hours:02}:{minutes:02}:{seconds:02} GMT");
        }
        day -= length;
    }
    unreachable!("a year has no more days")
}

const NOON: &str = "Thu, 01 Jan 1970 12:00:00 GMT";

/// Where the node looks for numbers.
const POINTERS: [&str; 2] = ["/sync_info/latest_block_height", "/height"];

const MONTHS: [(&str, u64); 12] = [
    ("Jan", 31),
    ("Feb", 28),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];
