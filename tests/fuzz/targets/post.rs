//! A message in a room that claims to carry a release, as an agent reads it: what is read is written and read to the same post, and each
//! field of a sound one is taken or refused by its form alone.
//!
//! The reader is the agent's own file; the rest of that crate, and HTTP with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-agent/src/limits.rs"]
#[expect(dead_code, reason = "the reader asks for two of them")]
mod limits;
#[path = "../../../app/ktr-agent/src/post/read.rs"]
mod read;

use ktr_core::id::{ReleaseId, Sha256};
use libfuzzer_sys::fuzz_target;
use limits::CIPHERTEXT_MAX;
use read::{Fault, Post, read};
use serde_json::{Value, json};

fuzz_target!(|octets: &[u8]| {
    if let Ok(content) = serde_json::from_slice::<Value>(octets) {
        hold(&content);
    }
    // In the place of each field of a sound one.
    let text = String::from_utf8_lossy(octets);
    let chain = with("/ktr.release.v1/chain", json!(text));
    assert_eq!(chain.map(|post| post.chain).as_deref(), Ok(&*text));
    if let Ok(post) = with("/url", json!(format!("mxc://{text}"))) {
        let place = format!("{}/{}", post.media.server, post.media.id);
        assert_eq!(place, text);
    }
    for (field, length) in [
        ("release", ReleaseId::LEN),
        ("sha256", Sha256::LEN),
        ("bundle_sha256", Sha256::LEN),
    ] {
        let pointer = format!("/ktr.release.v1/{field}");
        let is_read = with(&pointer, json!(hex::encode(octets))).is_ok();
        assert_eq!(is_read, octets.len() == length);
        let _unwanted = with(&pointer, json!(text));
    }
    if let Some(version) = octets.first() {
        let read = with("/ktr.release.v1/v", json!(version));
        let wanted = if *version == 1 {
            None
        } else {
            Some(Fault::Version)
        };
        assert_eq!(read.err(), wanted);
    }
    if let Some((eight, _)) = octets.split_first_chunk::<8>() {
        let size = u64::from_be_bytes(*eight);
        let is_large = usize::try_from(size).is_ok_and(|size| size > CIPHERTEXT_MAX);
        let wanted = if is_large { Some(Fault::Size) } else { None };
        assert_eq!(with("/info/size", json!(size)).err(), wanted);
    }
});

fn hold(content: &Value) {
    match read(content) {
        None => assert_eq!(content.get("ktr.release.v1"), None),
        Some(Err(fault)) => assert!(fault.code().starts_with("post-")),
        Some(Ok(post)) => assert_eq!(read(&written(&post)), Some(Ok(post))),
    }
}

/// What is read of a sound post with one field changed.
fn with(pointer: &str, value: Value) -> Result<Post, Fault> {
    let mut content = json!({
        "url": "mxc://county.example/aB3",
        "info": { "size": 1 },
        "ktr.release.v1": {
            "v": 1,
            "chain": "ktr-first-1",
            "session": 1,
            "release": "00".repeat(ReleaseId::LEN),
            "bundle_sha256": "00".repeat(Sha256::LEN),
            "n": 1,
            "sha256": "00".repeat(Sha256::LEN),
        },
    });
    let field = content.pointer_mut(pointer).expect("a field of it");
    *field = value;
    hold(&content);
    read(&content).expect("it carries a release")
}

/// The message of a post.
fn written(post: &Post) -> Value {
    json!({
        "url": format!("mxc://{}/{}", post.media.server, post.media.id),
        "info": { "size": 1 },
        "ktr.release.v1": {
            "v": 1,
            "chain": post.chain,
            "session": post.session.0,
            "release": post.release.to_string(),
            "bundle_sha256": "00".repeat(Sha256::LEN),
            "n": post.number,
            "sha256": post.sha256.to_string(),
        },
    })
}
