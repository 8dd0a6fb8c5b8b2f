//! What a frame says before it is checked.

use serde::Deserialize;

/// The members of a frame that concern the connection. Read without checking, so that a refusal can name its stream and its chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Head {
    /// `type`
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// `stream_id`
    pub(super) stream_id: Option<String>,
    /// `previous_response_id`
    pub(super) previous_response_id: Option<String>,
}

impl Head {
    /// Of a frame that is no JSON object, nothing.
    pub(super) fn read(frame: &str) -> Self {
        serde_json::from_str(frame).unwrap_or_default()
    }

    /// The event it names, when that is none that is served.
    pub(super) fn foreign_kind(&self) -> Option<&str> {
        self.kind.as_deref().filter(|kind| *kind != "response.create")
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn a_head_is_read_from_what_is_no_request() {
        let head = Head::read(r#"{"type": "response.steer", "stream_id": "a", "input": 7}"#);
        assert_eq!((head.foreign_kind(), head.stream_id.as_deref()), (Some("response.steer"), Some("a")));
        for frame in ["", "[]", "{", r#"{"type": 7}"#] {
            assert_eq!(Head::read(frame), Head::default(), "{frame}");
        }
    }
}
