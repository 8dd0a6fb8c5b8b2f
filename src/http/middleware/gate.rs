//! Who may call, and how much: everything is counted and needs the relay token, except what the contract calls public.

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::contract::table::Access;
use crate::contract::tables::OPERATIONS;
use crate::http::error::ApiError;
use crate::http::held::Held;
use crate::http::{App, Peer, Refused};
use crate::security::caller::forwarded_for;
use crate::security::limits::{Admission, seconds};
use crate::security::{Caller, Denied, Guard, Refusal, Shown, Turned};

/// Public when the configuration says so; the contract calls it protected.
const METRICS_PATH: &str = "/metrics";

/// The paths of the operations that the contract calls public: a few of hundreds.
static PUBLIC_PATHS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let public = OPERATIONS.iter().filter(|operation| operation.access == Access::Public);
    public.map(|operation| operation.path).collect()
});

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Who sent a request that was let in, and how many more it may send at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admitted {
    /// Whom it counts against.
    pub(crate) caller: Caller,
    /// Requests left.
    pub(crate) remaining: u32,
}

/// Lets a request through, or answers 401 or 429. The caller's place among its open requests is held until the answer's body has ended.
pub(crate) async fn gate(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if PUBLIC_PATHS.contains(&path) || (app.settings.public_metrics && path == METRICS_PATH) {
        return next.run(request).await;
    }
    let guard = app.guard();
    let caller = caller(guard, &request);
    // Clones, because a request cannot be borrowed across an await point.
    let (authorization, api_key) = (one(request.headers(), header::AUTHORIZATION), one(request.headers(), X_API_KEY));
    let shown = Shown {
        authorization: authorization.value.as_ref().map(HeaderValue::as_bytes),
        x_api_key: api_key.value.as_ref().map(HeaderValue::as_bytes),
        is_ambiguous: authorization.is_repeated || api_key.is_repeated,
    };
    let mut response = match guard.admit(caller, shown).await {
        Ok(Admission { caller, slot, remaining }) => {
            request.extensions_mut().insert(Admitted { caller, remaining });
            let mut response = next.run(request).await.map(|body| Body::new(Held::new(body, slot)));
            tell_rate(&mut response, remaining, guard.limiter.refill_seconds());
            response
        }
        Err(turned) => turn_away(turned, guard),
    };
    tell_policy(&mut response, guard);
    response
}

fn turn_away(turned: Turned, guard: &Guard) -> Response {
    let Turned { denied, remaining } = turned;
    let rate = match (&denied, remaining) {
        (Denied::Limited(Refusal::Rate { wait, .. }), _) => Some((0, seconds(*wait))),
        (_, Some(remaining)) => Some((remaining, guard.limiter.refill_seconds())),
        (_, None) => None,
    };
    let mut response = match Option::<Refused>::from(&denied) {
        Some(refused) => refused.answer(denied.into()),
        None => ApiError::from(denied).into_response(),
    };
    if let Some((remaining, until_next)) = rate {
        tell_rate(&mut response, remaining, until_next);
    }
    response
}

/// Whom a request counts against.
fn caller(guard: &Guard, request: &Request) -> Caller {
    let forwarded = || {
        let last = request.headers().get_all(X_FORWARDED_FOR).iter().next_back()?;
        forwarded_for(last.as_bytes())
    };
    let forwarded = guard.trusts_x_forwarded_for.then(forwarded).flatten();
    Caller::of(forwarded.or_else(|| Peer::of(request.extensions()).ip()))
}

/// A header that is to be sent once.
struct One {
    value: Option<HeaderValue>,
    is_repeated: bool,
}

fn one(headers: &HeaderMap, name: HeaderName) -> One {
    let mut values = headers.get_all(name).iter();
    One { value: values.next().cloned(), is_repeated: values.next().is_some() }
}

/// Says how much may be sent at once, as draft-ietf-httpapi-ratelimit-headers-11 (May 2026) has it: `q` requests in `w` seconds.
fn tell_policy(response: &mut Response, guard: &Guard) {
    let limiter = &guard.limiter;
    let policy = format!("\"default\";q={};w={}", limiter.burst(), limiter.window_seconds());
    insert(response, RATE_LIMIT_POLICY, &policy);
}

/// Says how much is left of it: `r` requests, until there is one more within `t` seconds.
fn tell_rate(response: &mut Response, remaining: u32, until_next: u64) {
    insert(response, RATE_LIMIT, &format!("\"default\";r={remaining};t={until_next}"));
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
