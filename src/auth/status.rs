//! What can be told about a login without using it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::document::{Login, Need};
use super::error::{AuthError, RefreshFailure, StoreError};
use super::notes::Notes;
use super::renewal::Keeper;
use super::store::{KEYRING_SERVICE, Store, Stored};
use crate::config::{AuthConfig, AuthStorage};
use crate::secret::Secret;

/// What can be told about a login without using it. Nothing is asked of the provider and nothing is changed.
#[derive(Debug, Clone)]
pub struct AuthStatus {
    /// In one word, with what belongs to it.
    pub state: AuthState,
    /// Whether a call could be made now: the access token is good, or there is a way to renew it that has not failed for good.
    pub is_usable: bool,
    /// The `auth.storage` setting.
    pub storage: AuthStorage,
    /// Where the login is, or where it would be put.
    pub place: Place,
    /// Whether the keyring can be used; `None` when the settings do not ask for it.
    pub keyring: Option<Result<(), String>>,
    /// Set when the login is still in a place of an older release; the next use moves it.
    pub legacy: Option<Place>,
    /// The owner's mail address.
    pub email: Option<Secret<String>>,
    /// The plan, an open set of words: `plus`, `pro`, `team`, ….
    pub plan: Option<String>,
    /// The account the tokens are of.
    pub account_id: Option<String>,
    /// The account the relay was bound to at login.
    pub bound_account_id: Option<String>,
    /// The owner's id.
    pub user_id: Option<String>,
    /// When the tokens were renewed last, as it is stored (ISO 8601).
    pub last_refresh: Option<String>,
    /// When the access token ends, in unix seconds; `None` when it does not say.
    pub expires_at: Option<u64>,
    /// Whether there is a refresh token.
    pub can_refresh: bool,
    /// What a person should know, in sentences: loose permissions, a damaged file kept aside, an exchange that was cut off.
    pub notes: Vec<String>,
    /// Why no call can be made, or `None` when one can.
    pub problem: Option<AuthError>,
}

/// The state of a login.
#[derive(Debug, Clone)]
pub enum AuthState {
    /// There is none.
    Missing,
    /// There is one, and its access token is good.
    Ready,
    /// The access token is over; the next use renews it when there is a refresh token.
    Expired,
    /// The provider will not renew it; only a new login helps.
    RefreshFailed(RefreshFailure),
    /// It has no access token, and no way to get one.
    Incomplete,
    /// It is damaged.
    Corrupt,
    /// It is of another account than the one the relay is bound to.
    AccountMismatch,
    /// The place it is kept in cannot be read.
    Unreadable,
}

impl AuthState {
    /// The state in one word, for output that programs read.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ready => "ready",
            Self::Expired => "expired",
            Self::RefreshFailed(_) => "refresh_failed",
            Self::Incomplete => "incomplete",
            Self::Corrupt => "corrupt",
            Self::AccountMismatch => "account_mismatch",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Where a login is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// The system's keyring.
    Keyring {
        /// The entry's service.
        service: String,
        /// The entry's user.
        user: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Keyring { service, user } => write!(f, "the keyring (`{service}`, `{user}`)"),
        }
    }
}

/// What was read for a status.
struct Seen {
    stored: Result<Stored, AuthError>,
    notes: Notes,
    keyring: Option<Result<(), String>>,
    kept_aside: Vec<PathBuf>,
}

impl Seen {
    fn of(store: &Store) -> Self {
        Self {
            stored: store.load(true),
            notes: store.notes(),
            keyring: store.keyring().map(|usable| usable.as_ref().copied().map_err(ToString::to_string)),
            kept_aside: store.kept_aside(),
        }
    }
}

/// What can be told about a login.
pub(super) async fn of(keeper: &Arc<Keeper>) -> AuthStatus {
    let now = keeper.now();
    let storage = keeper.settings.storage;
    let seen = match keeper.with_store(|store| Ok::<_, StoreError>(Seen::of(store))).await {
        Ok(seen) => seen,
        Err(error) => {
            Seen { stored: Err(error.into()), notes: Notes::default(), keyring: None, kept_aside: Vec::new() }
        }
    };
    let Seen { stored, notes, keyring, kept_aside } = seen;
    let mut status = AuthStatus {
        state: AuthState::Missing,
        is_usable: false,
        storage,
        place: keeper.store.place(),
        keyring,
        legacy: None,
        email: None,
        plan: None,
        account_id: None,
        bound_account_id: None,
        user_id: None,
        last_refresh: None,
        expires_at: None,
        can_refresh: false,
        notes: Vec::new(),
        problem: None,
    };
    for path in kept_aside {
        status.notes.push(format!("a damaged login was kept aside as {}; it can be deleted", path.display()));
    }
    let stored = match stored {
        Ok(stored) => stored,
        Err(error) => {
            status.state = state_of(&error);
            status.problem = Some(error);
            return status;
        }
    };
    let Stored { login, place, is_legacy } = &stored;
    status.tell(login);
    status.place = place.clone();
    if *is_legacy {
        status.legacy = Some(place.clone());
        status.notes.push(format!("the login of an older release is still in {place}; the next use moves it"));
    }
    let failure = notes.failure_of(&login.fingerprint());
    if let (None, Some(_)) = (&failure, notes.cut_off(&login.fingerprint())) {
        let note = "a renewal was cut off before its tokens were written down; the next one may fail, and then `airelays login` helps";
        status.notes.push(note.to_owned());
    }
    let (state, problem) = match (keeper.check(&stored), failure, login.need(now)) {
        (Err(error), _, _) => (state_of(&error), Some(error)),
        (Ok(()), Some(failure), Need::Now) => (AuthState::RefreshFailed(failure.clone()), Some(failure.into())),
        (Ok(()), Some(failure), Need::None | Need::Soon) => (AuthState::RefreshFailed(failure), None),
        (Ok(()), None, Need::Now) => (AuthState::Expired, None),
        (Ok(()), None, Need::None | Need::Soon) => (AuthState::Ready, None),
    };
    status.is_usable = problem.is_none();
    (status.state, status.problem) = (state, problem);
    status
}

impl AuthStatus {
    /// The state as `airelays status` and `GET /v1/relay/status` tell it, in the names of the Python 0.2.4. No token is in it.
    ///
    /// **Shape**: `RelayUpstreamLogin` in `schemas/openai/relay.json`, with null for what is not known.
    #[must_use]
    pub fn summary(&self, config: &AuthConfig) -> Map<String, Value> {
        let rows = [
            ("authenticated", json!(self.is_usable)),
            ("credentials_present", json!(self.is_present())),
            ("account_bound", json!(self.bound_account_id.is_some())),
            ("ready_for_requests", json!(self.is_usable)),
            ("email", json!(self.email.as_ref().map(|email| email.expose()))),
            ("plan_type", json!(self.plan)),
            ("account_id", json!(self.account_id)),
            ("bound_account_id", json!(self.bound_account_id)),
            ("last_refresh", json!(self.last_refresh)),
            ("auth_store_path", json!(config.file)),
            ("keyring_service", json!(KEYRING_SERVICE)),
            ("storage_mode", json!(config.storage)),
            ("state", json!(self.state.name())),
        ];
        rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn is_present(&self) -> bool {
        match self.state {
            AuthState::Missing | AuthState::Corrupt | AuthState::Unreadable | AuthState::Incomplete => false,
            AuthState::Ready | AuthState::Expired | AuthState::RefreshFailed(_) | AuthState::AccountMismatch => true,
        }
    }

    fn tell(&mut self, login: &Login) {
        self.email.clone_from(&login.email);
        self.plan.clone_from(&login.plan);
        self.account_id.clone_from(&login.account_id);
        self.bound_account_id.clone_from(&login.bound_account_id);
        self.user_id.clone_from(&login.user_id);
        self.last_refresh.clone_from(&login.last_refresh);
        self.expires_at = login.expires_at;
        self.can_refresh = login.refresh_token.is_some();
    }
}

fn state_of(error: &AuthError) -> AuthState {
    match error {
        AuthError::Missing { .. } => AuthState::Missing,
        AuthError::Incomplete { .. } => AuthState::Incomplete,
        AuthError::Expired { .. } => AuthState::Expired,
        AuthError::Refresh(failure) => AuthState::RefreshFailed(failure.clone()),
        AuthError::AccountMismatch { .. } => AuthState::AccountMismatch,
        AuthError::Corrupt { .. } => AuthState::Corrupt,
        AuthError::Store(_) => AuthState::Unreadable,
    }
}
