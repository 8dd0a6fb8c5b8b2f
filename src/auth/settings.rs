//! What a login depends on from outside: where it is kept, who issues it, what time it is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::vault::Vault;
use crate::config::{AuthStorage, Config};

/// Ports of the callback listener, in the order they are tried. The provider knows these two redirect addresses and no others.
///
/// Source: `login/src/server.rs` in openai/codex, release 0.147.0, verified 2026-08-06.
const CALLBACK_PORTS: [u16; 2] = [1455, 1457];
/// How long one call to the token endpoint may take.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait for another process that renews the login.
const LOCK_TIMEOUT: Duration = Duration::from_secs(45);
/// The most that a login is renewed earlier than need be.
const RENEW_EARLY: Duration = Duration::from_secs(60);

/// What a login depends on from outside.
#[derive(Debug, Clone)]
pub struct AuthSettings {
    /// The directory that keeps `auth.json`, the lock and the notes beside it.
    pub data_dir: PathBuf,
    /// The directory of an older release, which a login is taken over from when `data_dir` has none.
    pub legacy_data_dir: Option<PathBuf>,
    /// Where the login is kept.
    pub storage: AuthStorage,
    /// The provider's address, without a slash at its end.
    pub issuer: String,
    /// Whom the provider takes us for.
    pub client_id: String,
    /// The name of this program in the browser flow.
    pub originator: String,
    /// Ports of the callback listener, in the order they are tried; 0 is any free one.
    pub callback_ports: Vec<u16>,
    /// How long one call to the token endpoint may take. Default: 30 seconds.
    pub exchange_timeout: Duration,
    /// How long to wait for another process that renews the login. Default: 45 seconds.
    pub lock_timeout: Duration,
    /// How much earlier than five minutes before its end a login is renewed. Default: drawn anew for each process, up to a minute, so that several
    /// of them do not go at once.
    pub renew_early: Duration,
    /// The time of day.
    pub clock: Clock,
    /// Where keyring entries go; `None` is the system's keyring.
    pub vault: Option<Arc<dyn Vault>>,
}

impl AuthSettings {
    /// A login kept in this directory and issued by this provider; everything else as usual.
    #[must_use]
    pub fn new(data_dir: &Path, issuer: &str, client_id: &str) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            legacy_data_dir: legacy(data_dir),
            storage: AuthStorage::Auto,
            issuer: issuer.trim_end_matches('/').to_owned(),
            client_id: client_id.to_owned(),
            originator: "airelays".to_owned(),
            callback_ports: CALLBACK_PORTS.to_vec(),
            exchange_timeout: EXCHANGE_TIMEOUT,
            lock_timeout: LOCK_TIMEOUT,
            renew_early: Duration::from_secs(rand::random_range(0..=RENEW_EARLY.as_secs())),
            clock: Clock::default(),
            vault: None,
        }
    }
}

impl From<&Config> for AuthSettings {
    fn from(config: &Config) -> Self {
        let upstream = &config.upstream;
        Self {
            storage: config.auth.storage,
            originator: upstream.originator.clone(),
            ..Self::new(&config.paths.data_dir, &upstream.issuer_base_url, &upstream.client_id)
        }
    }
}

/// The place an older release used, for a directory in today's usual place.
fn legacy(data_dir: &Path) -> Option<PathBuf> {
    data_dir.ends_with(".airelays").then(|| data_dir.with_file_name(".airelay"))
}

/// Tells the time of day; tests have their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Clock {
    /// A clock that calls this for the time, in unix seconds.
    pub fn new(now: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time, in unix seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.0)()
    }
}

/// The system's clock.
impl Default for Clock {
    fn default() -> Self {
        Self::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
