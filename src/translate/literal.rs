//! Text that stays the JSON string literal it arrived in.
//!
//! A delta goes from the vendor's frame to the client's frame without being unescaped and escaped again. Where several deltas have to become one
//! text (JSON answers, tool calls that wait for their turn), their literals are joined first and decoded once: that is cheaper, and it repairs a
//! surrogate pair (`\ud83d` + `\ude00`) that was cut between two deltas, which decoding piece by piece would lose.

use std::fmt;

use serde::de::{Deserializer, Visitor};

use super::hub::RawJson;

/// A text of this length is kept in pieces of this length, in bytes: it can grow to megabytes and is not moved about.
const PIECE_BYTES: usize = 16 << 10;

/// The inside of a growing JSON string literal, escapes as they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextBuffer {
    /// What was begun before `last`, and is full.
    full: Vec<String>,
    last: String,
}

impl TextBuffer {
    /// Appends a piece; anything but a string literal adds nothing.
    pub(crate) fn push(&mut self, piece: &RawJson) {
        let piece = inside(piece);
        if self.last.len() + piece.len() > PIECE_BYTES && !self.last.is_empty() {
            self.full.push(std::mem::replace(&mut self.last, String::with_capacity(PIECE_BYTES)));
        }
        self.last.push_str(piece);
    }

    /// Whether no character was appended.
    pub(crate) fn is_empty(&self) -> bool {
        self.full.is_empty() && self.last.is_empty()
    }

    /// The whole as one literal.
    pub(crate) fn to_raw(&self) -> RawJson {
        RawJson::from_parsed(self.quoted())
    }

    /// The whole as one literal, leaving the buffer empty.
    pub(crate) fn take_raw(&mut self) -> RawJson {
        std::mem::take(self).to_raw()
    }

    /// The text. A surrogate without its partner becomes U+FFFD.
    pub(crate) fn to_text(&self) -> String {
        decode(&self.quoted())
    }

    /// Whether this literal is the whole, with the same escapes.
    pub(crate) fn is(&self, literal: &RawJson) -> bool {
        self.is_inside(inside(literal))
    }

    /// Whether the whole is this text and has no escapes, so that they need not be looked at.
    pub(crate) fn is_plainly(&self, text: &str) -> bool {
        self.is_inside(text) && !text.contains('\\')
    }

    fn is_inside(&self, mut text: &str) -> bool {
        self.pieces().all(|piece| text.strip_prefix(piece).map(|rest| text = rest).is_some()) && text.is_empty()
    }

    fn pieces(&self) -> impl Iterator<Item = &str> {
        self.full.iter().chain([&self.last]).map(String::as_str)
    }

    fn quoted(&self) -> String {
        let bytes = self.pieces().map(str::len).sum::<usize>();
        let mut literal = String::with_capacity(bytes + 2);
        literal.push('"');
        literal.extend(self.pieces());
        literal.push('"');
        literal
    }
}

impl From<&RawJson> for TextBuffer {
    fn from(literal: &RawJson) -> Self {
        let mut text = Self::default();
        text.push(literal);
        text
    }
}

/// The literal without its quotes; empty for a value that is not a string.
fn inside(literal: &RawJson) -> &str {
    let inside = || literal.as_str().strip_prefix('"')?.strip_suffix('"');
    inside().unwrap_or_default()
}

/// How many Unicode code points the text of a literal has; the unit of citation indices.
pub(crate) fn count_chars(literal: &RawJson) -> u64 {
    let inside = inside(literal);
    if !inside.contains('\\') {
        return inside.chars().count() as u64;
    }
    let mut bytes = inside.bytes();
    let mut count = 0;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                let mut hex = 0;
                if bytes.next() == Some(b'u') {
                    for digit in bytes.by_ref().take(4) {
                        hex = hex << 4 | char::from(digit).to_digit(16).unwrap_or(0);
                    }
                }
                // The second half of a pair belongs to the character that the first half counted.
                count += u64::from(!(0xDC00..0xE000).contains(&hex));
            }
            0x80..0xC0 => {}
            _ => count += 1,
        }
    }
    count
}

fn decode(literal: &str) -> String {
    serde_json::from_str(literal).or_else(|_| decode_lossy(literal)).unwrap_or_default()
}

/// Decodes with lone surrogates replaced: as bytes they are three bytes each, exactly as many as U+FFFD has.
fn decode_lossy(literal: &str) -> serde_json::Result<String> {
    let mut bytes = serde_json::Deserializer::from_str(literal).deserialize_bytes(AnyBytes)?;
    let mut from = 0;
    while let Some(at) = memchr::memchr(0xED, &bytes[from..]) {
        let at = from + at;
        if bytes.get(at + 1).is_some_and(|second| *second >= 0xA0)
            && let Some(surrogate) = bytes.get_mut(at..at + 3)
        {
            surrogate.copy_from_slice("\u{FFFD}".as_bytes());
        }
        from = at + 1;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct AnyBytes;

impl Visitor<'_> for AnyBytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(literal: &'static str) -> RawJson {
        RawJson::from_parsed(literal)
    }

    fn joined(pieces: &[&'static str]) -> String {
        let mut buffer = TextBuffer::default();
        for piece in pieces {
            buffer.push(&raw(piece));
        }
        buffer.to_text()
    }

    #[test]
    fn pieces_become_one_text() {
        assert_eq!(joined(&[r#""a\n""#, r#""""#, r#""\"é""#]), "a\n\"é");
        assert_eq!(joined(&["null", "12"]), "");
    }

    #[test]
    fn long_texts_are_kept_in_pieces() {
        let piece = RawJson::from_text(&"0123456789\n".repeat(500));
        let mut buffer = TextBuffer::default();
        for _ in 0..5 {
            buffer.push(&piece);
        }
        let whole = "0123456789\n".repeat(2500);
        assert_eq!(buffer.full.len(), 2);
        assert_eq!((buffer.to_text(), buffer.to_raw()), (whole.clone(), RawJson::from_text(&whole)));
        assert!(buffer.is(&RawJson::from_text(&whole)) && !buffer.is(&RawJson::from_text(&whole[1..])));
        assert!(!buffer.is(&piece) && !buffer.is_plainly(&whole));
        buffer.take_raw();
        assert!(buffer.is_empty());
    }

    #[test]
    fn what_has_escapes_is_plainly_nothing() {
        let text = |literal| TextBuffer::from(&raw(literal));
        assert!(text(r#""a\u00e9""#).is(&raw(r#""a\u00e9""#)) && !text(r#""a\u00e9""#).is(&raw(r#""aé""#)));
        assert!(text(r#""aé""#).is_plainly("aé"));
        assert!(!text(r#""a\\b""#).is_plainly("a\\b") && !text(r#""a\\b""#).is_plainly("a\\\\b"));
    }

    #[test]
    fn surrogate_pair_cut_between_pieces_is_repaired() {
        assert_eq!(joined(&[r#""x\ud83d""#, r#""\ude00y""#]), "x😀y");
    }

    #[test]
    fn lone_surrogate_is_replaced_and_nothing_else_is_lost() {
        assert_eq!(joined(&[r#""í퟿\ud83d tail""#]), "í퟿\u{FFFD} tail");
    }

    #[test]
    fn characters_are_code_points() {
        for text in ["", "abc", "é€😀", "a\"b\\c\nd\t", "í퟿"] {
            assert_eq!(count_chars(&RawJson::from_text(text)), text.chars().count() as u64, "{text}");
        }
        assert_eq!(count_chars(&raw(r#""\ud83d\ude00\u00e9\/""#)), 3);
    }
}
