//! What can be looked at on this machine: settings, files, tokens, the port.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::Check;
use crate::auth::AuthState;
use crate::cli::account::{Account, sentence};
use crate::cli::runtime::local_client;
use crate::config::{AuthStorage, Config, Warning};
use crate::private_file;
use crate::security::{RelayToken, TokenError, TokenSource};

/// How long a relay that runs already may take to say so.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);

/// The configuration, which has been loaded.
pub(super) fn configuration(config: &Config, warnings: &[Warning]) -> Vec<Check> {
    const NAME: &str = "config";
    let path = config.home.abbreviate(&config.file.path);
    if warnings.is_empty() {
        let text =
            if config.file.exists { format!("{path} is fine") } else { format!("no {path}; running on defaults") };
        return vec![Check::ok(NAME, text)];
    }
    let fix = "correct the name, or take it out; `airelays config show` lists what counts";
    warnings.iter().map(|warning| Check::warn(NAME, warning.to_string(), fix)).collect()
}

/// Who may read the files that hold secrets, and whether things can be kept.
pub(super) fn permissions(config: &Config) -> Vec<Check> {
    const NAME: &str = "permissions";
    let data_dir = &config.paths.data_dir;
    if !data_dir.exists() {
        let text = format!("{} does not exist yet", config.home.abbreviate(data_dir));
        return vec![Check::warn(NAME, text, "airelays init")];
    }
    let files = [&config.security.bearer_token_file, &config.auth.file, &config.file.path];
    let directories = [data_dir, &config.paths.logs_dir];
    let mut checks: Vec<Check> = files
        .into_iter()
        .map(|path| (path, 0o600))
        .chain(directories.into_iter().map(|path| (path, 0o700)))
        .filter_map(|(path, mode)| loose(NAME, config, path, mode))
        .collect();
    if let Err(error) = can_write(data_dir) {
        let text = format!("{} cannot be written to: {error}", config.home.abbreviate(data_dir));
        checks.push(Check::fail(
            NAME,
            text,
            "give the directory to the user that runs the relay, or choose another with `--data-dir`",
        ));
    }
    if checks.is_empty() {
        checks.push(Check::ok(NAME, format!("{} is private and can be written to", config.home.abbreviate(data_dir))));
    }
    checks
}

fn can_write(directory: &Path) -> std::io::Result<()> {
    let path = directory.join(format!(".doctor.{:016x}", rand::random::<u64>()));
    private_file::write(&path, b"")?;
    std::fs::remove_file(path)
}

/// A complaint about a path that others than its owner may use.
#[cfg(unix)]
fn loose(name: &'static str, config: &Config, path: &Path, wanted: u32) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    let path = config.home.abbreviate(path);
    let text = || format!("{path} can be used by others (mode {mode:04o})");
    (mode & 0o077 != 0).then(|| Check::warn(name, text(), format!("chmod {wanted:o} {path}")))
}

/// Elsewhere the user's profile directory protects what is in it.
#[cfg(not(unix))]
fn loose(_: &'static str, _: &Config, _: &Path, _: u32) -> Option<Check> {
    None
}

pub(super) fn relay_token(config: &Config) -> Check {
    const NAME: &str = "relay token";
    if !config.security.require_bearer_auth {
        let text = "callers need none (`security.require_bearer_auth` is false)";
        return Check::warn(NAME, text, "leave it so only on a machine that nobody else uses");
    }
    match RelayToken::load(&config.security) {
        Ok(token) => {
            let source = TokenSource::of(&config.security).name();
            Check::ok(NAME, format!("present (from {source}, fingerprint {})", token.fingerprint()))
        }
        Err(TokenError::Missing { .. }) if config.security.auto_generate_bearer_token => {
            Check::ok(NAME, "none yet; `airelays serve` creates it")
        }
        Err(error @ TokenError::Missing { .. }) => Check::fail(NAME, error.to_string(), "airelays init"),
        Err(error) => Check::fail(NAME, error.to_string(), "airelays token rotate"),
    }
}

pub(super) fn keyring(account: Option<&Account>) -> Option<Check> {
    const NAME: &str = "keyring";
    let status = &account?.status;
    Some(match (&status.keyring, status.storage) {
        (None, _) => Check::skip(NAME, "not used (`auth.storage` is `file`)"),
        (Some(Ok(())), _) => Check::ok(NAME, "can be used"),
        (Some(Err(problem)), AuthStorage::Keyring) => {
            Check::fail(NAME, problem, "unlock the keyring, or set `auth.storage` to `file`")
        }
        (Some(Err(problem)), AuthStorage::Auto | AuthStorage::File) => Check::warn(
            NAME,
            format!("{problem}; the file is used instead"),
            "nothing to do; `auth.storage = \"file\"` stops asking",
        ),
    })
}

pub(super) fn login(account: Option<&Account>) -> Vec<Check> {
    const NAME: &str = "login";
    let Some(account) = account else { return vec![Check::skip(NAME, "the demo upstream needs none")] };
    let status = &account.status;
    let explanation = account.explanation();
    let ends_soon = matches!(status.state, AuthState::Ready) && !status.can_refresh;
    let first = match (status.is_usable, ends_soon) {
        (true, true) => Check::warn(NAME, explanation, "airelays login"),
        (true, false) => Check::ok(NAME, explanation),
        (false, _) => Check::fail(NAME, explanation, "airelays login"),
    };
    let notes = status.notes.iter().map(|note| Check::warn(NAME, sentence(note), "airelays status"));
    std::iter::once(first).chain(notes).collect()
}

/// The listener: whom it would serve, and whether it can be had.
pub(super) async fn network(config: &Config) -> Vec<Check> {
    const NAME: &str = "listener";
    let exposure = match config.exposure() {
        Ok(None) => None,
        Ok(Some(warning)) => Some(Check::warn(
            NAME,
            warning.to_string(),
            "listen on 127.0.0.1, or put a TLS proxy in front; docs/security.md",
        )),
        Err(error) => Some(Check::fail(NAME, error.to_string(), "airelays serve --host 127.0.0.1")),
    };
    exposure.into_iter().chain([port(config).await]).collect()
}

async fn port(config: &Config) -> Check {
    const NAME: &str = "port";
    let (host, port) = (config.server.host.trim_matches(['[', ']']), config.server.port);
    match TcpListener::bind((host, port)) {
        Ok(_) if port == 0 => Check::ok(NAME, format!("a free one of {host} will be used")),
        Ok(_) => Check::ok(NAME, format!("{host}:{port} is free")),
        Err(error) => match running_relay(config).await {
            Some(version) => Check::ok(NAME, format!("a relay answers on {host}:{port} already (airelays {version})")),
            None => Check::fail(
                NAME,
                format!("{host}:{port} cannot be listened on: {error}"),
                "end the program that uses it, or choose another with `airelays serve --port`",
            ),
        },
    }
}

/// The version of a relay of ours that answers there.
async fn running_relay(config: &Config) -> Option<String> {
    let url = format!("{}/healthz", config.server.client_base_url().trim_end_matches("/v1"));
    let answer = local_client().ok()?.get(url).timeout(HEALTH_TIMEOUT).send().await.ok()?;
    let health: Value = serde_json::from_slice(&answer.bytes().await.ok()?).ok()?;
    (health["app_name"] == crate::cli::APP_NAME).then(|| health["version"].as_str().unwrap_or("?").to_owned())
}
