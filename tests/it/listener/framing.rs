//! What is no request of HTTP/1.1 is refused, and the connection with it: whatever follows on it could be read in two ways.

use super::demo;
use crate::support::raw::{Raw, exchange};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// How many answers there are.
fn answers(text: &str) -> usize {
    text.matches("HTTP/1.1 ").count()
}

#[tokio::test]
async fn ambiguous_framing_is_refused_and_ends_the_connection() {
    let relay = demo().await;
    for headers in [
        "content-length: 1\r\ncontent-length: 2\r\n",
        "content-length: 2, 2\r\n",
        "content-length: +2\r\n",
        "content-length: -1\r\n",
        "content-length: 0x2\r\n",
        "content-length:\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding: chunked, chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding : chunked\r\n",
        "x-folded: one\r\n two\r\n",
        "x-nul: a\0b\r\n",
        "x-return: a\rb\r\n",
        "no colon\r\n",
        " x-indented: 1\r\n",
    ] {
        let request = format!(
            "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}\r\n{{}}{HEALTH}"
        );
        let text = exchange(relay.address(), request).await;
        assert!(text.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{headers:?}: {text}");
        assert_eq!(answers(&text), 1, "{headers:?}: {text}");
    }
    for line in ["GET / HTTP/1.1 x", "GET  / HTTP/1.1", "G\0T / HTTP/1.1", "GET /\0 HTTP/1.1", "GET / HTTP/3.0", "GET"]
    {
        let text = exchange(relay.address(), format!("{line}\r\nhost: localhost\r\n\r\n{HEALTH}")).await;
        assert!(text.starts_with("HTTP/1.1 400 Bad Request\r\n") && answers(&text) == 1, "{line:?}: {text}");
    }
    let old = "POST /v1/responses HTTP/1.0\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert!(exchange(relay.address(), old).await.contains(" 400 Bad Request\r\n"));
}

#[tokio::test]
async fn a_length_beside_chunks_does_not_count_and_nothing_after_it_is_read() {
    let mut relay = demo().await;
    let mut asked = 0;
    // Shorter than the chunks, as long as they are, and so long that what follows would be part of the body.
    for length in ["0", "4", "12", "1000", "4\r\ncontent-length: 4"] {
        for headers in [
            format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
            format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
            format!("connection: keep-alive\r\ncontent-length: {length}\r\nTransfer-Encoding: Chunked\r\n"),
        ] {
            let chunked = format!(
                "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}\r\n2\r\n{{}}\r\n0\r\n\r\n{HEALTH}"
            );
            let text = exchange(relay.address(), chunked).await;
            assert!(text.starts_with("HTTP/1.1 422 "), "{headers}: the chunks are the body: {text}");
            assert!(text.contains("connection: close\r\n") && answers(&text) == 1, "{headers}: {text}");
            asked += 1;
        }
    }
    relay.stop();
    relay.stopped().await;
    let log = relay.log();
    assert_eq!(log.matches("\"inbound_request\"").count(), asked, "what follows is no request: {log}");
}

#[tokio::test]
async fn chunks_that_are_none_end_the_connection() {
    let relay = demo().await;
    for chunk in ["x\r\n", "-1\r\n", "2;\n{}", "fffffffffffffffff\r\n", "2\r\n{}xx"] {
        let broken = format!(
            "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n{HEALTH}"
        );
        let text = exchange(relay.address(), broken).await;
        assert!(text.starts_with("HTTP/1.1 400 ") && text.contains("incomplete_body"), "{chunk:?}: {text}");
        assert_eq!(answers(&text), 1, "{chunk:?}: {text}");
    }
}

#[tokio::test]
async fn what_is_allowed_is_answered() {
    let relay = demo().await;
    let bare_line_ends = "GET /healthz HTTP/1.1\nhost: localhost\nconnection: close\n\n";
    let with_http_2 = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close, upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: \r\n\r\n";
    for request in ["\r\nGET /healthz HTTP/1.0\r\nhost: localhost\r\n\r\n", bare_line_ends, with_http_2] {
        let text = exchange(relay.address(), request).await;
        assert!(text.contains(" 200 OK\r\n") && text.ends_with('}'), "{request:?}: {text}");
    }
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    assert_eq!(exchange(relay.address(), preface).await, "", "there is no HTTP/2 here");
    let mut raw = Raw::connect(relay.address()).await;
    raw.send(format!("{HEALTH}{HEALTH}{}", HEALTH.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"))).await;
    assert_eq!(answers(&raw.rest().await), 3, "pipelined requests are answered one after the other");
}

#[tokio::test]
async fn a_request_names_one_host_of_ours() {
    let relay = demo().await;
    for request in [
        "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/healthz HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
    ] {
        let text = exchange(relay.address(), request).await;
        assert!(text.starts_with("HTTP/1.1 403 ") && text.contains("host_not_allowed"), "{request:?}: {text}");
    }
    let own = format!("GET http://{0}/healthz HTTP/1.1\r\nhost: {0}\r\nconnection: close\r\n\r\n", relay.address());
    assert!(exchange(relay.address(), own).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn heads_have_a_size() {
    let relay = demo().await;
    let with = |target: &str, headers: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n")
    };
    let headers = |count: usize| (0..count).map(|number| format!("x-{number}: 1\r\n")).collect::<String>();
    let long = |bytes: usize| format!("x-long: {}\r\n", "x".repeat(bytes));
    let query = |bytes: usize| format!("/healthz?{}", "x".repeat(bytes));
    for (request, expected) in [
        (with("/healthz", &headers(62)), "200"),
        (with("/healthz", &headers(63)), "431"),
        (with("/healthz", &long(32_000)), "200"),
        (with("/healthz", &long(33_000)), "431"),
        (with("/healthz", &long(500_000)), "431"),
        (with(&query(32_000), ""), "200"),
        (with(&query(70_000), ""), "431"),
    ] {
        let mut raw = Raw::connect(relay.address()).await;
        // The relay may be done before it has all of it.
        raw.try_send(&request).await;
        let text = raw.rest().await;
        assert!(text.starts_with(&format!("HTTP/1.1 {expected} ")), "{} bytes: {text}", request.len());
        assert_eq!(answers(&text), 1);
    }
}
