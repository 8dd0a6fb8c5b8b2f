//! What can be told about a login without using it.

use std::fmt;
use std::path::PathBuf;

use super::error::{AuthError, RefreshFailure};
use crate::config::AuthStorage;
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
