//! The upstream login as several subcommands tell it: as a section for people, as JSON for programs, in a sentence that explains it.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::printer::View;
use super::runtime;
use super::time::{local_date, period, rfc3339};
use crate::auth::{Auth, AuthSettings, AuthState, AuthStatus, Place};
use crate::config::{Config, UpstreamKind};

/// The upstream login as it is now; `None` for an upstream that needs none. Nothing is asked of the network.
pub(super) async fn look(config: &Config) -> Option<Account> {
    match config.upstream.kind {
        UpstreamKind::Demo => None,
        UpstreamKind::Chatgpt => Some(Account::new(Auth::open(AuthSettings::from(config)).status().await)),
    }
}

/// The same for subcommands that do nothing else at the same time.
pub(super) fn look_now(config: &Config) -> anyhow::Result<Option<Account>> {
    runtime::block_on(async { Ok(look(config).await) })
}

/// What a call upstream gives, once no renewal of the login that it may have started is under way.
pub(super) async fn settled<T>(login: Option<&Auth>, call: impl Future<Output = T>) -> T {
    let answer = call.await;
    if let Some(login) = login {
        login.settled().await;
    }
    answer
}

/// An upstream login, and when it was looked at.
pub(super) struct Account {
    pub(super) status: AuthStatus,
    now: u64,
    zone: TimeZone,
}

impl Account {
    pub(super) fn new(status: AuthStatus) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { status, now, zone: TimeZone::system() }
    }

    /// **Shape**: `{"authenticated", "credentials_present", "account_bound", "ready_for_requests": boolean, "email", "plan_type", "account_id",
    /// "bound_account_id", "last_refresh": string | null, "auth_store_path", "keyring_service", "storage_mode", "state", "explanation": string,
    /// "stored_in": string, "access_token_expires_at": string | null, "can_refresh": boolean, "notes": [string]}`
    pub(super) fn json(&self, config: &Config) -> Value {
        let status = &self.status;
        let mut account = status.summary(&config.auth);
        let details = [
            ("explanation", json!(self.explanation())),
            ("stored_in", json!(status.place.to_string())),
            ("access_token_expires_at", json!(status.expires_at.and_then(rfc3339))),
            ("can_refresh", json!(status.can_refresh)),
            ("notes", json!(status.notes)),
        ];
        account.extend(details.map(|(name, value)| (name.to_owned(), value)));
        Value::Object(account)
    }

    /// Adds the section for people.
    pub(super) fn section(&self, view: View, config: &Config) -> View {
        let status = &self.status;
        let view = view
            .section("Upstream Session")
            .field("Ready", yes_no(status.is_usable))
            .field("Authenticated", yes_no(status.is_usable))
            .field("Account bound", yes_no(status.bound_account_id.is_some()))
            .optional_field("Email", status.email.as_ref().map(|email| email.expose()))
            .optional_field("Plan", status.plan.as_ref())
            .optional_field("Account ID", status.account_id.as_ref())
            .optional_field("Last refresh", status.last_refresh.as_ref())
            .field("Storage mode", config.auth.storage)
            .field("Auth store", self.store(config))
            .field("State", status.state.name())
            .line(self.explanation());
        status.notes.iter().fold(view, |view, note| view.line(format!("Note: {note}")))
    }

    /// Where the login is kept, for people.
    pub(super) fn store(&self, config: &Config) -> String {
        match &self.status.place {
            Place::File(path) => config.home.abbreviate(path),
            Place::Keyring { .. } => self.status.place.to_string(),
        }
    }

    /// What the state means, and what to do about it where something is to be done.
    pub(super) fn explanation(&self) -> String {
        let status = &self.status;
        match &status.state {
            AuthState::Ready => {
                let good = match status.expires_at {
                    Some(at) => format!("The access token is good until {}", self.when(at)),
                    None => "The access token does not say when it ends".to_owned(),
                };
                let then = if status.can_refresh {
                    "it is renewed by itself"
                } else {
                    "there is no refresh token, so log in again then with `airelays login`"
                };
                format!("{good}; {then}.")
            }
            AuthState::Expired if status.can_refresh => {
                let ended = status.expires_at.map_or_else(String::new, |at| format!(" on {}", self.when(at)));
                format!("The access token ended{ended}; the next request renews it.")
            }
            AuthState::RefreshFailed(failure) => {
                let since =
                    local_date(failure.since, &self.zone).map_or_else(String::new, |since| format!(" since {since}"));
                format!(
                    "The provider does not renew the login{since} ({}): {}. Run `airelays login`.",
                    failure.code,
                    failure.message.trim_end_matches('.')
                )
            }
            AuthState::Missing
            | AuthState::Expired
            | AuthState::Incomplete
            | AuthState::Corrupt
            | AuthState::AccountMismatch
            | AuthState::Unreadable => match &status.problem {
                Some(problem) => sentence(&problem.to_string()),
                None => "The login cannot be used; run `airelays login`.".to_owned(),
            },
        }
    }

    /// A time, and how far away it is.
    fn when(&self, at: u64) -> String {
        let time = local_date(at, &self.zone).unwrap_or_else(|| at.to_string());
        if at >= self.now {
            format!("{time} (in {})", period(at - self.now))
        } else {
            format!("{time} ({} ago)", period(self.now - at))
        }
    }
}

/// Commands that lead from here to a running relay.
pub(super) fn next_steps(config: &Config, has_token: bool, account: Option<&Account>) -> Vec<String> {
    let options = named_config(config);
    let mut steps = Vec::new();
    if config.security.require_bearer_auth && !has_token {
        steps.push(format!("airelays init{options}"));
    }
    if account.is_some_and(|account| !account.status.is_usable) {
        steps.push(format!("airelays login{options}"));
    }
    let open = if config.security.require_bearer_auth { "" } else { " --no-auth" };
    steps.push(format!("airelays serve{options} --host {} --port {}{open}", config.server.host, config.server.port));
    steps
}

/// The option that names the configuration file again, where one was named.
fn named_config(config: &Config) -> String {
    if !config.file.is_named {
        return String::new();
    }
    format!(" --config {}", quoted(&config.home.abbreviate(&config.file.path)))
}

/// A path for a shell. A leading `~` stays outside of the quotes, so that it keeps its meaning.
fn quoted(path: &str) -> String {
    let is_plain =
        |text: &str| text.chars().all(|character| character.is_alphanumeric() || "/._-+:@".contains(character));
    let (home, rest) = path.strip_prefix("~/").map_or(("", path), |rest| ("~/", rest));
    if is_plain(rest) { path.to_owned() } else { format!("{home}'{}'", rest.replace('\'', "'\\''")) }
}

pub(super) fn yes_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// A message as a sentence.
pub(super) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::auth::{AuthError, RefreshFailure};
    use crate::config::AuthStorage;

    fn account(state: AuthState, expires_at: Option<u64>, can_refresh: bool, problem: Option<AuthError>) -> Account {
        let status = AuthStatus {
            state,
            is_usable: problem.is_none(),
            storage: AuthStorage::File,
            place: Place::File(PathBuf::from("/data/auth.json")),
            keyring: None,
            legacy: None,
            email: None,
            plan: None,
            account_id: None,
            bound_account_id: None,
            user_id: None,
            last_refresh: None,
            expires_at,
            can_refresh,
            notes: Vec::new(),
            problem,
        };
        Account { status, now: 1_782_770_000, zone: TimeZone::UTC }
    }

    #[test]
    fn every_state_is_explained() {
        let place = || Place::File(PathBuf::from("/data/auth.json"));
        let failure = RefreshFailure {
            code: "refresh_token_reused".to_owned(),
            message: "the refresh token was used before".to_owned(),
            since: 1_782_760_000,
            is_permanent: true,
        };
        let accounts = [
            account(AuthState::Ready, Some(1_782_780_000), true, None),
            account(AuthState::Ready, Some(1_782_780_000), false, None),
            account(AuthState::Ready, None, true, None),
            account(AuthState::Expired, Some(1_782_760_000), true, None),
            account(AuthState::Expired, Some(1_782_760_000), false, Some(AuthError::Expired { place: place() })),
            account(AuthState::RefreshFailed(failure.clone()), None, true, Some(AuthError::Refresh(failure))),
            account(AuthState::Missing, None, false, Some(AuthError::Missing { place: place() })),
            account(
                AuthState::Incomplete,
                None,
                false,
                Some(AuthError::Incomplete { place: place(), found: ", only an API key" }),
            ),
            account(AuthState::Corrupt, None, false, Some(AuthError::Corrupt { place: place(), line: 1, column: 9 })),
            account(AuthState::AccountMismatch, None, true, Some(AuthError::AccountMismatch { place: place() })),
        ];
        let told: Vec<_> = accounts
            .iter()
            .map(|account| format!("{}: {}", account.status.state.name(), account.explanation()))
            .collect();
        insta::assert_snapshot!("explanations", told.join("\n"));
    }

    #[test]
    fn paths_are_quoted_for_a_shell() {
        for (path, expected) in [
            ("~/.airelays/auth.json", "~/.airelays/auth.json"),
            ("~/my relay/auth.json", "~/'my relay/auth.json'"),
            ("/it's/a", "'/it'\\''s/a'"),
        ] {
            assert_eq!(quoted(path), expected);
        }
    }
}
