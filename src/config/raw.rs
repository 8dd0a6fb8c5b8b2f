//! The settings as a source gives them: every table and every value may be missing.
//!
//! Flags, each generation of variables and the file each become one [`RawConfig`]; the higher one's values win over the lower one's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::auth::AuthStorage;
use super::chat::ChatReasoning;
use super::upstream::UpstreamKind;
use crate::contract::Profile;

/// Declares tables whose fields are all optional, with `or` to put one over another.
macro_rules! raw_tables {
    ($( $(#[$doc:meta])* $name:ident { $( $field:ident: $type:ty, )+ } )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $(
                #[doc = concat!("`", stringify!($field), "`, described in [`KEYS`](super::keys::KEYS).")]
                pub $field: Option<$type>,
            )+
        }

        impl $name {
            fn or(self, lower: Self) -> Self {
                Self { $( $field: self.$field.or(lower.$field), )+ }
            }
        }
    )+ };
}

raw_tables! {
    /// Table `server`.
    RawServer {
        host: String,
        port: u16,
        max_body_bytes: u64,
        unix_socket: String,
        tls_certificate: String,
        tls_key: String,
        max_connections: u32,
        max_connections_per_ip: u32,
        shutdown_timeout_seconds: f64,
        allowed_hosts: Vec<String>,
        allowed_origins: Vec<String>,
    }
    /// Table `paths`.
    RawPaths {
        data_dir: String,
        logs_dir: String,
    }
    /// Table `auth`.
    RawAuth {
        storage: AuthStorage,
        browser_open: bool,
        login_timeout_seconds: f64,
    }
    /// Table `upstream`.
    RawUpstream {
        kind: UpstreamKind,
        base_url: String,
        issuer_base_url: String,
        client_id: String,
        client_version: String,
        originator: String,
        retries: u32,
        connect_timeout_seconds: f64,
        first_byte_timeout_seconds: f64,
        stream_idle_timeout_seconds: f64,
        request_timeout_seconds: f64,
        models_cache_seconds: f64,
    }
    /// Table `security`.
    RawSecurity {
        require_bearer_auth: bool,
        bearer_token_file: String,
        auto_generate_bearer_token: bool,
        rate_limit_per_minute: u32,
        rate_limit_burst: u32,
        concurrent_requests_per_ip: u32,
        failed_auth_window_seconds: f64,
        failed_auth_max_attempts: u32,
        failed_auth_block_seconds: f64,
        trust_x_forwarded_for: bool,
        allow_open_network: bool,
    }
    /// Table `logging`.
    RawLogging {
        enabled: bool,
        bodies: bool,
        stream_lines: bool,
        retention_days: u32,
        max_total_mb: u32,
    }
    /// Table `metrics`.
    RawMetrics {
        public: bool,
    }
    /// Table `uploads`.
    RawUploads {
        max_upload_bytes: u64,
        max_total_upload_bytes: u64,
    }
    /// Table `state`.
    RawState {
        response_ttl_hours: u32,
    }
    /// Table `contract`.
    RawContract {
        profile: Profile,
    }
    /// Table `chat`.
    RawChat {
        reasoning: ChatReasoning,
    }
}

/// The whole file, or what flags or variables say in its terms.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawConfig {
    /// Where the relay listens.
    pub server: RawServer,
    /// Where it keeps things.
    pub paths: RawPaths,
    /// How it logs in upstream.
    pub auth: RawAuth,
    /// Who answers, and how long it may take.
    pub upstream: RawUpstream,
    /// Who may call it, and how often.
    pub security: RawSecurity,
    /// What is written down of requests and answers.
    pub logging: RawLogging,
    /// Who may read the metrics.
    pub metrics: RawMetrics,
    /// How much may be uploaded.
    pub uploads: RawUploads,
    /// What the relay remembers, and how long.
    pub state: RawState,
    /// How strictly the contract is read.
    pub contract: RawContract,
    /// Choices of the Chat Completions translation.
    pub chat: RawChat,
}

impl RawConfig {
    /// These values, and `lower`'s where one is missing.
    #[must_use]
    pub fn or(self, lower: Self) -> Self {
        Self {
            server: self.server.or(lower.server),
            paths: self.paths.or(lower.paths),
            auth: self.auth.or(lower.auth),
            upstream: self.upstream.or(lower.upstream),
            security: self.security.or(lower.security),
            logging: self.logging.or(lower.logging),
            metrics: self.metrics.or(lower.metrics),
            uploads: self.uploads.or(lower.uploads),
            state: self.state.or(lower.state),
            contract: self.contract.or(lower.contract),
            chat: self.chat.or(lower.chat),
        }
    }

    /// The value of a key as JSON; null when it is missing.
    #[must_use]
    pub fn value(&self, name: &str) -> serde_json::Value {
        let (table, field) = name.split_once('.').unwrap_or(("", name));
        // Plain data: serialising cannot fail, and a failure would read as "missing".
        let tables = serde_json::to_value(self).unwrap_or_default();
        tables.get(table).and_then(|table| table.get(field)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::{KEYS, Key};
    use super::*;

    fn sample(key: &Key) -> toml::Value {
        let text = if key.has_found_default() { "7" } else { key.default };
        key.kind.parse(text).unwrap()
    }

    #[test]
    fn the_tables_and_the_list_of_keys_agree() {
        let mut document = toml::Table::new();
        for key in KEYS {
            let (table, field) = key.split();
            let table = document.entry(table).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            table.as_table_mut().unwrap().insert(field.to_owned(), sample(key));
        }
        let raw: RawConfig = document.try_into().expect("every key of the list is a field");
        let fields = serde_json::to_value(&raw).unwrap();
        for (table, fields) in fields.as_object().unwrap() {
            for (field, value) in fields.as_object().unwrap() {
                assert!(!value.is_null(), "`{table}.{field}` has no row in KEYS");
            }
        }
    }
}
