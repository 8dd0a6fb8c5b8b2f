//! Who is let in: host, origin, token, path and content type, before anything else looks at a request.

use airelays::contract::table::Access;
use airelays::contract::tables::OPERATIONS;
use serde_json::{Value, json};

use crate::support::relay::{Running, TOKEN, answered, concrete, error_of};

const WRONG_TOKEN: &str = "Bearer wrong-token-of-twenty-characters";

/// Every method and path of the contract, on all its mounts.
fn routes() -> impl Iterator<Item = (&'static str, String, Access)> {
    OPERATIONS.iter().flat_map(|operation| {
        operation.mounts.iter().map(move |mount| {
            let rest = operation.path.strip_prefix("/v1");
            let path = rest.map_or(operation.path.to_owned(), |rest| format!("{mount}{rest}"));
            (operation.method, concrete(&path), operation.access)
        })
    })
}

#[tokio::test]
async fn nothing_but_the_public_routes_is_reachable_without_the_token() {
    let relay = Running::with(|_| {}).await;
    let mut public = Vec::new();
    for (method, path, access) in routes() {
        if access == Access::Public {
            public.push(path.clone());
        }
        let expected = if access == Access::Public { 200 } else { 401 };
        for wrong in [None, Some(WRONG_TOKEN), Some("Basic eDp5"), Some("Bearer ")] {
            let mut request = relay.request(method, &path).body("{}");
            if let Some(wrong) = wrong {
                request = request.header("authorization", wrong);
            }
            let answer = answered(request).await;
            assert_eq!(answer.status, expected, "{method} {path} with {wrong:?}");
            if expected == 401 {
                let error = error_of(&answer);
                assert_eq!(
                    (&error["type"], &error["code"]),
                    (&json!("authentication_error"), &json!("invalid_api_key"))
                );
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            }
        }
    }
    assert_eq!(public, ["/", "/healthz", "/openapi.json", "/compatibility"]);
}

#[tokio::test]
async fn no_spelling_of_a_path_goes_around_the_token() {
    let relay = Running::with(|_| {}).await;
    for path in [
        "/v1",
        "/v1/",
        "//v1/models",
        "/v1//models",
        "/v1/./models",
        "/healthz/../v1/models",
        "/V1/models",
        "/v1/models/",
        "/%76%31/models",
        "/v1%2fmodels",
        "/v1/models/..%2f..%2fhealthz",
        "/v1/models/%00",
        "/v1/models/%ff",
        "/v1/models/%zz",
        "/healthz%00",
        "/healthz/",
        "/healthz;/v1/models",
        "/nowhere",
        "*",
    ] {
        for method in ["GET", "POST", "OPTIONS", "HEAD"] {
            let request = format!("{method} {path} HTTP/1.1\r\nhost: {{authority}}\r\nconnection: close\r\n\r\n");
            let (status, answer) = relay.raw(&request).await;
            // What is no request target at all is refused before anything else.
            assert!(status == 401 || (status == 400 && path == "*"), "{method} {path}: {answer}");
        }
    }
}

#[tokio::test]
async fn with_the_token_odd_paths_are_not_found() {
    let relay = Running::with(|_| {}).await;
    let long = format!("/v1/models/{}", "a".repeat(129));
    for (path, code) in [
        ("//v1/models", "unknown_url"),
        ("/V1/models", "unknown_url"),
        ("/v1/models/", "unknown_url"),
        ("/v1/./models", "unknown_url"),
        ("/v1%2fmodels", "unknown_url"),
        ("/v1/models/..%2f..%2fetc%2fpasswd", "invalid_id"),
        ("/v1/models/%2e%2e", "invalid_id"),
        ("/v1/models/..", "invalid_id"),
        ("/v1/models/a%00b", "invalid_id"),
        ("/v1/models/%ff", "invalid_id"),
        ("/v1/models/%zz", "invalid_id"),
        ("/v1/models/a%20b", "invalid_id"),
        ("/v1/files/%2e%2e", "invalid_id"),
        ("/v1/responses/..%2f/input_items", "invalid_id"),
        (long.as_str(), "invalid_id"),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {{authority}}\r\nauthorization: Bearer {TOKEN}\r\nconnection: close\r\n\r\n"
        );
        let (status, answer) = relay.raw(&request).await;
        assert_eq!(status, 404, "{path}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{path}: {answer}");
    }
    let answer = answered(relay.request("GET", "/v1/models/gpt%2D5.5").bearer_auth(TOKEN)).await;
    assert_eq!(answer.json()["id"], "gpt-5.5");
}

#[tokio::test]
async fn only_two_headers_hold_a_token() {
    let relay = Running::with(|_| {}).await;
    let bearer = format!("Bearer {TOKEN}");
    let wrong = "wrong-token-of-twenty-characters";
    let cases: [(&[(&str, &str)], u16); 16] = [
        (&[("authorization", &bearer)], 200),
        (&[("authorization", &format!("bearer  {TOKEN} "))], 200),
        (&[("x-api-key", TOKEN)], 200),
        (&[("authorization", &bearer), ("x-api-key", wrong)], 200),
        (&[("authorization", "Basic eDp5"), ("x-api-key", TOKEN)], 200),
        (&[("authorization", WRONG_TOKEN), ("x-api-key", TOKEN)], 401),
        (&[("authorization", WRONG_TOKEN), ("authorization", &bearer)], 401),
        (&[("authorization", &bearer), ("authorization", WRONG_TOKEN)], 401),
        (&[("x-api-key", TOKEN), ("x-api-key", wrong)], 401),
        (&[("authorization", TOKEN)], 401),
        (&[("authorization", &format!("Bearer {TOKEN}, Bearer {TOKEN}"))], 401),
        (&[("authorization", &format!("Bearer {}", &TOKEN[1..]))], 401),
        (&[("api-key", TOKEN)], 401),
        (&[("x-goog-api-key", TOKEN)], 401),
        (&[("proxy-authorization", &bearer)], 401),
        (&[("cookie", &format!("token={TOKEN}"))], 401),
    ];
    for (headers, expected) in cases {
        let request = headers
            .iter()
            .fold(relay.request("GET", "/v1/models"), |request, (name, value)| request.header(*name, *value));
        assert_eq!(answered(request).await.status, expected, "{headers:?}");
    }
    for query in ["key", "api_key", "access_token"] {
        assert_eq!(relay.get(&format!("/v1/models?{query}={TOKEN}")).await.status, 401, "{query}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_token_is_refused_without_a_lookup() {
    let relay = Running::with(|_| {}).await;
    let long = format!("Bearer {}", "a".repeat(513));
    let cases: [&[u8]; 5] = [
        b"Bearer ' OR 1=1--",
        b"Bearer \xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc",
        b"Bearer a\tb",
        long.as_bytes(),
        b"Bearer \xff\xfe",
    ];
    for token in cases {
        let answer = answered(relay.request("GET", "/v1/models").header("authorization", token)).await;
        let error = error_of(&answer);
        assert_eq!((answer.status, error["code"].as_str()), (401, Some("invalid_api_key")));
        assert!(error["message"].as_str().unwrap().contains("too long, or has characters"), "{error}");
    }
}

#[tokio::test]
async fn only_names_of_this_relay_are_answered() {
    let relay = Running::demo().await;
    let port: u16 = relay.url("").rsplit(':').next().unwrap().parse().unwrap();
    for path in ["/", "/healthz", "/v1/models", "/nowhere"] {
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.", "0.0.0.0", "192.168.1.2", "[fd00::1]"] {
            let answer = answered(relay.request("GET", path).header("host", format!("{host}:{port}"))).await;
            assert_eq!(
                (answer.status, error_of(&answer)["code"].as_str()),
                (403, Some("host_not_allowed")),
                "{path} {host}"
            );
        }
        for host in [format!("127.0.0.1:{}", port ^ 1), "127.0.0.1".to_owned(), "localhost:".to_owned()] {
            let answer = answered(relay.request("GET", path).header("host", &host)).await;
            assert_eq!(answer.status, 403, "{path} {host}");
        }
        for host in ["127.0.0.1", "localhost", "LocalHost", "[::1]"] {
            let answer = answered(relay.request("GET", path).header("host", format!("{host}:{port}"))).await;
            assert_ne!(answer.status, 403, "{path} {host}");
        }
    }
    for (request, expected) in [
        ("GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n", 403),
        ("GET /healthz HTTP/1.0\r\n\r\n", 403),
        ("GET /healthz HTTP/1.1\r\nhost: {authority}\r\nhost: {authority}\r\nconnection: close\r\n\r\n", 403),
        ("GET /healthz HTTP/1.1\r\nhost: {authority}\r\nhost: evil.example\r\nconnection: close\r\n\r\n", 403),
        ("GET http://evil.example/healthz HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n", 403),
        ("GET http://{authority}/healthz HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n", 403),
        ("GET http://{authority}/healthz HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n", 200),
    ] {
        let (status, answer) = relay.raw(request).await;
        assert_eq!(status, expected, "{request}: {answer}");
    }
}

#[tokio::test]
async fn configured_names_are_answered() {
    let relay =
        Running::with(|raw| raw.server.allowed_hosts = Some(vec!["relay.example".to_owned(), "a:9".to_owned()])).await;
    for (host, expected) in
        [("relay.example", 200), ("RELAY.example:443", 200), ("a:9", 200), ("a", 403), ("b.relay.example", 403)]
    {
        let answer = answered(relay.request("GET", "/healthz").header("host", host)).await;
        assert_eq!(answer.status, expected, "{host}");
    }
}

#[tokio::test]
async fn the_host_is_looked_at_before_the_token_and_the_body() {
    let relay = Running::with(|_| {}).await;
    let request =
        "POST /v1/responses HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 1000000\r\nconnection: close\r\n\r\n";
    assert_eq!(relay.raw(request).await.0, 403);
}

#[tokio::test]
async fn pages_on_the_web_cannot_call() {
    for is_open in [true, false] {
        let relay = Running::with(|raw| raw.security.require_bearer_auth = Some(!is_open)).await;
        let own = relay.url("");
        for path in ["/", "/healthz", "/v1/models", "/v1/chat/completions", "/nowhere"] {
            for origin in ["https://evil.example", "null", "http://localhost", "http://127.0.0.1:1", "file://", ""] {
                for method in ["GET", "POST", "OPTIONS"] {
                    let request = relay.request(method, path).header("origin", origin).bearer_auth(TOKEN);
                    let answer = answered(request.header("access-control-request-method", "POST")).await;
                    assert_eq!(
                        (answer.status, error_of(&answer)["code"].as_str()),
                        (403, Some("origin_not_allowed")),
                        "{method} {path} from {origin}"
                    );
                    assert!(!has_cors(&answer), "{method} {path} from {origin}");
                }
            }
        }
        let answer = answered(relay.request("GET", "/compatibility").header("origin", &own)).await;
        assert_eq!((answer.status, has_cors(&answer)), (200, false));
        let two = relay.request("GET", "/healthz").header("origin", &own).header("origin", "https://evil.example");
        assert_eq!(answered(two).await.status, 403);
    }
}

fn has_cors(answer: &crate::support::relay::Answered) -> bool {
    answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"))
}

#[tokio::test]
async fn pages_of_configured_origins_can_call() {
    let page = "https://app.example";
    let relay = Running::with(|raw| raw.server.allowed_origins = Some(vec!["https://App.example".to_owned()])).await;

    let answer = answered(relay.request("GET", "/v1/models").header("origin", page).bearer_auth(TOKEN)).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(page)));
    assert_eq!((answer.header("vary"), answer.header("access-control-allow-credentials")), (Some("origin"), None));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("x-request-id"));

    // The page may also read why it is refused.
    let answer = answered(relay.request("GET", "/v1/models").header("origin", page)).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (401, Some(page)));

    let asks = || relay.request("OPTIONS", "/v1/chat/completions").header("origin", page);
    let question = asks()
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,x-stainless-os");
    let answer = answered(question).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.header("access-control-allow-origin"), Some(page));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET, HEAD, POST, DELETE"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,content-type,x-stainless-os"));
    assert_eq!((answer.header("vary"), answer.header("access-control-allow-private-network")), (Some("origin"), None));

    let question =
        asks().header("access-control-request-method", "POST").header("access-control-request-private-network", "true");
    assert_eq!(answered(question).await.header("access-control-allow-private-network"), Some("true"));
    assert_eq!(answered(asks()).await.status, 401, "not a preflight");

    for other in ["https://app.example.evil.example", "http://app.example", "https://app.example:8443", "null"] {
        let question = relay.request("OPTIONS", "/v1/models").header("origin", other);
        let answer = answered(
            question
                .header("access-control-request-method", "POST")
                .header("access-control-request-private-network", "true"),
        )
        .await;
        assert_eq!((answer.status, has_cors(&answer), answer.header("vary")), (403, false, Some("origin")), "{other}");
    }
    let answer = answered(relay.request("GET", "/v1/models").bearer_auth(TOKEN)).await;
    assert_eq!((answer.status, has_cors(&answer), answer.header("vary")), (200, false, Some("origin")));
}

#[tokio::test]
async fn json_bodies_have_to_say_so() {
    let relay = Running::demo().await;
    let body = json!({"model": "gpt-5.5", "input": "hi"}).to_string();
    for (kind, expected) in [
        (Some("application/json"), 200),
        (Some("application/json; charset=utf-8"), 200),
        (Some("application/vnd.api+json"), 200),
        (Some("text/plain"), 415),
        (Some("text/plain;application/json"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("multipart/form-data; boundary=x"), 415),
        (None, 415),
    ] {
        for path in ["/v1/responses", "/no-tools/v1/responses"] {
            let mut request = relay.request("POST", path).body(body.clone());
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let answer = answered(request).await;
            assert_eq!(answer.status, expected, "{kind:?}");
            if expected == 415 {
                let error = error_of(&answer);
                assert_eq!(error["code"], "unsupported_media_type");
                let said = error["message"].as_str().unwrap();
                assert!(
                    said.contains("`content-type: application/json`") && said.contains(kind.unwrap_or("none")),
                    "{said}"
                );
            }
        }
    }
    // Without a body it is what is missing that matters.
    let answer = answered(relay.request("POST", "/v1/responses")).await;
    assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (400, Some("invalid_json")));
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_waited_for() {
    let relay = Running::demo().await;
    let request = "POST /v1/responses HTTP/1.1\r\nhost: {authority}\r\ncontent-type: application/json\r\n\
                   content-length: 33554433\r\nconnection: close\r\n\r\n";
    let (status, answer) = relay.raw(request).await;
    assert!(status == 413 && answer.contains("body_too_large"), "{answer}");
}

/// Every value of a JSON document that is a text.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test]
async fn no_answer_holds_a_token() {
    let backend = crate::support::backend::Backend::start().await;
    let relay = Running::with(|raw| {
        raw.upstream.kind = Some(airelays::config::UpstreamKind::Chatgpt);
        raw.upstream.base_url = Some(backend.base.clone());
    })
    .await;
    for token in [TOKEN, "wrong-canary-of-twenty-characters"] {
        for (method, path, _) in routes() {
            let request = relay.request(method, &path).bearer_auth(token).header("x-api-key", token);
            let answer = answered(request.json(&json!({"model": "gpt-5.5"}))).await;
            let said = format!("{:?} {}", answer.headers, answer.text);
            for secret in [token, "upstream-token"] {
                assert!(!said.contains(secret), "{method} {path}: {said}");
            }
        }
    }
    let status = answered(relay.request("GET", "/v1/relay/status").bearer_auth(TOKEN)).await.json();
    let mut found = Vec::new();
    texts(&status, &mut found);
    assert!(found.contains(&airelays::secret::fingerprint(TOKEN)), "the fingerprint is all that is shown");
}
