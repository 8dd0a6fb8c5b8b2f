//! Forms with files (`multipart/form-data`): text parts are collected as the JSON object the contract speaks of, files are handed over chunk by chunk.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::contract::table::RequestBody;
use crate::contract::{Decoded, Reading, decode_value};

/// Most parts of a form.
const MAX_PARTS: usize = 16;

/// Most bytes of a part that is no file, and of the headers of any part.
const MAX_PART_BYTES: usize = 8 * 1024;

/// Largest piece handed to the parser at a time, in bytes.
const PIECE_BYTES: usize = 8 * 1024;

/// Most bytes of a form beside its file.
pub(crate) const MAX_FORM_BYTES: u64 = (MAX_PARTS * 2 * MAX_PART_BYTES) as u64;

/// A form that is being read.
pub(crate) struct Form {
    parts: Multipart<'static>,
    pieces: Arc<AtomicUsize>,
    seen: usize,
    values: Map<String, Value>,
    reading: Reading,
    /// Size of the whole body, if the client says.
    pub(crate) content_length: Option<u64>,
}

/// A file in a form.
pub(crate) struct FilePart<'a> {
    /// Name of the part.
    pub(crate) name: String,
    /// Name of the file, as the client wrote it.
    pub(crate) filename: String,
    /// Its media type, if the client gave one.
    pub(crate) content_type: Option<String>,
    field: Field<'static>,
    pieces: &'a AtomicUsize,
}

impl Form {
    /// Begins to read a form; nothing of the body has been read yet.
    ///
    /// # Errors
    ///
    /// 400 for a form without boundary.
    pub(super) fn new(headers: &HeaderMap, body: Body, reading: Reading) -> Result<Self, ApiError> {
        let text = |name| headers.get(&name).and_then(|value: &header::HeaderValue| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type).map_err(|error| broken(&error))?;
        let pieces = Arc::new(AtomicUsize::new(0));
        let stream =
            Pieces { body: body.into_data_stream(), rest: Bytes::new(), pieces: Arc::clone(&pieces), rests: false };
        Ok(Self {
            parts: Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(SizeLimit::new())),
            pieces,
            seen: 0,
            values: Map::new(),
            reading,
            content_length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        })
    }

    /// The next part that is a file; what comes before it is kept for [`Form::decode`].
    ///
    /// # Errors
    ///
    /// 400 for what is not a form or has too many or too large parts.
    pub(crate) async fn next_file(&mut self) -> Result<Option<FilePart<'_>>, ApiError> {
        loop {
            self.pieces.store(0, Ordering::Relaxed);
            let Some(field) = self.parts.next_field().await.map_err(|error| broken(&error))? else { return Ok(None) };
            self.seen += 1;
            if self.seen > MAX_PARTS {
                return Err(refused(format!("the form has more than {MAX_PARTS} parts")));
            }
            let headers: usize = field.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
            if headers > MAX_PART_BYTES {
                return Err(refused(BodyFailure::EndlessHeaders.to_string()));
            }
            let name = field.name().ok_or_else(|| refused("a part of the form has no name"))?.to_owned();
            if let Some(filename) = field.file_name() {
                let (filename, content_type) = (filename.to_owned(), field.content_type().map(ToString::to_string));
                self.put(&name, Value::from(filename.as_str()))?;
                return Ok(Some(FilePart { name, filename, content_type, field, pieces: &self.pieces }));
            }
            let text = self.text(field).await?;
            self.put(&name, text)?;
        }
    }

    /// A value that was given elsewhere; the form's own counts more.
    pub(crate) fn put_default(&mut self, name: &str, value: Value) {
        self.values.entry(name).or_insert(value);
    }

    /// Applies the contract to what was read.
    ///
    /// # Errors
    ///
    /// What the contract says.
    pub(crate) fn decode<T: RequestBody>(self) -> Result<Decoded<T>, ApiError> {
        Ok(decode_value(Value::Object(self.values), self.reading)?)
    }

    async fn text(&self, mut field: Field<'static>) -> Result<Value, ApiError> {
        let mut text = Vec::new();
        loop {
            self.pieces.store(0, Ordering::Relaxed);
            let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? else { break };
            text.extend_from_slice(&chunk);
            if text.len() > MAX_PART_BYTES {
                return Err(refused(format!(
                    "a part of the form is longer than {MAX_PART_BYTES} bytes and has no file name"
                )));
            }
        }
        String::from_utf8(text).map(Value::String).map_err(|_| refused("a part of the form is not UTF-8"))
    }

    /// Puts `a` and `a[b]` where they belong. Within brackets, digits are a number: a form has no types.
    fn put(&mut self, name: &str, value: Value) -> Result<(), ApiError> {
        let (place, value) = match name.split_once('[').and_then(|(name, rest)| Some((name, rest.strip_suffix(']')?))) {
            Some((outer, inner)) => {
                let number = value.as_str().and_then(|text| text.parse::<i64>().ok()).map(Value::from);
                let object = self.values.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                let Some(object) = object.as_object_mut() else { return Err(twice(outer)) };
                (object.insert(inner.to_owned(), number.unwrap_or(value)), name)
            }
            None => (self.values.insert(name.to_owned(), value), name),
        };
        if place.is_some() { Err(twice(value)) } else { Ok(()) }
    }
}

impl FilePart<'_> {
    /// The next bytes of the file.
    ///
    /// # Errors
    ///
    /// 400 when the body breaks off.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        self.pieces.store(0, Ordering::Relaxed);
        self.field.chunk().await.map_err(|error| broken(&error))
    }

    /// Reads the rest of the file and forgets it, up to a number of bytes.
    pub(crate) async fn discard(&mut self, most: u64) {
        let mut seen = 0;
        while seen <= most
            && let Ok(Some(chunk)) = self.chunk().await
        {
            seen += chunk.len() as u64;
        }
    }
}

/// The body in small pieces with a rest after each, because the parser takes in whatever it can get: so it holds little, and headers without an end are noticed.
struct Pieces {
    body: BodyDataStream,
    rest: Bytes,
    /// Pieces since the parser last gave something back.
    pieces: Arc<AtomicUsize>,
    rests: bool,
}

impl Stream for Pieces {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.rest.is_empty() {
            match futures_util::ready!(self.body.poll_next_unpin(cx)) {
                Some(Ok(bytes)) => self.rest = bytes,
                Some(Err(_)) => return Poll::Ready(Some(Err(BodyFailure::Cut))),
                None => return Poll::Ready(None),
            }
        }
        let length = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(length);
        self.rests = true;
        // A piece may hold the end of one part and the headers of the next.
        if self.pieces.fetch_add(1, Ordering::Relaxed) > 2 + MAX_PART_BYTES / PIECE_BYTES && length > 0 {
            return Poll::Ready(Some(Err(BodyFailure::EndlessHeaders)));
        }
        Poll::Ready(Some(Ok(piece)))
    }
}

#[derive(Debug, thiserror::Error)]
enum BodyFailure {
    #[error("the request ended before its body did")]
    Cut,
    #[error("a part has more than {MAX_PART_BYTES} bytes of headers")]
    EndlessHeaders,
}

fn broken(error: &multer::Error) -> ApiError {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    refused(format!("the form cannot be read: {}", cause.unwrap_or_else(|| error.to_string())))
}

fn refused(message: impl Into<String>) -> ApiError {
    ApiError::client(StatusCode::BAD_REQUEST, "invalid_form", message)
}

fn twice(name: &str) -> ApiError {
    let error = refused("the form has a part twice");
    ApiError { param: Some(name.to_owned()), ..error }
}
