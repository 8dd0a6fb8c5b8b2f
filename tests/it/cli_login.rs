//! `airelays login` and `airelays logout` as people run them; what happens between the program and the provider is in `auth.rs`.

use crate::cli_status::equipped;
use crate::support::home::Home;

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
