//! Everything that decides whether a caller is let in, made from a configuration.

use governor::clock::MonotonicClock;
use url::Url;

use super::bearer::{BearerAuth, BearerError};
use super::caller::Caller;
use super::hosts::Hosts;
use super::limits::{Limiter, Limits, Refusal};
use crate::config::Config;

/// Who may call, and how much.
#[derive(Debug)]
pub struct Guard {
    /// Absent when the relay runs open.
    pub token: Option<BearerAuth>,
    /// How much each caller may ask for.
    pub limiter: Limiter,
    /// The names of this relay.
    pub hosts: Hosts,
    /// The pages on the web that may call, as browsers write their origins, in lower case.
    pub origins: Vec<String>,
    /// Whether `X-Forwarded-For` names the caller.
    pub trusts_x_forwarded_for: bool,
}

/// Why a caller is turned away at the token check.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// For what it showed.
    #[error(transparent)]
    Token(#[from] BearerError),
    /// For what was shown from its address before.
    #[error(transparent)]
    Blocked(Refusal),
}

impl Guard {
    /// The guard of a relay that clients call at this URL.
    #[must_use]
    pub fn new(config: &Config, base_url: &Url, token: Option<BearerAuth>) -> Self {
        let origins = config.server.allowed_origins.iter().map(|origin| origin.to_ascii_lowercase());
        Self {
            token,
            limiter: Limiter::new(Limits::from(&config.security), MonotonicClock),
            hosts: Hosts::new(&config.server, base_url),
            origins: origins.collect(),
            trusts_x_forwarded_for: config.security.trust_x_forwarded_for,
        }
    }

    /// Whether pages of an origin may call.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| origin.eq_ignore_ascii_case(allowed))
    }

    /// Checks the token a caller shows, as [`BearerAuth::check`] does, and counts what is wrong.
    ///
    /// A missing token is not counted: nothing can be guessed without one, and a browser that looks for an icon sends none.
    ///
    /// # Errors
    ///
    /// [`Denied`] unless the relay runs open.
    pub async fn check(
        &self,
        caller: Caller,
        authorization: Option<&[u8]>,
        x_api_key: Option<&[u8]>,
    ) -> Result<(), Denied> {
        let Some(token) = &self.token else { return Ok(()) };
        match token.check(authorization, x_api_key).await {
            Ok(()) => Ok(()),
            Err(error) => self.deny(caller, error),
        }
    }

    /// Turns a caller away for what it showed, unless the relay runs open; counts it.
    ///
    /// # Errors
    ///
    /// [`Denied`] unless the relay runs open.
    pub fn deny(&self, caller: Caller, error: BearerError) -> Result<(), Denied> {
        if self.token.is_none() {
            return Ok(());
        }
        match error {
            BearerError::Unavailable(_) => return Err(error.into()),
            BearerError::Missing | BearerError::Malformed | BearerError::Several | BearerError::Wrong => {}
        }
        if let Some(block) = self.limiter.block(caller) {
            return Err(Denied::Blocked(block));
        }
        if !matches!(error, BearerError::Missing) {
            self.limiter.note_failure(caller);
        }
        Err(error.into())
    }
}
