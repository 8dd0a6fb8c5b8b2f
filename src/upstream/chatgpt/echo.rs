//! Failures that repeat the access token they were called with: clients, logs and the terminal get them without it.

use serde_json::{Map, Value};

use crate::secret::Secret;
use crate::traffic::{REDACTED, SHORTEST_BY_VALUE};
use crate::translate::hub::{HubEvent, UpstreamError};

/// Takes the token out of the words of a failure.
pub(super) fn hide_in_error(error: &mut UpstreamError, token: &Secret<String>) {
    let UpstreamError { kind, code, message, param, upstream_request_id, .. } = error;
    let optional = [code, param, upstream_request_id].into_iter().flatten();
    optional.chain([kind, message]).for_each(|text| hide(text, token));
}

/// Takes the token out of an event that ends a generation badly.
pub(super) fn hide_in_event(event: &mut HubEvent, token: &Secret<String>) {
    match event {
        HubEvent::Error(error) => hide_in_error(error, token),
        HubEvent::Terminal { response, error: Some(error), .. } => {
            hide_in_error(error, token);
            let mut members = response.members();
            hide_in_members(&mut members, token);
            *response = members.into();
        }
        HubEvent::Terminal { error: None, .. }
        | HubEvent::Lifecycle { .. }
        | HubEvent::ItemAdded { .. }
        | HubEvent::ItemDone { .. }
        | HubEvent::Part { .. }
        | HubEvent::Delta { .. }
        | HubEvent::TextDone { .. }
        | HubEvent::Other { .. } => {}
    }
}

fn hide_in_members(members: &mut Map<String, Value>, token: &Secret<String>) {
    for value in members.values_mut() {
        match value {
            Value::String(text) => hide(text, token),
            Value::Object(members) => hide_in_members(members, token),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
}

fn hide(text: &mut String, token: &Secret<String>) {
    let token = token.expose();
    if token.len() >= SHORTEST_BY_VALUE && text.contains(token.as_str()) {
        *text = text.replace(token.as_str(), REDACTED);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::translate::chatgpt::error::{TransportFailure, from_transport};
    use crate::translate::hub::Outcome;

    #[test]
    fn a_token_that_may_be_a_word_is_left_in_the_text() {
        let mut error = UpstreamError {
            message: "the demo was told to fail".to_owned(),
            ..from_transport(TransportFailure::Reset)
        };
        hide_in_error(&mut error, &Secret::new("demo".to_owned()));
        assert_eq!(error.message, "the demo was told to fail");
    }

    #[test]
    fn a_failure_does_not_repeat_the_token() {
        let token = Secret::new("the-token".to_owned());
        let error = UpstreamError {
            code: Some("no-the-token".to_owned()),
            message: "the-token is not the-token".to_owned(),
            ..from_transport(TransportFailure::Reset)
        };
        let response = json!({"error": {"message": "bad the-token"}}).as_object().cloned().unwrap().into();
        let mut event = HubEvent::Terminal { outcome: Outcome::Failed, response, error: Some(error) };
        hide_in_event(&mut event, &token);
        let HubEvent::Terminal { response, error: Some(error), .. } = event else { panic!("another event") };
        assert_eq!(response.members()["error"]["message"], "bad [REDACTED]");
        assert_eq!(
            (error.message.as_str(), error.code.as_deref()),
            ("[REDACTED] is not [REDACTED]", Some("no-[REDACTED]"))
        );
    }
}
