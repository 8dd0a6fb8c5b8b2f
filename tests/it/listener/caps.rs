//! How many connections there may be, and who makes room.

use airelays::config::RawConfig;
use tokio::net::TcpSocket;

use super::{asking, before, open};
use crate::support::backend::{Backend, Canned};
use crate::support::raw::Raw;
use crate::support::relay::Running;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

fn three(raw: &mut RawConfig) {
    raw.server.max_connections = Some(3);
    // Programs of this machine are many and have one address.
    raw.server.max_connections_per_ip = Some(1);
}

#[tokio::test]
async fn a_connection_without_a_request_makes_room() {
    let relay = Running::with(|raw| {
        open(raw);
        three(raw);
    })
    .await;
    let mut waiting = Vec::new();
    for start in ["", "GET /heal", "GET"] {
        let mut raw = Raw::connect(relay.address()).await;
        raw.send(start).await;
        waiting.push(raw);
    }
    let mut newcomer = Raw::connect(relay.address()).await;
    newcomer.send(HEALTH).await;
    assert!(newcomer.rest().await.starts_with("HTTP/1.1 200 "));
    waiting.remove(0).closed().await;
    waiting[0].send(&HEALTH["GET /heal".len()..]).await;
    assert!(waiting.remove(0).rest().await.starts_with("HTTP/1.1 200 "), "the others are where they were");
}

#[tokio::test]
async fn an_answer_that_is_still_being_taken_counts_as_running() {
    let relay = Running::with(|raw| {
        open(raw);
        raw.server.max_connections = Some(1);
    })
    .await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut slow = Raw::on(socket.connect(relay.address().parse().unwrap()).await.unwrap());
    slow.send(asking("demo:huge 1024", false)).await;
    slow.until("\r\n\r\n").await;
    let mut refused = Raw::connect(relay.address()).await;
    refused.try_send(HEALTH).await;
    assert_eq!(refused.try_rest().await.unwrap_or_default(), "", "it is not answered");

    slow.until("\"usage\"").await;
    let admitted = async {
        loop {
            let mut raw = Raw::connect(relay.address()).await;
            if raw.try_send(HEALTH).await && raw.try_rest().await.is_some_and(|text| text.starts_with("HTTP/1.1 200 "))
            {
                return;
            }
        }
    };
    admitted.await;
    slow.closed().await;
}

#[tokio::test]
async fn when_all_are_busy_a_new_one_is_closed() {
    let backend = Backend::start().await;
    let before = before(&backend.base);
    let relay = Running::with(|raw| {
        before(raw);
        three(raw);
    })
    .await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        backend.then("/responses", Canned::Hang);
        let mut raw = Raw::connect(relay.address()).await;
        raw.send(asking("hi", false)).await;
        busy.push(raw);
    }
    while backend.captured("/responses").len() < 3 {
        tokio::task::yield_now().await;
    }
    let mut refused = Raw::connect(relay.address()).await;
    // It may be closed before that is written.
    refused.try_send(HEALTH).await;
    assert_eq!(refused.try_rest().await.unwrap_or_default(), "", "it is not answered");

    drop(busy.pop());
    backend.abandoned().await;
    let mut admitted = Raw::connect(relay.address()).await;
    admitted.send(HEALTH).await;
    assert!(admitted.rest().await.starts_with("HTTP/1.1 200 "), "a slot is free again");
}
