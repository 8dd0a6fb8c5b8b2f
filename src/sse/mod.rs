//! Bytes to server-sent events and back. Knows nothing of what events mean.
//!
//! Our own code because every framing crate we measured either panics on a byte order mark, has no limit on the size of an event, or copies
//! each event into owned strings. Reading is [`Framer`], writing is [`write_event`] and [`write_comment`].
//!
//! Source: WHATWG HTML, section 9.2 "Server-sent events", read 2026-08-20.

mod framer;
mod writer;

pub use framer::{Frame, FrameError, Framer, MAX_EVENT_BYTES};
pub use writer::{write_comment, write_event};
