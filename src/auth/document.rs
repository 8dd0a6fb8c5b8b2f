//! A login as it is written down.
//!
//! **Shape**: `{"bound_account_id"?: string, "tokens": {"id_token": string | {"raw_jwt": string}, "access_token": string,
//! "refresh_token"?: string, "account_id"?: string}, "last_refresh"?: string (ISO 8601)}`; other members at the top are kept as they are.
//! The same text goes into the file and into the keyring. A copy of the Codex CLI's `auth.json` has the same shape.
//! **Source**: `login/src/auth/storage.rs` in openai/codex, release 0.147.0, verified 2026-08-06; airelays 0.2.4.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::claims::Claims;
use crate::secret::{Secret, hex};

/// A login is renewed this long before its access token ends. Source: `login/src/auth/manager.rs` in openai/codex, release 0.147.0.
const RENEW_BEFORE_END: Duration = Duration::from_secs(5 * 60);
/// A login whose access token does not say when it ends is renewed after this long. Source: as above.
const RENEW_AFTER: Duration = Duration::from_secs(8 * 24 * 60 * 60);

/// A login.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) access_token: Option<Secret<String>>,
    pub(super) refresh_token: Option<Secret<String>>,
    pub(super) id_token: Option<Secret<String>>,
    /// The stored one, else the tokens'.
    pub(super) account_id: Option<String>,
    pub(super) bound_account_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) email: Option<Secret<String>>,
    pub(super) plan: Option<String>,
    pub(super) is_fedramp: bool,
    /// When the access token ends, in unix seconds.
    pub(super) expires_at: Option<u64>,
    /// As it is written.
    pub(super) last_refresh: Option<String>,
    others: Others,
}

/// Tokens as the provider gives them; what it leaves out stays as it was.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    pub(super) id_token: Option<Secret<String>>,
    pub(super) access_token: Option<Secret<String>>,
    pub(super) refresh_token: Option<Secret<String>>,
}

/// How urgently a login needs new tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Not at all.
    None,
    /// Soon; the access token can still be used.
    Soon,
    /// The access token cannot be used.
    Now,
}

/// Where a text stops being a login, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Members of other programs. They may be secrets, too.
#[derive(Clone, Default)]
struct Others(Map<String, Value>);

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Login {
    /// A login that was made just now.
    pub(super) fn new(tokens: Tokens, now: u64) -> Self {
        let login = Self::of(tokens, None, None, Others::default()).refreshed_at(now);
        Self { bound_account_id: login.account_id.clone(), ..login }
    }

    /// Reads a written login.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Damage> {
        // The parser's message may quote what it found, so only the place is kept.
        let written: Written = serde_json::from_slice(text)
            .map_err(|error| Damage { line: error.line().max(1), column: error.column().max(1) })?;
        let Written { bound_account_id, tokens, last_refresh, others } = written;
        let WrittenTokens { id_token, access_token, refresh_token, account_id } = tokens.unwrap_or_default();
        let id_token = id_token.map(IdToken::into_jwt);
        let tokens = Tokens { id_token, access_token, refresh_token };
        Ok(Self { last_refresh, ..Self::of(tokens, filled(account_id), filled(bound_account_id), Others(others)) })
    }

    /// The text to keep.
    pub(super) fn write(&self) -> Secret<String> {
        let token = |token: &Option<Secret<String>>| token.as_ref().map(|token| token.expose().clone());
        let mut written = json!({
            "bound_account_id": self.bound_account_id,
            "tokens": {
                "id_token": token(&self.id_token),
                "access_token": token(&self.access_token),
                "refresh_token": token(&self.refresh_token),
                "account_id": self.account_id,
            },
            "last_refresh": self.last_refresh,
        });
        if let Some(members) = written.as_object_mut() {
            members.extend(self.others.0.clone());
        }
        Secret::new(format!("{written:#}\n"))
    }

    /// This login with the tokens of a renewal.
    pub(super) fn renewed(&self, tokens: Tokens, now: u64) -> Self {
        let stored = self.clone();
        let account_id = tokens.id_token.as_ref().and_then(|token| Claims::read(token.expose()).account_id);
        let tokens = Tokens {
            id_token: tokens.id_token.or(stored.id_token),
            access_token: tokens.access_token.or(stored.access_token),
            refresh_token: tokens.refresh_token.or(stored.refresh_token),
        };
        Self::of(tokens, account_id.or(stored.account_id), stored.bound_account_id, stored.others).refreshed_at(now)
    }

    fn of(tokens: Tokens, account_id: Option<String>, bound_account_id: Option<String>, others: Others) -> Self {
        let Tokens { id_token, access_token, refresh_token } = tokens;
        let (id_token, access_token, refresh_token) =
            (filled_token(id_token), filled_token(access_token), filled_token(refresh_token));
        let read = |token: &Option<Secret<String>>| {
            token.as_ref().map(|token| Claims::read(token.expose())).unwrap_or_default()
        };
        let access_claims = read(&access_token);
        let expires_at = access_claims.expires_at;
        let claims = read(&id_token).or(access_claims);
        Self {
            access_token,
            refresh_token,
            id_token,
            account_id: account_id.or(claims.account_id),
            bound_account_id,
            user_id: claims.user_id,
            email: claims.email,
            plan: claims.plan,
            is_fedramp: claims.is_fedramp.unwrap_or(false),
            expires_at,
            last_refresh: None,
            others,
        }
    }

    fn refreshed_at(self, now: u64) -> Self {
        Self { last_refresh: written_time(now), ..self }
    }

    /// Whether the tokens are of the account the relay was bound to, or it was bound to none.
    pub(super) fn is_of_bound_account(&self) -> bool {
        self.bound_account_id.is_none() || self.bound_account_id == self.account_id
    }

    /// How urgently it needs new tokens, at a time in unix seconds.
    pub(super) fn need(&self, now: u64) -> Need {
        if self.access_token.is_none() {
            return Need::Now;
        }
        match (self.expires_at, self.last_refresh_at()) {
            (Some(end), _) if end <= now => Need::Now,
            (Some(end), _) if end <= now.saturating_add(RENEW_BEFORE_END.as_secs()) => Need::Soon,
            (None, Some(at)) if at.saturating_add(RENEW_AFTER.as_secs()) < now => Need::Soon,
            (Some(_) | None, _) => Need::None,
        }
    }

    /// When the tokens were renewed last, in unix seconds.
    pub(super) fn last_refresh_at(&self) -> Option<u64> {
        let at: Timestamp = self.last_refresh.as_deref()?.parse().ok()?;
        u64::try_from(at.as_second()).ok()
    }

    /// Tells this pair of tokens from every other one, and nothing else of them.
    pub(super) fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for token in [&self.refresh_token, &self.access_token] {
            digest.update(token.as_ref().map_or("", |token| token.expose().as_str()));
            digest.update([0]);
        }
        hex(&digest.finalize()[..8])
    }

    /// Whether this is the access token.
    pub(super) fn has_access_token(&self, token: &Secret<String>) -> bool {
        self.access_token.as_ref().is_some_and(|own| own.expose() == token.expose())
    }

    /// What a login without an access token has instead, after a comma, for people.
    pub(super) fn instead(&self) -> &'static str {
        let has_key = self.others.0.get("OPENAI_API_KEY").and_then(Value::as_str).is_some_and(|key| !key.is_empty());
        if has_key { ", only an API key" } else { "" }
    }
}

/// A time in unix seconds as it is written: as the Python package did.
fn written_time(at: u64) -> Option<String> {
    let at = Timestamp::from_second(i64::try_from(at).ok()?).ok()?;
    Some(at.to_string().replace('Z', "+00:00"))
}

#[derive(Deserialize)]
struct Written {
    bound_account_id: Option<String>,
    tokens: Option<WrittenTokens>,
    last_refresh: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Default, Deserialize)]
struct WrittenTokens {
    id_token: Option<IdToken>,
    access_token: Option<Secret<String>>,
    refresh_token: Option<Secret<String>>,
    account_id: Option<String>,
}

/// Older writers kept the claims beside the token.
#[derive(Deserialize)]
#[serde(untagged)]
enum IdToken {
    Jwt(Secret<String>),
    WithClaims { raw_jwt: Secret<String> },
}

impl IdToken {
    fn into_jwt(self) -> Secret<String> {
        match self {
            Self::Jwt(jwt) | Self::WithClaims { raw_jwt: jwt } => jwt,
        }
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn filled_token(token: Option<Secret<String>>) -> Option<Secret<String>> {
    token.filter(|token| !token.expose().trim().is_empty())
}

#[cfg(test)]
mod tests;
