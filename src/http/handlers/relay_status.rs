//! `GET /v1/relay/status`: what works, how it is set up, who is being counted. Nothing is asked of the network.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::contract::tables::OPERATIONS;
use crate::http::answer::json_response;
use crate::http::call::{Call, Site as _};
use crate::http::middleware::Admitted;
use crate::http::{APP_NAME, App};
use crate::upstream::LoginState;

/// The settings that are told again beside the numbers they govern.
const LIMITS: [&str; 7] = [
    "rate_limit_per_minute",
    "rate_limit_burst",
    "concurrent_requests_per_ip",
    "failed_auth_window_seconds",
    "failed_auth_max_attempts",
    "failed_auth_block_seconds",
    "trust_x_forwarded_for",
];

impl App {
    /// **Shape**: `RelayStatus` in `schemas/openai/relay.json`.
    pub(super) async fn view_relay_status(&self, call: &Call) -> Response {
        let login = self.upstream.login().await;
        let fingerprint = match &self.guard().token {
            Some(token) => token.fingerprint().await,
            None => None,
        };
        let runs_open = self.guard().token.is_none();
        let mut relay = self.settings.summary.clone();
        relay.insert("bearer_token_present".to_owned(), json!(fingerprint.is_some()));
        relay.insert("bearer_token_fingerprint".to_owned(), json!(fingerprint));
        let (remembered_items, remembered_bytes) = self.items.size();
        let body = json!({
            "object": "relay.status",
            "app_name": APP_NAME,
            "version": env!("CARGO_PKG_VERSION"),
            "ready": {
                "upstream_auth": matches!(login, LoginState::Ready | LoginState::NotNeeded),
                "relay_token": runs_open || fingerprint.is_some(),
            },
            "upstream": self.upstream.name(),
            "profile": self.settings.profile.name(),
            "auth": self.login_summary().await,
            "relay": relay,
            "security": self.security_summary(call.admitted, fingerprint.is_some()),
            "storage": {
                "file_count": 0,
                "total_bytes": 0,
                "conversation_count": 0,
                "remembered_items": remembered_items,
                "remembered_bytes": remembered_bytes,
            },
            "supported_routes": self.supported_routes(),
        });
        json_response(StatusCode::OK, body.to_string())
    }

    async fn login_summary(&self) -> Map<String, Value> {
        if let Some(login) = &self.login {
            return login.status().await.summary(&self.settings.auth);
        }
        // An upstream without a login has the same members, with nothing in them.
        let unknown = ["email", "plan_type", "account_id", "bound_account_id", "last_refresh"];
        let unused = ["auth_store_path", "keyring_service", "storage_mode"];
        let states = ["authenticated", "credentials_present", "account_bound", "ready_for_requests"];
        let states = states.map(|name| (name, json!(name == "ready_for_requests")));
        let nothing = unknown.into_iter().chain(unused).map(|name| (name, Value::Null));
        let rows = states.into_iter().chain(nothing).chain([("state", json!("not_needed"))]);
        rows.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn security_summary(&self, admitted: Option<Admitted>, has_token: bool) -> Map<String, Value> {
        let guard = self.guard();
        let census = guard.limiter.census();
        let limits = LIMITS.map(|name| (name, self.settings.summary.get(name).cloned().unwrap_or_default()));
        let client = admitted.map(|Admitted { caller, remaining }| {
            let account = guard.limiter.account(caller);
            json!({
                "ip": caller.to_string(),
                "allowance_remaining": remaining,
                "active_requests": account.active_requests,
                "failed_auth_attempts": account.failed_auth_attempts,
                "blocked_for_seconds": account.blocked_for.as_secs_f64().ceil() as u64,
            })
        });
        let before = [
            ("protected_routes", json!(["/v1/*", "/no-tools/v1/*"])),
            ("require_bearer_auth", json!(guard.token.is_some())),
            ("bearer_token_present", json!(has_token)),
        ];
        let after = [
            ("allowed_hosts", json!(guard.hosts.allowed())),
            ("allowed_origins", json!(guard.origins)),
            ("tracked_clients", json!(census.tracked)),
            ("blocked_clients", json!(census.blocked)),
            ("active_clients", json!(census.active)),
            ("client", json!(client)),
        ];
        before.into_iter().chain(limits).chain(after).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Method and path of every operation that is served.
    fn supported_routes(&self) -> Vec<String> {
        let is_supported = |id| self.boundary().operation(id).is_some_and(|row| row.supported);
        let supported = OPERATIONS.iter().filter(|operation| is_supported(operation.id));
        supported.map(|operation| format!("{} {}", operation.method, operation.path)).collect()
    }
}
