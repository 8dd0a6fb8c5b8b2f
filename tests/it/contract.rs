//! Every row of every boundary does what it says.
//!
//! `fixtures/contract/<operation>.json` holds one request per `adapt`, `drop` and `reject` row; the test sends it through the walk, the validator and the typed model and asserts that this very
//! row spoke and what came of it. The snapshots pin the words a client reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use airelays::contract::models::{
    ChatCompletionsCreateRequest, CompletionsCreateRequest, ResponsesCompactRequest, ResponsesCreateEvent,
    ResponsesCreateRequest,
};
use airelays::contract::table::{OperationRow, RequestBody, Row, Verdict};
use airelays::contract::{Decoded, Fired, Profile, Reading, Refusal, decode, tables};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixtures {
    /// The operation whose requests show the rows that are taken over from it.
    #[serde(default)]
    like: Option<String>,
    /// Members those requests need here.
    #[serde(default)]
    with: serde_json::Map<String, Value>,
    rows: BTreeMap<String, Value>,
    #[serde(default)]
    no_tools: BTreeMap<String, Value>,
}

fn operation(id: &str) -> &'static OperationRow {
    tables::BOUNDARIES[0].operation(id).unwrap()
}

fn fixtures(id: &str) -> Fixtures {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/contract/{id}.json"));
    let mut fixtures: Fixtures = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let Some(like) = fixtures.like.take() else { return fixtures };
    let base = self::fixtures(&like);
    let known = |pointer: &str| operation(id).rows.iter().any(|row| row.pointer == pointer && is_shown(row));
    let with = fixtures.with.clone();
    for (own, base) in [(&mut fixtures.rows, base.rows), (&mut fixtures.no_tools, base.no_tools)] {
        for (pointer, mut request) in base.into_iter().filter(|(pointer, _)| known(pointer)) {
            request.as_object_mut().unwrap().extend(with.clone());
            own.entry(pointer).or_insert(request);
        }
    }
    fixtures
}

struct Outcome {
    fired: Vec<Fired>,
    ignored: Vec<String>,
    problems: Vec<(String, u16, String, String)>,
}

fn outcome<T: RequestBody>(request: &Value, profile: Profile, no_tools: bool) -> Outcome {
    let reading = Reading { operation: operation(T::OPERATION), profile, no_tools, explain: true };
    match decode::<T>(request.to_string().as_bytes(), reading) {
        Ok(Decoded { request: _, ignored, fired }) => Outcome { fired, ignored, problems: Vec::new() },
        Err(Refusal { problems, ignored, fired }) => {
            let problems = problems.into_iter().map(|p| (p.param, p.status, p.code, p.message)).collect();
            Outcome { fired, ignored, problems }
        }
    }
}

/// Rows that a fixture shows: what is changed, left out or refused.
fn is_shown(row: &Row) -> bool {
    !matches!(row.verdict, Verdict::Pass | Verdict::Local) || !row.only.is_empty()
}

/// A closed list of values all of which have rows of their own leaves nothing for the row of the list itself.
fn is_spoken_for_by_its_values(row: &Row, rows: &[Row]) -> bool {
    rows.iter().any(|other| other.pointer.strip_prefix(row.pointer).is_some_and(|rest| rest.starts_with("[=")))
}

fn check_row<T: RequestBody>(row: &'static Row, request: &Value, no_tools: bool, report: &mut String) {
    let Outcome { fired, ignored, problems } = outcome::<T>(request, Profile::Strict, no_tools);
    let spoke = fired.iter().find(|fired| fired.row.pointer == row.pointer);
    let Some(spoke) = spoke else {
        panic!("{}: the row of `{}` did not speak for {request}", T::OPERATION, row.pointer)
    };
    let _ = write!(report, "{} {}", row.verdict.name(), row.pointer);
    match spoke.verdict {
        Verdict::Reject => {
            let (param, status, code, message) = problems.iter().find(|problem| problem.0 == spoke.param).unwrap();
            assert_eq!((*status, code.as_str()), (row.status, row.code), "{}", row.pointer);
            assert!(message.contains(row.reason), "{message}");
            let _ = writeln!(report, "\n    {status} {code} {param}\n    {message}");
        }
        Verdict::Drop => {
            assert!(ignored.contains(&spoke.param), "{} is not disclosed: {ignored:?}", row.pointer);
            assert_eq!(problems, [], "{}", row.pointer);
            let _ = writeln!(report, "\n    ignored {}", spoke.param);
        }
        Verdict::Adapt | Verdict::Pass | Verdict::Local => {
            assert_eq!(problems, [], "{}: {request}", row.pointer);
            let _ = writeln!(report, " -> {}", row.to.unwrap_or_default());
        }
    }
}

fn check_operation<T: RequestBody>() -> String {
    let operation = operation(T::OPERATION);
    let Fixtures { mut rows, mut no_tools, like: _, with: _ } = fixtures(T::OPERATION);
    let (base_rows, other_rows) = operation.rows.split_at(operation.rows.len() - operation.no_tools.len());
    let mut report = String::new();
    for row in base_rows.iter().filter(|row| is_shown(row)) {
        let Some(request) = rows.remove(row.pointer) else {
            panic!("{}: no fixture for `{}`", T::OPERATION, row.pointer)
        };
        if !is_spoken_for_by_its_values(row, base_rows) {
            check_row::<T>(row, &request, false, &mut report);
        }
    }
    for row in other_rows {
        let Some(request) = no_tools.remove(row.pointer) else {
            panic!("{}: no no-tools fixture for `{}`", T::OPERATION, row.pointer)
        };
        report.push_str("no-tools ");
        check_row::<T>(row, &request, true, &mut report);
    }
    assert!(rows.is_empty() && no_tools.is_empty(), "fixtures without a row: {:?} {:?}", rows.keys(), no_tools.keys());
    report
}

#[test]
fn every_row_of_responses_create_speaks() {
    insta::assert_snapshot!("responses_create_rows", check_operation::<ResponsesCreateRequest>());
}

#[test]
fn every_row_of_responses_compact_speaks() {
    insta::assert_snapshot!("responses_compact_rows", check_operation::<ResponsesCompactRequest>());
}

#[test]
fn every_row_of_responses_connect_speaks() {
    insta::assert_snapshot!("responses_connect_rows", check_operation::<ResponsesCreateEvent>());
}

#[test]
fn every_row_of_chat_completions_create_speaks() {
    insta::assert_snapshot!("chat_completions_create_rows", check_operation::<ChatCompletionsCreateRequest>());
}

#[test]
fn every_row_of_completions_create_speaks() {
    insta::assert_snapshot!("completions_create_rows", check_operation::<CompletionsCreateRequest>());
}

#[test]
fn lenient_drops_what_its_rows_say_and_unknown_parameters() {
    for (id, check) in [
        ("responses_create", lenient::<ResponsesCreateRequest> as fn()),
        ("responses_compact", lenient::<ResponsesCompactRequest>),
        ("responses_connect", lenient::<ResponsesCreateEvent>),
        ("chat_completions_create", lenient::<ChatCompletionsCreateRequest>),
        ("completions_create", lenient::<CompletionsCreateRequest>),
    ] {
        assert!(operation(id).rows.iter().any(|row| row.lenient != row.verdict), "{id} has no lenient row");
        check();
    }
    let request = json!({"model": "m", "input": "hi", "never_heard_of": 1});
    let found = outcome::<ResponsesCreateRequest>(&request, Profile::Lenient, false);
    assert_eq!((found.ignored, found.problems), (vec!["never_heard_of".to_owned()], vec![]));
}

fn lenient<T: RequestBody>() {
    let Fixtures { rows, .. } = fixtures(T::OPERATION);
    for row in operation(T::OPERATION).rows.iter().filter(|row| row.lenient != row.verdict) {
        let found = outcome::<T>(&rows[row.pointer], Profile::Lenient, false);
        assert_eq!((found.ignored.len(), found.problems), (1, vec![]), "{}", row.pointer);
    }
}

#[test]
fn accepted_values_are_removed_without_a_word() {
    let mut checked = 0;
    for row in tables::BOUNDARIES[0].operations.iter().flat_map(|operation| operation.rows) {
        checked += row.accept.len();
    }
    assert!(checked > 20, "the contract lists {checked} no-op values");
    let request = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "n": 1, "logprobs": false, "modalities": ["text"], "store": false, "logit_bias": {}});
    let found = outcome::<ChatCompletionsCreateRequest>(&request, Profile::Strict, false);
    assert_eq!((found.ignored, found.problems), (vec![], vec![]));
}

#[test]
fn null_means_absent_everywhere() {
    for id in
        ["responses_create", "responses_compact", "responses_connect", "chat_completions_create", "completions_create"]
    {
        let airelays::contract::table::Shape::Object { fields, .. } = operation(id).body.unwrap() else {
            panic!("{id}")
        };
        let mut request = json!({});
        for field in *fields {
            request[field.name] = Value::Null;
        }
        let mut findings = request.clone();
        let walked = airelays::contract::walk(&mut findings, operation(id), Profile::Strict, false, false);
        assert_eq!((walked.problems, walked.ignored, findings), (vec![], vec![], json!({})), "{id}");
    }
}

#[test]
fn all_problems_of_a_request_are_reported_in_order_without_values() {
    let request = json!({
        "model": 7, "n": 3, "max_completion_tokens": 9, "who_knows": true,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "input_audio", "input_audio": {"data": "c2VjcmV0", "format": "wav"}}]}, {"role": "user"}, {"role": "robot", "content": "secret"}],
        "stream": "yes",
    });
    let found = outcome::<ChatCompletionsCreateRequest>(&request, Profile::Strict, false);
    let lines: Vec<String> = found
        .problems
        .iter()
        .map(|(param, status, code, message)| format!("{status} {code} {param}: {message}"))
        .collect();
    let text = lines.join("\n");
    assert!(!text.contains("c2VjcmV0") && !text.contains("secret"), "{text}");
    insta::assert_snapshot!("many_problems", text);
}

#[test]
fn malformed_json_is_refused_with_a_place() {
    let deep = format!("{{\"model\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let cases: [(&str, &[u8]); 10] = [
        ("empty", b""),
        ("byte order mark", b"\xEF\xBB\xBF{}"),
        ("trailing bytes", b"{\"model\":\"m\"} x"),
        ("duplicate key", b"{\"model\":\"m\",\"model\":\"n\"}"),
        ("nested duplicate key", b"{\"input\":[{\"a\":1,\"a\":2}]}"),
        ("not an object", b"[1]"),
        ("cut", b"{\"model\":"),
        ("NaN", b"{\"temperature\":NaN}"),
        ("invalid UTF-8", b"{\"model\":\"\xFF\"}"),
        ("too deep", deep.as_bytes()),
    ];
    let mut report = String::new();
    for (name, body) in cases {
        let reading = Reading {
            operation: operation("responses_create"),
            profile: Profile::Strict,
            no_tools: false,
            explain: false,
        };
        let refusal = decode::<ResponsesCreateRequest>(body, reading).unwrap_err();
        let [problem] = refusal.problems.as_slice() else { panic!("{name}: {refusal:?}") };
        assert_eq!(problem.status, 400, "{name}");
        let _ = writeln!(report, "{name}: {} {}", problem.code, problem.message);
    }
    insta::assert_snapshot!("malformed_json", report);
}

/// The request bodies of OpenAI's published document 2.3.0, descriptions left out; `fixtures/spec/README.md` says where it comes from.
fn published() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/spec/openai.requests.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn nothing_published_is_unclassified() {
    let differences = airelays::contract::diff(&published());
    let unclassified: Vec<String> =
        differences.iter().filter(|found| found.is_unclassified()).map(ToString::to_string).collect();
    assert_eq!(unclassified, Vec::<String>::new());
    let ours: Vec<String> = differences.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("fields_only_this_contract_has", ours.join("\n"));
}

#[test]
fn a_published_change_is_reported_by_operation_and_pointer() {
    let mut document = published();
    document["paths"]["/telepathy"]["post"] = json!({"operationId": "createTelepathy"});
    document["components"]["schemas"]["CreateChatCompletionRequest"]["allOf"][1]["properties"]["mood"] =
        json!({"type": "string"});
    document["components"]["schemas"]["ToolChoiceOptions"]["enum"] = json!(["none", "auto", "required", "maybe"]);
    document["components"]["schemas"]["NewTool"] =
        json!({"type": "object", "properties": {"type": {"const": "psychic"}}});
    let tools = document["components"]["schemas"]["Tool"]["oneOf"].as_array_mut().unwrap();
    tools.push(json!({"$ref": "#/components/schemas/NewTool"}));
    let found = airelays::contract::diff(&document);
    let unclassified: Vec<String> =
        found.iter().filter(|found| found.is_unclassified()).map(ToString::to_string).collect();
    insta::assert_snapshot!("a_published_change", unclassified.join("\n"));
}
