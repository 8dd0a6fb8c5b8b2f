//! From the bytes of a request body to its typed model: parse, walk, validate, convert.

use std::cell::Cell;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::table::{OperationRow, RequestBody};
use super::walk::{Findings, Fired, MAX_PROBLEMS, Problem, Profile, walk};

/// A request the contract lets through.
#[derive(Debug)]
pub struct Decoded<T> {
    /// The typed request.
    pub request: T,
    /// Fields left out, in OpenAI's notation.
    pub ignored: Vec<String>,
    /// Every row that spoke, when asked for.
    pub fired: Vec<Fired>,
}

/// A request the contract does not let through.
#[derive(Debug)]
pub struct Refusal {
    /// Everything wrong with it; never empty.
    pub problems: Vec<Problem>,
    /// Fields that would have been left out, in OpenAI's notation.
    pub ignored: Vec<String>,
    /// Every row that spoke, when asked for.
    pub fired: Vec<Fired>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem], ignored: Vec::new(), fired: Vec::new() }
    }
}

/// How a body is to be read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// What the vendor's boundary says of the operation.
    pub operation: &'static OperationRow,
    /// How strictly.
    pub profile: Profile,
    /// Whether the request came in on a `/no-tools` mount.
    pub no_tools: bool,
    /// Whether to record every row that speaks.
    pub explain: bool,
}

/// Decodes a request body.
///
/// # Errors
///
/// [`Refusal`] with every problem found: malformed JSON (400) alone; refused, unknown, missing or wrongly typed fields (422, or the row's status) together.
pub fn decode<T: RequestBody>(body: &[u8], reading: Reading) -> Result<Decoded<T>, Refusal> {
    decode_value(parse(body)?, reading)
}

/// Decodes a request body that is JSON already, or was made to be: the parts of a form.
///
/// # Errors
///
/// As [`decode`], without the malformed JSON.
pub fn decode_value<T: RequestBody>(mut value: Value, reading: Reading) -> Result<Decoded<T>, Refusal> {
    if !value.is_object() {
        return Err(Refusal::from(malformed("the body is not a JSON object")));
    }
    let Findings { mut problems, ignored, fired } =
        walk(&mut value, reading.operation, reading.profile, reading.no_tools, reading.explain);
    let refused = problems.len();
    T::validate(&value, &mut |error| {
        if problems.len() == MAX_PROBLEMS {
            return;
        }
        let problem = violation(error);
        let is_covered = problems[..refused].iter().any(|other| is_within(&problem.param, &other.param));
        if !is_covered && !problems.contains(&problem) {
            problems.push(problem);
        }
    });
    if problems.len() == MAX_PROBLEMS {
        problems.push(Problem {
            param: String::new(),
            status: 422,
            code: "too_many_problems".to_owned(),
            message: format!("only the first {MAX_PROBLEMS} problems are told; there may be more"),
        });
    }
    if !problems.is_empty() {
        return Err(Refusal { problems, ignored, fired });
    }
    match T::deserialize(value) {
        Ok(request) => Ok(Decoded { request, ignored, fired }),
        Err(error) => {
            let message = format!("the body does not fit its model: {error}");
            Err(Refusal {
                problems: vec![Problem {
                    param: String::new(),
                    status: 422,
                    code: "invalid_value".to_owned(),
                    message,
                }],
                ignored,
                fired,
            })
        }
    }
}

/// Most values and names of members that a body may have, objects and lists included. One takes up to 300 bytes of memory from here to the backend,
/// whatever it took in the body, where two are enough; without a limit, 32 MiB of zeros would become 2 GiB.
pub const MAX_VALUES: usize = 250_000;

/// Parses JSON as RFC 8259 has it: no duplicate keys, no byte order mark, nothing after the value, at most 128 levels and [`MAX_VALUES`].
///
/// # Errors
///
/// A [`Problem`] with status 400 that says where (line and column) and why.
pub fn parse(body: &[u8]) -> Result<Value, Problem> {
    if body.starts_with(b"\xEF\xBB\xBF") {
        return Err(malformed("the body begins with a byte order mark; send plain UTF-8"));
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(malformed("the body is empty; send a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let left = Cell::new(MAX_VALUES);
    Strict { left: &left }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| malformed(&format!("the body is not valid JSON: {error}")))
}

fn malformed(message: &str) -> Problem {
    Problem { param: String::new(), status: 400, code: "invalid_json".to_owned(), message: message.to_owned() }
}

/// Whether `param` is `ancestor` or lies within it.
fn is_within(param: &str, ancestor: &str) -> bool {
    param.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn violation(error: &jsonschema::ValidationError<'_>) -> Problem {
    use jsonschema::error::ValidationErrorKind as Kind;
    let mut param = dotted(error.instance_path().as_str());
    let (code, message) = if let Kind::Required { property } = error.kind() {
        if !param.is_empty() {
            param.push('.');
        }
        param.push_str(property.as_str().unwrap_or_default());
        ("missing_required_parameter", format!("`{param}` is required"))
    } else {
        let code = if matches!(error.kind(), Kind::Type { .. }) { "invalid_type" } else { "invalid_value" };
        (code, format!("`{param}`: {}", error.masked()))
    };
    Problem { param, status: 422, code: code.to_owned(), message }
}

/// `/messages/0/content` to `messages[0].content`.
fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for step in pointer.split('/').skip(1) {
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push('[');
            out.push_str(step);
            out.push(']');
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&step.replace("~1", "/").replace("~0", "~"));
        }
    }
    out
}

/// Builds a [`Value`] and refuses duplicate keys, so that what is checked is what is forwarded.
#[derive(Clone, Copy)]
struct Strict<'a> {
    /// How many more values and names there may be.
    left: &'a Cell<usize>,
}

impl Strict<'_> {
    fn count<E: serde::de::Error>(self) -> Result<(), E> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(E::custom(format_args!("more than {MAX_VALUES} values and names in one body")));
        };
        self.left.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.count()?;
            match out.entry(key) {
                Entry::Occupied(there) => {
                    let key = there.key();
                    return Err(A::Error::custom(format_args!("the key `{key}` occurs twice in one object")));
                }
                Entry::Vacant(place) => place.insert(entries.next_value_seed(self)?),
            };
        }
        Ok(Value::Object(out))
    }
}
