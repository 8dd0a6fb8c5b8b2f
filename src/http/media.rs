//! What a body has to call itself before it is read.
//!
//! A page on the web may send `text/plain` and forms to anybody without asking first; JSON it may not. So the type is required, not guessed.

use axum::http::{HeaderMap, StatusCode, header};

use super::error::ApiError;

/// Longest part of a type that is repeated in a message, in characters.
const SHOWN: usize = 100;

/// What the body of an operation is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyKind {
    /// The type to send.
    name: &'static str,
    /// Whether a type, in lower case and without its parameters, is this kind.
    accepts: fn(&str) -> bool,
}

impl BodyKind {
    /// `application/json`, or a type that is written in it: `application/…+json`.
    pub(crate) const JSON: Self = Self {
        name: "application/json",
        accepts: |kind| kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")),
    };

    /// Checks the `Content-Type` of a body that is there.
    ///
    /// # Errors
    ///
    /// 415 `unsupported_media_type`, which names what was sent.
    pub(crate) fn require(self, headers: &HeaderMap) -> Result<(), ApiError> {
        let mut values = headers.get_all(header::CONTENT_TYPE).iter();
        let sent = values.next().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let essence =
            sent.as_deref().and_then(|sent| sent.split(';').next()).map(|kind| kind.trim().to_ascii_lowercase());
        if values.next().is_none() && essence.as_deref().is_some_and(self.accepts) {
            return Ok(());
        }
        let found = sent.map_or_else(|| "none was sent".to_owned(), |sent| format!("`{}` was sent", shown(&sent)));
        let message = format!("the body needs the header `content-type: {}`; {found}", self.name);
        Err(ApiError::client(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message))
    }
}

/// A header of a client, fit for a message.
fn shown(sent: &str) -> String {
    sent.chars().take(SHOWN).map(|c| if c.is_ascii_graphic() && c != '`' || c == ' ' { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn require(types: &[&[u8]]) -> Result<(), String> {
        let mut headers = HeaderMap::new();
        for kind in types {
            headers.append(header::CONTENT_TYPE, HeaderValue::from_bytes(kind).unwrap());
        }
        BodyKind::JSON.require(&headers).map_err(|error| error.message)
    }

    #[test]
    fn json_goes_by_several_names() {
        for kind in ["application/json", "Application/JSON ; charset=UTF-8", "application/problem+json"] {
            assert_eq!(require(&[kind.as_bytes()]), Ok(()), "{kind}");
        }
    }

    #[test]
    fn anything_else_is_named() {
        let told = |types: &[&[u8]]| require(types).unwrap_err();
        assert_eq!(told(&[]), "the body needs the header `content-type: application/json`; none was sent");
        for (sent, shown) in [
            ("text/plain", "text/plain"),
            ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
            ("application/jsonx", "application/jsonx"),
            ("text/plain, application/json", "text/plain, application/json"),
            ("image/svg+json", "image/svg+json"),
            ("\u{fc}`", "??"),
            ("", ""),
        ] {
            let message = told(&[sent.as_bytes()]);
            assert!(message.ends_with(&format!("; `{shown}` was sent")), "{message}");
        }
        assert!(require(&[b"application/json", b"text/plain"]).is_err());
    }
}
