//! What is listened on beside plain TCP: TLS from PEM files, and a Unix socket.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::open;
use crate::support::home::Home;
use crate::support::raw::Raw;
use crate::support::relay::Running;

fn pem(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls").join(file)
}

fn with_tls(raw: &mut airelays::config::RawConfig) {
    open(raw);
    raw.server.tls_certificate = Some(pem("certificate.pem").to_str().unwrap().to_owned());
    raw.server.tls_key = Some(pem("key.pem").to_str().unwrap().to_owned());
}

#[tokio::test]
async fn tls_is_spoken_with_the_configured_certificate() {
    let relay = Running::with(with_tls).await;
    assert!(relay.base_url.starts_with("https://127.0.0.1:"), "{}", relay.base_url);
    let certificate = reqwest::Certificate::from_pem(&std::fs::read(pem("certificate.pem")).unwrap()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([certificate]).build().unwrap();
    let own = relay.base_url.trim_end_matches("/v1").to_owned();
    for (origin, expected) in [(own.clone(), 200), (own.replace("https:", "http:"), 403)] {
        let answer = client.get(relay.url("/")).header("origin", origin).send().await.unwrap();
        assert_eq!(answer.status(), expected);
        assert_eq!(answer.text().await.unwrap().contains(&relay.base_url), expected == 200);
    }
    let mut plain = Raw::connect(relay.address()).await;
    plain.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(!plain.rest_in_bytes().await.starts_with(b"HTTP"), "there is no plain HTTP on that port");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_takes_ten_seconds_at_most_and_keeps_nobody_waiting() {
    let relay = Running::with(with_tls).await;
    let since = Instant::now();
    let waiting = Raw::connect(relay.address()).await;
    let mut garbled = Raw::connect(relay.address()).await;
    garbled.send("hello?").await;
    garbled.closed().await;
    assert!(since.elapsed() < Duration::from_secs(1), "it did not wait for the one before");
    waiting.closed().await;
    assert_eq!(since.elapsed().as_secs(), 10);
}

#[test]
fn half_of_tls_is_an_error() {
    let home = Home::new();
    let said = home.run_with(&["serve", "--no-auth"], &[("AIRELAYS_TLS_KEY", "key.pem")]);
    assert_eq!(
        said,
        "exit: 2\n---- stderr\nerror: TLS needs `server.tls_certificate` and `server.tls_key`, and `server.tls_certificate` is not set\n"
    );
    home.write("key.pem", "no key");
    let certificate = pem("certificate.pem");
    let certificate = certificate.to_str().unwrap();
    let run = |certificate: &str, key: &str| {
        let variables = [("AIRELAYS_TLS_KEY", key), ("AIRELAYS_TLS_CERTIFICATE", certificate), ("AIRELAYS_PORT", "0")];
        home.run_with(&["serve", "--no-auth", "--upstream", "demo"], &variables)
    };
    let said = run(certificate, "key.pem");
    assert!(
        said.starts_with("exit: 1\n---- stderr\nerror: `server.tls_key` cannot be read from [home]/key.pem"),
        "{said}"
    );
    let said = run("nowhere.pem", "key.pem");
    assert!(said.contains("error: `server.tls_certificate` cannot be read from [home]/nowhere.pem"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_served_beside_the_port() {
    use std::os::unix::fs::PermissionsExt as _;

    use tokio::net::UnixStream;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run/relay.sock");
    let mut relay = Running::with(|raw| {
        open(raw);
        raw.server.unix_socket = Some(path.to_str().unwrap().to_owned());
    })
    .await;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let mut raw = Raw::on(UnixStream::connect(&path).await.unwrap());
    raw.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(raw.rest().await.starts_with("HTTP/1.1 200 "));
    assert_eq!(relay.get("/healthz").await.status, 200);
    relay.stop();
    relay.stopped().await;
    assert!(!path.exists());
}
