//! The server over loopback: what is answered, what is refused, what is cut off.
//! What a hit counts for is judged elsewhere; here a counter that remembers stands behind the server.

use ktr_collector::request::{Hit, Kind};
use ktr_core::id::Sha256;

use crate::support::served::Served;

const HEX: &str = "abababababababababababababababababababababababababababababababab";
const HIT: Hit = Hit {
    beacon: Sha256([0xab; 32]),
    kind: Kind::First,
};

fn request(method: &str, path: &str, headers: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: c\r\n{headers}Connection: close\r\n\r\n")
}

#[tokio::test]
async fn every_well_formed_hit_gets_the_same_answer_known_or_not() {
    let served = Served::start().await;
    let path = format!("/p/{HEX}");
    let again = format!("/p/{HEX}/again");
    let plain = "HTTP/1.1 204 No Content\r\ncache-control: no-store\r\nconnection: close\r\n\r\n";
    for (method, path) in [("POST", &path), ("GET", &path), ("POST", &again)] {
        let answer = served.ask(request(method, path, "").as_bytes()).await;
        assert_eq!(answer, plain, "{method} {path}");
    }
    let again = Hit {
        kind: Kind::Again,
        ..HIT
    };
    assert_eq!(served.hits(), [HIT, HIT, again]);
}

#[tokio::test]
async fn a_look_is_answered_and_not_counted() {
    let served = Served::start().await;
    let answer = served
        .ask(request("HEAD", &format!("/p/{HEX}"), "").as_bytes())
        .await;
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    assert_eq!(served.hits(), []);
}

#[tokio::test]
async fn what_is_no_hit_is_refused_by_its_own_status_and_not_counted() {
    let served = Served::start().await;
    let path = format!("/p/{HEX}");
    let padding = format!("X-Padding: {}\r\n", "x".repeat(4 * 1024));
    let flood = format!("X-Padding: {}\r\n", "x".repeat(64 * 1024));
    let query = format!("{path}?a=b");
    for (status, octets) in [
        (
            404,
            request("POST", &format!("/p/{}", HEX.to_uppercase()), ""),
        ),
        (404, request("POST", "/p/abab", "")),
        (404, request("GET", "/", "")),
        (404, request("GET", &query, "")),
        (405, request("PUT", &path, "Content-Length: 0\r\n")),
        (405, request("OPTIONS", &path, "")),
        (413, request("POST", &path, "Content-Length: 1025\r\n")),
        (431, request("POST", &path, &padding)),
        (431, request("POST", &path, &flood)),
        (400, "nonsense\r\n\r\n".to_owned()),
    ] {
        let answer = served.ask(octets.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{status}: {answer}"
        );
    }
    assert_eq!(served.hits(), []);
}

#[tokio::test]
async fn a_body_of_a_kilobyte_is_read_and_dropped_and_a_longer_stream_is_refused() {
    let served = Served::start().await;
    let path = format!("/p/{HEX}");
    let fitting = request("POST", &path, "Content-Length: 1024\r\n") + &"x".repeat(1024);
    assert!(
        served
            .ask(fitting.as_bytes())
            .await
            .starts_with("HTTP/1.1 204 ")
    );
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
    let streamed =
        request("POST", &path, "Transfer-Encoding: chunked\r\n") + &chunk + &chunk + "0\r\n\r\n";
    assert!(
        served
            .ask(streamed.as_bytes())
            .await
            .starts_with("HTTP/1.1 413 ")
    );
    assert_eq!(served.hits(), [HIT]);
}

#[tokio::test(start_paused = true)]
async fn a_header_that_does_not_end_is_cut_off_after_five_seconds() {
    let served = Served::start().await;
    let begun = tokio::time::Instant::now();
    let answer = served.ask(b"POST /p/ab").await;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(begun.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let served = Served::start().await;
    let head = request("POST", &format!("/p/{HEX}"), "Content-Length: 10\r\n");
    let answer = served.ask(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(served.hits(), []);
}

#[tokio::test]
async fn one_connection_may_carry_several_hits() {
    let served = Served::start().await;
    let one = format!("POST /p/{HEX} HTTP/1.1\r\nHost: c\r\n\r\n");
    let last = request("POST", &format!("/p/{HEX}"), "");
    let answers = served.ask((one + &last).as_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 204 ").count(), 2);
    assert_eq!(served.hits(), [HIT, HIT]);
}
