//! The relay token: what callers of the relay show. It has nothing to do with the upstream login.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::config::SecurityConfig;
use crate::private_file;
use crate::secret::Secret;

/// Shortest token that is accepted: below that, guessing is thinkable.
pub const MIN_TOKEN_BYTES: usize = 20;
/// Longest token that is accepted, from a source or from a caller.
pub const MAX_TOKEN_BYTES: usize = 512;

/// A token that is long enough, printable, and not one from an example.
#[derive(Debug, Clone)]
pub struct RelayToken(Secret<String>);

/// Where the relay token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// A variable, named in full.
    Variable(String),
    /// The token file.
    File(PathBuf),
}

/// Why there is no relay token to compare with.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is no token file, and no variable.
    #[error("there is no relay token: {} does not exist; create it with `airelays init`", .path.display())]
    Missing {
        /// The token file.
        path: PathBuf,
    },
    /// The token file is there and cannot be read.
    #[error("cannot read the relay token in {}", .path.display())]
    Unreadable {
        /// The token file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The token file cannot be written.
    #[error("cannot write the relay token to {}", .path.display())]
    Unwritable {
        /// The token file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The token has the wrong length.
    #[error(
        "the relay token in {place} has {length_bytes} characters; it must have {MIN_TOKEN_BYTES} to {MAX_TOKEN_BYTES}; {}",
        .place.remedy()
    )]
    Length {
        /// The variable or file.
        place: TokenSource,
        /// The length it has.
        length_bytes: usize,
    },
    /// The token has characters that do not fit into a header.
    #[error("the relay token in {place} may only have visible ASCII characters; {}", .place.remedy())]
    Unprintable {
        /// The variable or file.
        place: TokenSource,
    },
    /// The token is one from an example, or one character over and over.
    #[error("the relay token in {place} is an example or easily guessed; {}", .place.remedy())]
    Guessable {
        /// The variable or file.
        place: TokenSource,
    },
}

impl RelayToken {
    /// The token the configuration points to: the variable's, else the file's.
    ///
    /// # Errors
    ///
    /// Any [`TokenError`] but [`TokenError::Unwritable`].
    pub fn load(config: &SecurityConfig) -> Result<Self, TokenError> {
        match &config.bearer_token {
            Some(variable) => Self::parse(variable.value.expose(), TokenSource::of(config)),
            None => Self::read(&config.bearer_token_file),
        }
    }

    /// The same, where a missing token file is made; and whether it was.
    ///
    /// # Errors
    ///
    /// Any [`TokenError`] but [`TokenError::Missing`].
    pub fn load_or_create(config: &SecurityConfig) -> Result<(Self, bool), TokenError> {
        match Self::load(config) {
            Ok(token) => Ok((token, false)),
            Err(TokenError::Missing { path }) => Ok((Self::create(&path)?, true)),
            Err(error) => Err(error),
        }
    }

    /// The token in a file.
    ///
    /// # Errors
    ///
    /// Any [`TokenError`] but [`TokenError::Unwritable`].
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        match fs::read(path) {
            Ok(bytes) => Self::from_file(bytes, path),
            Err(source) => Err(TokenError::reading(path, source)),
        }
    }

    /// The token in the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`TokenError::Length`], [`TokenError::Unprintable`] or [`TokenError::Guessable`].
    pub fn from_file(bytes: Vec<u8>, path: &Path) -> Result<Self, TokenError> {
        let place = TokenSource::File(path.to_owned());
        let bytes = Secret::new(bytes);
        match std::str::from_utf8(bytes.expose()) {
            Ok(text) => Self::parse(text, place),
            Err(_) => Err(TokenError::Unprintable { place }),
        }
    }

    /// Makes a new token and writes it to a file, in place of the one there.
    ///
    /// # Errors
    ///
    /// [`TokenError::Unwritable`]
    pub fn create(path: &Path) -> Result<Self, TokenError> {
        private_file::remove_old_leftovers(path);
        let token = Self::generate();
        let line = Secret::new(format!("{}\n", token.expose()));
        private_file::write(path, line.expose().as_bytes())
            .map_err(|source| TokenError::Unwritable { path: path.to_owned(), source })?;
        Ok(token)
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What may be shown of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    /// 32 random bytes as 43 characters of base64url.
    fn generate() -> Self {
        let bytes = Secret::new(rand::random::<[u8; 32]>());
        Self(URL_SAFE_NO_PAD.encode(bytes.expose()).into())
    }

    fn parse(text: &str, place: TokenSource) -> Result<Self, TokenError> {
        let text = text.trim();
        if is_guessable(text) {
            return Err(TokenError::Guessable { place });
        }
        if !(MIN_TOKEN_BYTES..=MAX_TOKEN_BYTES).contains(&text.len()) {
            return Err(TokenError::Length { place, length_bytes: text.len() });
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Unprintable { place });
        }
        Ok(Self(text.to_owned().into()))
    }
}

impl TokenSource {
    /// Where the configuration says the token is.
    #[must_use]
    pub fn of(config: &SecurityConfig) -> Self {
        match &config.bearer_token {
            Some(variable) => Self::Variable(variable.name.clone()),
            None => Self::File(config.bearer_token_file.clone()),
        }
    }

    /// The word used in output: `env` or `file`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Variable(_) => "env",
            Self::File(_) => "file",
        }
    }

    /// What to do about a token that is refused.
    fn remedy(&self) -> &'static str {
        match self {
            Self::Variable(_) => "put 32 or more random characters there, or unset it to use the token file",
            Self::File(_) => "make a good one with `airelays token rotate`",
        }
    }
}

impl fmt::Display for TokenSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(formatter, "`{name}`"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

impl TokenError {
    /// A failure to read the token file.
    pub(super) fn reading(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == ErrorKind::NotFound { Self::Missing { path } } else { Self::Unreadable { path, source } }
    }
}

/// Whether a token is empty of secrets: known from an example, or made of very few different characters.
fn is_guessable(text: &str) -> bool {
    /// Words of the examples in documentation and of the usual placeholders, letters only.
    const SAMPLES: [&str; 6] = ["airelaystoken", "airelaytoken", "relaytoken", "bearertoken", "changeme", "replaceme"];
    /// What may stand around such a word.
    const DECORATION: [&str; 4] = ["your", "the", "my", "here"];
    const FEWEST_DISTINCT: usize = 5;

    let letters: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let bare = DECORATION.iter().fold(letters, |letters, word| letters.replace(word, ""));
    let mut distinct: Vec<_> = text.bytes().collect();
    distinct.sort_unstable();
    distinct.dedup();
    SAMPLES.contains(&bare.as_str()) || (!text.is_empty() && distinct.len() < FEWEST_DISTINCT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> String {
        RelayToken::parse(text, TokenSource::Variable("AIRELAYS_BEARER_TOKEN".to_owned()))
            .map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    }

    #[test]
    fn weak_tokens_are_refused_with_a_way_out() {
        let cases = [
            "",
            "short",
            "YOUR_AIRELAYS_TOKEN",
            "<your-relay-token-here>",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "naïve-token-with-twenty",
        ];
        let verdicts: Vec<_> = cases.iter().map(|case| verdict(case)).collect();
        insta::assert_snapshot!(verdicts.join("\n"), @"
        the relay token in `AIRELAYS_BEARER_TOKEN` has 0 characters; it must have 20 to 512; put 32 or more random characters there, or unset it to use the token file
        the relay token in `AIRELAYS_BEARER_TOKEN` has 5 characters; it must have 20 to 512; put 32 or more random characters there, or unset it to use the token file
        the relay token in `AIRELAYS_BEARER_TOKEN` is an example or easily guessed; put 32 or more random characters there, or unset it to use the token file
        the relay token in `AIRELAYS_BEARER_TOKEN` is an example or easily guessed; put 32 or more random characters there, or unset it to use the token file
        the relay token in `AIRELAYS_BEARER_TOKEN` is an example or easily guessed; put 32 or more random characters there, or unset it to use the token file
        the relay token in `AIRELAYS_BEARER_TOKEN` may only have visible ASCII characters; put 32 or more random characters there, or unset it to use the token file
        ");
        assert_eq!(verdict(" a-token-of-twenty-ch \n"), "fine");
        assert_eq!(
            verdict(&"abcdefghij".repeat(52)).split(';').next(),
            Some("the relay token in `AIRELAYS_BEARER_TOKEN` has 520 characters")
        );
    }

    #[test]
    fn a_new_token_is_long_random_and_readable() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data/relay-token");
        let token = RelayToken::create(&path).unwrap();
        assert_eq!(token.expose().len(), 43);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", token.expose()));
        assert_eq!(RelayToken::read(&path).unwrap().expose(), token.expose());
        assert_ne!(RelayToken::create(&path).unwrap().expose(), token.expose());
    }

    #[test]
    fn a_missing_file_says_how_to_make_one() {
        let error = RelayToken::read(Path::new("/none/relay-token")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no relay token: /none/relay-token does not exist; create it with `airelays init`"
        );
    }
}
