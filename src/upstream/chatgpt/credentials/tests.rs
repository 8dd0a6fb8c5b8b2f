//! Logins in the layouts that programs write, and in states that they should not be in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

const ENDS_AT: u64 = 4_102_444_800;

fn jwt(payload: &Value) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()))
}

fn id_token() -> String {
    jwt(&json!({"email": "user@example.test", "https://api.openai.com/auth": {
        "chatgpt_account_id": "account-1", "chatgpt_plan_type": "plus", "chatgpt_user_id": "user-1",
    }}))
}

fn access_token() -> String {
    jwt(
        &json!({"exp": ENDS_AT, "https://api.openai.com/auth": {"chatgpt_account_id": "account-2", "chatgpt_plan_type": "pro"}}),
    )
}

fn codex_layout() -> Value {
    let tokens = json!({"id_token": id_token(), "access_token": access_token(), "refresh_token": "rt-1", "account_id": "account-1"});
    json!({"auth_mode": "chatgpt", "OPENAI_API_KEY": null, "tokens": tokens, "last_refresh": "2026-08-06T00:00:00Z"})
}

/// A store over a file with these contents, and the directory that keeps it.
fn store(contents: &str) -> (tempfile::TempDir, CredentialStore) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("auth.json"), contents).unwrap();
    let store = store_in(&directory, AuthStorage::Auto);
    (directory, store)
}

fn store_in(directory: &tempfile::TempDir, storage: AuthStorage) -> CredentialStore {
    let login_timeout = std::time::Duration::from_secs(1);
    CredentialStore::new(&AuthConfig {
        storage,
        browser_open: false,
        login_timeout,
        file: directory.path().join("auth.json"),
    })
}

/// The message of the error, with the directory as `~`.
async fn refused(contents: &str) -> String {
    let (directory, store) = store(contents);
    let error = store.usable_at(0).await.unwrap_err();
    error.to_string().replace(directory.path().to_str().unwrap(), "~")
}

async fn read(contents: &Value) -> Credentials {
    let (_directory, store) = store(&contents.to_string());
    store.usable_at(0).await.unwrap().as_ref().clone()
}

#[tokio::test]
async fn the_codex_layout() {
    let credentials = read(&codex_layout()).await;
    assert_eq!(credentials.access_token.expose(), &access_token());
    assert_eq!(credentials.refresh_token.as_ref().unwrap().expose(), "rt-1");
    assert_eq!(credentials.email.as_ref().unwrap().expose(), "user@example.test");
    insta::assert_debug_snapshot!(credentials, @r#"
    Credentials {
        access_token: [redacted],
        refresh_token: Some(
            [redacted],
        ),
        id_token: Some(
            [redacted],
        ),
        account_id: Some(
            "account-1",
        ),
        user_id: Some(
            "user-1",
        ),
        email: Some(
            [redacted],
        ),
        plan: Some(
            "plus",
        ),
        expires_at: Some(
            4102444800,
        ),
        is_fedramp: false,
        last_refresh: Some(
            "2026-08-06T00:00:00Z",
        ),
        bound_account_id: None,
    }
    "#);
}

#[tokio::test]
async fn the_airelays_layout() {
    let mut contents = codex_layout();
    contents["bound_account_id"] = json!("account-1");
    contents["tokens"]["id_token"] = json!({"raw_jwt": id_token(), "email": "user@example.test"});
    contents["tokens"].as_object_mut().unwrap().remove("account_id");
    contents["last_refresh"] = json!("2026-08-06T00:00:00+00:00");
    let credentials = read(&contents).await;
    assert_eq!(credentials.account_id.as_deref(), Some("account-1"));
    assert_eq!((credentials.plan.as_deref(), credentials.user_id.as_deref()), (Some("plus"), Some("user-1")));
}

#[tokio::test]
async fn an_access_token_alone_is_enough() {
    let credentials = read(&json!({"tokens": {"access_token": access_token()}})).await;
    assert_eq!((credentials.account_id.as_deref(), credentials.plan.as_deref()), (Some("account-2"), Some("pro")));
    let opaque = read(&json!({"tokens": {"access_token": "at-0001", "id_token": null, "account_id": ""}})).await;
    assert_eq!((opaque.account_id, opaque.expires_at), (None, None));
}

#[tokio::test]
async fn what_cannot_be_used_says_what_to_do() {
    let mut of_another_account = codex_layout();
    of_another_account["bound_account_id"] = json!("account-9");
    let messages = [
        refused("{\"tokens\": {\"access_token\": ").await,
        refused("{\"tokens\": \"eyJ-secret\"}").await,
        refused("{}").await,
        refused("{\"OPENAI_API_KEY\": \"sk-secret\"}").await,
        refused("{\"tokens\": {\"refresh_token\": \"rt-1\", \"access_token\": \" \"}}").await,
        refused(&of_another_account.to_string()).await,
    ];
    insta::assert_snapshot!(messages.join("\n"), @"
    the upstream login in ~/auth.json is damaged (line 1, column 28); replace it with that of a fresh login
    the upstream login in ~/auth.json is damaged (line 1, column 23); replace it with that of a fresh login
    the upstream login in ~/auth.json has no access token; log in with a ChatGPT account (`codex login`) and copy its `auth.json` there
    the upstream login in ~/auth.json has no access token, only an API key; log in with a ChatGPT account (`codex login`) and copy its `auth.json` there
    the upstream login in ~/auth.json has no access token, only a refresh token; log in with a ChatGPT account (`codex login`) and copy its `auth.json` there
    the upstream login in ~/auth.json is of another account than the one this relay is bound to; log in with that one
    ");
}

#[tokio::test]
async fn a_missing_file_and_the_keyring() {
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(store_in(&directory, AuthStorage::File).stored().await, Err(CredentialsError::Missing { .. })));
    assert!(matches!(store_in(&directory, AuthStorage::Keyring).stored().await, Err(CredentialsError::Keyring)));
    std::fs::create_dir(directory.path().join("auth.json")).unwrap();
    assert!(matches!(store_in(&directory, AuthStorage::File).stored().await, Err(CredentialsError::Unreadable { .. })));
}

#[tokio::test]
async fn an_expired_token_is_stored_and_not_usable() {
    let (_directory, store) = store(&codex_layout().to_string());
    assert!(store.usable_at(ENDS_AT - 1).await.is_ok());
    assert!(matches!(store.usable_at(ENDS_AT).await, Err(CredentialsError::Expired { expired_at: ENDS_AT, .. })));
    assert_eq!(store.stored().await.unwrap().expires_at, Some(ENDS_AT));
}

#[tokio::test]
async fn a_newer_login_counts_at_once() {
    let (directory, store) = store(&json!({"tokens": {"access_token": "at-0001"}}).to_string());
    assert_eq!(store.stored().await.unwrap().access_token.expose(), "at-0001");
    std::fs::write(directory.path().join("auth.json"), json!({"tokens": {"access_token": "at-0002"}}).to_string())
        .unwrap();
    assert_eq!(store.stored().await.unwrap().access_token.expose(), "at-0002");
}
