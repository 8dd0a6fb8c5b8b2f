//! What the tokens of a ChatGPT login say about their owner.
//!
//! The signatures are not checked: the tokens come from the provider over TLS or from the user's own disk, and the backend checks them. Nothing here decides who may do
//! what; it names the account in a header, and tells people which login this is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::secret::Secret;

/// Claim that holds the account's members. Source: `login/src/token_data.rs` in openai/codex.
const AUTH: &str = "https://api.openai.com/auth";
/// Claim that holds the owner's profile, in access tokens. Source: as above.
const PROFILE: &str = "https://api.openai.com/profile";

/// What one token says; a token that is no JWT says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims {
    pub(super) account_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) email: Option<Secret<String>>,
    pub(super) plan: Option<String>,
    pub(super) is_fedramp: Option<bool>,
    /// Unix seconds.
    pub(super) expires_at: Option<u64>,
}

impl Claims {
    /// Reads the middle part of a JWT.
    pub(super) fn read(token: &str) -> Self {
        payload(token).map(|payload| Self::of(&payload)).unwrap_or_default()
    }

    /// These claims, and the other token's where one is missing. The expiry is each token's own.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            account_id: self.account_id.or(other.account_id),
            user_id: self.user_id.or(other.user_id),
            email: self.email.or(other.email),
            plan: self.plan.or(other.plan),
            is_fedramp: self.is_fedramp.or(other.is_fedramp),
            expires_at: self.expires_at,
        }
    }

    fn of(payload: &Value) -> Self {
        let auth = &payload[AUTH];
        // Tokens seen by other programs have the account at the top, or only as the first organisation. Source: sst/opencode, codex plugin.
        let account_id =
            [&auth["chatgpt_account_id"], &payload["chatgpt_account_id"], &payload["organizations"][0]["id"]];
        Self {
            account_id: account_id.into_iter().find_map(text),
            user_id: text(&auth["chatgpt_user_id"]).or_else(|| text(&auth["user_id"])),
            email: text(&payload["email"]).or_else(|| text(&payload[PROFILE]["email"])).map(Secret::new),
            plan: text(&auth["chatgpt_plan_type"]).or_else(|| text(&payload["chatgpt_plan_type"])),
            is_fedramp: auth["chatgpt_account_is_fedramp"].as_bool(),
            expires_at: seconds(&payload["exp"]),
        }
    }
}

fn payload(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// JWT allows fractions of a second.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is right for a time out of range"
)]
fn seconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().map(|seconds| seconds as u64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(payload: &Value) -> String {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()));
        let Claims { account_id, user_id, email, plan, is_fedramp, expires_at } = Claims::read(&token);
        let email = email.map(|email| email.expose().clone());
        json!({"account": account_id, "user": user_id, "email": email, "plan": plan, "fedramp": is_fedramp, "expires": expires_at}).to_string()
    }

    #[test]
    fn claims_of_an_id_token() {
        let payload = json!({"email": "user@example.test", "exp": 4_102_444_800_u64, AUTH: {
            "chatgpt_account_id": "account-1", "chatgpt_plan_type": "plus", "user_id": "user-1", "chatgpt_account_is_fedramp": true,
        }});
        insta::assert_snapshot!(read(&payload), @r#"{"account":"account-1","user":"user-1","email":"user@example.test","plan":"plus","fedramp":true,"expires":4102444800}"#);
    }

    #[test]
    fn claims_in_other_places() {
        let at_the_top =
            json!({"chatgpt_account_id": "account-1", PROFILE: {"email": "user@example.test"}, "exp": 1.5});
        insta::assert_snapshot!(read(&at_the_top), @r#"{"account":"account-1","user":null,"email":"user@example.test","plan":null,"fedramp":null,"expires":1}"#);
        let organizations = json!({"organizations": [{"id": "org-1"}, {"id": "org-2"}], "email": " ", "exp": "soon"});
        insta::assert_snapshot!(read(&organizations), @r#"{"account":"org-1","user":null,"email":null,"plan":null,"fedramp":null,"expires":null}"#);
    }

    #[test]
    fn what_is_no_jwt_says_nothing() {
        for token in ["", "at-0001", "a.b", "a.!.c", "a.e30.c", "a.WzFd.c", "a.bm90IGpzb24.c"] {
            assert!(Claims::read(token).account_id.is_none(), "{token}");
        }
    }
}
