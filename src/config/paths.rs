//! Where things are on disk: the home directory, `~`, and the places an older release used.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::error::ConfigError;
use super::raw::RawPaths;

/// Directories the relay keeps things in; both absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathsConfig {
    /// `paths.data_dir`: relay token, upstream login, state.
    pub data_dir: PathBuf,
    /// `paths.logs_dir`: the traffic log.
    pub logs_dir: PathBuf,
}

impl PathsConfig {
    pub(super) fn resolve(raw: RawPaths, home: &Home) -> Result<Self, ConfigError> {
        let data_dir = match raw.data_dir {
            Some(text) => home.expand(&text)?,
            None => home.newest(".airelays", ".airelay")?,
        };
        let logs_dir = raw.logs_dir.map_or_else(|| Ok(data_dir.join("logs")), |text| home.expand(&text))?;
        Ok(Self { data_dir, logs_dir })
    }
}

/// The user's home directory, if it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home(Option<PathBuf>);

impl Home {
    /// `HOME`, or `USERPROFILE` on Windows.
    #[must_use]
    pub fn find(environment: &dyn Environment) -> Self {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        Self(environment.filled(name).map(PathBuf::from))
    }

    /// The path as a full one: a leading `~` becomes the home directory, a relative path starts at the working directory.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NoHome`] for a `~` without a home directory.
    pub fn expand(&self, text: &str) -> Result<PathBuf, ConfigError> {
        let path = match text.strip_prefix('~') {
            Some("") => self.get()?.to_owned(),
            Some(rest) if rest.starts_with(std::path::is_separator) => self.get()?.join(&rest[1..]),
            _ => PathBuf::from(text),
        };
        // Only fails without a working directory; the path is then used as it was given.
        Ok(std::path::absolute(&path).unwrap_or(path))
    }

    /// The path for people: with `~` where it is below the home directory.
    #[must_use]
    pub fn abbreviate(&self, path: &Path) -> String {
        let below = self.0.as_deref().and_then(|home| path.strip_prefix(home).ok());
        below.map_or_else(|| path.display().to_string(), |rest| Path::new("~").join(rest).display().to_string())
    }

    /// The configuration file to use when none is named.
    pub(super) fn config_file(&self) -> Result<PathBuf, ConfigError> {
        self.newest(".config/airelays/config.toml", ".config/airelay/config.toml")
    }

    /// Today's place, unless only the old one exists.
    fn newest(&self, place: &str, old_place: &str) -> Result<PathBuf, ConfigError> {
        let home = self.get()?;
        let (place, old_place) = (home.join(place), home.join(old_place));
        Ok(if !place.exists() && old_place.exists() { old_place } else { place })
    }

    fn get(&self) -> Result<&Path, ConfigError> {
        self.0.as_deref().ok_or(ConfigError::NoHome)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn tilde_is_home() {
        let home = Home(Some("/home/user".into()));
        for (text, expected) in [("~", "/home/user"), ("~/a/b", "/home/user/a/b"), ("/x/~", "/x/~")] {
            assert_eq!(home.expand(text).unwrap(), Path::new(expected), "{text}");
        }
        assert!(home.expand("~other/a").unwrap().ends_with("~other/a"));
        assert!(home.expand("relative").unwrap().is_absolute());
        assert_eq!(home.abbreviate(Path::new("/home/user/a")), "~/a");
        assert_eq!(home.abbreviate(Path::new("/home/username")), "/home/username");
    }

    #[test]
    fn without_a_home_only_full_paths_work() {
        let home = Home(None);
        assert!(matches!(home.expand("~/a"), Err(ConfigError::NoHome)));
        assert!(matches!(home.config_file(), Err(ConfigError::NoHome)));
        assert_eq!(home.expand("/a").unwrap(), Path::new("/a"));
    }

    #[test]
    fn an_old_place_is_used_when_it_is_the_only_one() {
        let directory = tempfile::tempdir().unwrap();
        let home = Home(Some(directory.path().to_owned()));
        let data_dir = || PathsConfig::resolve(RawPaths::default(), &home).unwrap().data_dir;
        assert_eq!(data_dir(), directory.path().join(".airelays"));
        std::fs::create_dir(directory.path().join(".airelay")).unwrap();
        assert_eq!(data_dir(), directory.path().join(".airelay"));
        std::fs::create_dir(directory.path().join(".airelays")).unwrap();
        assert_eq!(data_dir(), directory.path().join(".airelays"));
    }
}
