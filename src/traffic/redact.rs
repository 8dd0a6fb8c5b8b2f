//! What must not be read in the log is taken out here: by the name of a member, by what a value looks like, and by value.
//!
//! Runs in the writer, over the whole record, so that no record can forget it. Names of members count whatever their case, and `-` is `_`. An error's
//! `code` and a tool's property of that name are no secrets and stay; the `code` of an OAuth exchange goes.

mod content;
mod text;

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

pub(super) use text::redact_text;

use crate::secret::Secret;

/// What stands instead of a secret.
pub const REDACTED: &str = "[REDACTED]";

/// Members whose value is a secret, in lower case with `_`.
const SECRET_NAMES: &[&str] = &[
    "authorization",
    "proxy_authorization",
    "cookie",
    "set_cookie",
    "access_token",
    "refresh_token",
    "id_token",
    "api_key",
    "apikey",
    "x_api_key",
    "bearer_token",
    "relay_token",
    "client_secret",
    "code_verifier",
    "chatgpt_account_id",
    "email",
    "x_codex_turn_state",
];

/// Members that tell an OAuth exchange, in which `code` is a secret too.
const OAUTH_NAMES: &[&str] = &["grant_type", "code_verifier", "code_challenge", "redirect_uri", "authorization_code"];

/// The shortest secret that is looked for by value, in bytes; a shorter one would be found everywhere.
pub const SHORTEST_BY_VALUE: usize = 8;

/// Secrets that an exchange has shown: they go from its records wherever they stand.
#[derive(Debug, Default)]
pub(super) struct Secrets(Mutex<Vec<Secret<String>>>);

impl Secrets {
    /// Adds one, and the form it has in a JSON string, unless it is known or too short to be told from ordinary text.
    pub(super) fn add(&self, secret: &str) {
        let literal = Value::from(secret).to_string();
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for form in [secret, literal.trim_matches('"')] {
            if form.len() >= SHORTEST_BY_VALUE && !secrets.iter().any(|known| known.expose() == form) {
                secrets.push(Secret::new(form.to_owned()));
            }
        }
    }

    /// The text without them.
    pub(super) fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.iter().fold(Cow::Borrowed(text), |text, secret| {
            if text.contains(secret.expose().as_str()) {
                Cow::Owned(text.replace(secret.expose().as_str(), REDACTED))
            } else {
                text
            }
        })
    }
}

/// Takes the secrets out of a JSON value.
pub(super) fn redact(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::Object(members) => redact_members(members, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, secrets)),
        Value::String(text) => match content::summary(text) {
            Some(summary) => *value = summary,
            None => {
                if let Cow::Owned(redacted) = redact_string(text, secrets) {
                    *text = redacted;
                }
            }
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn redact_string<'t>(text: &'t str, secrets: &Secrets) -> Cow<'t, str> {
    match secrets.scrub(text) {
        Cow::Borrowed(text) => redact_text(text),
        Cow::Owned(text) => Cow::Owned(redact_text(&text).into_owned()),
    }
}

fn redact_members(members: &mut Map<String, Value>, secrets: &Secrets) {
    let is_oauth = members.keys().any(|name| OAUTH_NAMES.contains(&plain(name).as_ref()));
    let is_image = members.get("type").is_some_and(|kind| kind == "image_generation_call");
    for (name, value) in members.iter_mut() {
        let name = plain(name);
        if SECRET_NAMES.contains(&name.as_ref()) || (is_oauth && name == "code") {
            hide(value, secrets);
        } else if matches!(name.as_ref(), "file_data" | "b64_json" | "partial_image_b64")
            || (is_image && name == "result")
        {
            content::summarise(value);
        } else {
            redact(value, secrets);
        }
    }
    let told: Vec<String> =
        members.keys().filter(|name| matches!(redact_string(name, secrets), Cow::Owned(_))).cloned().collect();
    for name in told {
        if let Some(value) = members.remove(&name) {
            members.insert(redact_string(&name, secrets).into_owned(), value);
        }
    }
}

/// Hides a value whose name says that it is a secret; a JSON Schema of that name describes one and is none.
fn hide(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Object(members) if is_schema(members) => redact_members(members, secrets),
        Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => *value = Value::from(REDACTED),
    }
}

fn is_schema(members: &Map<String, Value>) -> bool {
    ["type", "$ref", "anyOf", "oneOf", "allOf", "enum"].iter().any(|name| members.contains_key(*name))
}

/// A name in lower case with `_`.
fn plain(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte == b'-' || byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase().replace('-', "_"))
    } else {
        Cow::Borrowed(name)
    }
}

/// A query string without secrets.
pub(super) fn redact_query(query: &str, secrets: &Secrets) -> String {
    let pairs = query.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded =
            |text: &str| url::form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
        let plain_name = plain(name).into_owned();
        let is_secret = SECRET_NAMES.contains(&plain_name.as_str())
            || matches!(plain_name.as_str(), "key" | "token" | "code" | "secret" | "password");
        let shows = |text: &str| matches!(redact_string(text, secrets), Cow::Owned(_));
        if !value.is_empty() && (is_secret || shows(value) || decoded(value).is_some_and(|value| shows(&value))) {
            format!("{}={REDACTED}", redact_string(name, secrets))
        } else if shows(pair) || decoded(pair).is_some_and(|pair| shows(&pair)) {
            REDACTED.to_owned()
        } else {
            pair.to_owned()
        }
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The secrets that a query string shows by the names of its members, percent-decoded.
pub(super) fn secrets_in_query(query: &str) -> impl Iterator<Item = String> {
    url::form_urlencoded::parse(query.as_bytes()).filter_map(|(name, value)| {
        let name = plain(&name).into_owned();
        let is_secret = SECRET_NAMES.contains(&name.as_str()) || matches!(name.as_str(), "key" | "token");
        is_secret.then(|| value.into_owned())
    })
}

#[cfg(test)]
mod tests;
