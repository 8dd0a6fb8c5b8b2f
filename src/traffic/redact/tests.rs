use serde_json::json;

use super::*;

fn redacted(mut value: Value) -> Value {
    let secrets = Secrets::default();
    secrets.add("shown-by-the-caller");
    redact(&mut value, &secrets);
    value
}

#[test]
fn members_that_are_secrets() {
    for name in SECRET_NAMES {
        for name in [(*name).to_owned(), name.to_uppercase(), name.replace('_', "-")] {
            let value = redacted(json!({"a": [{"b": {&name: "x"}}]}));
            assert_eq!(value["a"][0]["b"][&name], REDACTED, "{name}");
        }
    }
    assert_eq!(redacted(json!({"cookie": ["a", "b"], "api_key": null})), json!({"cookie": REDACTED, "api_key": null}));
}

#[test]
fn codes_of_errors_and_properties_of_tools_stay() {
    for kept in [
        json!({"error": {"code": "rate_limit_exceeded", "type": "t"}}),
        json!({"parameters": {"properties": {"code": {"type": "string"}, "api_key": {"type": "string", "description": "the key"}}}}),
        json!({"arguments": "{\"code\":\"print(1)\"}"}),
        json!({"usage": {"input_tokens": 3, "output_tokens": 4}}),
    ] {
        assert_eq!(redacted(kept.clone()), kept);
    }
}

#[test]
fn the_code_of_an_oauth_exchange_goes() {
    let value = redacted(json!({"grant_type": "authorization_code", "code": "abc", "code_verifier": "def"}));
    assert_eq!(value, json!({"grant_type": "authorization_code", "code": REDACTED, "code_verifier": REDACTED}));
}

#[test]
fn files_and_images_are_told_and_not_kept() {
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let summary = |kind: Option<&str>| json!({"type": kind, "bytes": 3, "sha256": sha256});
    let value = redacted(json!({
        "image_url": "data:image/png;base64,YWJj",
        "nested": {"image_url": {"url": "data:image/jpeg;base64,YWJj"}},
        "file_data": "YWJj",
        "said": "data: one, two",
        "item": {"type": "image_generation_call", "result": "YWJj"},
    }));
    assert_eq!(value["image_url"], summary(Some("image/png")));
    assert_eq!(value["nested"]["image_url"]["url"], summary(Some("image/jpeg")));
    assert_eq!(value["file_data"], summary(None));
    assert_eq!(value["item"]["result"], summary(None));
    assert_eq!(value["said"], "data: one, two");
}

#[test]
fn what_the_caller_showed_goes_wherever_it_stands() {
    let value = redacted(json!({
        "message": "the key shown-by-the-caller is wrong", "a shown-by-the-caller": 1, "arguments": "{\"api_key\":\"x\"}",
    }));
    assert_eq!(
        value,
        json!({"message": "the key [REDACTED] is wrong", "arguments": "{\"api_key\":\"[REDACTED]\"}", "a [REDACTED]": 1})
    );
}

#[test]
fn short_secrets_are_not_looked_for() {
    let secrets = Secrets::default();
    secrets.add("the");
    assert_eq!(secrets.scrub("the end"), "the end");
}

#[test]
fn queries() {
    let secrets = Secrets::default();
    secrets.add("shown by the caller");
    for (query, expected) in [
        ("raw=true&limit=3", "raw=true&limit=3"),
        ("api_key=abc&raw=1", "api_key=[REDACTED]&raw=1"),
        ("API-Key=abc", "API-Key=[REDACTED]"),
        ("key=abc&token=def&code=", "key=[REDACTED]&token=[REDACTED]&code="),
        ("a=shown%20by+the+caller", "a=[REDACTED]"),
        ("shown+by+the+caller", "[REDACTED]"),
        ("", ""),
    ] {
        assert_eq!(redact_query(query, &secrets), expected, "{query}");
    }
    assert_eq!(secrets_in_query("api_key=a%20b&x=c&token=d").collect::<Vec<_>>(), ["a b", "d"]);
}
