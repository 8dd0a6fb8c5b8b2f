//! `airelays status`: what is set up and what is missing.

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::idp::{ACCOUNT, access_token, id_token};

/// The end of the access token of [`auth`], in unix seconds: 2100-01-01.
const EXPIRES_AT: u64 = 4_102_444_800;

/// A login whose access token is good for long.
fn auth() -> String {
    json!({
        "bound_account_id": ACCOUNT,
        "tokens": {
            "id_token": id_token(),
            "access_token": access_token("0", EXPIRES_AT),
            "refresh_token": "rt-0",
            "account_id": ACCOUNT,
        },
        "last_refresh": "2026-08-01T10:00:00+00:00",
    })
    .to_string()
}

/// Hides how far away a time is.
pub(crate) fn without_period(said: &str) -> String {
    let mut parts = said.split(" (in ");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        let (period, rest) = part.split_once(')').unwrap();
        assert!(period.ends_with(" h") && period.contains(" d "), "{period}");
        format!("{text} (in [period]){rest}")
    })
}

/// A home with a relay token and a login.
pub(crate) fn equipped() -> Home {
    let home = Home::new();
    home.run(&["init", "--auth-storage", "file"]);
    home.write_private(".airelays/auth.json", &auth());
    home
}

#[test]
fn status_of_an_empty_home() {
    let home = Home::new();
    insta::assert_snapshot!("status_empty", home.run(&["status", "--auth-storage", "file"]));
    insta::assert_snapshot!("status_empty_json", home.run(&["status", "--auth-storage", "file", "--json"]));
}

#[test]
fn status_with_a_login() {
    let home = equipped();
    insta::assert_snapshot!("status_ready", without_period(&home.run(&["status"])));
    let fingerprint = airelays::secret::fingerprint(&home.token());
    insta::assert_snapshot!(
        "status_ready_json",
        without_period(&home.run(&["status", "--json"])).replace(&fingerprint, "[fingerprint]")
    );
}

#[test]
fn status_of_a_damaged_login() {
    let home = equipped();
    home.write_private(".airelays/auth.json", "{\"tokens\": [");
    let said = home.run(&["status", "--json"]);
    let answer: Value = serde_json::from_str(said.strip_prefix("exit: 0\n---- stdout\n").unwrap()).unwrap();
    assert_eq!(answer["auth"]["state"], "corrupt");
    insta::assert_snapshot!("status_corrupt", home.run(&["status"]));
}

#[test]
fn status_of_an_open_demo() {
    let home = Home::new();
    home.run(&["init", "--no-auth"]);
    insta::assert_snapshot!("status_open", home.run(&["status", "--upstream", "demo"]));
    insta::assert_snapshot!("status_open_json", home.run(&["status", "--upstream", "demo", "--json"]));
}

#[test]
fn a_refused_token_is_told_and_not_shown() {
    let home = Home::new();
    home.write_private(".airelays/relay-token", "changeme\n");
    let said = home.run(&["status", "--auth-storage", "file"]);
    assert!(said.contains("  Relay token:       refused\n"), "{said}");
    insta::assert_snapshot!(said.split_once("---- stderr\n").unwrap().1, @"warning: the relay token in [home]/.airelays/relay-token is an example or easily guessed; make a good one with `airelays token rotate`");
}
