//! Plays a script as server-sent events, one step at a time, so that a slow reader holds back a long answer.

mod items;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use self::items::Item;
use super::envelope::{Envelope, State, Written, failure};
use super::script::{Ending, Quirk, Script};

/// One thing the stream does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Bytes arrive.
    Bytes(Bytes),
    /// Nothing arrives for a while.
    Pause(Duration),
    /// The connection breaks.
    Reset,
}

/// The steps of one answer.
#[derive(Debug)]
pub(super) struct Player {
    envelope: Envelope,
    script: Script,
    sequence_number: u64,
    queue: VecDeque<Step>,
    stage: Stage,
    /// The item being told, if any.
    item: Option<Item>,
    /// The finished items.
    done: Vec<Value>,
    written: Written,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    /// Telling the item with this index.
    Items(usize),
    Ended,
}

impl Player {
    pub(super) fn new(script: Script, envelope: Envelope) -> Self {
        Self {
            envelope,
            script,
            sequence_number: 0,
            queue: VecDeque::new(),
            stage: Stage::Opening,
            item: None,
            done: Vec::new(),
            written: Written::default(),
        }
    }

    fn quirk(&self, quirk: Quirk) -> bool {
        self.script.quirk == Some(quirk)
    }

    /// Queues the next few steps; false when there are none left.
    fn advance(&mut self) -> bool {
        match self.stage {
            Stage::Opening => self.open(),
            Stage::Items(index) => self.tell(index),
            Stage::Ended => return false,
        }
        true
    }

    fn open(&mut self) {
        self.stage = Stage::Items(0);
        if let Ending::FailedFirst(code) = &self.script.ending {
            let response = self.envelope.response(State::Failed { code }, self.written);
            self.event("response.failed", json!({ "response": response }));
            self.stage = Stage::Ended;
            return;
        }
        if self.quirk(Quirk::VendorEvents) {
            self.vendor_preamble();
        }
        let response = self.envelope.response(State::InProgress, self.written);
        self.event("response.created", json!({ "response": response.clone() }));
        self.event("response.in_progress", json!({ "response": response }));
        match self.script.quirk {
            Some(Quirk::Keepalive) => self.keepalive(),
            Some(Quirk::BadJson) => self.raw("event: response.output_text.delta\ndata: {not json\n\n"),
            Some(Quirk::UnknownEvent) => self.event("response.demo.invented", json!({ "note": "of no known type" })),
            Some(Quirk::VendorEvents | Quirk::Crlf | Quirk::DataOnly) | None => {}
        }
    }

    /// One delta of the current item, or its end, or the beginning of the next.
    fn tell(&mut self, index: usize) {
        if let Some(mut item) = self.item.take() {
            match item.next_delta(self.script.cut) {
                Some((kind, members)) => {
                    self.queue.extend(self.script.pace.map(Step::Pause));
                    self.event(kind, members);
                    self.item = Some(item);
                }
                None => self.close(item, index),
            }
        } else if let Some(output) = self.script.outputs.get(index).cloned() {
            let item = Item::new(output, index, &self.envelope.tag);
            for (kind, members) in item.opening() {
                self.event(kind, members);
            }
            self.item = Some(item);
        } else {
            self.end();
        }
    }

    fn close(&mut self, mut item: Item, index: usize) {
        let more_parts = item.close_part();
        for (kind, members) in item.take_closing() {
            self.event(kind, members);
        }
        if more_parts {
            self.item = Some(item);
            return;
        }
        item.count(&mut self.written);
        let finished = item.finished();
        self.event("response.output_item.done", json!({ "item": finished, "output_index": index }));
        self.done.push(finished);
        self.stage = Stage::Items(index + 1);
        if self.quirk(Quirk::Keepalive) {
            self.keepalive();
        }
    }

    fn end(&mut self) {
        self.stage = Stage::Ended;
        if self.quirk(Quirk::VendorEvents) {
            let metrics = json!({ "engine_service_total_ms": 1 });
            self.unnumbered("responsesapi.websocket_timing", json!({ "timing_metrics": metrics }));
        }
        let ending = self.script.ending.clone();
        let (kind, state) = match &ending {
            Ending::Completed => ("response.completed", State::Completed { output: &[], usage: true }),
            Ending::CompletedWithoutUsage => ("response.completed", State::Completed { output: &[], usage: false }),
            Ending::CompletedWithOutput => ("response.completed", State::Completed { output: &self.done, usage: true }),
            Ending::Incomplete(reason) => ("response.incomplete", State::Incomplete { reason }),
            Ending::Failed(code) | Ending::FailedFirst(code) => ("response.failed", State::Failed { code }),
            Ending::Error(code) => {
                return self.event("error", json!({ "code": code, "message": failure(code), "param": null }));
            }
            Ending::Cut => return self.raw("event: response.completed\ndata: {\"type\":\"response.comp"),
            Ending::Reset => return self.queue.push_back(Step::Reset),
        };
        let response = self.envelope.response(state, self.written);
        self.event(kind, json!({ "response": response }));
        if self.quirk(Quirk::DataOnly) {
            self.raw("data: [DONE]\n\n");
        }
    }

    fn keepalive(&mut self) {
        self.raw(": still here\n\n");
        self.event("keepalive", json!({}));
    }

    /// Source: openai/codex codex-api/src/rate_limits.rs, yetone/magpie gateway tests.
    fn vendor_preamble(&mut self) {
        let window = |minutes: u32| json!({ "used_percent": 0, "window_minutes": minutes, "reset_after_seconds": 60, "reset_at": 1 });
        self.unnumbered(
            "codex.rate_limits",
            json!({
                "plan_type": "demo",
                "rate_limits": {
                    "allowed": true, "limit_reached": false, "primary": window(300), "secondary": window(10_080)
                },
                "code_review_rate_limits": null,
                "additional_rate_limits": null,
                "credits": { "has_credits": false, "unlimited": false, "balance": null },
                "promo": null
            }),
        );
        self.unnumbered("codex.response.metadata", json!({ "headers": { "x-codex-turn-state": "demo" } }));
    }

    /// An event with the next sequence number.
    fn event(&mut self, kind: &str, members: Value) {
        let number = self.sequence_number;
        self.sequence_number += 1;
        self.write(kind, members, Some(number));
    }

    /// An event of the vendor's own, which has no number.
    fn unnumbered(&mut self, kind: &str, members: Value) {
        self.write(kind, members, None);
    }

    fn write(&mut self, kind: &str, members: Value, number: Option<u64>) {
        let mut data = Map::new();
        data.insert("type".to_owned(), json!(kind));
        if let Value::Object(members) = members {
            data.extend(members);
        }
        if let Some(number) = number {
            data.insert("sequence_number".to_owned(), json!(number));
        }
        let data = Value::Object(data);
        let text = if self.quirk(Quirk::DataOnly) {
            format!("data: {data}\n\n")
        } else if self.quirk(Quirk::Crlf) {
            format!("event: {kind}\r\ndata: {data}\r\n\r\n")
        } else {
            format!("event: {kind}\ndata: {data}\n\n")
        };
        self.queue.push_back(Step::Bytes(Bytes::from(text)));
    }

    fn raw(&mut self, text: &'static str) {
        self.queue.push_back(Step::Bytes(Bytes::from_static(text.as_bytes())));
    }
}

impl Iterator for Player {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.queue.pop_front() {
                return Some(step);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}
