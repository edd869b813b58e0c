//! A collector from start to stop and to kill: what reaches the chain, what stays on disk.
//! Time is set by hand, so that fourteen days take no time.

use std::{fs, os::unix::fs::PermissionsExt};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
};

use crate::support::{
    ask,
    life::{BEACON, Life, OPENED, Told},
};

const SIX_HOURS: u64 = 6 * 3_600;

async fn hit(life: &mut Life, times: usize) {
    let octets = format!("POST /p/{BEACON} HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n");
    for _ in 0..times {
        let answer = ask(life.address(), octets.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn eight_hits_become_one_cell_of_eight() {
    let mut life = Life::new();
    life.start().await;
    hit(&mut life, 8).await;
    life.set_clock(SIX_HOURS + 600);
    let Told::Accepted(one) = life.next_deed().await else {
        panic!("not accepted");
    };
    assert_eq!(
        (one.bucket.number(), one.hits, one.interrupted),
        (64, Some(8), false)
    );
    for _ in 0..3 {
        assert_eq!(life.next().await, Told::Looked, "one publication, not two");
    }
    life.stop().await;
}

#[tokio::test(start_paused = true)]
async fn four_hits_are_published_without_a_number() {
    let mut life = Life::new();
    life.start().await;
    hit(&mut life, 4).await;
    life.set_clock(SIX_HOURS + 600);
    let Told::Accepted(one) = life.next_deed().await else {
        panic!("not accepted");
    };
    assert_eq!(one.hits, None);
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_a_bucket_loses_nothing() {
    let mut life = Life::new();
    life.start().await;
    hit(&mut life, 3).await;
    life.stop().await;
    life.set_clock(60);
    life.start().await;
    hit(&mut life, 3).await;
    life.set_clock(SIX_HOURS + 600);
    let Told::Accepted(one) = life.next_deed().await else {
        panic!("not accepted");
    };
    assert_eq!((one.hits, one.interrupted), (Some(6), false));
}

#[tokio::test(start_paused = true)]
async fn a_kill_in_a_bucket_sets_the_flag_and_makes_no_second_transaction() {
    let mut life = Life::new();
    life.start().await;
    hit(&mut life, 9).await;
    life.kill().await;
    life.set_clock(60);
    life.start().await;
    hit(&mut life, 5).await;
    life.set_clock(SIX_HOURS + 600);
    let Told::Accepted(one) = life.next_deed().await else {
        panic!("not accepted");
    };
    assert_eq!((one.hits, one.interrupted), (Some(5), true));
    life.kill().await;
    life.start().await;
    for _ in 0..3 {
        assert_eq!(life.next().await, Told::Looked, "no second transaction");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_after_a_bucket_ended_does_not_touch_its_number() {
    let mut life = Life::new();
    life.start().await;
    hit(&mut life, 9).await;
    life.set_clock(SIX_HOURS);
    // Two looks at the chain are ten seconds: the book was closed in between.
    for _ in 0..2 {
        assert_eq!(life.next().await, Told::Looked);
    }
    life.kill().await;
    life.set_clock(SIX_HOURS + 600);
    life.start().await;
    let Told::Accepted(one) = life.next_deed().await else {
        panic!("not accepted");
    };
    assert_eq!((one.hits, one.interrupted), (Some(9), false));
}

#[tokio::test(start_paused = true)]
async fn counts_are_written_at_the_end_of_a_bucket_and_at_the_stop_and_never_between() {
    let mut life = Life::new();
    life.start().await;
    hit(&mut life, 9).await;
    for _ in 0..3 {
        assert_eq!(life.next().await, Told::Looked);
    }
    assert!(!life.counts().exists(), "written while a bucket ran");
    life.set_clock(SIX_HOURS);
    for _ in 0..2 {
        assert_eq!(life.next().await, Told::Looked);
    }
    let written = fs::read(life.counts()).expect("written at the end of a bucket");
    hit(&mut life, 9).await;
    assert_eq!(life.next().await, Told::Looked);
    assert_eq!(fs::read(life.counts()).expect("there"), written);
    life.stop().await;
    assert_ne!(
        fs::read(life.counts()).expect("there"),
        written,
        "written at the stop"
    );
}

#[tokio::test]
async fn its_files_hold_no_address_and_no_time() {
    let mut life = Life::new();
    life.start().await;
    let socket = TcpSocket::new_v4().expect("socket");
    socket
        .bind("127.0.0.77:0".parse().expect("address"))
        .expect("bound");
    let mut stream = socket.connect(life.address()).await.expect("served");
    let octets = format!(
        "POST /p/{BEACON} HTTP/1.1\r\nHost: 127.0.0.77\r\nUser-Agent: 127.0.0.77\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(octets.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    life.stop().await;
    // Every header time of this test begins so.
    let day = (OPENED / 100_000).to_string();
    for file in fs::read_dir(life.folder.path()).expect("folder") {
        let path = file.expect("entry").path();
        let octets = fs::read(&path).expect("file");
        let text = String::from_utf8_lossy(&octets);
        assert!(!text.contains("127.0.0"), "{}", path.display());
        assert!(
            !octets.windows(4).any(|four| four == [127, 0, 0, 77]),
            "{}",
            path.display()
        );
        assert!(!text.contains(&day), "{}", path.display());
    }
    let counts = fs::metadata(life.counts()).expect("counts");
    assert_eq!(counts.permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(life.counts()).expect("counts");
    assert!(
        text.contains("\"hits\": 1"),
        "the hit itself is there: {text}"
    );
}

#[tokio::test]
async fn two_collectors_do_not_share_a_folder() {
    let mut life = Life::new();
    life.start().await;
    let second = ktr_collector::state_folder::StateFolder::open(life.folder.path());
    assert!(second.is_err());
}
