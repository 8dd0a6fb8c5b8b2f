//! The relay's own login upstream: made, kept, renewed and ended here.
//!
//! [`Auth`] is the whole of it for everybody else. Who calls the relay is no business of this module, and what a login is used for neither. It reads
//! and writes its own places only ([`Place`]), never those of the Codex CLI.

mod browser;
mod callback;
mod claims;
mod device;
mod document;
mod entries;
mod error;
mod file;
mod lock;
mod notes;
mod pages;
mod pkce;
mod progress;
mod provider;
mod renewal;
mod settings;
mod status;
mod store;
mod vault;

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use self::document::{Login, Tokens};
pub use self::error::{AuthError, LoginError, RefreshFailure, StoreError};
pub use self::progress::{BrowserLogin, DeviceLogin, LoggedOut, LoginEvent, Progress};
use self::renewal::{Cause, Keeper};
pub use self::settings::{AuthSettings, Clock};
pub use self::status::{AuthState, AuthStatus, Place};
use self::store::Stored;
pub use self::vault::{Vault, VaultError};
use crate::secret::Secret;

/// The relay's own login upstream.
///
/// Clones are the same login.
#[derive(Debug, Clone)]
pub struct Auth {
    keeper: Arc<Keeper>,
    tasks: TaskTracker,
}

/// What a call upstream is authorised with.
#[derive(Debug, Clone)]
pub struct Access {
    /// Goes into `Authorization`.
    pub access_token: Secret<String>,
    /// Goes into `ChatGPT-Account-ID`.
    pub account_id: Option<String>,
    /// Whether the account is on the `FedRAMP` side, which the backend wants to be told.
    pub is_fedramp: bool,
}

impl Auth {
    /// The login these settings point to. Nothing is read yet.
    #[must_use]
    pub fn open(settings: AuthSettings) -> Self {
        Self { keeper: Arc::new(Keeper::new(settings)), tasks: TaskTracker::new() }
    }

    /// What to authorise a call with, renewed first when its time is nearly over.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is no login to use.
    pub async fn access(&self) -> Result<Access, AuthError> {
        self.keeper.save_unsaved().await;
        let mut stored = self.keeper.load(false).await?;
        if stored.is_legacy {
            stored = self.keeper.take_over(stored).await;
        }
        if self.keeper.is_due(&stored.login) {
            stored = self.renewed(Cause::Due).await?;
        }
        access(&stored)
    }

    /// What to authorise a call with instead of an access token that the backend has refused: a newer one that is stored already, else a renewed
    /// one. The same one again means that there is no other.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is no login to use.
    pub async fn access_instead_of(&self, refused: &Secret<String>) -> Result<Access, AuthError> {
        access(&self.renewed(Cause::Refused(refused.clone())).await?)
    }

    /// Whether a call could be made now, as far as can be told without the provider. Cheaper than [`Auth::status`], for what is asked often.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is no login to use.
    pub async fn check(&self) -> Result<(), AuthError> {
        self.keeper.problem().await
    }

    /// What there is, without using or changing it.
    pub async fn status(&self) -> AuthStatus {
        status::of(&self.keeper).await
    }

    /// Logs in with a browser on this machine and keeps the login.
    ///
    /// Dropping the future ends the login and leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`LoginError`]; an earlier login is then still there.
    pub async fn login_browser(&self, login: BrowserLogin, progress: Progress<'_>) -> Result<AuthStatus, LoginError> {
        Box::pin(browser::login(&self.keeper, login, progress)).await?;
        Ok(self.status().await)
    }

    /// Logs in with a browser on another machine and keeps the login.
    ///
    /// Dropping the future ends the login and leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`LoginError`]; an earlier login is then still there.
    pub async fn login_device(&self, login: DeviceLogin, progress: Progress<'_>) -> Result<AuthStatus, LoginError> {
        Box::pin(device::login(&self.keeper, login, progress)).await?;
        Ok(self.status().await)
    }

    /// Has the provider take the tokens back, as far as it can be reached, and deletes the login everywhere the settings look for one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be deleted.
    pub async fn logout(&self) -> Result<LoggedOut, StoreError> {
        let stored = self.keeper.with_store(|store| store.load(true)).await.ok();
        let deleted = self.keeper.delete().await?;
        let login = stored.map(|stored| stored.login);
        let tokens = login.as_ref().map(|login| (login.refresh_token.as_ref(), login.access_token.as_ref()));
        let revoked = match tokens {
            Some((refresh_token, access_token)) if refresh_token.is_some() || access_token.is_some() => {
                Some(self.keeper.provider.revoke(refresh_token, access_token).await.map_err(|error| error.message))
            }
            Some(_) | None => None,
        };
        Ok(LoggedOut { deleted, revoked })
    }

    /// Waits for renewals that are under way; to be called before the program ends, so that no token is lost.
    pub async fn settled(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }

    /// In a task of its own, which a caller that goes away does not take along.
    async fn renewed(&self, cause: Cause) -> Result<Stored, AuthError> {
        let task = self.tasks.spawn(Arc::clone(&self.keeper).renew(cause));
        task.await.unwrap_or_else(|_| {
            Err(RefreshFailure {
                code: "internal".to_owned(),
                message: "the renewal broke off".to_owned(),
                since: self.keeper.now(),
                is_permanent: false,
            }
            .into())
        })
    }
}

fn access(stored: &Stored) -> Result<Access, AuthError> {
    let Stored { login, place, .. } = stored;
    match &login.access_token {
        Some(access_token) => Ok(Access {
            access_token: access_token.clone(),
            account_id: login.account_id.clone(),
            is_fedramp: login.is_fedramp,
        }),
        None => Err(AuthError::Incomplete { place: place.clone(), found: login.instead() }),
    }
}

/// Keeps the tokens of a finished login, if they are of a workspace that was asked for.
async fn keep(keeper: &Arc<Keeper>, tokens: Tokens, workspace_id: Option<&str>) -> Result<(), LoginError> {
    let login = Login::new(tokens, keeper.now());
    if let Some(wanted) = workspace_id
        && !wanted.split(',').any(|id| Some(id.trim()) == login.account_id.as_deref())
    {
        return Err(LoginError::Workspace);
    }
    keeper.replace(Arc::new(login)).await?;
    Ok(())
}
