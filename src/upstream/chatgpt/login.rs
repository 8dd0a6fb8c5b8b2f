//! Whose subscription the calls are made with.

use futures_util::future::BoxFuture;

use super::send::own_error;
use crate::auth::{Access, Auth, AuthError};
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

/// The relay's own login.
impl CredentialSource for Auth {
    fn state(&self) -> BoxFuture<'_, LoginState> {
        Box::pin(async {
            match self.check().await {
                Ok(()) => LoginState::Ready,
                Err(AuthError::Missing { .. }) => LoginState::Missing,
                Err(error) => LoginState::Unusable(error.to_string()),
            }
        })
    }

    fn credential(&self) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        Box::pin(async { Ok(self.access().await?.into()) })
    }

    fn renewed(&self, refused: Credential) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        Box::pin(async move { Ok(self.access_instead_of(&refused.access_token).await?.into()) })
    }
}

impl From<Access> for Credential {
    fn from(access: Access) -> Self {
        let Access { access_token, account_id, is_fedramp } = access;
        Self { access_token, account_id, fedramp: is_fedramp }
    }
}

/// No call can be made without a login.
impl From<AuthError> for UpstreamError {
    fn from(error: AuthError) -> Self {
        unusable(error.code(), error.to_string())
    }
}

/// A failure for want of a usable login.
pub(super) fn unusable(code: &str, message: String) -> UpstreamError {
    own_error(ErrorClass::Auth, 503, "authentication_error", code, message)
}
