//! `[auth]`: how the relay logs in upstream.

use std::path::PathBuf;
use std::time::Duration;

use super::choice::choice;
use super::paths::PathsConfig;
use super::raw::RawAuth;

choice! {
    /// Where the upstream login is kept.
    AuthStorage {
        /// The keyring when there is one, else the file.
        Auto = "auto",
        /// `auth.json` in the data directory.
        File = "file",
        /// The system's keyring.
        Keyring = "keyring",
    }
}

/// How the relay logs in upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthConfig {
    /// `auth.storage`
    pub storage: AuthStorage,
    /// `auth.browser_open`: whether a login opens the browser by itself.
    pub browser_open: bool,
    /// `auth.login_timeout_seconds`: how long a login waits for the user.
    pub login_timeout: Duration,
    /// The file the login is kept in: `auth.json` in the data directory.
    pub file: PathBuf,
}

impl AuthConfig {
    pub(super) fn resolve(raw: &RawAuth, paths: &PathsConfig) -> Self {
        Self {
            storage: raw.storage.unwrap_or(AuthStorage::Auto),
            browser_open: raw.browser_open.unwrap_or(true),
            login_timeout: Duration::from_secs_f64(raw.login_timeout_seconds.unwrap_or(900.0)),
            file: paths.data_dir.join("auth.json"),
        }
    }
}
