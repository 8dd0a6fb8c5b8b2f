//! Every setting, described once: key, variable, flag, what it may be, default and meaning.
//!
//! The file reader, the environment reader, the file that `init` writes and `docs/configuration.md` all work from [`KEYS`]; a test holds it
//! against [`RawConfig`](super::raw::RawConfig). Adding a setting is a row here, a field there, and a line in the area that resolves it.

use super::auth::AuthStorage;
use super::chat::ChatReasoning;
use super::kind::Kind;
use super::upstream::UpstreamKind;
use crate::contract::Profile;

/// Any port, 0 for one the system picks.
const PORT: Kind = Kind::Count(0, 65_535);

/// A number of requests. Beyond a million there is no limit to speak of.
const REQUESTS: Kind = Kind::Count(1, 1_000_000);
/// Connections; more descriptors than that are not to be had.
const CONNECTIONS: Kind = Kind::Count(1, 1_000_000);

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Table and name in the file: `server.port`.
    pub name: &'static str,
    /// Its variable without prefix: `PORT`.
    pub variable: &'static str,
    /// The flag that sets it, if any: `--port`.
    pub flag: Option<&'static str>,
    /// Which prefixes its variable is read with.
    pub lineage: Lineage,
    /// What it may be.
    pub kind: Kind,
    /// Its default as it would be written in the file, or how it is found, in angle brackets.
    pub default: &'static str,
    /// What it is for, with its unit.
    pub description: &'static str,
    /// For a key that only old files have: the key that took its place.
    pub renamed_to: Option<&'static str>,
}

/// Which generations of the program knew a variable, and so which prefixes it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lineage {
    /// `AIRELAYS_` only.
    Airelays,
    /// `AIRELAY_` as well.
    Airelay,
    /// `OPENAI_ENDPOINT_` as well.
    OpenaiEndpoint,
}

/// A prefix of variable names, newest first in [`PREFIXES`].
#[derive(Debug, Clone, Copy)]
pub struct Prefix {
    /// The prefix with its underscore.
    pub text: &'static str,
    /// The generation that brought it.
    pub lineage: Lineage,
}

/// The prefixes in order of precedence; all but the first are legacy.
pub const PREFIXES: [Prefix; 3] = [
    Prefix { text: "AIRELAYS_", lineage: Lineage::Airelays },
    Prefix { text: "AIRELAY_", lineage: Lineage::Airelay },
    Prefix { text: "OPENAI_ENDPOINT_", lineage: Lineage::OpenaiEndpoint },
];

/// A variable that has no key in the file.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name without prefix.
    pub variable: &'static str,
    /// Which prefixes it is read with.
    pub lineage: Lineage,
    /// What it is for.
    pub description: &'static str,
}

/// Where the configuration file is.
pub const CONFIG: Variable = Variable {
    variable: "CONFIG",
    lineage: Lineage::OpenaiEndpoint,
    description: "Path of the configuration file; the flag is `--config`.",
};

/// The relay token itself.
pub const BEARER_TOKEN: Variable = Variable {
    variable: "BEARER_TOKEN",
    lineage: Lineage::Airelay,
    description: "The relay token itself, instead of the token file. Never read from the configuration file.",
};

/// The variables that have no key in the file.
pub const VARIABLES: [Variable; 3] = [CONFIG, BEARER_TOKEN, LOG];

/// What is logged on standard error.
pub const LOG: Variable = Variable {
    variable: "LOG",
    lineage: Lineage::Airelays,
    description: "What goes to standard error, as `tracing` filter directives such as `airelays=debug`. Default: `airelays=warn`.",
};

impl Key {
    const fn new(
        name: &'static str,
        variable: &'static str,
        kind: Kind,
        default: &'static str,
        description: &'static str,
    ) -> Self {
        Self { name, variable, flag: None, lineage: Lineage::Airelays, kind, default, description, renamed_to: None }
    }

    const fn flag(self, flag: &'static str) -> Self {
        Self { flag: Some(flag), ..self }
    }

    const fn known_to(self, lineage: Lineage) -> Self {
        Self { lineage, ..self }
    }

    const fn renamed_to(self, name: &'static str) -> Self {
        Self { renamed_to: Some(name), ..self }
    }

    /// Table and name apart: `("server", "port")`.
    #[must_use]
    pub fn split(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// The variable to use today: `AIRELAYS_PORT`.
    #[must_use]
    pub fn current_variable(&self) -> String {
        format!("{}{}", PREFIXES[0].text, self.variable)
    }

    /// Its default as JSON; null when it is found on the machine or in other settings.
    #[must_use]
    pub fn default_value(&self) -> serde_json::Value {
        let value = self.kind.parse(self.default).filter(|_| !self.has_found_default());
        value.and_then(|value| serde_json::to_value(value).ok()).unwrap_or_default()
    }

    /// Whether the default depends on the machine or on other settings.
    #[must_use]
    pub fn has_found_default(&self) -> bool {
        self.default.starts_with('<')
    }
}

use Lineage::{Airelay, OpenaiEndpoint};

/// Every setting, in the order they are documented and written.
pub const KEYS: &[Key] = &[
    Key::new("server.host", "HOST", Kind::Word, "127.0.0.1", "Address or host name to listen on. Anything but loopback lets other machines in.")
        .flag("--host")
        .known_to(OpenaiEndpoint),
    Key::new("server.port", "PORT", PORT, "8080", "Port to listen on; 0 takes a free one.").flag("--port").known_to(OpenaiEndpoint),
    Key::new("server.max_body_bytes", "MAX_BODY_BYTES", Kind::Bytes, "33554432", "Largest JSON request body, in bytes. A larger one is answered with 413."),
    Key::new("server.unix_socket", "UNIX_SOCKET", Kind::Path, "<unset>", "Unix socket to listen on beside the port; only its owner may connect."),
    Key::new("server.tls_certificate", "TLS_CERTIFICATE", Kind::Path, "<unset>", "PEM file of the certificate, with its chain, for TLS on the port. Needs `server.tls_key`."),
    Key::new("server.tls_key", "TLS_KEY", Kind::Path, "<unset>", "PEM file of the private key that belongs to `server.tls_certificate`."),
    Key::new("server.max_connections", "MAX_CONNECTIONS", CONNECTIONS, "512", "Connections open at a time. A new one takes the place of one that waits for a request; when none waits, it is closed."),
    Key::new("server.max_connections_per_ip", "MAX_CONNECTIONS_PER_IP", CONNECTIONS, "64", "The same for one address of another machine (IPv6: one /64). Programs on this machine have the limit of all connections only."),
    Key::new("server.shutdown_timeout_seconds", "SHUTDOWN_TIMEOUT_SECONDS", Kind::SecondsOrZero, "30", "How long running answers may go on after the signal to stop, in seconds. What is left then ends with an error."),
    Key::new("server.allowed_hosts", "ALLOWED_HOSTS", Kind::Hosts, "[]", "Further names that callers may use as `Host`, such as that of a reverse proxy, with one port or, without one, any. Loopback names with the relay's port are always allowed."),
    Key::new("server.allowed_origins", "ALLOWED_ORIGINS", Kind::Origins, "[]", "Web pages that may call the relay from a browser, by their origin. None by default; they need the relay token like everybody."),
    Key::new("paths.data_dir", "DATA_DIR", Kind::Path, "<`~/.airelays`, else an existing `~/.airelay`>", "Directory of everything the relay keeps: relay token, upstream login, state.")
        .flag("--data-dir")
        .known_to(OpenaiEndpoint),
    Key::new("paths.logs_dir", "LOGS_DIR", Kind::Path, "<`logs` in the data directory>", "Directory of the traffic log.")
        .flag("--logs-dir")
        .known_to(OpenaiEndpoint),
    Key::new("auth.storage", "AUTH_STORAGE", Kind::Choice(AuthStorage::NAMES), "auto", "Where the upstream login is kept: `file`, `keyring`, or `auto` for the keyring when there is one and else the file.")
        .flag("--auth-storage")
        .known_to(OpenaiEndpoint),
    Key::new("auth.browser_open", "BROWSER_OPEN", Kind::Boolean, "true", "Whether a login opens the browser by itself. The address is told either way.").known_to(OpenaiEndpoint),
    Key::new("auth.login_timeout_seconds", "LOGIN_TIMEOUT_SECONDS", Kind::Seconds, "900", "How long a login waits for the user, in seconds.").known_to(OpenaiEndpoint),
    Key::new("upstream.kind", "UPSTREAM_KIND", Kind::Choice(UpstreamKind::NAMES), "chatgpt", "Who answers: `chatgpt` is the subscription backend, `demo` an offline one that needs no login.").flag("--upstream"),
    Key::new("upstream.base_url", "UPSTREAM_BASE_URL", Kind::Url, "https://chatgpt.com/backend-api/codex", "Base URL of the subscription backend.").known_to(OpenaiEndpoint),
    Key::new("upstream.issuer_base_url", "ISSUER_BASE_URL", Kind::Url, "https://auth.openai.com", "Base URL of the service that issues the upstream login.").known_to(OpenaiEndpoint),
    Key::new("upstream.client_id", "CLIENT_ID", Kind::Word, "app_EMoamEEZ73f0CkXaXp7hrann", "OAuth client id used for the upstream login.").known_to(OpenaiEndpoint),
    Key::new("upstream.client_version", "CLIENT_VERSION", Kind::Word, "0.153.4", "Client version named when asking for the model list. The backend leaves out models that need a newer one.").known_to(OpenaiEndpoint),
    Key::new("upstream.originator", "UPSTREAM_ORIGINATOR", Kind::Word, "airelays", "Name this program gives itself in the `originator` and `User-Agent` headers."),
    Key::new("upstream.retries", "UPSTREAM_RETRIES", Kind::Count(0, 10), "2", "How often a call that failed before its answer began is sent again. 0 never."),
    Key::new("upstream.connect_timeout_seconds", "UPSTREAM_CONNECT_TIMEOUT_SECONDS", Kind::Seconds, "10", "How long connecting to the backend may take, in seconds."),
    Key::new("upstream.first_byte_timeout_seconds", "UPSTREAM_FIRST_BYTE_TIMEOUT_SECONDS", Kind::Seconds, "300", "How long the backend may take until its answer begins, in seconds."),
    Key::new("upstream.stream_idle_timeout_seconds", "UPSTREAM_STREAM_IDLE_TIMEOUT_SECONDS", Kind::Seconds, "300", "How long the backend may be silent within an answer, in seconds."),
    Key::new("upstream.request_timeout_seconds", "REQUEST_TIMEOUT_SECONDS", Kind::Seconds, "<unset>", "Old name of `upstream.stream_idle_timeout_seconds`; read when that one is not set.")
        .known_to(OpenaiEndpoint)
        .renamed_to("upstream.stream_idle_timeout_seconds"),
    Key::new("upstream.models_cache_seconds", "UPSTREAM_MODELS_CACHE_SECONDS", Kind::SecondsOrZero, "300", "How long a model list is reused, in seconds. 0 asks every time."),
    Key::new("security.require_bearer_auth", "REQUIRE_BEARER_AUTH", Kind::Boolean, "true", "Whether callers must send the relay token. Without it, whoever reaches the listener spends the subscription.")
        .flag("--no-auth")
        .known_to(Airelay),
    Key::new("security.bearer_token_file", "BEARER_TOKEN_FILE", Kind::Path, "<`relay-token` in the data directory>", "File that holds the relay token. It is read again when it changes.")
        .flag("--bearer-token-file")
        .known_to(Airelay),
    Key::new("security.auto_generate_bearer_token", "AUTO_GENERATE_BEARER_TOKEN", Kind::Boolean, "false", "Whether `serve` creates a missing relay token instead of refusing to start.").known_to(Airelay),
    Key::new("security.rate_limit_per_minute", "RATE_LIMIT_PER_MINUTE", REQUESTS, "120", "Requests per minute and client address, averaged.").known_to(Airelay),
    Key::new("security.rate_limit_burst", "RATE_LIMIT_BURST", REQUESTS, "40", "Requests a client address may send at once after a pause.").known_to(Airelay),
    Key::new("security.concurrent_requests_per_ip", "CONCURRENT_REQUESTS_PER_IP", REQUESTS, "8", "Requests a client address may have open at the same time, streams included.").known_to(Airelay),
    Key::new("security.failed_auth_window_seconds", "FAILED_AUTH_WINDOW_SECONDS", Kind::Seconds, "300", "Period in which wrong relay tokens of one client address are counted, in seconds.").known_to(Airelay),
    Key::new("security.failed_auth_max_attempts", "FAILED_AUTH_MAX_ATTEMPTS", REQUESTS, "8", "Wrong relay tokens within that period after which the client address is blocked. This machine's own address is blocked only for callers without the right token.").known_to(Airelay),
    Key::new("security.failed_auth_block_seconds", "FAILED_AUTH_BLOCK_SECONDS", Kind::Seconds, "900", "How long such a block lasts, in seconds.").known_to(Airelay),
    Key::new("security.trust_x_forwarded_for", "TRUST_X_FORWARDED_FOR", Kind::Boolean, "false", "Whether a reverse proxy's `X-Forwarded-For` names the client, which is then its last address. Only true behind a proxy that adds to it.").known_to(Airelay),
    Key::new("security.allow_open_network", "ALLOW_OPEN_NETWORK", Kind::Boolean, "false", "Whether a relay without bearer auth may listen on an address that other machines reach. Without this, `serve` refuses to.")
        .flag("--allow-open-network"),
    Key::new("logging.enabled", "LOGGING_ENABLED", Kind::Boolean, "true", "Whether requests and answers are written to the traffic log."),
    Key::new("logging.bodies", "LOGGING_BODIES", Kind::Boolean, "true", "Whether the traffic log holds bodies, and with them prompts and answers. Without them it holds their length and SHA-256."),
    Key::new("logging.stream_lines", "LOGGING_STREAM_LINES", Kind::Boolean, "false", "Whether the traffic log holds every event of the backend's streams too; needs `logging.bodies`. `airelays contract drift` and `contract record` read these."),
    Key::new("logging.retention_days", "LOGGING_RETENTION_DAYS", Kind::Count(1, 36_500), "30", "Age at which files of the traffic log are deleted, in days."),
    Key::new("logging.max_total_mb", "LOGGING_MAX_TOTAL_MB", Kind::Count(1, 16_777_216), "2048", "Size of the traffic log above which its oldest files are deleted, in MiB."),
    Key::new("metrics.public", "METRICS_PUBLIC", Kind::Boolean, "false", "Whether `/metrics` answers without the relay token."),
    Key::new("uploads.max_upload_bytes", "MAX_UPLOAD_BYTES", Kind::Bytes, "33554432", "Largest uploaded file, in bytes.").known_to(Airelay),
    Key::new("uploads.max_total_upload_bytes", "MAX_TOTAL_UPLOAD_BYTES", Kind::Bytes, "268435456", "Largest sum of all uploaded files, in bytes.").known_to(Airelay),
    Key::new("state.response_ttl_hours", "RESPONSE_TTL_HOURS", Kind::Count(0, 8760), "24", "How long a response can be fetched and continued by its id, in hours. 0 remembers none, and `previous_response_id` is refused."),
    Key::new("contract.profile", "CONTRACT_PROFILE", Kind::Choice(Profile::NAMES), "strict", "What becomes of fields the backend cannot honour: `strict` refuses them, `lenient` leaves some out and says so in a header.")
        .flag("--profile"),
    Key::new("chat.reasoning", "CHAT_REASONING", Kind::Choice(ChatReasoning::NAMES), "reasoning_content", "How Chat Completions shows reasoning summaries: as `reasoning_content`, as `think-tags` in the text, or `off`."),
];

/// The setting of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The setting a misspelt or misplaced name most likely meant; the table, for a name outside of any.
#[must_use]
pub fn suggest(name: &str) -> Option<&'static str> {
    let tables = KEYS.iter().map(|key| key.split().0).filter(|_| !name.contains('.'));
    let tables = tables.map(|table| (table, strsim::normalized_damerau_levenshtein(name, table)));
    closest(KEYS.iter().map(|key| (key.name, likeness(name, key.name))).chain(tables))
}

/// The variable (with today's prefix) a misspelt one most likely meant.
#[must_use]
pub fn suggest_variable(name: &str) -> Option<String> {
    let suffixes = KEYS.iter().map(|key| key.variable).chain(VARIABLES.iter().map(|variable| variable.variable));
    let name = name.strip_prefix(PREFIXES[0].text).unwrap_or(name);
    closest(suffixes.map(|suffix| (suffix, strsim::normalized_damerau_levenshtein(name, suffix))))
        .map(|suffix| format!("{}{suffix}", PREFIXES[0].text))
}

fn likeness(given: &str, key: &str) -> f64 {
    let (key_table, key_field) = key.split_once('.').unwrap_or(("", key));
    let (table, field) = given.split_once('.').unwrap_or(("", given));
    if field == key_field {
        1.0
    } else if table == key_table {
        strsim::normalized_damerau_levenshtein(field, key_field)
    } else {
        strsim::normalized_damerau_levenshtein(given, key)
    }
}

fn closest(candidates: impl Iterator<Item = (&'static str, f64)>) -> Option<&'static str> {
    const ENOUGH: f64 = 0.6;
    candidates.filter(|(_, likeness)| *likeness >= ENOUGH).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_key_that_was_meant() {
        for (given, expected) in [
            ("server.prot", Some("server.port")),
            ("server.base_url", Some("upstream.base_url")),
            ("sever.host", Some("server.host")),
            ("security.rate_limit", Some("security.rate_limit_burst")),
            ("sever", Some("server")),
            ("port", Some("server.port")),
            ("server.colour", None),
        ] {
            assert_eq!(suggest(given), expected, "{given}");
        }
        assert_eq!(suggest_variable("AIRELAYS_PROT").as_deref(), Some("AIRELAYS_PORT"));
        assert_eq!(suggest_variable("AIRELAYS_COLOUR"), None);
    }

    #[test]
    fn names_and_variables_are_unique_and_defaults_are_valid() {
        for (index, key) in KEYS.iter().enumerate() {
            let rest = &KEYS[index + 1..];
            assert!(rest.iter().all(|other| other.name != key.name && other.variable != key.variable), "{}", key.name);
            assert!(key.has_found_default() || key.kind.parse(key.default).is_some(), "{}", key.name);
            assert!(key.renamed_to.is_none_or(|name| find(name).is_some()), "{}", key.name);
        }
    }
}
