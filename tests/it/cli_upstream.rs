//! The subcommands that ask the upstream: models, usage, doctor; against the demo and against a backend on loopback.

use serde_json::Value;

use crate::cli_status::{equipped, without_period};
use crate::support::backend::{Backend, Canned};
use crate::support::home::Home;

/// Runs the program with this backend, away from the threads that serve it.
async fn run(home: Home, backend: &Backend, arguments: &'static [&'static str]) -> (Home, String) {
    let base = backend.base.clone();
    tokio::task::spawn_blocking(move || {
        let said = home.run_with(
            arguments,
            &[
                ("AIRELAYS_UPSTREAM_BASE_URL", &base),
                ("AIRELAYS_UPSTREAM_RETRIES", "0"),
                ("AIRELAYS_PORT", "0"),
                // Nothing listens there: no test may ask the real provider.
                ("AIRELAYS_ISSUER_BASE_URL", "http://127.0.0.1:9"),
            ],
        );
        (home, redact(&said, &base))
    })
    .await
    .unwrap()
}

/// Hides the backend's port and how long things took.
fn redact(said: &str, base: &str) -> String {
    let said = said.replace(base, "[backend]");
    let words = said.split_inclusive([' ', '\n', '(']);
    let mut text: Vec<String> = words.map(str::to_owned).collect();
    for at in 1..text.len() {
        let is_number = text[at - 1].trim_end().parse::<u64>().is_ok();
        if is_number && text[at].starts_with("ms)") {
            text[at - 1] = "[number] ".to_owned();
        }
    }
    text.concat()
}

#[test]
fn models_of_the_demo() {
    let home = Home::new();
    insta::assert_snapshot!("models_demo", home.run(&["models", "--upstream", "demo"]));
    let json = home.run(&["models", "--upstream", "demo", "--json"]);
    let answer: Value = serde_json::from_str(json.strip_prefix("exit: 0\n---- stdout\n").unwrap()).unwrap();
    assert_eq!(answer["source"], "live");
    insta::assert_snapshot!("models_demo_json", format!("{:#}", answer["models"][0]));
}

#[tokio::test]
async fn models_when_the_backend_does_not_answer_well() {
    let backend = Backend::start().await;
    backend.then("/models", Canned::json(500, "{}"));
    let (_, said) = run(equipped(), &backend, &["models"]).await;
    assert!(said.starts_with("exit: 0\n") && said.contains("\nwarning: the upstream could not be asked"), "{said}");
}

#[test]
fn models_without_a_login() {
    let home = Home::new();
    let said = home.run(&["models", "--auth-storage", "file"]);
    assert!(said.starts_with("exit: 1\n---- stderr\nerror: there is no upstream login"), "{said}");
}

#[tokio::test]
async fn usage_of_a_backend() {
    let backend = Backend::start().await;
    let (home, said) = run(equipped(), &backend, &["usage"]).await;
    insta::assert_snapshot!("usage", said);
    let (home, said) = run(home, &backend, &["usage", "--json"]).await;
    let answer: Value = serde_json::from_str(said.strip_prefix("exit: 0\n---- stdout\n").unwrap()).unwrap();
    assert_eq!((&answer["object"], answer.get("raw")), (&Value::from("subscription_status"), None));
    let (_, said) = run(home, &backend, &["usage", "--json", "--raw"]).await;
    assert!(said.contains("\"raw\": {"), "{said}");
}

#[tokio::test]
async fn usage_that_is_refused() {
    let backend = Backend::start().await;
    backend.then("/wham/usage", Canned::json(403, r#"{"detail": "Forbidden"}"#));
    let (_, said) = run(equipped(), &backend, &["usage"]).await;
    assert!(said.starts_with("exit: 1\n---- stderr\nerror: "), "{said}");
}

#[tokio::test]
async fn doctor_finds_nothing_wrong() {
    let backend = Backend::start().await;
    let (home, said) = run(equipped(), &backend, &["doctor"]).await;
    let fingerprint = airelays::secret::fingerprint(&home.token());
    insta::assert_snapshot!("doctor", without_period(&said).replace(&fingerprint, "[fingerprint]"));
    assert_eq!(backend.captured("/responses").len(), 1);
    let (home, said) = run(home, &backend, &["doctor", "--skip-response", "--json"]).await;
    insta::assert_snapshot!("doctor_json", without_period(&said).replace(&fingerprint, "[fingerprint]"));
    assert_eq!(backend.captured("/responses").len(), 1, "nothing more was generated");
    drop(home);
}

#[cfg(unix)]
#[tokio::test]
async fn doctor_finds_what_is_wrong() {
    use std::os::unix::fs::PermissionsExt as _;
    let backend = Backend::start().await;
    backend.then(
        "/models",
        Canned::Whole(
            200,
            vec![("content-type", "application/json"), ("date", "Tue, 05 May 2026 14:00:00 GMT")],
            "{\"models\": []}".into(),
        ),
    );
    backend.then("/responses", Canned::json(429, r#"{"error": {"type": "usage_limit_reached", "message": "The usage limit has been reached", "plan_type": "plus"}}"#));
    let home = equipped();
    let file = home.path(".airelays/auth.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    home.write_private(".airelays/relay-token", "changeme\n");
    let (_, said) = run(home, &backend, &["doctor"]).await;
    for line in [
        "exit: 1\n",
        "  warn  permissions: ~/.airelays/auth.json can be used by others (mode 0644)\n        fix: chmod 600 ~/.airelays/auth.json\n",
        "  fail  relay token: the relay token in [home]/.airelays/relay-token is an example",
        "  fail  clock: this machine's is ",
        "checks failed\n",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

#[tokio::test]
async fn doctor_without_a_login_still_tells_whether_the_backend_is_reached() {
    let backend = Backend::start().await;
    let (_, said) = run(Home::new(), &backend, &["doctor", "--auth-storage", "file"]).await;
    insta::assert_snapshot!("doctor_empty", said);
}

#[test]
fn doctor_tells_a_broken_configuration() {
    let home = Home::new();
    home.write(".config/airelays/config.toml", "[server]\nport = \"80\"\n");
    insta::assert_snapshot!(home.run(&["doctor"]), @"
    exit: 1
    ---- stdout
    AIRelays Doctor

    Checks
      fail  config: [home]/.config/airelays/config.toml, line 2: `server.port`: expected a whole number from 0 to 65535, found the string `80`
            fix: correct it, or move the file away and run `airelays init`
    ---- stderr
    error: 1 check failed
    ");
}
