//! What both modes know of a response while it is made.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::ResponsesSettings;
use super::complete::{Moment, PRIVATE, ResponseView, complete};
use super::stream::Finished;
use crate::translate::answer::without_end;
use crate::translate::hub::{HubEvent, Lifecycle, Outcome, UpstreamError};

/// The response so far.
#[derive(Debug)]
pub(super) struct ResponseState {
    settings: Arc<ResponsesSettings>,
    /// The vendor's object as far as it is shown; a later one overrides the members it has.
    vendor: Map<String, Value>,
    /// The finished items by their place in the output.
    items: BTreeMap<u32, Map<String, Value>>,
    /// Names of the functions and tools that items call.
    tool_names: BTreeMap<u32, Value>,
    opened: bool,
    end: Option<End>,
}

/// The members that do not change once they were shown.
const IDENTITY: [&str; 2] = ["id", "created_at"];

/// How the response ended.
#[derive(Debug)]
enum End {
    Finished(Outcome),
    Failed(UpstreamError),
}

impl ResponseState {
    pub(super) fn new(settings: Arc<ResponsesSettings>) -> Self {
        Self {
            settings,
            vendor: Map::new(),
            items: BTreeMap::new(),
            tool_names: BTreeMap::new(),
            opened: false,
            end: None,
        }
    }

    /// Takes in an event, after [`ResponseState::open`].
    pub(super) fn learn(&mut self, event: &HubEvent) {
        match event {
            HubEvent::Lifecycle { state: _, response } => self.learn_response(response.members()),
            HubEvent::ItemAdded { output_index, item } => {
                if let Some(name) = item.get("name") {
                    self.tool_names.insert(*output_index, name.clone());
                }
            }
            HubEvent::ItemDone { output_index, item } => {
                self.items.insert(*output_index, item.clone());
            }
            HubEvent::Part { .. } | HubEvent::Delta { .. } | HubEvent::TextDone { .. } | HubEvent::Other { .. } => {}
            HubEvent::Terminal { outcome, response, error } => {
                self.learn_response(response.members());
                self.end = Some(match outcome {
                    Outcome::Completed | Outcome::Incomplete => End::Finished(*outcome),
                    Outcome::Failed => End::Failed(error.clone().unwrap_or_else(without_end)),
                });
            }
            HubEvent::Error(error) => self.end = Some(End::Failed(error.clone())),
        }
    }

    /// Gives the response its identity when this is its first event, which the answer says.
    ///
    /// The identity stays, whatever the vendor calls the response later: client libraries refuse a stream whose id changes on the way.
    pub(super) fn open(&mut self, event: &HubEvent) -> bool {
        if self.opened {
            return false;
        }
        self.opened = true;
        if let HubEvent::Lifecycle { response, .. } | HubEvent::Terminal { response, .. } = event {
            let head = response.head();
            let known = [
                ("id", head.id().map(Value::from)),
                ("created_at", head.created_at().map(Value::from)),
                ("model", head.model().map(Value::from)),
            ];
            self.vendor.extend(known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        self.vendor.entry("id").or_insert_with(|| self.settings.id.as_str().into());
        self.vendor.entry("created_at").or_insert_with(|| self.settings.created_at.into());
        true
    }

    /// Whether the response has ended.
    pub(super) fn is_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Name of the function or tool that an item calls.
    pub(super) fn tool_name(&self, output_index: u32) -> Option<&Value> {
        self.tool_names.get(&output_index)
    }

    /// The failure that ended the response.
    pub(super) fn failure(&self) -> Option<&UpstreamError> {
        match &self.end {
            Some(End::Failed(error)) => Some(error),
            Some(End::Finished(_)) | None => None,
        }
    }

    /// The object of a handshake event.
    pub(super) fn begun(&self, state: Lifecycle) -> ResponseView {
        let status = match (state, self.vendor.get("status").and_then(Value::as_str)) {
            (Lifecycle::Queued, _) | (Lifecycle::Created, Some("queued")) => "queued",
            (Lifecycle::Created | Lifecycle::InProgress, _) => "in_progress",
        };
        complete(&self.vendor, &self.settings, Moment { status, output: self.seen(), error: None })
    }

    /// The finished object: that of the last event, and the JSON body.
    pub(super) fn ended(&self) -> ResponseView {
        let (status, error) = match &self.end {
            Some(End::Finished(Outcome::Completed)) => ("completed", None),
            Some(End::Finished(Outcome::Incomplete)) => ("incomplete", None),
            Some(End::Failed(error)) => ("failed", Some(error_object(error))),
            Some(End::Finished(Outcome::Failed)) | None => ("failed", Some(error_object(&without_end()))),
        };
        complete(&self.vendor, &self.settings, Moment { status, output: self.output(), error })
    }

    /// The response, once it came to an end that is no failure.
    pub(super) fn finished(&self) -> Option<Finished> {
        match &self.end {
            Some(End::Finished(Outcome::Completed | Outcome::Incomplete)) => {
                let id = self.vendor.get("id").and_then(Value::as_str).unwrap_or(&self.settings.id).to_owned();
                let store = self.vendor.get("store").and_then(Value::as_bool).unwrap_or(self.settings.echo.store);
                Some(Finished { id, output: self.output(), store })
            }
            Some(End::Finished(Outcome::Failed) | End::Failed(_)) | None => None,
        }
    }

    /// The items that were seen; the vendor's own list only when none was, so that nothing appears twice.
    fn output(&self) -> Vec<Value> {
        if self.items.is_empty() {
            return self.vendor.get("output").and_then(Value::as_array).cloned().unwrap_or_default();
        }
        self.seen()
    }

    fn seen(&self) -> Vec<Value> {
        self.items.values().cloned().map(Value::Object).collect()
    }

    fn learn_response(&mut self, response: Map<String, Value>) {
        for (name, value) in response {
            let newer = !value.is_null() && !IDENTITY.contains(&name.as_str());
            // What is never shown need not be held: some of it is as large as the request.
            if (newer || !self.vendor.contains_key(&name)) && !PRIVATE.contains(&name.as_str()) {
                self.vendor.insert(name, value);
            }
        }
    }
}

/// `error` of a response. The code is required there; a failure that has none shows its type.
fn error_object(error: &UpstreamError) -> Value {
    json!({"code": error.code.as_ref().unwrap_or(&error.kind), "message": error.message})
}
