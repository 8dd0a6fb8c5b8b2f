//! What an event costs on its way from the backend's bytes to the client's, without the network.

use std::time::SystemTime;

use airelays::sse::{Framer, MAX_EVENT_BYTES};
use airelays::translate::chat_completions::{ChatAnswer, ChatSettings, ChatStream, ReasoningStyle};
use airelays::translate::chatgpt;
use airelays::translate::responses::{ResponseEcho, ResponsesSettings, ResponsesStream};
use airelays::translate::{AnswerFold, AnswerStream};
use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

#[path = "samples/events.rs"]
mod events;

/// Deltas of the measured stream; what comes before and after them is then no more than a hundredth.
const DELTAS: usize = 10_000;

/// Deltas of a short answer, where it is all that counts.
const FEW_DELTAS: usize = 20;

/// One read each.
fn reads(deltas: usize) -> Vec<Bytes> {
    let middle = (0..deltas).map(|number| events::delta(number, 0));
    let all = std::iter::once(events::opening()).chain(middle).chain([events::closing(deltas)]);
    all.map(Bytes::from).collect()
}

fn one_read(deltas: usize) -> Vec<Bytes> {
    vec![Bytes::from(events::opening() + &events::deltas(0..deltas, || 0) + &events::whole_closing(deltas))]
}

/// The way of the edge: whatever a read gives is written at once.
fn stream(reads: &[Bytes], mut dialect: impl AnswerStream, out: &mut BytesMut) -> usize {
    let mut written_bytes = 0;
    translate(reads, |events| {
        for event in events.drain(..) {
            dialect.push(event, out);
        }
        written_bytes += out.len();
        out.clear();
    });
    written_bytes
}

fn translate(reads: &[Bytes], mut each: impl FnMut(&mut Vec<airelays::translate::hub::HubEvent>)) {
    let (mut framer, mut frames, mut events) = (Framer::new(MAX_EVENT_BYTES), Vec::new(), Vec::new());
    let mut translation = chatgpt::Stream::new(SystemTime::UNIX_EPOCH);
    for read in reads {
        let _readable = framer.push(read, &mut frames);
        for frame in frames.drain(..) {
            translation.push(&frame, &mut events);
        }
        each(&mut events);
    }
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

fn responses_settings() -> ResponsesSettings {
    let echo = ResponseEcho::new("model");
    ResponsesSettings { id: "resp_1".to_owned(), created_at: 1, include_obfuscation: true, echo, ignored: Vec::new() }
}

fn streaming(criterion: &mut Criterion) {
    let reads = reads(DELTAS);
    let mut out = BytesMut::with_capacity(64 * 1024);
    let mut group = criterion.benchmark_group("event");
    group.throughput(Throughput::Elements(DELTAS as u64));
    group.bench_function("backend to hub", |bencher| bencher.iter(|| translate(&reads, Vec::clear)));
    group.bench_function("chat", |bencher| {
        bencher.iter(|| stream(&reads, ChatStream::new(chat_settings()), &mut out));
    });
    group.bench_function("responses", |bencher| {
        bencher.iter(|| stream(&reads, ResponsesStream::new(responses_settings()), &mut out));
    });
    group.finish();

    let burst = one_read(FEW_DELTAS);
    let mut group = criterion.benchmark_group("answer of 20 deltas");
    group.bench_function("chat, streamed", |bencher| {
        bencher.iter(|| stream(&burst, ChatStream::new(chat_settings()), &mut out));
    });
    group.bench_function("responses, streamed", |bencher| {
        bencher.iter(|| stream(&burst, ResponsesStream::new(responses_settings()), &mut out));
    });
    group.bench_function("chat, as JSON", |bencher| {
        bencher.iter(|| {
            let mut answer = ChatAnswer::new(chat_settings());
            translate(&burst, |events| events.drain(..).for_each(|event| answer.push(event)));
            answer.finish().map(|body| serde_json::to_string(&body))
        });
    });
    group.finish();
}

criterion_group!(benches, streaming);
criterion_main!(benches);
