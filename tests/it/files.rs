//! `/v1/files` over a real socket.

use futures_util::StreamExt as _;
use serde_json::json;

use crate::support::form::{Part, body, file, text};
use crate::support::relay::{Answered, Running, answered};

/// A relay that takes files of 1,000 bytes, and 5,000 together.
async fn small() -> Running {
    Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.uploads.max_upload_bytes = Some(1000);
        raw.uploads.max_total_upload_bytes = Some(5000);
    })
    .await
}

async fn post(relay: &Running, parts: &[Part]) -> Answered {
    answered(relay.form("/v1/files", body(parts))).await
}

fn code(answer: &Answered) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent() {
    let relay = Running::demo().await;
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let expiry = [text("expires_after[anchor]", "created_at"), text("expires_after[seconds]", "3600")];
    let [anchor, seconds] = expiry;
    let made = post(&relay, &[file("../../é;.bin", &bytes), text("purpose", "vision"), anchor, seconds]).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.json();
    let (id, created_at) = (made["id"].as_str().unwrap(), made["created_at"].as_u64().unwrap());
    assert!(id.len() == 29 && id.starts_with("file-"), "{id}");
    let expected = json!({
        "id": id, "object": "file", "bytes": 200_000, "created_at": created_at, "expires_at": created_at + 3600, "filename": "../../é;.bin",
        "purpose": "vision", "status": "processed", "content_type": "text/plain", "sha256": made["sha256"],
    });
    assert_eq!(made, expected);
    assert_eq!(relay.get(&format!("/v1/files/{id}")).await.json(), expected);

    let response = relay.request("GET", &format!("/v1/files/{id}/content")).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-length"), "200000");
    assert!(
        header("content-disposition").starts_with("attachment; filename=\".._.."),
        "{}",
        header("content-disposition")
    );
    assert!(header("content-security-policy").starts_with("sandbox"));
    assert_eq!(response.bytes().await.unwrap(), bytes);

    let gone = relay.delete(&format!("/v1/files/{id}")).await;
    assert_eq!(gone.json(), json!({"id": id, "object": "file", "deleted": true}));
    for path in [format!("/v1/files/{id}"), format!("/v1/files/{id}/content")] {
        assert_eq!(code(&relay.get(&path).await), (404, "file_not_found".to_owned()));
    }
    assert_eq!(code(&relay.delete(&format!("/v1/files/{id}")).await), (404, "file_not_found".to_owned()));
    assert_eq!(std::fs::read_dir(relay.data_dir().join("state/files")).unwrap().count(), 0);
}

#[tokio::test]
async fn ids_that_are_none_find_nothing() {
    let relay = Running::demo().await;
    for id in ["x", "file-..%2f..%2fauth.json", "%2e%2e", "file-%00", "file-%2e%2e", &"file-a".repeat(100)] {
        for path in [format!("/v1/files/{id}"), format!("/v1/files/{id}/content")] {
            assert_eq!(relay.get(&path).await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn pages_end_and_keep_their_place() {
    let relay = Running::demo().await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(relay.uploaded(&format!("{n}.txt"), b"x").await);
    }
    let first = relay.get("/v1/files?limit=2").await.json();
    assert_eq!((&first["object"], &first["has_more"]), (&json!("list"), &json!(true)));
    assert_eq!((&first["first_id"], &first["last_id"]), (&json!(made[4]), &json!(made[3])));
    relay.delete(&format!("/v1/files/{}", made[3])).await;
    let second = relay.get(&format!("/v1/files?limit=2&after={}", made[3])).await.json();
    assert_eq!((&second["last_id"], &second["has_more"]), (&json!(made[1]), &json!(true)));
    let last = relay.get(&format!("/v1/files?limit=2&order=desc&after={}", made[1])).await.json();
    assert_eq!((last["data"].as_array().unwrap().len(), &last["has_more"]), (1, &json!(false)));
    let ascending = relay.get("/v1/files?order=asc&purpose=user_data").await.json();
    assert_eq!(ascending["first_id"], made[0].as_str());
    assert_eq!(relay.get("/v1/files?purpose=batch").await.json()["data"], json!([]));
    for (query, param) in
        [("limit=0", "limit"), ("limit=10001", "limit"), ("order=up", "order"), ("after=file-x", "after")]
    {
        let answer = relay.get(&format!("/v1/files?{query}")).await;
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (422, Some(param)), "{query}");
    }
}

#[tokio::test]
async fn what_is_no_upload_is_refused() {
    let relay = small().await;
    let purpose = || text("purpose", "user_data");
    let many: Vec<Part> = (0..17).map(|n| text(&format!("p{n}"), "x")).collect();
    let headers = body(&[purpose(), file(&"n".repeat(1 << 20), b"x")]);
    let endless = reqwest::Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(headers)]));
    let cases = [
        (post(&relay, &[file("a", b"x")]).await, 422, "missing_required_parameter"),
        (post(&relay, &[purpose()]).await, 422, "missing_required_parameter"),
        (post(&relay, &[text("purpose", "fun"), file("a", b"x")]).await, 422, "invalid_value"),
        (post(&relay, &[purpose(), file("a", b"x"), text("colour", "red")]).await, 422, "unknown_parameter"),
        (
            post(&relay, &[purpose(), file("a", b"x"), text("expires_after[seconds]", "1")]).await,
            422,
            "missing_required_parameter",
        ),
        (post(&relay, &[purpose(), purpose(), file("a", b"x")]).await, 400, "invalid_form"),
        (post(&relay, &[purpose(), file("a", b"x"), file("b", b"x")]).await, 400, "invalid_form"),
        (post(&relay, &many).await, 400, "invalid_form"),
        (post(&relay, &[purpose(), file(&"n".repeat(9000), b"x")]).await, 400, "invalid_form"),
        (answered(relay.form("/v1/files", endless)).await, 400, "invalid_form"),
        (answered(relay.form("/v1/files", "no form")).await, 400, "invalid_form"),
        (answered(relay.request("POST", "/v1/files").body("{}")).await, 415, "unsupported_media_type"),
        (post(&relay, &[purpose(), file("a", &[0; 1001])]).await, 413, "file_too_large"),
    ];
    for (index, (answer, status, name)) in cases.iter().enumerate() {
        assert_eq!(code(answer), (*status, (*name).to_owned()), "case {index}: {}", answer.text);
    }
    assert_eq!(post(&relay, &[purpose(), file("a", &[0; 1000])]).await.status, 200);
    let from_query = answered(relay.form("/v1/files?purpose=batch", body(&[file("a", b"x")]))).await;
    assert_eq!(from_query.json()["purpose"], "batch", "clients of the Python 0.2.4 name it in the query");
    assert_eq!(std::fs::read_dir(relay.data_dir().join("state/files")).unwrap().count(), 2);
}

#[tokio::test]
async fn too_large_a_body_is_refused_by_its_length_alone() {
    let relay = small().await;
    // A body that never comes: an answer means that nothing of it was waited for.
    let never = reqwest::Body::wrap_stream(futures_util::stream::pending::<std::io::Result<Vec<u8>>>());
    let answer = answered(relay.form("/v1/files", never).header("content-length", "1000000000")).await;
    assert_eq!(code(&answer), (413, "file_too_large".to_owned()));
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let relay = small().await;
    let half = body(&[text("purpose", "user_data"), file("a", &[7; 500])]);
    let pieces = futures_util::stream::iter([Ok(half[..300].to_vec()), Err(std::io::Error::other("gone"))]);
    let sent = relay.form("/v1/files", reqwest::Body::wrap_stream(pieces)).send().await;
    assert!(sent.is_err() || sent.unwrap().status() == 400);
    let files = relay.data_dir().join("state/files");
    while std::fs::read_dir(&files).is_ok_and(|entries| entries.count() > 0) {
        tokio::task::yield_now().await;
    }
    assert_eq!(relay.get("/v1/files").await.json()["data"], json!([]));
}

#[tokio::test]
async fn parallel_uploads_never_exceed_the_total() {
    let relay = small().await;
    let uploads = (0..20).map(|n| {
        let relay = &relay;
        async move { relay.upload(&format!("{n}"), &[1; 900]).await }
    });
    let answers: Vec<Answered> = futures_util::stream::iter(uploads).buffer_unordered(20).collect().await;
    let (kept, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(kept.len() <= 5, "{} files of 900 bytes", kept.len());
    assert!(refused.iter().all(|answer| code(answer) == (413, "upload_quota_exceeded".to_owned())));
    let bytes = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().metadata().unwrap().len();
    let total: u64 = std::fs::read_dir(relay.data_dir().join("state/files")).unwrap().map(bytes).sum();
    assert_eq!(total, kept.len() as u64 * 900);
    // What was refused holds nothing back.
    for file in relay.get("/v1/files").await.json()["data"].as_array().unwrap() {
        relay.delete(&format!("/v1/files/{}", file["id"].as_str().unwrap())).await;
    }
    for _ in 0..5 {
        relay.uploaded("again", &[1; 1000]).await;
    }
    assert_eq!(code(&relay.upload("more", b"x").await), (413, "upload_quota_exceeded".to_owned()));
}

#[tokio::test]
async fn a_download_that_has_begun_survives_the_deletion() {
    let relay = Running::demo().await;
    let bytes = vec![3; 8 << 20];
    let id = relay.uploaded("large", &bytes).await;
    let response = relay.request("GET", &format!("/v1/files/{id}/content")).send().await.unwrap();
    assert_eq!(relay.delete(&format!("/v1/files/{id}")).await.status, 200);
    assert_eq!(response.bytes().await.unwrap(), bytes);
}
