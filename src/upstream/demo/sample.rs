//! The smallest JSON value a schema allows, so that the demo can call tools and answer structured-output requests with something plausible.
//!
//! It knows the keywords that tool and answer schemas use in practice. A schema it cannot satisfy (a `pattern`, contradictory keywords) gets a value of
//! the right type that may not validate; the demo is not a solver.

use serde_json::{Map, Value, json};

/// How deep a recursive schema is followed before optional members are left out and lists stay empty.
const DEEPEST: usize = 16;

/// A small value for `schema`.
pub(super) fn sample(schema: &Value) -> Value {
    Sampler { root: schema }.value(schema, 0)
}

struct Sampler<'a> {
    root: &'a Value,
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        for fixed in ["const", "default"] {
            if let Some(value) = schema.get(fixed) {
                return value.clone();
            }
        }
        for listed in ["enum", "examples"] {
            if let Some(value) = schema.get(listed).and_then(Value::as_array).and_then(|values| values.first()) {
                return value.clone();
            }
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|pointer| self.resolve(pointer)) {
            return self.value(target, depth + 1);
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(arms) = schema.get(union).and_then(Value::as_array) {
                return self.value(simplest(arms), depth + 1);
            }
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.merged(schema, parts, depth);
        }
        self.typed(schema, depth)
    }

    fn typed(&self, schema: &Value, depth: usize) -> Value {
        match type_of(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "integer" => json!(bounded(schema).ceil() as i64),
            "number" => json!(bounded(schema)),
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => Value::String(string(schema)),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let properties = schema.get("properties").and_then(Value::as_object);
        let required = schema.get("required").and_then(Value::as_array);
        let mut object = Map::new();
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            let member = properties.and_then(|properties| properties.get(name)).unwrap_or(&Value::Null);
            object.insert(name.to_owned(), self.value(member, depth + 1));
        }
        Value::Object(object)
    }

    fn array(&self, schema: &Value, depth: usize) -> Value {
        let wanted = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0).min(64);
        let item = schema.get("items").unwrap_or(&Value::Null);
        Value::Array((0..wanted).map(|_| self.value(item, depth + 1)).collect())
    }

    /// `allOf` of objects: the members of all of them together.
    fn merged(&self, schema: &Value, parts: &[Value], depth: usize) -> Value {
        let mut merged = Map::new();
        for part in parts {
            if let Value::Object(members) = self.value(part, depth + 1) {
                merged.extend(members);
            }
        }
        if let Value::Object(members) = self.object(schema, depth) {
            merged.extend(members);
        }
        Value::Object(merged)
    }

    fn resolve(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer.strip_prefix('#')?)
    }
}

/// The arm of a union that is not null, if there is one.
fn simplest(arms: &[Value]) -> &Value {
    arms.iter().find(|arm| type_of(arm) != "null").or(arms.first()).unwrap_or(&Value::Null)
}

fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("null")
        }
        _ if schema.get("properties").is_some() || schema.get("required").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

/// A number within the schema's bounds, as near to 1 as they allow.
fn bounded(schema: &Value) -> f64 {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let low = bound("minimum").or(bound("exclusiveMinimum").map(|low| low + 1.0));
    let high = bound("maximum").or(bound("exclusiveMaximum").map(|high| high - 1.0));
    let number = low.map_or(1.0, |low| low.max(1.0));
    let number = high.map_or(number, |high| number.min(high));
    match bound("multipleOf") {
        Some(step) if step > 0.0 => (number / step).ceil() * step,
        _ => number,
    }
}

fn string(schema: &Value) -> String {
    let text = match schema.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "duration" => "P1D",
        "email" => "demo@example.test",
        "hostname" => "example.test",
        "uri" | "uri-reference" => "https://example.test/",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => "demo",
    };
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
    let longest = bound("maxLength").unwrap_or(usize::MAX);
    let shortest = bound("minLength").unwrap_or(0).min(longest).min(4096);
    let mut text: String = text.chars().take(longest).collect();
    while text.chars().count() < shortest {
        text.push('x');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: Value, expected: Value) {
        let made = sample(&schema);
        assert_eq!(made, expected);
        assert!(jsonschema::is_valid(&schema, &made), "{made} does not fit {schema}");
    }

    #[test]
    fn required_members_only() {
        check(
            json!({"type": "object", "required": ["city", "days"], "properties": {
                "city": {"type": "string"}, "days": {"type": "integer", "minimum": 3}, "note": {"type": "string"}
            }}),
            json!({"city": "demo", "days": 3}),
        );
    }

    #[test]
    fn enums_unions_references_and_lists() {
        check(
            json!({"type": "object", "required": ["unit", "who", "list", "maybe"], "$defs": {"Who": {"const": "me"}}, "properties": {
                "unit": {"enum": ["celsius", "fahrenheit"]},
                "who": {"$ref": "#/$defs/Who"},
                "list": {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
                "maybe": {"anyOf": [{"type": "null"}, {"type": "number", "maximum": 0.5}]}
            }}),
            json!({"unit": "celsius", "who": "me", "list": [true, true], "maybe": 0.5}),
        );
    }

    #[test]
    fn strings_respect_length_and_format() {
        check(json!({"type": "string", "minLength": 6}), json!("demoxx"));
        check(json!({"type": ["null", "string"], "maxLength": 2}), json!("de"));
        check(json!({"type": "string", "format": "date"}), json!("2026-01-01"));
    }

    #[test]
    fn a_recursive_schema_ends() {
        let made = sample(&json!({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}));
        assert!(made.pointer("/next/next").is_some());
    }
}
