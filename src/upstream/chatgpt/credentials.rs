//! The upstream login, as it is kept in `auth.json`.
//!
//! This release reads the file and uses the access token in it for as long as it lasts. It does not log in and does not refresh: the file is
//! one that an earlier `airelays` or the Codex CLI wrote, and a newer one counts from the next request on.
//!
//! **Shape**: `{"bound_account_id"?: string, "tokens": {"id_token": string | {"raw_jwt": string}, "access_token": string,
//! "refresh_token"?: string, "account_id"?: string}, "last_refresh"?: string (ISO 8601)}`; other members are left alone.
//! **Source**: `login/src/auth/storage.rs` in openai/codex; airelays 0.2.4.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::claims::Claims;
use crate::config::{AuthConfig, AuthStorage};
use crate::secret::Secret;
use crate::watched_file::WatchedFile;

/// A login that names an account, ready to be sent.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Goes into `Authorization`.
    pub access_token: Secret<String>,
    /// Not used by this release.
    pub refresh_token: Option<Secret<String>>,
    /// Says who the owner is.
    pub id_token: Option<Secret<String>>,
    /// Goes into `ChatGPT-Account-ID`: the stored one, else the tokens'.
    pub account_id: Option<String>,
    /// The owner's id.
    pub user_id: Option<String>,
    /// The owner's mail address, for display.
    pub email: Option<Secret<String>>,
    /// The plan, an open set of words: `plus`, `pro`, `team`, ….
    pub plan: Option<String>,
    /// When the access token ends, in unix seconds; `None` when it does not say.
    pub expires_at: Option<u64>,
    /// Whether the account is on the `FedRAMP` side, which the backend wants to be told.
    pub is_fedramp: bool,
    /// When the tokens were refreshed last, as it is written in the file (ISO 8601).
    pub last_refresh: Option<String>,
    /// The account this relay was bound to at login; another one must not take its place.
    pub bound_account_id: Option<String>,
}

/// Why there is no login to use. The messages name the file and say what to do, and never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The login is said to be in the keyring.
    #[error(
        "the upstream login is set to be in the keyring, which this release does not read; set `auth.storage` to `file` or `auto`"
    )]
    Keyring,
    /// There is no file.
    #[error("there is no upstream login: {} does not exist, and this release reads no keyring; log in with the Codex CLI (`codex login`) and copy its `auth.json` there", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("cannot read the upstream login in {}; check who owns it and its mode", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what a login looks like.
    #[error("the upstream login in {} is damaged (line {line}, column {column}); replace it with that of a fresh login", .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where it stops making sense, from 1.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// The file holds no access token.
    #[error("the upstream login in {} has no access token{found}; log in with a ChatGPT account (`codex login`) and copy its `auth.json` there", .path.display())]
    Incomplete {
        /// The file.
        path: PathBuf,
        /// What it has instead, after a comma, or nothing.
        found: &'static str,
    },
    /// The login is of another account than the one the relay was bound to.
    #[error("the upstream login in {} is of another account than the one this relay is bound to; log in with that one", .path.display())]
    AccountMismatch {
        /// The file.
        path: PathBuf,
    },
    /// The access token's time is over.
    #[error("the upstream login in {} has expired, and this release does not refresh it; renew it with the Codex CLI (`codex login`) and copy its `auth.json` there", .path.display())]
    Expired {
        /// The file.
        path: PathBuf,
        /// When it ended, in unix seconds.
        expired_at: u64,
    },
}

/// The login on disk, read again when it changes.
#[derive(Debug)]
pub struct CredentialStore {
    storage: AuthStorage,
    file: WatchedFile<Arc<Credentials>>,
}

impl CredentialStore {
    /// The store the configuration points to. Nothing is read yet.
    #[must_use]
    pub fn new(config: &AuthConfig) -> Self {
        Self { storage: config.storage, file: WatchedFile::new(config.file.clone()) }
    }

    /// Where the login is kept.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The login as it is on disk now, whether or not it can be used.
    ///
    /// # Errors
    ///
    /// Any [`CredentialsError`] but [`CredentialsError::AccountMismatch`] and [`CredentialsError::Expired`].
    pub async fn stored(&self) -> Result<Arc<Credentials>, CredentialsError> {
        if self.storage == AuthStorage::Keyring {
            return Err(CredentialsError::Keyring);
        }
        self.file.get(CredentialsError::reading, |path, bytes| Credentials::parse(path, bytes).map(Arc::new)).await
    }

    /// The login to send at a time in unix seconds.
    ///
    /// # Errors
    ///
    /// Any [`CredentialsError`].
    pub async fn usable_at(&self, now: u64) -> Result<Arc<Credentials>, CredentialsError> {
        let credentials = self.stored().await?;
        let path = || self.path().to_owned();
        if !credentials.is_of_bound_account() {
            return Err(CredentialsError::AccountMismatch { path: path() });
        }
        match credentials.expires_at {
            Some(expired_at) if expired_at <= now => Err(CredentialsError::Expired { path: path(), expired_at }),
            Some(_) | None => Ok(credentials),
        }
    }
}

impl Credentials {
    /// Whether the tokens are of the account the relay was bound to, or it was bound to none.
    #[must_use]
    pub fn is_of_bound_account(&self) -> bool {
        self.bound_account_id.is_none() || self.bound_account_id == self.account_id
    }

    fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, CredentialsError> {
        let bytes = Secret::new(bytes);
        // The parser's message may quote what it found, so only the place is kept.
        let file: AuthFile = serde_json::from_slice(bytes.expose()).map_err(|error| CredentialsError::Corrupt {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
        })?;
        let AuthFile { bound_account_id, openai_api_key, tokens, last_refresh } = file;
        let Tokens { id_token, access_token, refresh_token, account_id } = tokens.unwrap_or_default();
        let refresh_token = filled(refresh_token);
        let Some(access_token) = filled(access_token) else {
            let found = match (&refresh_token, filled(openai_api_key)) {
                (Some(_), _) => ", only a refresh token",
                (None, Some(_)) => ", only an API key",
                (None, None) => "",
            };
            return Err(CredentialsError::Incomplete { path: path.to_owned(), found });
        };
        let id_token = filled(id_token.map(IdToken::into_jwt));
        let access_claims = Claims::read(access_token.expose());
        let expires_at = access_claims.expires_at;
        let id_claims = id_token.as_ref().map(|token| Claims::read(token.expose())).unwrap_or_default();
        let claims = id_claims.or(access_claims);
        Ok(Self {
            access_token,
            refresh_token,
            id_token,
            account_id: account_id.filter(|id| !id.trim().is_empty()).or(claims.account_id),
            user_id: claims.user_id,
            email: claims.email,
            plan: claims.plan,
            expires_at,
            is_fedramp: claims.is_fedramp.unwrap_or(false),
            last_refresh,
            bound_account_id: bound_account_id.filter(|id| !id.trim().is_empty()),
        })
    }
}

impl CredentialsError {
    fn reading(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == ErrorKind::NotFound { Self::Missing { path } } else { Self::Unreadable { path, source } }
    }
}

#[derive(Deserialize)]
struct AuthFile {
    bound_account_id: Option<String>,
    #[serde(rename = "OPENAI_API_KEY")]
    openai_api_key: Option<Secret<String>>,
    tokens: Option<Tokens>,
    last_refresh: Option<String>,
}

#[derive(Default, Deserialize)]
struct Tokens {
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

fn filled(token: Option<Secret<String>>) -> Option<Secret<String>> {
    token.filter(|token| !token.expose().trim().is_empty())
}

#[cfg(test)]
mod tests;
