//! Everything that decides whether a caller is let in, made from a configuration.

use governor::clock::MonotonicClock;
use url::Url;

use super::bearer::{BearerAuth, BearerError};
use super::caller::Caller;
use super::hosts::Hosts;
use super::limits::{Admission, Limiter, Limits, Refusal};
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

/// What a caller shows, as raw bytes of its headers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'a> {
    /// `Authorization`
    pub authorization: Option<&'a [u8]>,
    /// `x-api-key`
    pub x_api_key: Option<&'a [u8]>,
    /// Whether one of them came more than once.
    pub is_ambiguous: bool,
}

/// A caller that is turned away.
#[derive(Debug)]
pub struct Turned {
    /// Why.
    pub denied: Denied,
    /// Requests it may send at once from now on, if they were counted.
    pub remaining: Option<u32>,
}

/// Why a caller is turned away.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// For what it showed.
    #[error(transparent)]
    Token(#[from] BearerError),
    /// For what it, or another at its address, did before.
    #[error(transparent)]
    Limited(#[from] Refusal),
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

    /// Lets a caller in, or says why not: the limits of its address first, then the token.
    ///
    /// Programs on this machine share one address. There, those without the right token are a caller of their own, so that one that is set up wrong
    /// spends and blocks nothing of those that are set up right. From elsewhere a block is for the whole address, and nothing it sends is compared.
    ///
    /// A wrong token counts towards a block; none does not: nothing can be guessed without one, and a browser that looks for an icon sends none.
    ///
    /// # Errors
    ///
    /// [`Turned`]
    pub async fn admit(&self, address: Caller, shown: Shown<'_>) -> Result<Admission, Turned> {
        let known = match address.is_on_this_machine() {
            true => Some(self.check(shown).await),
            false => None,
        };
        let caller = if matches!(known, Some(Err(_))) { Caller::LocalStranger } else { address };
        let admission =
            self.limiter.admit(caller).map_err(|refusal| Turned { denied: refusal.into(), remaining: None })?;
        let checked = match known {
            Some(checked) => checked,
            None => self.check(shown).await,
        };
        match checked {
            Ok(()) => Ok(admission),
            Err(error) => {
                if error.is_wrong_token() {
                    self.limiter.note_failure(caller);
                }
                Err(Turned { denied: error.into(), remaining: Some(admission.remaining) })
            }
        }
    }

    async fn check(&self, shown: Shown<'_>) -> Result<(), BearerError> {
        match &self.token {
            None => Ok(()),
            Some(_) if shown.is_ambiguous => Err(BearerError::Several),
            Some(token) => token.check(shown.authorization, shown.x_api_key).await,
        }
    }
}
