//! Why there is no login to use, and why one was not made.
//!
//! Messages say where the login is and what to do, and never what is in it. They can be cloned, because one failed exchange may be the answer
//! to many callers.

use super::status::Place;

/// Why there is no login to use.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuthError {
    /// Nobody has logged in.
    #[error("there is no upstream login in {place}; run `airelays login`")]
    Missing {
        /// Where it would be.
        place: Place,
    },
    /// The login lacks what a call needs.
    #[error("the upstream login in {place} has no access token{found}; run `airelays login`")]
    Incomplete {
        /// Where it is.
        place: Place,
        /// What it has instead, after a comma, or nothing.
        found: &'static str,
    },
    /// The access token is over and nothing can renew it.
    #[error("the upstream login in {place} has expired and has no refresh token; run `airelays login`")]
    Expired {
        /// Where it is.
        place: Place,
    },
    /// The login could not be renewed.
    #[error(transparent)]
    Refresh(#[from] RefreshFailure),
    /// The login is of another account than the one the relay was bound to.
    #[error(
        "the upstream login in {place} is of another account than the one this relay is bound to; run `airelays login` with the account it should use"
    )]
    AccountMismatch {
        /// Where it is.
        place: Place,
    },
    /// What is kept is not what a login looks like.
    #[error(
        "the upstream login in {place} is damaged (line {line}, column {column}); run `airelays login`, which keeps the damaged one aside"
    )]
    Corrupt {
        /// Where it is.
        place: Place,
        /// Where it stops making sense, from 1.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// The place where the login is kept cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthError {
    /// The code clients read. The codes are those of the Python package 0.2.4.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "upstream_auth_missing",
            Self::Incomplete { .. } => "upstream_auth_incomplete",
            Self::Expired { .. } | Self::Refresh(_) => "upstream_auth_refresh_failed",
            Self::AccountMismatch { .. } => "upstream_auth_account_mismatch",
            Self::Corrupt { .. } | Self::Store(_) => "upstream_auth_error",
        }
    }
}

/// A login that could not be renewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the upstream login could not be renewed ({code}): {message}")]
pub struct RefreshFailure {
    /// The provider's code, such as `refresh_token_reused`, or ours for a call that came to nothing: `timeout`, `unreachable`, `http_500`, ….
    pub code: String,
    /// What happened and what to do.
    pub message: String,
    /// When it happened, in unix seconds.
    pub since: u64,
    /// Whether only a new login helps. Such a failure is remembered, and the exchange is not tried again for the same login.
    pub is_permanent: bool,
}

/// Why the place where the login is kept cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A file or directory.
    #[error("cannot {doing} {path}: {problem}")]
    File {
        /// What was tried: `read`, `write`, `lock`, `remove`.
        doing: &'static str,
        /// Which.
        path: String,
        /// What the system says.
        problem: String,
    },
    /// The keyring.
    #[error(transparent)]
    Keyring(#[from] super::vault::VaultError),
    /// Another process has been renewing the login for too long.
    #[error("another process holds the lock {path} on the upstream login; end it and try again")]
    Locked {
        /// The lock.
        path: String,
    },
}

/// Why no login was made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LoginError {
    /// No port for the callback.
    #[error(
        "cannot listen for the browser on 127.0.0.1 ({ports}): {problem}; end the program that uses the port, or log in with `--device`"
    )]
    Listen {
        /// The ports that were tried.
        ports: String,
        /// What the system says of the last one.
        problem: String,
    },
    /// The time for the user is over.
    #[error("nobody finished the login within {seconds} seconds; run `airelays login` again")]
    TimedOut {
        /// How long that was.
        seconds: u64,
    },
    /// The user, or somebody on this machine, called it off.
    #[error("the login was cancelled")]
    Cancelled,
    /// The provider's page says no.
    #[error("the provider refused the login: {message}")]
    Refused {
        /// The provider's code, such as `access_denied`.
        code: String,
        /// In its words, or ours where they are known to mislead.
        message: String,
    },
    /// The provider has no device login here.
    #[error(
        "the provider does not offer device login for this account or workspace; enable it in the account's security settings, or run `airelays login` on a machine with a browser"
    )]
    NoDeviceLogin,
    /// The account is not in the workspace that was asked for.
    #[error(
        "the login is of another workspace than the one asked for with `--workspace-id`; choose that one on the provider's page"
    )]
    Workspace,
    /// A call to the provider failed.
    #[error("{step} failed ({code}): {message}")]
    Provider {
        /// Which: `the code exchange`, `starting the device login`, ….
        step: &'static str,
        /// As in [`RefreshFailure::code`].
        code: String,
        /// What happened.
        message: String,
    },
    /// The login was made and could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}
