//! Secrets inside text: in prose, in JSON that does not parse, in JSON that was cut, in arguments of tools.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::REDACTED;

/// What finds one kind of secret, and what is kept of what it finds.
struct Pattern {
    /// Whether a text may have a match. Says no to nearly all texts, at a fraction of what a search costs.
    may_match: fn(&str) -> bool,
    regex: &'static str,
    /// Made when it is first needed: idle relays do not need most of them.
    compiled: OnceLock<Option<Regex>>,
    kept: Kept,
}

impl Pattern {
    const fn new(may_match: fn(&str) -> bool, regex: &'static str, kept: Kept) -> Self {
        Self { may_match, regex, compiled: OnceLock::new(), kept }
    }

    /// The text without what it finds; none when it finds nothing. A pattern that is none, which the tests below see to for all of them, takes the whole text.
    fn redacted(&self, text: &str) -> Option<String> {
        if !(self.may_match)(text) {
            return None;
        }
        let Some(regex) = self.regex() else { return Some(REDACTED.to_owned()) };
        let kept = |found: &Captures<'_>| (self.kept)(found).unwrap_or_else(|| found[0].to_owned());
        match regex.replace_all(text, kept) {
            Cow::Owned(redacted) if redacted != text => Some(redacted),
            Cow::Owned(_) | Cow::Borrowed(_) => None,
        }
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.regex).ok()).as_ref()
    }
}

/// What stands for a match; nothing when it is no secret after all.
type Kept = fn(&Captures<'_>) -> Option<String>;

// Classes are those of ASCII: secrets are, and the tables of Unicode would take megabytes of an idle relay.

/// `"api_key": "…"`, also escaped in a string, also without its end.
const MEMBERS: &str = r#"(?i)(\\*["'](?:proxy[-_])?(?:authorization|set[-_]cookie|cookie|access[-_]token|refresh[-_]token|id[-_]token|x[-_]api[-_]key|api[-_]?key|bearer[-_]token|relay[-_]token|client[-_]secret|code[-_]verifier|file[-_]data)\\*["'][ \t\r\n]*:[ \t\r\n]*\\*["'])(?:[^"'\\]|\\[^"'\\])*"#;
/// `api_key=…` in a query or a form.
const PAIRS: &str = r"(?i)(?-u:\b)((?:access_token|refresh_token|id_token|x-api-key|api[-_]?key|bearer_token|relay_token|client_secret|code_verifier)=)[^& \t\r\n\x22']+";
/// `Bearer …`
const BEARER: &str = r"(?i)(?-u:\b)(bearer[ \t\r\n]+|bearer%20|bearer\+)[A-Za-z0-9._~+/=-]{16,}";
/// A JSON Web Token, and the head of one that was cut.
const JWT: &str = r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,2}";
/// A key of the public API.
const API_KEY: &str = r"(?-u:\b)sk-[A-Za-z0-9_-]{16,}";
/// The content of a data URL.
const DATA_URL: &str =
    r"(?i)(data:[A-Za-z0-9_.+-]+/[A-Za-z0-9_.+-]+(?:;[A-Za-z0-9_=.+-]+)*;base64,)[A-Za-z0-9+/=_-]{16,}";
/// What may be a relay token that this program made: 32 bytes in base64url.
const RELAY_TOKEN: &str = r"[A-Za-z0-9_-]{43,}";

/// Length of a relay token that this program made.
const RELAY_TOKEN_BYTES: usize = 43;

static PATTERNS: [Pattern; 7] = [
    Pattern::new(|text| text.contains(['"', '\'']), MEMBERS, head),
    Pattern::new(|text| text.contains('='), PAIRS, head),
    Pattern::new(|text| text.contains([' ', '\t', '\r', '\n', '%', '+']), BEARER, head),
    Pattern::new(|text| text.contains("eyJ"), JWT, whole),
    Pattern::new(|text| text.contains("sk-"), API_KEY, whole),
    Pattern::new(|text| text.contains(';'), DATA_URL, head),
    Pattern::new(|text| text.len() >= RELAY_TOKEN_BYTES, RELAY_TOKEN, relay_token),
];

/// The text without what looks like a secret.
pub(in crate::traffic) fn redact_text(text: &str) -> Cow<'_, str> {
    PATTERNS.iter().fold(Cow::Borrowed(text), |text, pattern| match pattern.redacted(&text) {
        Some(redacted) => Cow::Owned(redacted),
        None => text,
    })
}

fn head(found: &Captures<'_>) -> Option<String> {
    Some(format!("{}{REDACTED}", &found[1]))
}

#[expect(clippy::unnecessary_wraps, reason = "one of a kind")]
fn whole(_: &Captures<'_>) -> Option<String> {
    Some(REDACTED.to_owned())
}

/// A name in code can be as long, but does not mix cases and digits.
fn relay_token(found: &Captures<'_>) -> Option<String> {
    let word = &found[0];
    let has = |is: fn(&u8) -> bool| word.bytes().any(|byte| is(&byte));
    let is_token = word.len() == RELAY_TOKEN_BYTES
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit);
    is_token.then(|| REDACTED.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_valid() {
        assert!(PATTERNS.iter().all(|pattern| pattern.regex().is_some()));
    }

    #[test]
    fn a_pattern_that_is_none_leaves_nothing_of_the_text() {
        let pattern = Pattern::new(|text| text.contains('='), "(", head);
        assert_eq!(pattern.redacted("a=b").as_deref(), Some(REDACTED));
        assert_eq!(pattern.redacted("a b"), None);
    }

    #[test]
    fn secrets_in_text_go_and_the_rest_stays() {
        for (text, expected) in [
            ("send `Authorization: Bearer abcdefgh01234567` here", "send `Authorization: Bearer [REDACTED]` here"),
            ("bearer authentication", "bearer authentication"),
            (r#"{"api_key": "abc\u0041def", "x": 1"#, r#"{"api_key": "[REDACTED]", "x": 1"#),
            (r#"{\"access_token\":\"abc\",\"code\":\"x\"}"#, r#"{\"access_token\":\"[REDACTED]\",\"code\":\"x\"}"#),
            (r#"{"file_data": "QUJD"#, r#"{"file_data": "[REDACTED]"#),
            ("/v1?api_key=abc&b=1", "/v1?api_key=[REDACTED]&b=1"),
            ("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln!", "[REDACTED]!"),
            ("sk-abcdefghijklmnopqrst", "[REDACTED]"),
            ("see data:image/png;base64,AAAAAAAAAAAAAAAAAAAA.", "see data:image/png;base64,[REDACTED]."),
            ("token Ab3defghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ is", "token [REDACTED] is"),
            ("modules_use_only_what_stands_above_them_12345", "modules_use_only_what_stands_above_them_12345"),
            ("Caf\u{e9} \u{2028} text", "Caf\u{e9} \u{2028} text"),
        ] {
            assert_eq!(redact_text(text), expected, "{text}");
        }
    }
}
