//! How much a caller may ask for, and what it is told about that.

use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::relay::{Answered, Running, TOKEN, answered, error_of};

const WRONG_TOKEN: &str = "wrong-token-of-twenty-characters";

/// A relay with the default limits, which takes `X-Forwarded-For` at its word, so that tests can call from elsewhere.
async fn relay() -> Running {
    Running::with(|raw| {
        raw.security.rate_limit_burst = None;
        raw.security.concurrent_requests_per_ip = None;
        raw.security.failed_auth_max_attempts = None;
        raw.security.trust_x_forwarded_for = Some(true);
    })
    .await
}

async fn from(relay: &Running, address: &str, token: &str) -> Answered {
    answered(relay.request("GET", "/v1/relay/status").header("x-forwarded-for", address).bearer_auth(token)).await
}

fn code(answer: &Answered) -> Value {
    let error = error_of(answer);
    assert_eq!(error["type"], "rate_limit_error");
    error["code"].clone()
}

#[tokio::test]
async fn a_burst_is_answered_and_then_a_wait_is_told() {
    let relay = relay().await;
    let mut refused = None;
    for sent in 1..=200 {
        let answer = from(&relay, "203.0.113.1", TOKEN).await;
        assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=40;w=20"));
        if answer.status == 429 {
            assert!(sent > 40, "only {sent} requests were answered");
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200);
        if sent == 1 {
            assert_eq!(answer.header("ratelimit"), Some("\"default\";r=39;t=1"));
        }
    }
    let refused = refused.expect("the bucket is never empty");
    assert_eq!((code(&refused), refused.header("retry-after")), (json!("rate_limit_exceeded"), Some("1")));
    assert_eq!((refused.header("ratelimit"), refused.header("x-should-retry")), (Some("\"default\";r=0;t=1"), None));
    assert_eq!(from(&relay, "203.0.113.2", TOKEN).await.status, 200, "another caller");
    assert_eq!(relay.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn public_routes_are_not_counted() {
    let relay = relay().await;
    for _ in 0..50 {
        let answer = relay.get("/healthz").await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, None));
    }
}

#[tokio::test]
async fn an_open_relay_has_limits_too() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.security.rate_limit_per_minute = Some(1);
        raw.security.rate_limit_burst = Some(2);
    })
    .await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(relay.get("/v1/nowhere").await);
    }
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [404, 404, 429]);
    let wait: u64 = answers[2].header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&wait), "{wait}");
    assert_eq!(answers[2].header("ratelimit-policy"), Some("\"default\";q=2;w=120"));
}

#[tokio::test]
async fn streams_hold_their_place_until_they_end() {
    let backend = Backend::start().await;
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.security.concurrent_requests_per_ip = None;
        raw.upstream.kind = Some(airelays::config::UpstreamKind::Chatgpt);
        raw.upstream.base_url = Some(backend.base.clone());
    })
    .await;
    let opening = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/upstream/truncated.no-terminal.sse"));
    let opening = bytes::Bytes::from(opening.unwrap());
    let stream = || {
        backend.then("/responses", Canned::Silent(opening.clone()));
        let body = json!({"model": "gpt-5.5", "stream": true, "messages": [{"role": "user", "content": "hi"}]});
        relay.request("POST", "/v1/chat/completions").json(&body).send()
    };
    let mut open = Vec::new();
    for _ in 0..8 {
        let mut response = stream().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.chunk().await.unwrap().is_some());
        open.push(response);
    }
    let refused = relay.get("/v1/models").await;
    assert_eq!((refused.status, code(&refused)), (429, json!("too_many_concurrent_requests")));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(relay.get("/healthz").await.status, 200);

    drop(open.pop());
    backend.abandoned_times(1).await;
    // The place is free when the relay has noticed that the client is gone.
    let answer = loop {
        let answer = relay.get("/v1/relay/status").await;
        if answer.status == 200 {
            break answer.json();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(answer["security"]["client"]["active_requests"], 8);
    drop(open);
    backend.abandoned_times(8).await;
    loop {
        if relay.get("/v1/relay/status").await.json()["security"]["client"]["active_requests"] == 1 {
            break;
        }
    }
}

#[tokio::test]
async fn answers_that_ended_hold_no_place() {
    let relay = Running::demo().await;
    let body = json!({"model": "gpt-5.5", "stream": true, "messages": [{"role": "user", "content": "hi"}]});
    for _ in 0..20 {
        assert_eq!(relay.post("/v1/chat/completions", &body).await.status, 200);
        assert_eq!(answered(relay.request("HEAD", "/v1/models")).await.status, 200);
        assert_eq!(relay.post("/v1/chat/completions", &json!({})).await.status, 422);
    }
    let status = relay.get("/v1/relay/status").await.json();
    assert_eq!(status["security"]["client"]["active_requests"], 1);
}

#[tokio::test]
async fn the_ninth_wrong_token_from_elsewhere_meets_a_block() {
    let relay = relay().await;
    for _ in 0..8 {
        let answer = from(&relay, "203.0.113.1", WRONG_TOKEN).await;
        assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (401, Some("invalid_api_key")));
        assert!(answer.header("ratelimit").is_some());
    }
    for token in [WRONG_TOKEN, TOKEN] {
        let answer = from(&relay, "203.0.113.1", token).await;
        assert_eq!((answer.status, code(&answer)), (429, json!("ip_temporarily_blocked")));
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((800..=900).contains(&wait), "{wait}");
    }
    // What is written before the address that the proxy saw does not help.
    assert_eq!(from(&relay, "198.51.100.1, 203.0.113.1", TOKEN).await.status, 429);
    let status = from(&relay, "203.0.113.1, 203.0.113.2", TOKEN).await;
    assert_eq!((status.status, &status.json()["security"]["blocked_clients"]), (200, &json!(1)));
}

#[tokio::test]
async fn one_customer_of_a_network_has_many_addresses_and_one_count() {
    let relay = relay().await;
    for host in 1..=8 {
        assert_eq!(from(&relay, &format!("2001:db8:0:1::{host}"), WRONG_TOKEN).await.status, 401);
    }
    assert_eq!(from(&relay, "2001:db8:0:1:ffff::1", TOKEN).await.status, 429);
    assert_eq!(from(&relay, "2001:db8:0:2::1", TOKEN).await.status, 200);
}

#[tokio::test]
async fn a_program_with_a_wrong_token_does_not_lock_out_its_neighbours() {
    let relay = Running::with(|raw| {
        raw.security.failed_auth_max_attempts = None;
    })
    .await;
    let call = async |token: &str| answered(relay.request("GET", "/v1/relay/status").bearer_auth(token)).await;
    for _ in 0..8 {
        assert_eq!(call(WRONG_TOKEN).await.status, 401);
    }
    let blocked = call(WRONG_TOKEN).await;
    assert_eq!((blocked.status, code(&blocked)), (429, json!("ip_temporarily_blocked")));
    assert_eq!(relay.get("/v1/relay/status").await.status, 429, "no token is no right token");
    let said = error_of(&blocked)["message"].as_str().unwrap().to_owned();
    assert!(said.ends_with("it gets in only with the right one"), "{said}");
    let status = call(TOKEN).await;
    assert_eq!(status.status, 200);
    let security = &status.json()["security"];
    assert_eq!(
        (&security["client"]["ip"], &security["client"]["blocked_for_seconds"]),
        (&json!("127.0.0.1"), &json!(0))
    );
    assert_eq!((&security["tracked_clients"], &security["blocked_clients"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn a_program_without_a_token_does_not_spend_the_rate_of_its_neighbours() {
    let relay = Running::with(|raw| {
        raw.security.rate_limit_per_minute = Some(1);
        raw.security.rate_limit_burst = Some(3);
    })
    .await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(relay.get("/v1/models").await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    let answer = answered(relay.request("GET", "/v1/models").bearer_auth(TOKEN)).await;
    assert_eq!((answer.status, answer.header("ratelimit")), (200, Some("\"default\";r=2;t=60")));
}

#[tokio::test]
async fn requests_without_a_token_are_no_guesses() {
    let relay = relay().await;
    for _ in 0..20 {
        let answer = answered(relay.request("GET", "/v1/models").header("x-forwarded-for", "203.0.113.1")).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(from(&relay, "203.0.113.1", TOKEN).await.json()["security"]["client"]["failed_auth_attempts"], 0);
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_can_say_where_they_are() {
    let relay = Running::with(|_| {}).await;
    let request = relay.request("GET", "/v1/relay/status").bearer_auth(TOKEN);
    let spoofed = request
        .header("x-forwarded-for", "203.0.113.1")
        .header("forwarded", "for=203.0.113.1")
        .header("x-real-ip", "203.0.113.1");
    assert_eq!(answered(spoofed).await.json()["security"]["client"]["ip"], "127.0.0.1");
}

#[tokio::test]
async fn the_status_has_its_full_shape() {
    let relay = relay().await;
    let status = from(&relay, "203.0.113.1", TOKEN).await.json();
    let keys =
        |place: &str| status.pointer(place).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    for (place, expected) in [
        ("", "object app_name version ready upstream profile auth relay security storage supported_routes"),
        (
            "/auth",
            "authenticated credentials_present account_bound ready_for_requests email plan_type account_id bound_account_id last_refresh \
             auth_store_path keyring_service storage_mode state",
        ),
        (
            "/relay",
            "app_name config_path config_exists host port auth_storage_mode data_dir auth_file logs_dir browser_open require_bearer_auth \
             bearer_token_file bearer_token_present bearer_token_source bearer_token_fingerprint auto_generate_bearer_token \
             rate_limit_per_minute rate_limit_burst concurrent_requests_per_ip failed_auth_window_seconds failed_auth_max_attempts \
             failed_auth_block_seconds trust_x_forwarded_for max_upload_bytes max_total_upload_bytes client_base_url version upstream profile",
        ),
        ("/storage", "file_count total_bytes conversation_count remembered_items remembered_bytes"),
    ] {
        assert_eq!(keys(place), expected, "{place}");
    }
    let security = json!({
        "protected_routes": ["/v1/*", "/no-tools/v1/*"],
        "require_bearer_auth": true,
        "bearer_token_present": true,
        "rate_limit_per_minute": 120,
        "rate_limit_burst": 40,
        "concurrent_requests_per_ip": 8,
        "failed_auth_window_seconds": 300,
        "failed_auth_max_attempts": 8,
        "failed_auth_block_seconds": 900,
        "trust_x_forwarded_for": true,
        "allowed_hosts": [],
        "allowed_origins": [],
        "tracked_clients": 1,
        "blocked_clients": 0,
        "active_clients": 1,
        "client": {
            "ip": "203.0.113.1",
            "allowance_remaining": 39,
            "active_requests": 1,
            "failed_auth_attempts": 0,
            "blocked_for_seconds": 0,
        },
    });
    assert_eq!(status["security"], security);
    assert_eq!(status["ready"], json!({"upstream_auth": true, "relay_token": true}));
    assert_eq!(status["relay"]["client_base_url"], relay.base_url.as_str());
}

#[tokio::test]
async fn the_status_tells_the_login() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let status = relay.get("/v1/relay/status").await.json();
    assert_eq!((&status["auth"]["authenticated"], &status["auth"]["state"]), (&json!(true), &json!("ready")));
    assert_eq!(status["auth"]["account_id"], "account-1");
    assert_eq!(
        (&status["ready"]["relay_token"], &status["relay"]["bearer_token_present"]),
        (&json!(true), &json!(false))
    );
    assert!(backend.captured("/responses").is_empty());
}
