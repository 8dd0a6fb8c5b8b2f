//! The per-event path of the answer side: one text delta from the hub to each client dialect.

use airelays::translate::chat_completions::{ChatAnswer, ChatSettings, ChatStream, ReasoningStyle};
use airelays::translate::completions::{CompletionSettings, CompletionStream};
use airelays::translate::hub::{HubEvent, Lifecycle, Place, RawJson, ResponseObject, TextKind};
use airelays::translate::responses::{ResponseEcho, ResponsesSettings, ResponsesStream};
use airelays::translate::{AnswerFold, AnswerStream};
use bytes::BytesMut;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Events per measured answer.
const DELTAS: usize = 10_000;

fn events() -> Vec<HubEvent> {
    let mut events = vec![HubEvent::Lifecycle { state: Lifecycle::Created, response: ResponseObject::default() }];
    let place = Place { item_id: RawJson::from_text("msg_0123456789abcdef"), output_index: 0, part_index: 0 };
    events.extend((0..DELTAS).map(|number| HubEvent::Delta {
        kind: TextKind::OutputText,
        place: place.clone(),
        delta: RawJson::from_text(&format!(" word{number}")),
        logprobs: None,
        obfuscation: Some(RawJson::from_text("xxxxxxxxxxxx")),
    }));
    events
}

fn chat_settings() -> ChatSettings {
    ChatSettings {
        id: "chatcmpl-0123456789abcdef".to_owned(),
        created_at: 1_700_000_000,
        model: "model".to_owned(),
        include_usage: true,
        reasoning: ReasoningStyle::ReasoningContent,
        legacy_functions: false,
    }
}

fn write(mut stream: impl AnswerStream, events: Vec<HubEvent>, out: &mut BytesMut) {
    for event in events {
        stream.push(event, out);
        // As the edge does: bytes leave with the chunk they came in.
        out.clear();
    }
}

fn answers(criterion: &mut Criterion) {
    let events = events();
    let mut out = BytesMut::with_capacity(64 * 1024);
    let mut group = criterion.benchmark_group("answers");
    group.throughput(Throughput::Elements(DELTAS as u64));
    group.bench_function("chat stream", |bencher| {
        let setup = || (ChatStream::new(chat_settings()), events.clone());
        bencher.iter_batched(
            setup,
            |(stream, events)| write(stream, events, &mut out),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("chat body", |bencher| {
        let setup = || (ChatAnswer::new(chat_settings()), events.clone());
        let run = |(mut answer, events): (ChatAnswer, Vec<HubEvent>)| {
            events.into_iter().for_each(|event| answer.push(event));
            answer
        };
        bencher.iter_batched(setup, run, criterion::BatchSize::LargeInput);
    });
    group.bench_function("completion stream", |bencher| {
        let settings = CompletionSettings {
            id: "cmpl-1".to_owned(),
            created_at: 1,
            model: "model".to_owned(),
            include_usage: true,
        };
        let setup = || (CompletionStream::new(settings.clone()), events.clone());
        bencher.iter_batched(
            setup,
            |(stream, events)| write(stream, events, &mut out),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("responses stream", |bencher| {
        let echo = ResponseEcho::new("model");
        let settings = ResponsesSettings {
            id: "resp_1".to_owned(),
            created_at: 1,
            include_obfuscation: true,
            echo,
            ignored: Vec::new(),
        };
        let setup = || (ResponsesStream::new(settings.clone()), events.clone());
        bencher.iter_batched(
            setup,
            |(stream, events)| write(stream, events, &mut out),
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, answers);
criterion_main!(benches);
