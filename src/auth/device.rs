//! Logging in with a browser on another machine: the user enters a code there while this one keeps asking.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::error::LoginError;
use super::progress::{DeviceLogin, LoginEvent, Progress};
use super::provider::{DeviceCode, Grant};
use super::renewal::Keeper;

/// How long the provider's codes are good.
///
/// Source: `login/src/device_code_auth.rs` in openai/codex, release 0.147.0, verified 2026-08-06.
const CODE_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Logs in and keeps the login.
pub(super) async fn login(keeper: &Arc<Keeper>, login: DeviceLogin, progress: Progress<'_>) -> Result<(), LoginError> {
    let DeviceLogin { workspace_id, timeout: longest } = login;
    let started = keeper.provider.begin_device().await;
    let device = started.map_err(|error| error.at("starting the device login"))?.ok_or(LoginError::NoDeviceLogin)?;
    let longest = longest.min(CODE_LIFETIME);
    progress(LoginEvent::Device {
        verification_url: keeper.provider.url("/codex/device"),
        user_code: device.user_code.clone(),
        expires_in: longest,
    });
    let grant = timeout(longest, granted(keeper, &device, longest, progress));
    let grant = grant.await.map_err(|_| LoginError::TimedOut { seconds: longest.as_secs() })??;
    progress(LoginEvent::Exchanging);
    let tokens = keeper.provider.exchange(&grant).await.map_err(|error| error.at("the code exchange"))?;
    super::keep(keeper, tokens, workspace_id.as_deref()).await
}

async fn granted(
    keeper: &Keeper,
    device: &DeviceCode,
    longest: Duration,
    progress: Progress<'_>,
) -> Result<Grant, LoginError> {
    let began_at = Instant::now();
    loop {
        match keeper.provider.poll_device(device).await {
            Ok(Some(grant)) => return Ok(grant),
            Ok(None) => {}
            // A call that got no answer says nothing about the login.
            Err(error) if error.status.is_none() && error.code != "bad_answer" => {
                tracing::warn!(code = error.code, "asking for the device login failed; it goes on");
            }
            Err(error) => return Err(error.at("the device login")),
        }
        progress(LoginEvent::Waiting { remaining: longest.saturating_sub(began_at.elapsed()) });
        sleep(device.interval).await;
    }
}
