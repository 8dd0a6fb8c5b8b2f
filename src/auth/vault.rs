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
