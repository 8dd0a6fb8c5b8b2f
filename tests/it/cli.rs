//! The program as people run it: in a home directory of its own, with its output and its exit code pinned.

use std::fs;

use clap::CommandFactory as _;

use crate::support::home::Home;

#[test]
fn help() {
    let home = Home::new();
    let names = [
        "",
        "init",
        "login",
        "serve",
        "status",
        "doctor",
        "demo",
        "logout",
        "token",
        "models",
        "usage",
        "state",
        "config",
        "explain",
        "contract",
        "completions",
    ];
    for name in names {
        let arguments: Vec<_> = [name, "--help"].into_iter().filter(|argument| !argument.is_empty()).collect();
        let name = if name.is_empty() { "help".to_owned() } else { format!("help_{name}") };
        insta::assert_snapshot!(name, home.run(&arguments));
    }
}

#[test]
fn the_documentation_has_every_subcommand() {
    let documentation = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md")).unwrap();
    for subcommand in airelays::cli::Cli::command().get_subcommands() {
        let heading = format!("### `airelays {}", subcommand.get_name());
        assert!(documentation.contains(&heading), "no `{heading}` in docs/cli.md");
    }
}

#[test]
fn version() {
    insta::assert_snapshot!(Home::new().run(&["--version"]), @"
    exit: 0
    ---- stdout
    airelays [version]
    ");
}

#[test]
fn wrong_usage_exits_with_2() {
    let home = Home::new();
    assert!(home.run(&[]).starts_with("exit: 2\n---- stderr\n"));
    assert!(home.run(&["serve", "--port", "65536"]).starts_with("exit: 2\n"));
    insta::assert_snapshot!(home.run(&["serve", "--profile", "loose"]), @"
    exit: 2
    ---- stderr
    error: invalid value 'loose' for '--profile <PROFILE>'
      [possible values: strict, lenient]

    For more information, try '--help'.
    ");
}

#[test]
fn init_creates_once_and_then_hides_the_token() {
    let home = Home::new();
    insta::assert_snapshot!("init_first", home.run(&["init"]));
    let token = home.token();
    insta::assert_snapshot!("init_config", home.config());
    insta::assert_snapshot!("init_again", home.run(&["init"]));
    assert_eq!(home.token(), token);
    insta::assert_snapshot!("init_again_json", home.run(&["init", "--json"]));
    assert!(home.run(&["init", "--show-token"]).contains("  Relay token:       [token]\n"));
}

#[cfg(unix)]
#[test]
fn what_init_creates_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.run(&["init"]);
    let mode = |path: &str| fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(".airelays"), mode(".airelays/relay-token")), (0o700, 0o600));
    assert_eq!((mode(".config/airelays"), mode(".config/airelays/config.toml")), (0o700, 0o600));
}

#[test]
fn init_of_an_open_relay_needs_no_token() {
    let home = Home::new();
    insta::assert_snapshot!("init_open", home.run(&["init", "--no-auth"]));
    assert!(home.path(".airelays").exists() && !home.path(".airelays/relay-token").exists());
    assert!(home.config().contains("\nrequire_bearer_auth = false\n"));
    insta::assert_snapshot!("init_open_json", home.run(&["init", "--json"]));
}

#[test]
fn init_changes_what_was_asked_in_a_file_that_is_there() {
    let home = Home::new();
    home.run(&["init"]);
    let before = home.config();
    insta::assert_snapshot!("init_changes", home.run(&["init", "--no-auth", "--logs-dir", "/logs"]));
    let changed = before
        .replace("\n# require_bearer_auth = true\n", "\nrequire_bearer_auth = false\n")
        .replace("\n# logs_dir = \"[home]/.airelays/logs\"\n", "\nlogs_dir = \"/logs\"\n");
    assert_eq!(home.config(), changed, "everything else stays");
    assert!(home.run(&["init", "--no-auth"]).contains("config.toml (existing)"), "nothing is left to change");

    home.write(".config/airelays/config.toml", "# mine\n[auth]\nstorage = \"auto\" # why not\n");
    insta::assert_snapshot!("init_changes_json", home.run(&["init", "--json", "--auth-storage", "file"]));
    assert_eq!(home.config(), "# mine\n[auth]\nstorage = \"file\" # why not\n");
}

#[test]
fn init_says_when_a_variable_wins() {
    let home = Home::new();
    home.run(&["init"]);
    let said = home.run_with(&["init", "--no-auth", "--json"], &[("AIRELAYS_REQUIRE_BEARER_AUTH", "true")]);
    let (_, warnings) = said.split_once("---- stderr\n").unwrap();
    assert_eq!(
        warnings,
        "warning: `security.require_bearer_auth` is saved, but `AIRELAYS_REQUIRE_BEARER_AUTH` is set and wins over it\n"
    );
    assert!(home.config().contains("\nrequire_bearer_auth = false\n"));
}

#[test]
fn init_with_force_keeps_the_settings_in_effect() {
    let home = Home::new();
    home.write(".config/airelays/config.toml", "[server]\nport = 9000\n[upstream]\nkind = \"demo\"\n");
    insta::assert_snapshot!("init_force", home.run(&["init", "--force", "--no-auth", "--data-dir", "~/relay data"]));
    let set: Vec<_> = home
        .config()
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        set,
        ["port = 9000", "data_dir = \"[home]/relay data\"", "kind = \"demo\"", "require_bearer_auth = false"]
    );
}

#[test]
fn init_takes_the_token_of_a_variable() {
    let home = Home::new();
    let said = home.run_with(&["init", "--json"], &[("AIRELAYS_BEARER_TOKEN", "a-token-in-the-environment")]);
    insta::assert_snapshot!("init_variable_json", said);
    assert!(!home.path(".airelays/relay-token").exists());
}

#[test]
fn token_show() {
    let home = Home::new();
    insta::assert_snapshot!("token_missing", home.run(&["token", "show"]));
    insta::assert_snapshot!("token_missing_json", home.run(&["token", "show", "--json"]));
    home.run(&["init"]);
    insta::assert_snapshot!("token_present", home.run(&["token", "show"]));
    insta::assert_snapshot!("token_present_json", home.run(&["token", "show", "--json"]));
}

#[test]
fn token_rotate() {
    let home = Home::new();
    home.run(&["init"]);
    let old = home.token();
    insta::assert_snapshot!("token_rotated", home.run(&["token", "rotate"]));
    assert_ne!(home.token(), old);
    insta::assert_snapshot!("token_rotated_json", home.run(&["token", "rotate", "--json"]));
    let variable = [("AIRELAYS_BEARER_TOKEN", "a-token-in-the-environment")];
    insta::assert_snapshot!(home.run_with(&["token", "rotate"], &variable), @"
    exit: 1
    ---- stderr
    error: the relay token comes from `AIRELAYS_BEARER_TOKEN`, so there is no file to rotate; change the variable, or unset it
    ");
}

#[test]
fn a_token_from_an_example_is_refused() {
    let home = Home::new();
    home.write(".airelays/relay-token", "YOUR_AIRELAYS_TOKEN\n");
    insta::assert_snapshot!(home.run(&["init"]), @"
    exit: 1
    ---- stderr
    error: the relay token in [home]/.airelays/relay-token is an example or easily guessed; make a good one with `airelays token rotate`
    ");
    assert!(!home.path(".config").exists(), "nothing is written before everything is checked");
}

#[test]
fn a_bad_configuration_exits_with_2() {
    let home = Home::new();
    home.write(".config/airelays/config.toml", "[server]\nport = \"80\"\n[auth]\nstorage = \"disk\"\n");
    insta::assert_snapshot!(home.run(&["token", "show"]), @"
    exit: 2
    ---- stderr
    error: [home]/.config/airelays/config.toml, line 2: `server.port`: expected a whole number from 0 to 65535, found the string `80`
    error: [home]/.config/airelays/config.toml, line 4: `auth.storage`: expected one of `auto`, `file`, `keyring`, found the string `disk`
    ");
    insta::assert_snapshot!(home.run_with(&["token", "show", "--config", "none.toml"], &[("AIRELAYS_PORT", "http")]), @"
    exit: 2
    ---- stderr
    error: `AIRELAYS_PORT`: expected a whole number from 0 to 65535, found `http`
    ");
}

#[test]
fn odd_things_are_told_once_and_do_not_stop_anything() {
    let home = Home::new();
    home.write("relay.toml", "[server]\nprot = 80\n");
    let said = home.run_with(&["--config", "relay.toml", "init", "--json"], &[("OPENAI_ENDPOINT_PORT", "81")]);
    let (result, warnings) = said.split_once("---- stderr\n").unwrap();
    assert!(result.contains("\"base_url\": \"http://127.0.0.1:81/v1\""), "{result}");
    insta::assert_snapshot!(warnings, @"
    warning: [home]/relay.toml, line 2: `server.prot` is not a setting; did you mean `server.port`?
    warning: `OPENAI_ENDPOINT_PORT` is an old name; use `AIRELAYS_PORT`
    ");
}

#[test]
fn options_count_before_the_subcommand() {
    let home = Home::new();
    let before = home.run(&["--data-dir", "~/other", "token", "show", "--json"]);
    assert_eq!(before, home.run(&["token", "show", "--json", "--data-dir", "~/other"]));
    assert!(before.contains("[home]/other/relay-token"), "{before}");
}
