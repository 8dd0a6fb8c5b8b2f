//! The relay's own login upstream: made, kept, renewed and ended here.
//!
//! [`Auth`] is the whole of it for everybody else. Who calls the relay is no business of this module, and what a login is used for neither.

mod error;
mod progress;
mod settings;
mod status;
mod vault;

pub use self::error::{AuthError, LoginError, RefreshFailure, StoreError};
pub use self::progress::{BrowserLogin, DeviceLogin, LoggedOut, LoginEvent, Progress};
pub use self::settings::{AuthSettings, Clock};
pub use self::status::{AuthState, AuthStatus, Place};
pub use self::vault::{Vault, VaultError};

/// The relay's own login upstream.
#[derive(Debug)]
pub struct Auth {
    settings: AuthSettings,
}

impl Auth {
    /// The login these settings point to. Nothing is read yet.
    #[must_use]
    pub fn open(settings: AuthSettings) -> Self {
        Self { settings }
    }

    /// What there is, without using or changing it.
    pub async fn status(&self) -> AuthStatus {
        AuthStatus {
            state: AuthState::Missing,
            is_usable: false,
            storage: self.settings.storage,
            place: self.place(),
            keyring: None,
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
            problem: Some(AuthError::Missing { place: self.place() }),
        }
    }

    /// Logs in with a browser on this machine and keeps the login.
    ///
    /// Dropping the future ends the login and leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`LoginError`]; an earlier login is then still there.
    pub async fn login_browser(&self, login: BrowserLogin, _progress: Progress<'_>) -> Result<AuthStatus, LoginError> {
        let _ = login;
        Err(LoginError::Cancelled)
    }

    /// Logs in with a browser on another machine and keeps the login.
    ///
    /// Dropping the future ends the login and leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`LoginError`]; an earlier login is then still there.
    pub async fn login_device(&self, login: DeviceLogin, _progress: Progress<'_>) -> Result<AuthStatus, LoginError> {
        let _ = login;
        Err(LoginError::Cancelled)
    }

    /// Has the provider take the tokens back, as far as it can be reached, and deletes the login everywhere it may be.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be deleted.
    pub async fn logout(&self) -> Result<LoggedOut, StoreError> {
        Ok(LoggedOut { deleted: false, revoked: None })
    }

    fn place(&self) -> Place {
        Place::File(self.settings.data_dir.join("auth.json"))
    }
}
