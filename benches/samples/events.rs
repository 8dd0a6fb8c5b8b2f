//! A made-up event stream of the backend, with the members that a real one has.

const ITEM: &str = "msg_0123456789abcdef0123456789abcdef0123456789abcdef";

fn event(kind: &str, members: &str, sequence_number: usize) -> String {
    format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{members},\"sequence_number\":{sequence_number}}}\n\n")
}

/// What comes before the first delta.
pub(crate) fn opening() -> String {
    let response = format!("\"response\":{}", response("in_progress", "null"));
    let item = format!(r#"{{"id":"{ITEM}","type":"message","status":"in_progress","content":[],"role":"assistant"}}"#);
    let part = r#"{"type":"output_text","annotations":[],"logprobs":[],"text":""}"#;
    let place = format!(r#""content_index":0,"item_id":"{ITEM}","output_index":0"#);
    [
        event("response.created", &response, 0),
        event("response.in_progress", &response, 1),
        event("response.output_item.added", &format!(r#""item":{item},"output_index":0"#), 2),
        event("response.content_part.added", &format!(r#"{place},"part":{part}"#), 3),
    ]
    .concat()
}

/// Deltas with these numbers.
pub(crate) fn deltas(numbers: std::ops::Range<usize>, clock: fn() -> u64) -> String {
    numbers.map(|number| delta(number, clock())).collect()
}

/// One delta. Its text says when it was sent, in microseconds, so that the other end can tell how long it was on its way.
pub(crate) fn delta(number: usize, sent_at: u64) -> String {
    let members = format!(
        r#""content_index":0,"delta":"@{sent_at:016}","item_id":"{ITEM}","logprobs":[],"obfuscation":"xxxxxxxxxxxx","output_index":0"#
    );
    event("response.output_text.delta", &members, number + 4)
}

/// The end as the real backend has it, with the text of deltas that were all sent at time 0.
pub(crate) fn whole_closing(deltas: usize) -> String {
    let text = format!("@{:016}", 0).repeat(deltas);
    let part = format!(r#"{{"type":"output_text","annotations":[],"logprobs":[],"text":"{text}"}}"#);
    let place = format!(r#""content_index":0,"item_id":"{ITEM}","output_index":0"#);
    let item =
        format!(r#"{{"id":"{ITEM}","type":"message","status":"completed","content":[{part}],"role":"assistant"}}"#);
    [
        event("response.output_text.done", &format!(r#"{place},"logprobs":[],"text":"{text}""#), deltas + 4),
        event("response.content_part.done", &format!(r#"{place},"part":{part}"#), deltas + 5),
        event("response.output_item.done", &format!(r#""item":{item},"output_index":0"#), deltas + 6),
        completed(deltas + 7),
    ]
    .concat()
}

/// The end without the text, which would have to be remembered here.
pub(crate) fn closing(deltas: usize) -> String {
    let place = format!(r#""content_index":0,"item_id":"{ITEM}","output_index":0"#);
    event("response.output_text.done", &format!(r#"{place},"logprobs":[]"#), deltas + 4) + &completed(deltas + 5)
}

fn completed(sequence_number: usize) -> String {
    let usage = r#"{"input_tokens":11,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":16}"#;
    event("response.completed", &format!("\"response\":{}", response("completed", usage)), sequence_number)
}

fn response(status: &str, usage: &str) -> String {
    format!(
        r#"{{"id":"resp_0123456789abcdef0123456789abcdef0123456789abcdef","object":"response","created_at":1777989632,"status":"{status}","background":false,"completed_at":null,"error":null,"frequency_penalty":0.0,"incomplete_details":null,"instructions":".","max_output_tokens":null,"max_tool_calls":null,"model":"gpt-5.5","output":[],"parallel_tool_calls":true,"presence_penalty":0.0,"previous_response_id":null,"prompt_cache_key":"cache-key-1","prompt_cache_retention":"24h","reasoning":{{"effort":"medium","summary":null}},"safety_identifier":"user-fixture","service_tier":"auto","store":false,"temperature":1.0,"text":{{"format":{{"type":"text"}},"verbosity":"medium"}},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":0.98,"truncation":"disabled","usage":{usage},"user":null,"metadata":{{}}}}"#
    )
}
