//! What the browser shows at the end of a login. Plain pages: no script, nothing from elsewhere, every text escaped.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;

use bytes::Bytes;

/// An answer to the browser.
pub(super) type Page = Response<Full<Bytes>>;

/// The login is done.
pub(super) fn success() -> Page {
    page(StatusCode::OK, "Logged in", "AIRelays is logged in. You can close this window and go back to the terminal.")
}

/// On to [`success`], so that neither code nor state stays in the address bar.
pub(super) fn to_success() -> Page {
    let mut page = page(StatusCode::FOUND, "Logged in", "Go to /success.");
    page.headers_mut().insert(LOCATION, HeaderValue::from_static("/success"));
    page
}

/// The login was called off.
pub(super) fn cancelled() -> Page {
    page(StatusCode::OK, "Login cancelled", "The login was cancelled. You can close this window.")
}

/// The login ended without tokens.
pub(super) fn failed(code: &str, message: &str) -> Page {
    let text = format!("{message} ({code}). Go back to the terminal and try again.");
    page(StatusCode::OK, "Sign-in failed", &text)
}

/// A call that has nothing to do with the login, which goes on.
pub(super) fn turned_away(status: StatusCode, reason: &str) -> Page {
    page(status, "Not this way", &format!("This call was turned away: {reason}. The login is still waiting."))
}

fn page(status: StatusCode, title: &str, text: &str) -> Page {
    let (title, text) = (escaped(title), escaped(text));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}}</style></head>\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    let mut page = Response::new(Full::new(Bytes::from(html)));
    *page.status_mut() = status;
    let headers = page.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    page
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
