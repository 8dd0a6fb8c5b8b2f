//! A response as one JSON body.

use std::sync::Arc;

use super::state::ResponseState;
use super::{ResponseView, ResponsesSettings};
use crate::translate::answer::{AnswerFold, without_end};
use crate::translate::hub::{HubEvent, UpstreamError};

/// A response as one JSON body: the object that the stream's last event would carry. A failed response is an error and no body.
#[derive(Debug)]
pub struct ResponsesAnswer(ResponseState);

impl ResponsesAnswer {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: impl Into<Arc<ResponsesSettings>>) -> Self {
        Self(ResponseState::new(settings.into()))
    }
}

impl AnswerFold for ResponsesAnswer {
    type Body = ResponseView;

    fn push(&mut self, event: HubEvent) {
        if !self.0.is_ended() {
            self.0.open(&event);
            self.0.learn(&event);
        }
    }

    fn finish(&mut self) -> Result<ResponseView, Box<UpstreamError>> {
        match self.0.failure() {
            Some(error) => Err(Box::new(error.clone())),
            None if self.0.is_ended() => Ok(self.0.ended()),
            None => Err(Box::new(without_end())),
        }
    }
}
