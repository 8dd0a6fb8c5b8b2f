//! The headers of a call: whose it is, who asks, in what form.
//!
//! Nothing here impersonates another program: `originator` and `User-Agent` name this one unless the configuration says otherwise.
//!
//! Source: openai/codex `model-provider/src/bearer_auth_provider.rs` and `codex-api/src/requests/headers.rs`, release 0.147.0, verified 2026-08-06.

use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, InvalidHeaderValue, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Credential;
use crate::translate::chatgpt::Prepared;

const ACCOUNT: HeaderName = HeaderName::from_static("chatgpt-account-id");
const FEDRAMP: HeaderName = HeaderName::from_static("x-openai-fedramp");
const ORIGINATOR: HeaderName = HeaderName::from_static("originator");
const SESSION: HeaderName = HeaderName::from_static("session-id");
/// The name before May 2026, which other clients still send.
const SESSION_OLD: HeaderName = HeaderName::from_static("session_id");
const LITE: HeaderName = HeaderName::from_static("x-openai-internal-codex-responses-lite");

/// Longest conversation name that is sent as a header, in bytes.
const MAX_SESSION_ID_BYTES: usize = 128;

/// How this program introduces itself.
#[derive(Debug, Clone)]
pub struct Identity {
    originator: HeaderValue,
    user_agent: HeaderValue,
}

impl Identity {
    /// With this `originator` and, unless given, the `User-Agent` of this program: `airelays/<version> (<os>; <arch>)`.
    ///
    /// # Errors
    ///
    /// [`InvalidHeaderValue`] for text that cannot be a header.
    pub fn new(originator: &str, user_agent: Option<&str>) -> Result<Self, InvalidHeaderValue> {
        let own =
            format!("airelays/{} ({}; {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
        Ok(Self {
            originator: HeaderValue::from_str(originator)?,
            user_agent: HeaderValue::from_str(user_agent.unwrap_or(&own))?,
        })
    }
}

impl Default for Identity {
    fn default() -> Self {
        let unnamed = HeaderValue::from_static("airelays");
        Self::new("airelays", None).unwrap_or_else(|_| Self { originator: unnamed.clone(), user_agent: unnamed })
    }
}

/// The headers of every call.
///
/// # Errors
///
/// [`InvalidHeaderValue`] for a credential that cannot be a header.
pub(super) fn common(identity: &Identity, credential: &Credential) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = HeaderMap::with_capacity(12);
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", credential.access_token.expose()))?;
    bearer.set_sensitive(true);
    headers.insert(AUTHORIZATION, bearer);
    if let Some(account_id) = &credential.account_id {
        let mut account_id = HeaderValue::from_str(account_id)?;
        account_id.set_sensitive(true);
        headers.insert(ACCOUNT, account_id);
    }
    if credential.fedramp {
        headers.insert(FEDRAMP, HeaderValue::from_static("true"));
    }
    headers.insert(ORIGINATOR, identity.originator.clone());
    headers.insert(USER_AGENT, identity.user_agent.clone());
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// Adds what `POST /responses` has beyond [`common`].
pub(super) fn add_responses(headers: &mut HeaderMap, request: &Prepared) {
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    add_compact(headers, request);
}

/// Adds what `POST /responses/compact` has beyond [`common`].
pub(super) fn add_compact(headers: &mut HeaderMap, request: &Prepared) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let session_id = request.session_id.as_ref().filter(|id| !id.is_empty() && id.len() <= MAX_SESSION_ID_BYTES);
    if let Some(session_id) = session_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(SESSION, session_id.clone());
        headers.insert(SESSION_OLD, session_id);
    }
    if request.lite {
        headers.insert(LITE, HeaderValue::from_static("true"));
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_lite_request_of_a_fedramp_account_has_all_of_them() {
        let credential = Credential {
            access_token: "token".to_owned().into(),
            account_id: Some("account".to_owned()),
            fedramp: true,
        };
        let session_id = Some("session".to_owned());
        let request = Prepared { body: Bytes::new(), lite: true, session_id };
        let mut headers = common(&Identity::default(), &credential).unwrap();
        add_responses(&mut headers, &request);
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "accept",
                "accept-encoding",
                "authorization",
                "chatgpt-account-id",
                "content-type",
                "originator",
                "session-id",
                "session_id",
                "user-agent",
                "x-openai-fedramp",
                "x-openai-internal-codex-responses-lite"
            ]
        );
        assert_eq!(headers["originator"], "airelays");
        assert!(headers["user-agent"].to_str().unwrap().starts_with("airelays/"));
        assert!(!format!("{headers:?}").contains("token"), "a token shows in debug output");
    }

    #[test]
    fn a_token_with_a_line_end_is_no_header() {
        let credential = Credential { access_token: "a\nb".to_owned().into(), account_id: None, fedramp: false };
        assert!(common(&Identity::default(), &credential).is_err());
    }
}
