//! What a setting's value may be, checked the same way for a TOML value and for the text of a variable.

use serde_json::json;
use toml::Value;
use url::Url;

/// Largest number of seconds a setting takes: ten years, far from where durations overflow.
const MAX_SECONDS: f64 = 315_360_000.0;

/// What a setting's value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Visible ASCII without spaces, so that it may be part of a header or an address.
    Word,
    /// A path; a leading `~` is the home directory.
    Path,
    /// An `http` or `https` URL with a host.
    Url,
    /// In a variable `1`, `true`, `yes`, `on` or `0`, `false`, `no`, `off`.
    Boolean,
    /// A whole number within limits, both included.
    Count(u32, u32),
    /// A whole number of bytes, at least 1.
    Bytes,
    /// A number of seconds above zero; fractions are fine.
    Seconds,
    /// A number of seconds; zero is fine and turns the thing off.
    SecondsOrZero,
    /// A list of host names or addresses, each with or without a port; in a variable separated by commas.
    Hosts,
    /// A list of origins as browsers write them (`https://app.example`); in a variable separated by commas.
    Origins,
    /// One of some names.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// What is expected, to follow the word "expected" and for the documentation.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Word => "visible ASCII without spaces".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Url => "an http or https URL".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Count(low, u32::MAX) => format!("a whole number from {low}"),
            Self::Count(low, high) => format!("a whole number from {low} to {high}"),
            Self::Bytes => "a whole number of bytes from 1".to_owned(),
            Self::Seconds => "a number of seconds above 0".to_owned(),
            Self::SecondsOrZero => "a number of seconds from 0".to_owned(),
            Self::Hosts => "a list of host names or addresses, each with or without a port".to_owned(),
            Self::Origins => "a list of origins such as `https://app.example`".to_owned(),
            Self::Choice(names) => {
                format!("one of {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The same as JSON Schema.
    #[must_use]
    pub fn schema(self) -> serde_json::Value {
        match self {
            Self::Word => json!({"type": "string", "pattern": "^[!-~]+$"}),
            Self::Path => json!({"type": "string", "pattern": "\\S"}),
            Self::Url => json!({"type": "string", "format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}),
            Self::Boolean => json!({"type": "boolean"}),
            Self::Count(low, high) => json!({"type": "integer", "minimum": low, "maximum": high}),
            Self::Bytes => json!({"type": "integer", "minimum": 1}),
            Self::Seconds => json!({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_SECONDS}),
            Self::SecondsOrZero => json!({"type": "number", "minimum": 0, "maximum": MAX_SECONDS}),
            Self::Hosts => json!({"type": "array", "items": {"type": "string", "pattern": "^[^/@*\\s]+$"}}),
            Self::Origins => {
                json!({"type": "array", "items": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*://[^/@*\\s]+$"}})
            }
            Self::Choice(names) => json!({"type": "string", "enum": names}),
        }
    }

    /// The value that the text of a variable stands for; `None` when it is not of this kind.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<Value> {
        let text = text.trim();
        let value = match self {
            Self::Word | Self::Path | Self::Url | Self::Choice(_) => Value::String(text.to_owned()),
            Self::Boolean => Value::Boolean(parse_boolean(text)?),
            Self::Count(..) | Self::Bytes => Value::Integer(text.parse().ok()?),
            Self::Seconds | Self::SecondsOrZero => Value::Float(text.parse().ok()?),
            Self::Hosts | Self::Origins if text == "[]" => Value::Array(Vec::new()),
            Self::Hosts | Self::Origins => {
                text.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>().into()
            }
        };
        self.accepts(&value).then_some(value)
    }

    /// Whether a value is of this kind.
    #[must_use]
    pub fn accepts(self, value: &Value) -> bool {
        match self {
            Self::Word => {
                value.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()))
            }
            Self::Path => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            Self::Url => value.as_str().is_some_and(is_http_url),
            Self::Boolean => value.is_bool(),
            Self::Count(low, high) => {
                value.as_integer().is_some_and(|number| (i64::from(low)..=i64::from(high)).contains(&number))
            }
            Self::Bytes => value.as_integer().is_some_and(|number| number >= 1),
            Self::Seconds => seconds(value).is_some_and(|seconds| seconds > 0.0 && seconds <= MAX_SECONDS),
            Self::SecondsOrZero => seconds(value).is_some_and(|seconds| (0.0..=MAX_SECONDS).contains(&seconds)),
            Self::Hosts => is_list(value, is_host),
            Self::Origins => is_list(value, is_origin),
            Self::Choice(names) => value.as_str().is_some_and(|text| names.contains(&text)),
        }
    }
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn is_list(value: &Value, is_item: fn(&str) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(is_item)))
}

/// Whether a text is a host as it stands in a URL, with or without a port.
fn is_host(text: &str) -> bool {
    let is_plain =
        !text.contains(['/', '@', '*', '?', '#', '\\', '%']) && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain && !text.ends_with(':') && Url::parse(&format!("http://{text}/")).is_ok_and(|url| url.has_host())
}

/// Whether a text is an origin with a host. `null` and `*` are none: they stand for pages nobody knows.
fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, host)| {
        is_host(host)
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    })
}

fn is_http_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[expect(clippy::cast_precision_loss, reason = "a number of seconds that large is refused anyway")]
fn seconds(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_variable() {
        let port = Kind::Count(0, 65_535);
        assert_eq!(port.parse(" 80 "), Some(Value::Integer(80)));
        for (kind, refused) in [
            (port, "65536"),
            (port, "-1"),
            (port, "80a"),
            (Kind::Boolean, "maybe"),
            (Kind::Seconds, "0"),
            (Kind::Seconds, "inf"),
            (Kind::Seconds, "NaN"),
            (Kind::SecondsOrZero, "-0.5"),
            (Kind::Url, "ftp://host"),
            (Kind::Url, "host:80"),
            (Kind::Bytes, "0"),
            (Kind::Choice(&["a", "b"]), "c"),
            (Kind::Path, " "),
            (Kind::Word, "a b"),
            (Kind::Word, "a\nb"),
            (Kind::Hosts, "*"),
            (Kind::Hosts, "a,"),
            (Kind::Hosts, "http://a"),
            (Kind::Hosts, "a:99999"),
            (Kind::Hosts, "fd00::1"),
            (Kind::Origins, "*"),
            (Kind::Origins, "null"),
            (Kind::Origins, "app.example"),
            (Kind::Origins, "https://app.example/"),
        ] {
            assert_eq!(kind.parse(refused), None, "{kind:?} {refused}");
        }
        for text in ["1", "TRUE", "yes", "On"] {
            assert_eq!(Kind::Boolean.parse(text), Some(Value::Boolean(true)), "{text}");
        }
        for text in ["0", "false", "NO", "off"] {
            assert_eq!(Kind::Boolean.parse(text), Some(Value::Boolean(false)), "{text}");
        }
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let list = |items: &[&str]| Some(items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>().into());
        assert_eq!(Kind::Hosts.parse("relay.lan, [::1]:80"), list(&["relay.lan", "[::1]:80"]));
        assert_eq!(
            Kind::Origins.parse("https://a.example,http://localhost:3000,app://obsidian.md"),
            list(&["https://a.example", "http://localhost:3000", "app://obsidian.md"])
        );
        assert_eq!(Kind::Hosts.parse("[]"), list(&[]));
    }

    #[test]
    fn whole_and_broken_seconds_are_both_fine() {
        assert!(Kind::Seconds.accepts(&Value::Integer(120)));
        assert!(Kind::Seconds.accepts(&Value::Float(0.25)));
        assert!(Kind::SecondsOrZero.accepts(&Value::Integer(0)));
    }

    #[test]
    fn says_what_is_expected() {
        assert_eq!(Kind::Count(0, 10).describe(), "a whole number from 0 to 10");
        assert_eq!(Kind::Choice(&["a", "b"]).describe(), "one of `a`, `b`");
    }
}
