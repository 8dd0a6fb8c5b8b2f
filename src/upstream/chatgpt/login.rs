//! Whose subscription the calls are made with.

use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;

use super::credentials::{CredentialStore, Credentials, CredentialsError};
use super::send::own_error;
use crate::contract::wire::ErrorClass;
use crate::secret::Secret;
use crate::translate::hub::UpstreamError;
use crate::upstream::LoginState;

/// What a call is authorised with.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The bearer token.
    pub access_token: Secret<String>,
    /// The account or workspace the login acts for.
    pub account_id: Option<String>,
    /// Whether the account lives in the government region.
    pub fedramp: bool,
}

impl Credential {
    /// Whether both are the same login with the same token.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.access_token.expose() == other.access_token.expose() && self.account_id == other.account_id
    }
}

/// Where credentials are from.
pub trait CredentialSource: Send + Sync {
    /// What there is.
    fn state(&self) -> BoxFuture<'_, LoginState>;

    /// The credential to use now.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] of class auth when there is none.
    fn credential(&self) -> BoxFuture<'_, Result<Credential, UpstreamError>>;

    /// What to use instead of a credential that the backend has just refused: another process may have stored a newer one. The same one again means
    /// that there is no other.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] of class auth when the login is over.
    fn renewed(&self, refused: Credential) -> BoxFuture<'_, Result<Credential, UpstreamError>>;
}

/// The same made-up credential for ever.
impl CredentialSource for Credential {
    fn state(&self) -> BoxFuture<'_, LoginState> {
        Box::pin(std::future::ready(LoginState::NotNeeded))
    }

    fn credential(&self) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }

    fn renewed(&self, refused: Credential) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        Box::pin(std::future::ready(Ok(refused)))
    }
}

/// The login on disk, read again whenever it changes there.
impl CredentialSource for CredentialStore {
    fn state(&self) -> BoxFuture<'_, LoginState> {
        Box::pin(async {
            match self.usable_at(unix_now()).await {
                Ok(_) => LoginState::Ready,
                Err(CredentialsError::Missing { .. }) => LoginState::Missing,
                Err(error) => LoginState::Unusable(error.to_string()),
            }
        })
    }

    fn credential(&self) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        Box::pin(async {
            let credentials = self.usable_at(unix_now()).await.map_err(UpstreamError::from)?;
            Ok(Credential::from(credentials.as_ref()))
        })
    }

    fn renewed(&self, _refused: Credential) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        self.credential()
    }
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl From<&Credentials> for Credential {
    fn from(credentials: &Credentials) -> Self {
        Self {
            access_token: credentials.access_token.clone(),
            account_id: credentials.account_id.clone(),
            fedramp: credentials.is_fedramp,
        }
    }
}

/// No call can be made without a login. The codes are those of the Python package 0.2.4.
impl From<CredentialsError> for UpstreamError {
    fn from(error: CredentialsError) -> Self {
        let code = match &error {
            CredentialsError::Missing { .. } => "upstream_auth_missing",
            CredentialsError::Incomplete { .. } => "upstream_auth_incomplete",
            CredentialsError::AccountMismatch { .. } => "upstream_auth_account_mismatch",
            CredentialsError::Expired { .. } => "upstream_auth_refresh_failed",
            CredentialsError::Keyring | CredentialsError::Unreadable { .. } | CredentialsError::Corrupt { .. } => {
                "upstream_auth_error"
            }
        };
        unusable(code, error.to_string())
    }
}

/// A failure for want of a usable login.
pub(super) fn unusable(code: &str, message: String) -> UpstreamError {
    own_error(ErrorClass::Auth, 503, "authentication_error", code, message)
}
