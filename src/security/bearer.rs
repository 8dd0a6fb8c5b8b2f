//! Checks the relay token a caller shows.

use std::fs::File;
use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::token::{MAX_TOKEN_BYTES, RelayToken, TokenError};
use crate::config::SecurityConfig;
use crate::private_file;
use crate::secret::hex;
use crate::watched_file::WatchedFile;

/// SHA-256 of a token. Comparing digests takes the same time whatever was sent, and keeps the token itself out of memory.
type TokenDigest = [u8; 32];

/// The relay token to compare with. A changed token file counts from the next check on.
#[derive(Debug)]
pub struct BearerAuth {
    expected: Expected,
}

/// Why a caller is not let in.
#[derive(Debug, thiserror::Error)]
pub enum BearerError {
    /// No token was sent.
    #[error("no relay token was sent; send `Authorization: Bearer <relay token>`")]
    Missing,
    /// What was sent cannot be a token; nothing was compared.
    #[error("the token sent is too long, or has characters a relay token never has")]
    Malformed,
    /// A header that holds a token was sent more than once.
    #[error("more than one token was sent; send one")]
    Several,
    /// Another token was sent.
    #[error("the token sent is not the relay token; `airelays token show` tells it")]
    Wrong,
    /// There is nothing to compare with, so nobody is let in.
    #[error(transparent)]
    Unavailable(TokenError),
}

impl BearerError {
    /// Whether something was sent that is not the relay token.
    #[must_use]
    pub fn is_wrong_token(&self) -> bool {
        match self {
            Self::Malformed | Self::Several | Self::Wrong => true,
            Self::Missing | Self::Unavailable(_) => false,
        }
    }
}

#[derive(Debug)]
enum Expected {
    /// From a variable: it cannot change.
    Fixed(TokenDigest),
    /// From a file, which may be rotated at any time.
    File(WatchedFile<TokenDigest>),
}

impl BearerAuth {
    /// Takes the token the configuration points to, so that a relay without a usable one does not start. A file that others may read is made private.
    ///
    /// # Errors
    ///
    /// The [`TokenError`] of [`RelayToken::load`].
    pub fn open(config: &SecurityConfig) -> Result<Self, TokenError> {
        let token = RelayToken::load(config)?;
        let expected = match config.bearer_token {
            Some(_) => Expected::Fixed(digest(token.expose().as_bytes())),
            None => {
                make_private(&config.bearer_token_file);
                Expected::File(WatchedFile::new(config.bearer_token_file.clone()))
            }
        };
        Ok(Self { expected })
    }

    /// What may be shown of the token that counts now, as [`RelayToken::fingerprint`] writes it; `None` when it cannot be read.
    pub async fn fingerprint(&self) -> Option<String> {
        let digest = self.expected().await.ok()?;
        Some(hex(&digest[..6]))
    }

    /// Whether a caller shows the relay token, in `Authorization: Bearer …` or else in `x-api-key`. The values are the headers' raw bytes.
    ///
    /// # Errors
    ///
    /// A [`BearerError`] for everybody else.
    pub async fn check(&self, authorization: Option<&[u8]>, x_api_key: Option<&[u8]>) -> Result<(), BearerError> {
        let sent =
            authorization.and_then(bearer_value).or(x_api_key.map(<[u8]>::trim_ascii)).ok_or(BearerError::Missing)?;
        if sent.is_empty() {
            return Err(BearerError::Missing);
        }
        if sent.len() > MAX_TOKEN_BYTES || !sent.iter().all(u8::is_ascii_graphic) {
            return Err(BearerError::Malformed);
        }
        let expected = self.expected().await.map_err(BearerError::Unavailable)?;
        if bool::from(digest(sent).ct_eq(&expected)) { Ok(()) } else { Err(BearerError::Wrong) }
    }

    async fn expected(&self) -> Result<TokenDigest, TokenError> {
        match &self.expected {
            Expected::Fixed(digest) => Ok(*digest),
            Expected::File(file) => {
                let parse = |path: &Path, bytes| Ok(digest(RelayToken::from_file(bytes, path)?.expose().as_bytes()));
                file.get(TokenError::reading, parse).await
            }
        }
    }
}

/// The token of an `Authorization` header; `None` for another scheme. The scheme is told apart without regard to case.
fn bearer_value(header: &[u8]) -> Option<&[u8]> {
    let header = header.trim_ascii();
    let end = header.iter().position(u8::is_ascii_whitespace).unwrap_or(header.len());
    let (scheme, value) = header.split_at(end);
    scheme.eq_ignore_ascii_case(b"bearer").then(|| value.trim_ascii())
}

fn digest(token: &[u8]) -> TokenDigest {
    Sha256::digest(token).into()
}

fn make_private(file: &Path) {
    let path = file.display();
    match File::open(file).and_then(|file| private_file::tighten(&file)) {
        Ok(None) => {}
        Ok(Some(mode)) => {
            tracing::warn!(%path, "others could read the relay token (mode {mode:04o}); now only its owner can");
        }
        // One that somebody else manages, such as a container's secret, is as they made it.
        Err(error) => tracing::warn!(%path, %error, "the relay token is not private"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, RawConfig};

    const TOKEN: &str = "a-token-of-twenty-characters-or-more";

    /// A relay with its token in a file, and the directory that keeps the file.
    fn with_file() -> (tempfile::TempDir, BearerAuth) {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("relay-token"), TOKEN).unwrap();
        let bearer = BearerAuth::open(&config(&home, &[])).unwrap();
        (home, bearer)
    }

    fn config(home: &tempfile::TempDir, variables: &[(&str, &str)]) -> SecurityConfig {
        let pairs = [("HOME", "/none"), ("USERPROFILE", "/none"), ("AIRELAYS_DATA_DIR", home.path().to_str().unwrap())];
        let pairs = pairs.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment: std::collections::BTreeMap<_, _> = pairs.collect();
        Config::load(RawConfig::default(), None, &environment).unwrap().config.security
    }

    async fn check(bearer: &BearerAuth, authorization: &str) -> &'static str {
        verdict(bearer.check(Some(authorization.as_bytes()), None).await)
    }

    fn verdict(result: Result<(), BearerError>) -> &'static str {
        match result {
            Ok(()) => "in",
            Err(BearerError::Missing) => "missing",
            Err(BearerError::Malformed) => "malformed",
            Err(BearerError::Several) => "several",
            Err(BearerError::Wrong) => "wrong",
            Err(BearerError::Unavailable(_)) => "unavailable",
        }
    }

    #[tokio::test]
    async fn authorization_header() {
        let (_home, bearer) = with_file();
        for (header, expected) in [
            (format!("Bearer {TOKEN}"), "in"),
            (format!("bEARER \t {TOKEN} "), "in"),
            (format!("Bearer {TOKEN}x"), "wrong"),
            (format!("Bearer {} {TOKEN}", "x"), "malformed"),
            (format!("Bearer {}", "x".repeat(513)), "malformed"),
            ("Bearer tökën".to_owned(), "malformed"),
            ("Bearer".to_owned(), "missing"),
            ("Bearer  ".to_owned(), "missing"),
            (format!("Basic {TOKEN}"), "missing"),
            (TOKEN.to_owned(), "missing"),
            (String::new(), "missing"),
        ] {
            assert_eq!(check(&bearer, &header).await, expected, "{header}");
        }
    }

    #[tokio::test]
    async fn x_api_key_counts_when_there_is_no_bearer() {
        let (_home, bearer) = with_file();
        for (authorization, x_api_key, expected) in [
            (None, Some(TOKEN), "in"),
            (Some("Basic abc"), Some(TOKEN), "in"),
            (Some("Bearer other-token"), Some(TOKEN), "wrong"),
            (None, Some("other-token"), "wrong"),
            (None, None, "missing"),
        ] {
            let result = bearer.check(authorization.map(str::as_bytes), x_api_key.map(str::as_bytes)).await;
            assert_eq!(verdict(result), expected, "{authorization:?} {x_api_key:?}");
        }
    }

    #[tokio::test]
    async fn rotation_counts_at_once() {
        let (home, bearer) = with_file();
        let path = home.path().join("relay-token");
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(60)).unwrap();
        assert_eq!(check(&bearer, &format!("Bearer {TOKEN}")).await, "in");
        let new = RelayToken::create(&path).unwrap();
        assert_eq!(check(&bearer, &format!("Bearer {}", new.expose())).await, "in");
        assert_eq!(check(&bearer, &format!("Bearer {TOKEN}")).await, "wrong");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(check(&bearer, &format!("Bearer {}", new.expose())).await, "unavailable");
    }

    #[tokio::test]
    async fn a_variable_wins_over_the_file() {
        let (home, _) = with_file();
        let bearer =
            BearerAuth::open(&config(&home, &[("AIRELAYS_BEARER_TOKEN", "token-given-by-a-variable")])).unwrap();
        assert_eq!(check(&bearer, "Bearer token-given-by-a-variable").await, "in");
        assert_eq!(check(&bearer, &format!("Bearer {TOKEN}")).await, "wrong");
    }

    #[test]
    fn does_not_open_without_a_usable_token() {
        let home = tempfile::tempdir().unwrap();
        assert!(matches!(BearerAuth::open(&config(&home, &[])), Err(TokenError::Missing { .. })));
        std::fs::write(home.path().join("relay-token"), "YOUR_AIRELAYS_TOKEN\n").unwrap();
        assert!(matches!(BearerAuth::open(&config(&home, &[])), Err(TokenError::Guessable { .. })));
    }
}
