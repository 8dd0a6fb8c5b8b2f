//! The shape of the contract tables that the build makes from `schemas/`: operations, verdict rows and what a request body looks like.
//!
//! Everything here is `static` data. The walk over a request ([`fn@super::walk`]) and the matrix read it; nothing else in the crate knows a field's verdict.

/// What happens to a field, an operation's member, or one arm of a union.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Forwarded unchanged.
    Pass,
    /// Forwarded in another shape.
    Adapt,
    /// Honoured by the relay itself.
    Local,
    /// Removed and disclosed in `x-airelays-ignored-parameters`.
    Drop,
    /// Refused before any upstream call.
    Reject,
}

impl Verdict {
    /// The word used in `schemas/`, the matrix and `explain`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Adapt => "adapt",
            Self::Local => "local",
            Self::Drop => "drop",
            Self::Reject => "reject",
        }
    }
}

/// One row of a boundary: the verdict on one pointer, with the words a client reads.
#[derive(Debug)]
pub struct Row {
    /// Where, in the notation of `docs/contract.md`.
    pub pointer: &'static str,
    /// The verdict under profile `strict`.
    pub verdict: Verdict,
    /// The verdict under profile `lenient`.
    pub lenient: Verdict,
    /// For [`Verdict::Adapt`]: the upstream pointer it ends up at.
    pub to: Option<&'static str>,
    /// HTTP status of a refusal.
    pub status: u16,
    /// `error.code` of a refusal.
    pub code: &'static str,
    /// Why.
    pub reason: &'static str,
    /// What the client can do instead.
    pub instead: Option<&'static str>,
    /// Values that ask for nothing; removed without a word.
    pub accept: &'static [Literal],
    /// The only values the verdict is for; others are refused. Empty for all.
    pub only: &'static [Literal],
    /// Longest array that is still covered by the verdict; a longer one is refused.
    pub max_items: Option<usize>,
    /// Where this is known from.
    pub evidence: &'static str,
    /// Date (ISO 8601) the evidence was last looked at.
    pub verified: &'static str,
}

/// A JSON value small enough to be compared with as data.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// `true` or `false`
    Bool(bool),
    /// A number; integers compare as numbers too.
    Number(f64),
    /// A string.
    Text(&'static str),
    /// `{}`
    EmptyObject,
    /// A list.
    List(&'static [Literal]),
}

impl Literal {
    /// Whether a JSON value is this literal.
    #[must_use]
    pub fn matches(&self, value: &serde_json::Value) -> bool {
        use serde_json::Value;
        match (self, value) {
            (Self::Bool(a), Value::Bool(b)) => a == b,
            (Self::Number(a), Value::Number(b)) => b.as_f64() == Some(*a),
            (Self::Text(a), Value::String(b)) => a == b,
            (Self::EmptyObject, Value::Object(map)) => map.is_empty(),
            (Self::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.matches(b)),
            _ => false,
        }
    }
}

/// What becomes of keys an object schema does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Refused as `unknown_parameter`; dropped and disclosed under profile `lenient`.
    Reject,
    /// Dropped and disclosed.
    Drop,
    /// Kept as it is.
    Keep,
}

/// What a value looks like, down to where the contract stops caring.
#[derive(Debug)]
pub enum Shape {
    /// Any JSON, kept as it is.
    Any,
    /// A string, number or boolean; its exact type is the validator's business.
    Scalar,
    /// A string some of whose values have a row of their own.
    Values(&'static [(&'static str, u16)]),
    /// An object with known properties.
    Object {
        /// What becomes of other keys.
        unknown: Unknown,
        /// The known properties.
        fields: &'static [Field],
    },
    /// An array.
    Array(&'static Edge),
    /// Objects told apart by the value of one property.
    Tagged {
        /// The property.
        tag: &'static str,
        /// The arm taken when a client leaves the property out.
        default: Option<&'static str>,
        /// Value of the property, and what such an object looks like.
        arms: &'static [(&'static str, Edge)],
    },
    /// Values told apart by their JSON type.
    ByType(&'static [(JsonType, Edge)]),
    /// A shape written elsewhere: shared, or recursive.
    Shared(&'static Shape),
}

/// A known property of an object.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its verdict and shape.
    pub edge: Edge,
}

/// A value's place: the row that speaks for it, if any, and its shape.
#[derive(Debug)]
pub struct Edge {
    /// Index into the boundary operation's rows.
    pub row: Option<u16>,
    /// The shape of the value.
    pub shape: &'static Shape,
}

/// JSON's types, integers apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonType {
    /// `"text"`
    String,
    /// `1`
    Integer,
    /// `1.5`
    Number,
    /// `true`
    Boolean,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

impl JsonType {
    /// Whether a value is of this type; an integer is a number too.
    #[must_use]
    pub fn matches(self, value: &serde_json::Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody who reaches the listener.
    Public,
    /// Holders of the relay token, unless the relay runs open.
    Bearer,
}

/// One HTTP operation of the client-facing surface.
#[derive(Debug)]
pub struct Operation {
    /// Our operation id, such as `responses_create`.
    pub id: &'static str,
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Prefixes it is served under instead of the leading `/v1`.
    pub mounts: &'static [&'static str],
    /// Who may call it.
    pub access: Access,
    /// OpenAI's operation id; absent on the relay's own routes.
    pub published_as: Option<&'static str>,
    /// One line.
    pub summary: &'static str,
}

/// What a vendor's boundary says of one operation.
#[derive(Debug)]
pub struct OperationRow {
    /// [`Operation::id`]
    pub operation: &'static str,
    /// Whether the vendor serves it.
    pub supported: bool,
    /// HTTP status when it does not.
    pub status: u16,
    /// Why it does not, or a remark.
    pub reason: &'static str,
    /// What the client can do instead.
    pub instead: Option<&'static str>,
    /// Where this is known from.
    pub evidence: &'static str,
    /// Date (ISO 8601) the evidence was last looked at.
    pub verified: &'static str,
    /// Verdicts on the request body's fields.
    pub rows: &'static [Row],
    /// Rows replaced on the `/no-tools` mounts: index of the row, index of the one that stands instead.
    pub no_tools: &'static [(u16, u16)],
    /// What the request body looks like; absent for operations without one.
    pub body: Option<&'static Shape>,
}

/// Everything one vendor's `boundary.json` says.
#[derive(Debug)]
pub struct Boundary {
    /// The vendor's folder name.
    pub vendor: &'static str,
    /// The vendor's name for people.
    pub title: &'static str,
    /// One entry per operation of the client-facing surface.
    pub operations: &'static [OperationRow],
}

impl Boundary {
    /// What this vendor says of an operation.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&'static OperationRow> {
        self.operations.iter().find(|row| row.operation == id)
    }
}

/// A request body that the contract knows: implemented by the generated models.
pub trait RequestBody: serde::de::DeserializeOwned + Send + 'static {
    /// The operation it belongs to.
    const OPERATION: &'static str;

    /// Checks a body, walked already, against its schema; every violation is passed to `report`.
    fn validate<'v>(value: &'v serde_json::Value, report: &mut dyn FnMut(&jsonschema::ValidationError<'v>));
}
