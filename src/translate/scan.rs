//! JSON text, read only for where its values lie.
//!
//! Events are read by the thousand and of each only a few members count, most of them passed on as they are. What is accepted is what `serde_json`
//! accepts; nothing is unescaped, copied or allocated.

use std::borrow::Cow;

/// Deepest nesting that is read, as for `serde_json`.
const MAX_DEPTH: u32 = 127;

/// A JSON text, read from its beginning. Whoever gets `None` from it has no JSON before them, and need not ask on.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// Reads an object: for each of its members `member` gets the name and reads the value. Whether a name comes twice is not checked.
    pub(super) fn object(&mut self, mut member: impl FnMut(&str, &mut Self) -> Option<()>) -> Option<()> {
        self.peek()?;
        if self.opens(b'{', b'}')? {
            return self.close();
        }
        loop {
            let begin = self.at;
            let is_plain = self.literal()?;
            let end = self.at;
            self.colon()?;
            let unescaped;
            let name = match self.text.get(begin + 1..end - 1)? {
                name if is_plain => name,
                _ => {
                    unescaped = self.unescaped(begin, end)?;
                    &unescaped
                }
            };
            member(name, self)?;
            if !self.goes_on(b'}')? {
                return self.close();
            }
        }
    }

    /// Whether an object comes next.
    pub(super) fn is_at_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Reads over a value. Its text.
    pub(super) fn value(&mut self) -> Option<&'a str> {
        self.text_of(Self::skip)
    }

    /// The text of the value that `read` reads.
    pub(super) fn text_of(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<&'a str> {
        self.peek()?;
        let begin = self.at;
        read(self)?;
        self.text.get(begin..self.at)
    }

    /// Reads over a value. What it says if it is a string.
    pub(super) fn string(&mut self) -> Option<Option<Cow<'a, str>>> {
        if self.peek()? != b'"' {
            return self.skip().map(|()| None);
        }
        let begin = self.at;
        Some(Some(match self.literal()? {
            true => Cow::Borrowed(self.text.get(begin + 1..self.at - 1)?),
            false => Cow::Owned(self.unescaped(begin, self.at)?),
        }))
    }

    /// What a string with escapes says.
    #[cold]
    fn unescaped(&self, begin: usize, end: usize) -> Option<String> {
        serde_json::from_str(self.text.get(begin..end)?).ok()
    }

    /// The end of the text, after white space.
    pub(super) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.literal().map(drop),
            b'{' => self.members(),
            b'[' => self.elements(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    /// [`Scanner::object`] for members that nobody asks for.
    fn members(&mut self) -> Option<()> {
        if self.opens(b'{', b'}')? {
            return self.close();
        }
        loop {
            self.literal()?;
            self.colon()?;
            self.skip()?;
            if !self.goes_on(b'}')? {
                return self.close();
            }
        }
    }

    fn elements(&mut self) -> Option<()> {
        if self.opens(b'[', b']')? {
            return self.close();
        }
        loop {
            self.skip()?;
            if !self.goes_on(b']')? {
                return self.close();
            }
        }
    }

    /// Goes over an opening bracket. Whether the closing one comes next.
    fn opens(&mut self, bracket: u8, closing: u8) -> Option<bool> {
        self.take(bracket)?;
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(self.peek()? == closing)
    }

    /// After a member or an element: goes over the comma before the next one. False when the closing bracket comes instead.
    fn goes_on(&mut self, closing: u8) -> Option<bool> {
        let next = self.peek()?;
        if next == b',' {
            self.at += 1;
            return self.peek().map(|_| true);
        }
        (next == closing).then_some(false)
    }

    fn colon(&mut self) -> Option<()> {
        self.peek()?;
        self.take(b':')
    }

    fn close(&mut self) -> Option<()> {
        self.at += 1;
        self.depth -= 1;
        Some(())
    }

    /// Goes over a string. Whether it holds no escapes.
    fn literal(&mut self) -> Option<bool> {
        self.take(b'"')?;
        let mut is_plain = true;
        loop {
            self.at += plain(self.text.as_bytes().get(self.at..)?);
            match self.byte()? {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return None,
            }
            is_plain = false;
        }
        self.at += 1;
        Some(is_plain)
    }

    fn escape(&mut self) -> Option<()> {
        self.at += match self.text.as_bytes().get(self.at + 1..)? {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', a, b, c, d, ..] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return None,
        };
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        self.take(b'-');
        match self.byte()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _sign = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let count = self.text.as_bytes().get(self.at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(())
    }

    fn word<const N: usize>(&mut self, word: &[u8; N]) -> Option<()> {
        let found = self.text.as_bytes().get(self.at..)?.first_chunk() == Some(word);
        self.at += N;
        found.then_some(())
    }

    /// Goes over this byte, if it is next.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.byte()? == byte).then(|| self.at += 1)
    }

    /// Goes over white space and says what comes after it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let next = self.byte()?;
            if !matches!(next, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(next);
            }
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// How many bytes come before a quotation mark, a backslash or a control character: eight at a time, as few have one.
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    /// Sets the highest bit of the lowest byte that is below `limit`, and perhaps bits of the bytes above it.
    fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(ONES * u64::from(limit)) & !word
    }
    let mut rest = text;
    while let Some((word, after)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = (is(b'"') | is(b'\\') | below(word, b' ')) & (ONES << 7);
        if found != 0 {
            return text.len() - rest.len() + found.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..b' ');
    text.len() - rest.len() + rest.iter().take_while(is_plain).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    fn is_json(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        scanner.value().is_some() && scanner.end().is_some()
    }

    #[test]
    fn what_serde_takes_for_json_is_json() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let texts = [
            "",
            " ",
            "null",
            " true ",
            "false",
            "nul",
            "nulll",
            "tru",
            "0",
            "-0",
            "00",
            "01",
            "-",
            "1.",
            "1.5",
            ".5",
            "1e5",
            "1E+5",
            "1e-",
            "1e",
            "1.0e07",
            "+1",
            "1 2",
            "1,",
            "{}",
            "{ }",
            "[]",
            "[ ]",
            "{",
            "[",
            "}",
            "]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1,2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1}",
            "{\"a\" : [ 1 , {\"b\":null} ] }",
            "{a:1}",
            "{\"a\":1 \"b\":2}",
            "\"\"",
            "\"",
            "\"a",
            "\"\\\"\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12G4\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"tab\t\"",
            "\"\u{1f}\"",
            "\"\u{7f}\u{80}é😀\"",
            "\"sixteen bytes + \\n\"",
            "\u{feff}1",
            "[1]x",
            "{\"a\":1}{",
            "\u{a0}1",
            "\"01234567\"",
            "\"0123456789012345678901234567890\"",
            "\"01234567",
            "[\"a\",\"b\\\\\"]",
        ];
        for text in texts {
            assert_eq!(is_json(text), serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text:?}");
        }
        for text in [127, 128].into_iter().flat_map(|depth| [nested(depth), objects(depth)]) {
            assert_eq!(is_json(&text), serde_json::from_str::<Value>(&text).is_ok(), "{text}");
        }
    }

    /// Every byte of JSON text of all kinds is replaced by each of those that mean something.
    #[test]
    fn what_serde_refuses_is_refused_wherever_it_is_broken() {
        let whole = r#"{"type":"a\"\\b\u00e9c","delta": "Grüße 😀","list":[1,-2.5e+3,{"n":null,"t":true,"f":false}, []],"end":{}}"#;
        assert!(is_json(whole));
        for at in (0..whole.len()).filter(|&at| whole.is_char_boundary(at)) {
            assert!(!is_json(&whole[..at]), "{at}");
            let after = at + whole[at..].chars().next().map_or(0, char::len_utf8);
            for byte in "\"\\{}[]:, \n\u{0}0-+.eEutfn\u{1f}é".chars() {
                let text = format!("{}{byte}{}", &whole[..at], &whole[after..]);
                assert_eq!(is_json(&text), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{text}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_serde_thinks_of_any_text_is_right(text in pieces()) {
            prop_assert_eq!(is_json(&text), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{:?}", text);
        }
    }

    /// Texts that are nearly JSON, and now and then are.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(&[
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\n\"", "{\"a\":", "[1,", "\"", "\\", "\\u00e9", "1", "-", "0",
            "e", "+", ".", "null", "true", " ", "\n", "é", "\u{1}",
        ]);
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    #[test]
    fn members_come_with_their_names_and_texts() {
        let text = r#" { "a" : "x\ny" , "\u0062":[1, 2],"c":{"d": -0.5 },"":null } "#;
        let (mut scanner, mut seen) = (Scanner::new(text), Vec::new());
        let read = scanner.object(|name, members| {
            if name == "c" {
                assert!(members.is_at_object());
                return members.object(|name, members| {
                    seen.push((name.to_owned(), members.value()?));
                    Some(())
                });
            }
            seen.push((name.to_owned(), members.value()?));
            Some(())
        });
        assert_eq!((read, scanner.end()), (Some(()), Some(())));
        let expected = [("a", r#""x\ny""#), ("b", "[1, 2]"), ("d", "-0.5"), ("", "null")];
        assert_eq!(seen, expected.map(|(name, text)| (name.to_owned(), text)));
    }

    #[test]
    fn the_end_of_a_string_is_found_wherever_it_is() {
        for length in 0..40 {
            for end in ['"', '\\', '\u{1f}', '\n', '\u{0}'] {
                for filling in ["a", "\u{7f}", "é", " ", "!", "#", "]", "["] {
                    let text = format!("{}{end}{}", filling.repeat(length), "\"".repeat(length % 9));
                    assert_eq!(plain(text.as_bytes()), length * filling.len(), "{text:?}");
                }
            }
            assert_eq!(plain("a".repeat(length).as_bytes()), length);
        }
    }

    #[test]
    fn strings_are_what_their_literals_stand_for() {
        let read = |text| Scanner::new(text).string();
        assert_eq!(read(r#" "plain é""#), Some(Some("plain é".into())));
        assert_eq!(read(r#""a\"b\u00e9""#), Some(Some("a\"bé".into())));
        assert_eq!((read("[1]"), read("\""), read(r#""\ud800""#)), (Some(None), None, None));
    }
}
