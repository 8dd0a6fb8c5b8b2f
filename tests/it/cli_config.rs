//! `airelays config` and `airelays completions`.

use serde_json::Value;

use crate::support::home::Home;

#[test]
fn every_value_says_where_it_is_from() {
    let home = Home::new();
    home.write("relay.toml", "[server]\nport = 9000\n[upstream]\nbase_url = \"http://me:hidden@127.0.0.1:9/codex\"\n");
    let variables = [("AIRELAYS_RATE_LIMIT_BURST", "7"), ("AIRELAYS_BEARER_TOKEN", "a-token-in-the-environment")];
    let arguments = ["--config", "relay.toml", "--auth-storage", "file", "config", "show"];
    let told = home.run_with(&arguments, &variables);
    insta::assert_snapshot!("config_show", told);

    let json = home.run_with(&[&arguments[..], &["--json"]].concat(), &variables);
    let answer: Value = serde_json::from_str(json.strip_prefix("exit: 0\n---- stdout\n").unwrap()).unwrap();
    let setting = |name: &str| {
        let settings = answer["settings"].as_array().unwrap();
        settings.iter().find(|setting| setting["key"] == name).unwrap().to_string()
    };
    let names = ["server.port", "auth.storage", "security.rate_limit_burst", "contract.profile", "paths.data_dir"];
    insta::assert_snapshot!("config_show_json", names.map(setting).join("\n"));
    assert_eq!(answer["relay_token_variable"], "AIRELAYS_BEARER_TOKEN");
    for said in [told, json] {
        assert!(!said.contains("a-token-in-the-environment") && !said.contains("hidden"), "{said}");
    }
}

#[test]
fn the_schema_is_the_one_in_the_repository() {
    let home = Home::new();
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/generated/config.schema.json")).unwrap();
    assert_eq!(home.run(&["config", "schema"]), format!("exit: 0\n---- stdout\n{committed}"));
    home.run(&["init"]);
    assert!(home.config().starts_with("#:schema ./airelays.schema.json\n"));
    let beside = std::fs::read_to_string(home.path(".config/airelays/airelays.schema.json")).unwrap();
    assert_eq!(beside, committed);
}

#[test]
fn completions_of_every_shell() {
    let home = Home::new();
    for (shell, word) in [
        ("bash", "_airelays()"),
        ("zsh", "#compdef airelays"),
        ("fish", "complete -c airelays"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let said = home.run(&["completions", shell]);
        assert!(said.starts_with("exit: 0\n") && said.contains(word) && said.contains("doctor"), "{shell}: {said}");
    }
    assert!(home.run(&["completions", "cmd"]).starts_with("exit: 2\n"));
}
