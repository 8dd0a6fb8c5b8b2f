//! What a request costs before it is sent: the boundary walk and the validation of its body, and the translation for the backend.

use airelays::contract::models::ChatCompletionsCreateRequest as ChatRequest;
use airelays::contract::table::{OperationRow, RequestBody};
use airelays::contract::{Profile, Reading, decode, parse, tables, walk};
use airelays::translate::chat_completions::{ChatRequestOptions, chat_to_hub};
use airelays::translate::chatgpt::hub_to_chatgpt;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

#[path = "samples/requests.rs"]
mod requests;

const OPTIONS: ChatRequestOptions = ChatRequestOptions { reasoning_summaries: true };

fn contract(criterion: &mut Criterion) {
    let body = requests::long_chat("Be brief.");
    let Some(operation) = tables::BOUNDARIES.iter().find_map(|boundary| boundary.operation(ChatRequest::OPERATION))
    else {
        return;
    };
    let reading = Reading { operation, profile: Profile::Strict, no_tools: false, explain: false };
    let (Ok(parsed), Ok(decoded)) = (parse(body.as_bytes()), decode::<ChatRequest>(body.as_bytes(), reading)) else {
        return;
    };
    let Ok(hub) = chat_to_hub(decoded.request.clone(), OPTIONS) else { return };

    let mut group = criterion.benchmark_group("contract");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("parse", |bencher| bencher.iter(|| parse(body.as_bytes())));
    group.bench_function("walk and validate", |bencher| {
        bencher.iter_batched_ref(|| parsed.clone(), |value| walk_and_validate(value, operation), BatchSize::SmallInput);
    });
    group.bench_function("decode", |bencher| bencher.iter(|| decode::<ChatRequest>(body.as_bytes(), reading)));
    group.bench_function("chat to hub", |bencher| {
        bencher.iter_batched(
            || decoded.request.clone(),
            |request| chat_to_hub(request, OPTIONS),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("hub to backend", |bencher| {
        bencher.iter_batched(|| hub.clone(), |hub| hub_to_chatgpt(hub, false), BatchSize::SmallInput);
    });
    group.finish();
}

/// How many things are wrong; none are.
fn walk_and_validate(value: &mut serde_json::Value, operation: &'static OperationRow) -> usize {
    let findings = walk(value, operation, Profile::Strict, false, false);
    let mut violations = 0;
    ChatRequest::validate(value, &mut |_| violations += 1);
    findings.problems.len() + violations
}

criterion_group!(benches, contract);
criterion_main!(benches);
