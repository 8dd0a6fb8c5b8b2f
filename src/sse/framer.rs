//! Cuts a byte stream into event frames, whatever the chunks it arrives in.
//!
//! Every byte is looked at once: a line that spans chunks is collected in a buffer that only grows, so that an event of many megabytes in small
//! chunks costs one copy, and a burst of small events in one chunk costs none.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use memchr::memchr2;

/// Largest event taken from a stream, in bytes: 32 MiB, room for a generated image in base64 several times over.
pub const MAX_EVENT_BYTES: usize = 32 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One event as framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The last `event:` line, unless it was absent or empty.
    pub event: Option<ByteString>,
    /// The `data:` lines joined by line feeds. A slice of the chunk it arrived in when it is one line of one chunk.
    pub data: ByteString,
}

/// Why a byte stream cannot be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// More bytes belong to one event than the framer was told to hold.
    #[error("an event is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// The name or data of an event is not text.
    #[error("an event is not valid UTF-8")]
    NotUtf8,
}

/// The reading half: chunks in, frames out.
#[derive(Debug)]
pub struct Framer {
    max_event_bytes: usize,
    /// The line begun in an earlier chunk.
    partial: BytesMut,
    event: Option<Bytes>,
    data: Data,
    /// Bytes of the lines that `event` and `data` were made of.
    held_bytes: usize,
    /// The last chunk ended in CR: an LF at the start of the next one belongs to it.
    after_cr: bool,
    /// The first line, which may carry a byte order mark, is over.
    started: bool,
    failed: Option<FrameError>,
}

#[derive(Debug)]
enum Data {
    None,
    Line(Bytes),
    Lines(BytesMut),
}

impl Framer {
    /// A framer that refuses events above `max_event_bytes`, counted over the event's lines without their ends.
    #[must_use]
    pub fn new(max_event_bytes: usize) -> Self {
        Self {
            max_event_bytes,
            partial: BytesMut::new(),
            event: None,
            data: Data::None,
            held_bytes: 0,
            after_cr: false,
            started: false,
            failed: None,
        }
    }

    /// Appends the frames that `chunk` completes.
    ///
    /// # Errors
    ///
    /// [`FrameError`]; frames before the bad event have been appended, and every later call gives the same error.
    pub fn push(&mut self, chunk: &Bytes, frames: &mut Vec<Frame>) -> Result<(), FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.read(chunk, frames);
        self.failed = result.err();
        result
    }

    /// Ends the stream. True when bytes of an unfinished event were left and are dropped.
    #[must_use]
    pub fn finish(self) -> bool {
        !self.partial.is_empty() || self.event.is_some() || !matches!(self.data, Data::None)
    }

    fn read(&mut self, chunk: &Bytes, frames: &mut Vec<Frame>) -> Result<(), FrameError> {
        let mut start = 0;
        if self.after_cr && !chunk.is_empty() {
            self.after_cr = false;
            start = usize::from(chunk[0] == b'\n');
        }
        while let Some(length) = memchr2(b'\r', b'\n', &chunk[start..]) {
            let end = start + length;
            self.check_size(length)?;
            if self.partial.is_empty() {
                self.take_line(&chunk[start..end], chunk, frames)?;
            } else {
                self.partial.extend_from_slice(&chunk[start..end]);
                let line = self.partial.split().freeze();
                self.take_line(&line, &line, frames)?;
            }
            start = end + 1;
            if chunk[end] == b'\r' {
                self.after_cr = start == chunk.len();
                start += usize::from(chunk.get(start) == Some(&b'\n'));
            }
        }
        self.check_size(chunk.len() - start)?;
        self.partial.extend_from_slice(&chunk[start..]);
        Ok(())
    }

    fn check_size(&self, more_bytes: usize) -> Result<(), FrameError> {
        if self.held_bytes + self.partial.len() + more_bytes > self.max_event_bytes {
            return Err(FrameError::TooLarge { limit_bytes: self.max_event_bytes });
        }
        Ok(())
    }

    /// Takes in a line, which is part of `whole`.
    fn take_line(&mut self, mut line: &[u8], whole: &Bytes, frames: &mut Vec<Frame>) -> Result<(), FrameError> {
        if !self.started {
            self.started = true;
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch(frames);
        }
        // Comments, `id`, `retry` and whatever else there may be count for nothing.
        if let Some(value) = value_of(line, b"data") {
            self.held_bytes += line.len();
            self.data.push(whole.slice_ref(value));
        } else if let Some(value) = value_of(line, b"event") {
            self.held_bytes += line.len();
            self.event = (!value.is_empty()).then(|| whole.slice_ref(value));
        }
        Ok(())
    }

    fn dispatch(&mut self, frames: &mut Vec<Frame>) -> Result<(), FrameError> {
        self.held_bytes = 0;
        let event = self.event.take();
        let Some(data) = std::mem::replace(&mut self.data, Data::None).into_bytes() else { return Ok(()) };
        let text = |bytes: Bytes| ByteString::try_from(bytes).map_err(|_| FrameError::NotUtf8);
        frames.push(Frame { event: event.map(text).transpose()?, data: text(data)? });
        Ok(())
    }
}

/// The value of a line that is of this name. The colon is left out where there is no value.
fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(name)? {
        [] => Some(&[]),
        [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
        _ => None,
    }
}

impl Data {
    fn push(&mut self, line: Bytes) {
        match self {
            Self::None => *self = Self::Line(line),
            Self::Line(first) => {
                let mut lines = BytesMut::with_capacity(first.len() + 1 + line.len());
                lines.extend_from_slice(first);
                lines.extend_from_slice(b"\n");
                lines.extend_from_slice(&line);
                *self = Self::Lines(lines);
            }
            Self::Lines(lines) => {
                lines.extend_from_slice(b"\n");
                lines.extend_from_slice(&line);
            }
        }
    }

    fn into_bytes(self) -> Option<Bytes> {
        match self {
            Self::None => None,
            Self::Line(line) => Some(line),
            Self::Lines(lines) => Some(lines.freeze()),
        }
    }
}

#[cfg(test)]
mod tests;
