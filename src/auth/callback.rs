//! What comes to the callback listener, and what it means.
//!
//! Everything about one call is decided from that call alone, before anything is remembered of it: a call without the state can neither end a login
//! nor leave a code behind.

use http::header::HOST;
use http::{Method, Request, StatusCode, Uri};
use url::form_urlencoded;

use super::pkce::State;
use crate::secret::Secret;

/// No code is longer than this, in bytes.
const MAX_CODE_BYTES: usize = 4096;
/// How much of the provider's words is kept, in characters.
const MAX_WORDS: usize = 300;

/// What a call to the listener means.
#[derive(Debug)]
pub(super) enum Callback {
    /// The user is done.
    Code(Secret<String>),
    /// The provider's page says no; code and description.
    Refused(String, String),
    /// The login is to end.
    Cancel,
    /// The page that a finished login leads to.
    Success,
    /// Not part of the login.
    TurnedAway(StatusCode, &'static str),
}

/// What a call means to a login with this state.
pub(super) fn read<B>(request: &Request<B>, state: &State) -> Callback {
    let turned_away = |reason| Callback::TurnedAway(StatusCode::BAD_REQUEST, reason);
    if !is_to_this_machine(request) {
        return turned_away("it is not addressed to this machine");
    }
    match request.uri().path() {
        "/auth/callback" | "/cancel" | "/success" if request.method() != Method::GET => {
            turned_away("only GET is served")
        }
        "/auth/callback" => of_query(request.uri(), state),
        "/cancel" if is_from_another_site(request) => turned_away("it comes from another site"),
        "/cancel" => Callback::Cancel,
        "/success" => Callback::Success,
        _ => Callback::TurnedAway(StatusCode::NOT_FOUND, "there is no such page"),
    }
}

fn of_query(uri: &Uri, state: &State) -> Callback {
    let query = uri.query().unwrap_or_default().as_bytes();
    let mut given = [const { None }; 4];
    for (name, value) in form_urlencoded::parse(query) {
        let Some(at) = ["state", "code", "error", "error_description"].iter().position(|known| *known == name) else {
            continue;
        };
        if given[at].replace(value.into_owned()).is_some() {
            return Callback::TurnedAway(StatusCode::BAD_REQUEST, "a parameter comes twice");
        }
    }
    let [given_state, code, error, description] = given;
    if !given_state.is_some_and(|given| state.matches(&given)) {
        return Callback::TurnedAway(StatusCode::BAD_REQUEST, "its state is not that of this login");
    }
    if let Some(error) = error {
        return Callback::Refused(shown(&error), shown(&description.unwrap_or_default()));
    }
    match code {
        Some(code) if code.len() > MAX_CODE_BYTES => {
            Callback::TurnedAway(StatusCode::BAD_REQUEST, "its code is too long")
        }
        Some(code) if !code.is_empty() => Callback::Code(code.into()),
        Some(_) | None => Callback::TurnedAway(StatusCode::BAD_REQUEST, "it has no code (missing_authorization_code)"),
    }
}

/// A page elsewhere can have the browser call any name that leads here, but not under one of this machine's own.
fn is_to_this_machine<B>(request: &Request<B>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn is_from_another_site<B>(request: &Request<B>) -> bool {
    request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

fn shown(words: &str) -> String {
    words.chars().filter(|character| !character.is_control()).take(MAX_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(state: &State, method: &str, target: &str, headers: &[(&str, &str)]) -> String {
        let mut request = Request::builder().method(method).uri(target.replace("GOOD", state.expose()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match read(&request.body(()).unwrap(), state) {
            Callback::Code(code) => format!("code {}", code.expose()),
            Callback::TurnedAway(status, reason) => format!("{} {reason}", status.as_u16()),
            other @ (Callback::Refused(..) | Callback::Cancel | Callback::Success) => format!("{other:?}"),
        }
    }

    #[test]
    fn calls_and_what_they_mean() {
        let state = State::new();
        let host: &[(&str, &str)] = &[("host", "localhost:1455")];
        let long = format!("/auth/callback?state=GOOD&code={}", "x".repeat(5000));
        let cases = [
            ("GET", "/auth/callback?code=abc&state=GOOD", host),
            ("GET", "/auth/callback?code=abc&state=GOOD.onboarding_entrypoint=life_sciences", host),
            ("GET", "/auth/callback?code=abc&state=BAD", host),
            ("GET", "/auth/callback?code=abc", host),
            ("GET", "/auth/callback?state=GOOD", host),
            ("GET", "/auth/callback?state=GOOD&code=", host),
            ("GET", "/auth/callback?state=BAD&state=GOOD&code=abc", host),
            ("GET", &long, host),
            ("GET", "/auth/callback?error=access_denied&error_description=no%0Aaccess&state=GOOD", host),
            ("GET", "/auth/callback?error=access_denied&state=BAD", host),
            ("POST", "/auth/callback?code=abc&state=GOOD", host),
            ("GET", "/auth/callback?code=abc&state=GOOD", &[("host", "evil.example:1455")]),
            ("GET", "/auth/callback?code=abc&state=GOOD", &[("host", "[::1]:1455")]),
            ("GET", "/auth/callback?code=abc&state=GOOD", &[]),
            ("GET", "/cancel", host),
            ("GET", "/cancel", &[("host", "localhost"), ("sec-fetch-site", "cross-site")]),
            ("GET", "/success", host),
            ("GET", "/favicon.ico", host),
        ];
        let read = cases.map(|(method, target, headers)| read_with(&state, method, target, headers));
        insta::assert_snapshot!(read.join("\n"), @r#"
        code abc
        code abc
        400 its state is not that of this login
        400 its state is not that of this login
        400 it has no code (missing_authorization_code)
        400 it has no code (missing_authorization_code)
        400 a parameter comes twice
        400 its code is too long
        Refused("access_denied", "noaccess")
        400 its state is not that of this login
        400 only GET is served
        400 it is not addressed to this machine
        code abc
        400 it is not addressed to this machine
        Cancel
        400 it comes from another site
        Success
        404 there is no such page
        "#);
    }
}
