//! Puts events on the wire so that no content can forge a frame: whatever the data holds, it stays data.

use bytes::{BufMut, BytesMut};
use memchr::memchr2;

/// Appends one event. Line ends inside `data` become further `data:` lines; `event` is cut at the first line end.
pub fn write_event(out: &mut BytesMut, event: Option<&str>, data: &[u8]) {
    out.reserve(data.len() + event.map_or(0, str::len) + 18);
    if let Some(event) = event {
        write_line(out, b"event: ", first_line(event.as_bytes()));
    }
    write_lines(out, b"data: ", data);
    out.put_u8(b'\n');
}

/// Appends a comment, which clients skip: a sign of life.
pub fn write_comment(out: &mut BytesMut, text: &str) {
    write_lines(out, b": ", text.as_bytes());
    out.put_u8(b'\n');
}

fn write_lines(out: &mut BytesMut, prefix: &[u8], mut text: &[u8]) {
    while let Some(end) = memchr2(b'\r', b'\n', text) {
        write_line(out, prefix, &text[..end]);
        let crlf = text[end] == b'\r' && text.get(end + 1) == Some(&b'\n');
        text = &text[end + 1 + usize::from(crlf)..];
    }
    write_line(out, prefix, text);
}

fn write_line(out: &mut BytesMut, prefix: &[u8], text: &[u8]) {
    out.put_slice(prefix);
    out.put_slice(text);
    out.put_u8(b'\n');
}

fn first_line(text: &[u8]) -> &[u8] {
    memchr2(b'\r', b'\n', text).map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: Option<&str>, data: &str) -> String {
        let mut out = BytesMut::new();
        write_event(&mut out, name, data.as_bytes());
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn events_are_framed() {
        assert_eq!(event(None, "{}"), "data: {}\n\n");
        assert_eq!(event(Some("response.created"), "{}"), "event: response.created\ndata: {}\n\n");
        assert_eq!(event(None, ""), "data: \n\n");
    }

    #[test]
    fn content_cannot_forge_a_frame() {
        assert_eq!(event(None, "a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n");
        assert_eq!(event(Some("x\ndata: forged"), "{}"), "event: x\ndata: {}\n\n");
        assert_eq!(event(None, "a\u{2028}b"), "data: a\u{2028}b\n\n");
    }

    #[test]
    fn comments_are_framed() {
        let mut out = BytesMut::new();
        write_comment(&mut out, "keepalive");
        assert_eq!(&out[..], b": keepalive\n\n");
    }
}
