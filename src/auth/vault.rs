//! The keyring, as far as a login needs one.

use std::fmt;

/// Keeps small texts by service and user. Calls may block.
pub trait Vault: fmt::Debug + Send + Sync {
    /// The text kept for a user, or `None`.
    ///
    /// # Errors
    ///
    /// [`VaultError`] when the keyring cannot be asked.
    fn get(&self, service: &str, user: &str) -> Result<Option<String>, VaultError>;

    /// Keeps a text for a user, instead of one that is there.
    ///
    /// # Errors
    ///
    /// [`VaultError`] when it cannot be kept.
    fn set(&self, service: &str, user: &str, text: &str) -> Result<(), VaultError>;

    /// Forgets the text of a user; one that is not there is forgotten already.
    ///
    /// # Errors
    ///
    /// [`VaultError`] when it cannot be removed.
    fn delete(&self, service: &str, user: &str) -> Result<(), VaultError>;
}

/// Why the keyring did not do as asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VaultError {
    /// There is no keyring, it is locked, or it does not answer.
    #[error("the system's keyring cannot be used: {0}")]
    Unavailable(String),
    /// The text is longer than an entry may be.
    #[error("the system's keyring takes no entry of this length")]
    TooLong,
    /// This program was built without keyring support.
    #[error("this build of `airelays` has no keyring support; set `auth.storage` to `file`")]
    NotBuilt,
}

/// The system's keyring: Keychain on macOS, Credential Manager on Windows, the Secret Service elsewhere.
#[derive(Debug)]
pub(super) struct SystemVault;

#[cfg(feature = "keyring")]
mod system {
    use keyring::{Entry, Error};

    use super::{SystemVault, Vault, VaultError};

    impl Vault for SystemVault {
        fn get(&self, service: &str, user: &str) -> Result<Option<String>, VaultError> {
            match entry(service, user)?.get_password() {
                Ok(text) => Ok(Some(text)),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(failure(&error)),
            }
        }

        fn set(&self, service: &str, user: &str, text: &str) -> Result<(), VaultError> {
            entry(service, user)?.set_password(text).map_err(|error| failure(&error))
        }

        fn delete(&self, service: &str, user: &str) -> Result<(), VaultError> {
            match entry(service, user)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(failure(&error)),
            }
        }
    }

    fn entry(service: &str, user: &str) -> Result<Entry, VaultError> {
        // The connection to the keyring is made once for the process; this is what came of it.
        Entry::store_status().as_ref().map_err(failure)?;
        Entry::new(service, user).map_err(|error| failure(&error))
    }

    /// Some errors carry the secret itself, so that only some are shown.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the enum is open")]
    fn failure(error: &Error) -> VaultError {
        match error {
            Error::TooLong(..) => VaultError::TooLong,
            Error::PlatformFailure(_) | Error::NoStorageAccess(_) => VaultError::Unavailable(error.to_string()),
            Error::Ambiguous(_) => VaultError::Unavailable("it has several entries of the same name".to_owned()),
            Error::NoDefaultStore => VaultError::Unavailable("there is none".to_owned()),
            Error::BadEncoding(_) | Error::BadDataFormat(..) => {
                VaultError::Unavailable("its entry is not text".to_owned())
            }
            _ => VaultError::Unavailable("it refused the call".to_owned()),
        }
    }
}

#[cfg(not(feature = "keyring"))]
impl Vault for SystemVault {
    fn get(&self, _: &str, _: &str) -> Result<Option<String>, VaultError> {
        Err(VaultError::NotBuilt)
    }

    fn set(&self, _: &str, _: &str, _: &str) -> Result<(), VaultError> {
        Err(VaultError::NotBuilt)
    }

    fn delete(&self, _: &str, _: &str) -> Result<(), VaultError> {
        Err(VaultError::NotBuilt)
    }
}
