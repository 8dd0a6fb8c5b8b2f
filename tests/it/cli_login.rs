//! `airelays login` and `airelays logout` as people run them; what happens between the program and its
//! provider is in `auth.rs`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::cli_status::{equipped, without_period};
use crate::support::home::Home;
use crate::support::idp::Idp;

/// Runs the program with this provider, away from the threads that serve it.
async fn run(home: Home, idp: &Idp, arguments: &'static [&'static str]) -> (Home, String) {
    let issuer = idp.issuer();
    tokio::task::spawn_blocking(move || {
        let said =
            home.run_with(arguments, &[("AIRELAYS_ISSUER_BASE_URL", &issuer), ("AIRELAYS_AUTH_STORAGE", "file")]);
        (home, said.replace(&issuer, "[issuer]"))
    })
    .await
    .unwrap()
}

/// Hides when the login was made.
fn without_refresh_time(home: &Home, said: &str) -> String {
    let file = std::fs::read_to_string(home.path(".airelays/auth.json")).unwrap();
    let login: Value = serde_json::from_str(&file).unwrap();
    let last_refresh = login["last_refresh"].as_str().unwrap();
    assert!(last_refresh.starts_with("20") && last_refresh.contains('T'), "{last_refresh}");
    without_period(said).replace(last_refresh, "[last-refresh]")
}

#[tokio::test]
async fn without_a_display_the_login_is_by_code() {
    let idp = Idp::start().await;
    idp.pend([403]);
    let (home, said) = run(Home::new(), &idp, &["login"]).await;
    insta::assert_snapshot!("login_device", without_refresh_time(&home, &said));
    let (_, said) = run(home, &idp, &["status"]).await;
    assert!(said.contains("  State:             ready\n"), "{said}");
}

#[tokio::test]
async fn json_of_a_login_has_standard_output_for_itself() {
    let idp = Idp::start().await;
    let (home, said) = run(Home::new(), &idp, &["login", "--device", "--json"]).await;
    insta::assert_snapshot!("login_device_json", without_refresh_time(&home, &said));
}

#[tokio::test]
async fn a_login_of_another_workspace_is_refused() {
    let idp = Idp::start().await;
    let (home, said) = run(Home::new(), &idp, &["login", "--device", "--workspace-id", "account-2"]).await;
    assert!(!home.path(".airelays/auth.json").exists());
    let (_, errors) = said.split_once("---- stderr\n").unwrap();
    insta::assert_snapshot!(errors, @"error: the login is of another workspace than the one asked for with `--workspace-id`; choose that one on the provider's page");
}

#[tokio::test]
async fn a_provider_without_device_login_says_what_else_to_do() {
    let idp = Idp::start().await;
    idp.pend([418]);
    let (_, said) = run(Home::new(), &idp, &["login", "--device"]).await;
    insta::assert_snapshot!(said, @"
    exit: 1
    ---- stdout
    AIRelays Device Login
    ---- stderr
    error: the provider does not offer device login for this account or workspace; enable it in the account's security settings, or run `airelays login` on a machine with a browser
    ");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_a_login_and_leaves_nothing_behind() {
    let idp = Idp::start().await;
    idp.pend([403; 100]);
    let home = Home::new();
    let variables = [("AIRELAYS_ISSUER_BASE_URL", &*idp.issuer()), ("AIRELAYS_AUTH_STORAGE", "file")];
    let mut child =
        home.command(&["login", "--device"], &variables).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("ABCD-12345")));
        let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        child.wait_with_output().unwrap()
    })
    .await
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "error: the login was cancelled; nothing was changed\n");
    let left: Vec<_> = std::fs::read_dir(home.path(".airelays")).into_iter().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn logging_out_takes_the_tokens_back() {
    let idp = Idp::start().await;
    let (home, said) = run(equipped(), &idp, &["logout"]).await;
    insta::assert_snapshot!(said, @"
    exit: 0
    ---- stdout
    AIRelays Logout

    Upstream Session
      Upstream auth:     deleted
      Revoked:           yes
    ");
    assert_eq!(idp.seen("/oauth/revoke").len(), 1);
    assert!(!home.path(".airelays/auth.json").exists());
}

#[test]
fn logging_out_of_nothing() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(&["logout", "--auth-storage", "file"]), @"
    exit: 0
    ---- stdout
    AIRelays Logout

    Upstream Session
      Upstream auth:     already empty
    ");
    insta::assert_snapshot!(home.run(&["logout", "--auth-storage", "file", "--json"]), @r#"
    exit: 0
    ---- stdout
    {
      "deleted": false,
      "revoked": null,
      "revoke_problem": null
    }
    "#);
}

#[test]
fn a_login_is_deleted_even_if_the_provider_cannot_be_reached() {
    let home = equipped();
    let said = home.run_with(&["logout", "--json"], &[("AIRELAYS_ISSUER_BASE_URL", "http://127.0.0.1:9")]);
    assert!(
        said.starts_with("exit: 0\n") && said.contains("\"deleted\": true") && said.contains("\"revoked\": false"),
        "{said}"
    );
    assert!(!home.path(".airelays/auth.json").exists());
}

#[test]
fn the_two_ways_to_log_in_exclude_each_other() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(&["login", "--device", "--no-browser"]), @"
    exit: 2
    ---- stderr
    error: the argument '--device' cannot be used with '--no-browser'

    Usage: airelays login --device

    For more information, try '--help'.
    ");
}
