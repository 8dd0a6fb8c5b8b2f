//! The configuration as a whole; each part's own tests are beside it.

use super::*;
use crate::contract::Profile;

/// A home directory with a configuration file, and an environment.
struct Setup {
    home: tempfile::TempDir,
    environment: BTreeMap<String, String>,
}

impl Setup {
    fn new(variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut environment: BTreeMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        environment.insert(name.to_owned(), home.path().to_str().unwrap().to_owned());
        Self { home, environment }
    }

    fn file(self, text: &str) -> Self {
        let directory = self.home.path().join(".config/airelays");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("config.toml"), text).unwrap();
        self
    }

    fn load(&self, flags: RawConfig) -> Result<Loaded, ConfigError> {
        Config::load(flags, None, &self.environment)
    }

    /// The warnings, one per line, with the home directory as `~`.
    fn warnings(&self, loaded: &Loaded) -> String {
        let lines: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
        lines.join("\n").replace(self.home.path().to_str().unwrap(), "~")
    }
}

#[test]
fn documented_defaults_are_the_defaults() {
    let setup = Setup::new(&[]);
    let mut documented = Layer::default();
    for key in KEYS.iter().filter(|key| !key.has_found_default()) {
        documented.set(key, key.kind.parse(key.default).unwrap(), Source::Default);
    }
    let given = setup.load(documented.raw).unwrap().config;
    let found = setup.load(RawConfig::default()).unwrap().config;
    let areas = |config: &Config| {
        let Config {
            file,
            home,
            server,
            paths,
            auth,
            upstream,
            security,
            logging,
            metrics,
            uploads,
            state,
            contract,
            chat,
            raw: _,
            sources: _,
        } = config;
        format!(
            "{:#?}",
            (file, home, server, paths, auth, upstream, security, (logging, metrics), uploads, state, contract, chat)
        )
    };
    assert_eq!(areas(&given), areas(&found));
}

#[test]
fn every_source_reaches_the_configuration() {
    let setup = Setup::new(&[
        ("AIRELAYS_RATE_LIMIT_BURST", "1"),
        ("AIRELAY_RATE_LIMIT_BURST", "2"),
        ("AIRELAY_DATA_DIR", "~/data"),
        ("OPENAI_ENDPOINT_PORT", "3"),
    ])
    .file("[server]\nport = 4\nhost = \"localhost\"\n");
    let mut flags = RawConfig::default();
    flags.contract.profile = Some(Profile::Lenient);
    let loaded = setup.load(flags).unwrap();
    let config = &loaded.config;
    let names = [
        "contract.profile",
        "security.rate_limit_burst",
        "paths.data_dir",
        "server.port",
        "server.host",
        "chat.reasoning",
    ];
    let sources: Vec<_> = names.iter().map(|name| format!("{name}: {}", config.source(name))).collect();
    insta::assert_snapshot!(sources.join("\n"), @"
    contract.profile: --profile
    security.rate_limit_burst: AIRELAYS_RATE_LIMIT_BURST
    paths.data_dir: AIRELAY_DATA_DIR
    server.port: OPENAI_ENDPOINT_PORT
    server.host: line 3 of the configuration file
    chat.reasoning: default
    ");
    assert_eq!((config.server.port, config.security.rate_limit_burst), (3, 1));
    assert_eq!(config.security.bearer_token_file, setup.home.path().join("data/relay-token"));
    insta::assert_snapshot!(setup.warnings(&loaded), @"
    `OPENAI_ENDPOINT_PORT` is an old name; use `AIRELAYS_PORT`
    `AIRELAY_DATA_DIR` is an old name; use `AIRELAYS_DATA_DIR`
    ");
}

#[test]
fn odd_things_are_warnings() {
    let setup = Setup::new(&[
        ("AIRELAYS_COLOUR", "red"),
        ("AIRELAYS_HOTS", "::1"),
        ("AIRELAY_BEARER_TOKEN", "token-in-the-environment"),
    ])
    .file("[security]\nrate_limit = 5\n[upstream]\nrequest_timeout_seconds = 60\n");
    let loaded = setup.load(RawConfig::default()).unwrap();
    insta::assert_snapshot!(setup.warnings(&loaded), @"
    `AIRELAYS_COLOUR` is not a setting
    `AIRELAYS_HOTS` is not a setting; did you mean `AIRELAYS_HOST`?
    ~/.config/airelays/config.toml, line 2: `security.rate_limit` is not a setting; did you mean `security.rate_limit_burst`?
    `upstream.request_timeout_seconds` is an old name; use `upstream.stream_idle_timeout_seconds`
    `AIRELAY_BEARER_TOKEN` is an old name; use `AIRELAYS_BEARER_TOKEN`
    ");
    assert_eq!(loaded.config.upstream.stream_idle_timeout, std::time::Duration::from_secs(60));
}

#[test]
fn the_new_name_of_a_timeout_wins_over_the_old_one() {
    let setup =
        Setup::new(&[("AIRELAYS_REQUEST_TIMEOUT_SECONDS", "60")]).file("[upstream]\nstream_idle_timeout_seconds = 7\n");
    let loaded = setup.load(RawConfig::default()).unwrap();
    assert_eq!(loaded.config.upstream.stream_idle_timeout, std::time::Duration::from_secs(7));
}

#[test]
fn the_token_in_the_environment_is_not_printed() {
    let setup = Setup::new(&[("AIRELAYS_BEARER_TOKEN", "token-in-the-environment")]);
    let config = setup.load(RawConfig::default()).unwrap().config;
    assert!(!format!("{config:?}").contains("token-in-the-environment"));
    assert_eq!(config.security.bearer_token.unwrap().value.expose(), "token-in-the-environment");
}

#[test]
fn an_old_configuration_file_is_found() {
    let setup = Setup::new(&[]);
    let directory = setup.home.path().join(".config/airelay");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("config.toml"), "[server]\nport = 4\n").unwrap();
    let config = setup.load(RawConfig::default()).unwrap().config;
    assert_eq!((config.server.port, config.file.exists), (4, true));
}

#[test]
fn a_named_file_that_is_missing_is_told() {
    let setup = Setup::new(&[("AIRELAYS_CONFIG", "~/none.toml")]);
    let loaded = setup.load(RawConfig::default()).unwrap();
    assert_eq!(setup.warnings(&loaded), "~/none.toml does not exist; running on defaults");
    assert!(!loaded.config.file.exists);
}

#[test]
fn other_machines_are_not_served_by_accident() {
    let said = |variables: &[(&str, &str)]| {
        let config = Setup::new(variables).load(RawConfig::default()).unwrap().config;
        match config.exposure() {
            Ok(None) => "fine".to_owned(),
            Ok(Some(warning)) => format!("warning: {warning}"),
            Err(error) => format!("error: {error}"),
        }
    };
    let (host, open) = (("AIRELAYS_HOST", "0.0.0.0"), ("AIRELAYS_REQUIRE_BEARER_AUTH", "no"));
    let cases = [
        said(&[]),
        said(&[open]),
        said(&[host]),
        said(&[host, open]),
        said(&[host, open, ("AIRELAYS_ALLOW_OPEN_NETWORK", "yes")]),
    ];
    insta::assert_snapshot!(cases.join("\n"), @"
    fine
    fine
    warning: listening on `0.0.0.0`: other machines reach the relay over plain HTTP, and the relay token is all that keeps them out
    error: listening on `0.0.0.0` without bearer auth would let every machine that reaches it spend the subscription; listen on 127.0.0.1, or keep the relay token, or say `--allow-open-network` if that is meant
    warning: listening on `0.0.0.0` without bearer auth: whoever reaches it spends the subscription
    ");
}
