//! What a client of this relay has to be set to; part of the output of several subcommands.

use serde_json::{Value, json};

use super::printer::View;
use crate::config::Config;
use crate::security::RelayToken;

const AUTHORIZATION: &str = "Authorization: Bearer <AIRelays token>";
const REVEAL: &str = "airelays token show";
const ROTATE: &str = "airelays token rotate";
const OPEN_NOTE: &str = "The relay asks for no key. Where an SDK insists on one, any text will do.";

/// What a client of this relay has to be set to.
pub(super) struct ClientSetup<'a> {
    config: &'a Config,
    /// The relay token, where it is to be shown.
    revealed: Option<&'a RelayToken>,
}

impl<'a> ClientSetup<'a> {
    pub(super) fn new(config: &'a Config, revealed: Option<&'a RelayToken>) -> Self {
        Self { config, revealed }
    }

    /// **Shape**: `{"base_url", "models_url", "requires_bearer_auth": true, "authorization_header", "token_file", "reveal_token_command",
    /// "rotate_token_command", "relay_token"?}`, or without bearer auth `{"base_url", "models_url", "requires_bearer_auth": false,
    /// "api_key_note"}`.
    pub(super) fn json(&self) -> Value {
        let security = &self.config.security;
        let base_url = self.config.server.client_base_url();
        let models_url = format!("{base_url}/models");
        if !security.require_bearer_auth {
            return json!({"base_url": base_url, "models_url": models_url, "requires_bearer_auth": false, "api_key_note": OPEN_NOTE});
        }
        let mut client = json!({
            "base_url": base_url,
            "models_url": models_url,
            "requires_bearer_auth": true,
            "authorization_header": AUTHORIZATION,
            "token_file": security.bearer_token_file,
            "reveal_token_command": REVEAL,
            "rotate_token_command": ROTATE,
        });
        if let Some(token) = self.revealed {
            client["relay_token"] = token.expose().into();
        }
        client
    }

    /// Adds the section for people.
    pub(super) fn section(&self, view: View) -> View {
        let security = &self.config.security;
        let base_url = self.config.server.client_base_url();
        let view =
            view.section("Client Setup").field("Base URL", &base_url).field("Models URL", format!("{base_url}/models"));
        if !security.require_bearer_auth {
            return view
                .field("Bearer auth", "disabled")
                .field("Access mode", "open")
                .field("Client key", "optional placeholder only")
                .field("SDK note", OPEN_NOTE);
        }
        let view = view
            .field("Bearer auth", "required")
            .field("Token file", self.config.home.abbreviate(&security.bearer_token_file))
            .field("Auth header", AUTHORIZATION);
        let view = match self.revealed {
            Some(token) => view.field("Relay token", token.expose()),
            None => view.field("Reveal token", REVEAL),
        };
        view.field("Rotate token", ROTATE)
    }
}
