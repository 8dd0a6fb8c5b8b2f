//! Ids in paths: checked before anything is looked up by them, because a router hands them over with `%2f` and the like already decoded.

use axum::extract::Request;
use axum::extract::path::RawPathParams;
use axum::extract::rejection::RawPathParamsRejection;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::http::error::ApiError;

/// Longest id, in bytes.
const MAX_BYTES: usize = 128;

/// Lets a request through whose path parameters could be ids, or answers 404.
pub(crate) async fn ids(
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let wrong = match &params {
        Ok(params) => params.iter().find(|(_, value)| !is_id(value)).map(|(name, _)| Some(name.to_owned())),
        Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => Some(None),
        // A path without parameters.
        Err(_) => None,
    };
    match wrong {
        None => next.run(request).await,
        Some(param) => {
            let message = "the path holds no id: ids are up to 128 letters, digits and `_`, `.`, `:`, `-`";
            ApiError { param, ..ApiError::client(StatusCode::NOT_FOUND, "invalid_id", message) }.into_response()
        }
    }
}

/// Whether a text could be an id: of models, files, responses or anything else that is looked up.
fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= MAX_BYTES
        && text.bytes().next().is_some_and(is_plain)
        && text.bytes().all(|byte| is_plain(byte) || b".:-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn ids_are_plain_words() {
        let longest = "a".repeat(128);
        for id in ["gpt-5.5", "file_0123456789abcdef", "ft:gpt-4o:org::id", "_x", "a..b", longest.as_str()] {
            assert!(is_id(id), "{id}");
        }
        let too_long = "a".repeat(129);
        for id in
            ["", ".", "..", "../x", "a/b", "a\\b", "a\0b", "a b", "-x", ":x", "ü", "a%2fb", "a;b", too_long.as_str()]
        {
            assert!(!is_id(id), "{id}");
        }
    }
}
