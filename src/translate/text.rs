//! JSON text of what may be large.

use std::io;

use bytes::{BufMut as _, BytesMut};
use serde::Serialize;

/// A piece of this size, in bytes, is large.
const LARGE_BYTES: usize = 64 * 1024;
/// A text of this size, in bytes, is long.
const LONG_BYTES: usize = 1024 * 1024;
/// How much longer a long text may become before it is copied. Room that is not written takes no memory, but what was copied does for a while.
const GROWTH: usize = 8;
/// Room for what comes after a large piece, in bytes.
const ROOM_FOR_THE_REST_BYTES: usize = 1024 * 1024;

/// Writes a value as JSON on one line.
///
/// # Errors
///
/// When it cannot be written as JSON, which nothing that was read from JSON can cause.
pub fn json_text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = JsonText::default();
    serde_json::to_writer(&mut text, value)?;
    Ok(text.finish())
}

/// The same as bytes.
///
/// # Errors
///
/// As for [`json_text`].
pub(crate) fn json_bytes(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = JsonText::default();
    serde_json::to_writer(&mut text, value)?;
    Ok(text.0)
}

/// Appends a value as JSON on one line.
pub(crate) fn put_json(out: &mut BytesMut, value: &impl Serialize) {
    // Neither what is made of JSON values nor a buffer that grows fails.
    let _ = serde_json::to_writer(Appended(out), value);
}

/// JSON that is being written. A large piece, such as an image, gets the room it needs and some for the rest, instead of twice the room.
#[derive(Debug, Default)]
pub struct JsonText(Vec<u8>);

impl JsonText {
    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        // JSON is UTF-8.
        String::from_utf8(self.0).unwrap_or_default()
    }
}

impl io::Write for JsonText {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let len = self.0.len();
        if self.0.capacity() - len < piece.len() {
            if piece.len() >= LARGE_BYTES {
                self.0.reserve_exact(piece.len() + ROOM_FOR_THE_REST_BYTES.max(len / 2));
            } else if len >= LONG_BYTES {
                self.0.reserve_exact(len.saturating_mul(GROWTH - 1));
            }
        }
        self.0.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same at the end of a buffer.
struct Appended<'a>(&'a mut BytesMut);

impl io::Write for Appended<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if piece.len() >= LARGE_BYTES {
            self.0.reserve(piece.len() + ROOM_FOR_THE_REST_BYTES);
        }
        self.0.put_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
