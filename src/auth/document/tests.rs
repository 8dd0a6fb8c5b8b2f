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

fn read(contents: &Value) -> Login {
    Login::parse(contents.to_string().as_bytes()).unwrap()
}

#[test]
fn the_codex_layout() {
    let login = read(&codex_layout());
    assert_eq!(login.access_token.as_ref().unwrap().expose(), &access_token());
    assert_eq!(login.refresh_token.as_ref().unwrap().expose(), "rt-1");
    assert_eq!(login.email.as_ref().unwrap().expose(), "user@example.test");
    insta::assert_debug_snapshot!(login, @r#"
    Login {
        access_token: Some(
            [redacted],
        ),
        refresh_token: Some(
            [redacted],
        ),
        id_token: Some(
            [redacted],
        ),
        account_id: Some(
            "account-1",
        ),
        bound_account_id: None,
        user_id: Some(
            "user-1",
        ),
        email: Some(
            [redacted],
        ),
        plan: Some(
            "plus",
        ),
        is_fedramp: false,
        expires_at: Some(
            4102444800,
        ),
        last_refresh: Some(
            "2026-08-06T00:00:00Z",
        ),
        others: {
            "auth_mode",
            "OPENAI_API_KEY",
        },
    }
    "#);
}

#[test]
fn the_airelays_layout() {
    let mut contents = codex_layout();
    contents["bound_account_id"] = json!("account-1");
    contents["tokens"]["id_token"] = json!({"raw_jwt": id_token(), "email": "user@example.test"});
    contents["tokens"].as_object_mut().unwrap().remove("account_id");
    contents["last_refresh"] = json!("2026-08-06T00:00:00.123456+00:00");
    let login = read(&contents);
    assert_eq!(login.account_id.as_deref(), Some("account-1"));
    assert_eq!((login.plan.as_deref(), login.user_id.as_deref()), (Some("plus"), Some("user-1")));
    assert_eq!(login.last_refresh_at(), Some(1_785_974_400));
    assert!(login.is_of_bound_account());
}

#[test]
fn what_is_written_is_read_again() {
    let login = read(&codex_layout())
        .renewed(Tokens { access_token: Some("at-2".to_owned().into()), ..Tokens::default() }, 1_785_974_401);
    let written: Value = serde_json::from_str(login.write().expose()).unwrap();
    let tokens =
        json!({"id_token": id_token(), "access_token": "at-2", "refresh_token": "rt-1", "account_id": "account-1"});
    assert_eq!(
        written,
        json!({
            "bound_account_id": null, "tokens": tokens, "last_refresh": "2026-08-06T00:00:01+00:00",
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null,
        })
    );
    assert_eq!(read(&written).fingerprint(), login.fingerprint());
}

#[test]
fn a_login_made_now_is_bound_to_its_account() {
    let tokens = Tokens {
        id_token: Some(id_token().into()),
        access_token: Some(access_token().into()),
        refresh_token: Some("rt-1".to_owned().into()),
    };
    let login = Login::new(tokens, 0);
    assert_eq!(login.bound_account_id.as_deref(), Some("account-1"));
    let other = jwt(&json!({"https://api.openai.com/auth": {"chatgpt_account_id": "account-9"}}));
    let renewed = login.renewed(Tokens { id_token: Some(other.into()), ..Tokens::default() }, 1);
    assert!(!renewed.is_of_bound_account());
}

#[test]
fn tokens_that_are_missing_or_empty() {
    let login =
        read(&json!({"tokens": {"access_token": "at-0001", "id_token": null, "account_id": "", "refresh_token": " "}}));
    assert_eq!((login.account_id.as_deref(), login.expires_at), (None, None));
    assert!(login.refresh_token.is_none());
    assert_eq!(read(&json!({"OPENAI_API_KEY": "sk-secret"})).instead(), ", only an API key");
    assert_eq!(read(&json!({})).instead(), "");
}

#[test]
fn damage_is_told_by_its_place_only() {
    let damage = |text: &str| Login::parse(text.as_bytes()).unwrap_err();
    assert_eq!(damage("{\"tokens\": {\"access_token\": "), Damage { line: 1, column: 28 });
    assert_eq!(damage("{\"tokens\": \"eyJ-secret\"}").line, 1);
    assert_eq!(damage(""), Damage { line: 1, column: 1 });
}

#[test]
fn when_new_tokens_are_needed() {
    let at = |tokens: Value, last_refresh: Value| read(&json!({"tokens": tokens, "last_refresh": last_refresh}));
    let timed = at(json!({"access_token": access_token()}), json!(null));
    for (now, need) in [(0, Need::None), (ENDS_AT - 301, Need::None), (ENDS_AT - 300, Need::Soon), (ENDS_AT, Need::Now)]
    {
        assert_eq!(timed.need(now), need, "{now}");
    }
    let untimed = at(json!({"access_token": "opaque"}), json!("1970-01-01T00:00:00Z"));
    assert_eq!([untimed.need(8 * 86_400), untimed.need(8 * 86_400 + 1)], [Need::None, Need::Soon]);
    assert_eq!(at(json!({"access_token": "opaque"}), json!("yesterday")).need(ENDS_AT), Need::None);
    assert_eq!(at(json!({"refresh_token": "rt-1"}), json!(null)).need(0), Need::Now);
}
