//! Values that must not be printed by accident.
//!
//! Tokens, keys and mail addresses are [`Secret`] from the moment they are read. A secret shows as `[redacted]` in every format string, is
//! overwritten when dropped, and gives its value only to code that says [`Secret::expose`], which is easy to search for. What may be shown of
//! it is its [`fingerprint`].

use std::fmt;

use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// A value that prints as `[redacted]` and is overwritten with zeros when dropped.
///
/// There is no `Serialize` and no `PartialEq`: writing one out or comparing one is a decision made with [`Secret::expose`].
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes a value into custody.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// First 12 hex digits of the SHA-256 of the text: enough to tell two secrets apart, useless for guessing one.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// First 12 hex digits of the SHA-256 of a text.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..6])
}

/// Lower-case hex digits of some bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_redacted_in_every_format() {
        let secret = Secret::new("relay-token-0001".to_owned());
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "[redacted] [redacted] Some([redacted])");
        assert_eq!(secret.expose(), "relay-token-0001");
    }

    #[test]
    fn fingerprint_is_the_start_of_sha256() {
        assert_eq!(fingerprint("abc"), "ba7816bf8f01");
        assert_eq!(Secret::new("abc".to_owned()).fingerprint(), "ba7816bf8f01");
    }

    #[test]
    fn is_read_from_json() {
        let secret: Secret<String> = serde_json::from_str("\"abc\"").unwrap();
        assert_eq!(secret.expose(), "abc");
    }
}
