//! `/v1/files`: uploads that are kept on this machine.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio_util::io::ReaderStream;

use super::forgetting;
use super::lists::{ListQuery, list_object};
use crate::contract::Decoded;
use crate::contract::models::FilesCreateRequest;
use crate::http::App;
use crate::http::answer::json_response;
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::http::form::{FilePart, Form, MAX_FORM_BYTES};
use crate::store::{FileRecord, Order, Upload, is_id, new_id};

/// Beginning of every id of a file.
const FILE_ID: &str = "file-";

/// Most and default number of files on a page.
const PAGE: u32 = 10_000;

impl App {
    pub(super) async fn create_file(&self, call: Call, mut form: Form) -> Reply {
        let settings = &self.state.settings;
        let stored = self.state.store().file_bytes().await?;
        if let Some(length) = form.content_length {
            let least = length.saturating_sub(MAX_FORM_BYTES);
            if least > settings.max_upload_bytes {
                return Err(too_large(settings.max_upload_bytes));
            }
            if least.saturating_add(stored) > settings.max_total_upload_bytes {
                return Err(crate::store::StoreError::TotalExceeded { limit: settings.max_total_upload_bytes }.into());
            }
        }
        let mut received = None;
        while let Some(part) = form.next_file().await? {
            if part.name == "file" {
                received = Some(self.receive(part, stored).await?);
            }
        }
        let query: PurposeQuery = call.query_as()?;
        if let Some(purpose) = query.purpose {
            form.put_default("purpose", Value::from(purpose));
        }
        let Decoded { request, ignored, fired: _ } = form.decode::<FilesCreateRequest>()?;
        let Some(received) = received else { return Err(no_file()) };
        let file = self.keep(received, request).await?;
        Ok(forgetting(json_response(StatusCode::OK, file_object(&file).to_string()), ignored))
    }

    /// Writes a file as it comes.
    async fn receive(&self, mut part: FilePart<'_>, stored: u64) -> Result<Received, ApiError> {
        match self.write(&mut part, stored).await {
            Ok((id, upload)) => {
                let content_type = part.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
                Ok(Received { id, upload, filename: part.filename, content_type })
            }
            Err(error) => {
                // A client that is still sending when the connection ends may never read the answer.
                part.discard(self.state.settings.max_upload_bytes).await;
                Err(error)
            }
        }
    }

    async fn write(&self, part: &mut FilePart<'_>, stored: u64) -> Result<(String, Upload), ApiError> {
        let settings = &self.state.settings;
        let id = new_id(FILE_ID);
        let mut upload = self.state.blobs().begin(&id, stored, settings.max_total_upload_bytes).await?;
        while let Some(chunk) = part.chunk().await? {
            if upload.bytes() + chunk.len() as u64 > settings.max_upload_bytes {
                return Err(too_large(settings.max_upload_bytes));
            }
            upload.write(&chunk).await?;
        }
        Ok((id, upload))
    }

    /// Gives a received file its name and its record. Goes on when the client goes away, so that there is never one without the other.
    async fn keep(&self, received: Received, request: FilesCreateRequest) -> Result<FileRecord, ApiError> {
        let FilesCreateRequest { file: _, purpose, expires_after } = request;
        let Received { id, mut upload, filename, content_type } = received;
        let now = self.now();
        let expires_at = expires_after.map(|expiry| now + u64::try_from(expiry.seconds).unwrap_or_default());
        let (state, limit) = (std::sync::Arc::clone(&self.state), self.state.settings.max_total_upload_bytes);
        let kept = self.state.spawn(async move {
            let sha256 = upload.finish().await?;
            let bytes = upload.bytes();
            let purpose = purpose.to_string();
            let file = FileRecord { id, created_at: now, expires_at, bytes, filename, purpose, content_type, sha256 };
            if let Err(error) = state.store().insert_file(file.clone(), limit).await {
                state.blobs().remove(&file.id).await;
                return Err(error);
            }
            Ok(file)
        });
        let file = kept.await.map_err(|_| ApiError::internal())??;
        self.state.prune_in_time(now);
        Ok(file)
    }

    pub(super) async fn list_files(&self, call: Call) -> Reply {
        let query: ListQuery = call.query_as()?;
        let PurposeQuery { purpose } = call.query_as()?;
        let page = query.page(PAGE, PAGE, Order::Descending)?;
        let files = self.state.store().files(&page, purpose.as_deref(), self.now()).await?;
        let files = files.ok_or_else(ListQuery::unknown_after)?;
        let data = files.data.iter().map(file_object).collect();
        Ok(json_response(StatusCode::OK, list_object(data, files.has_more).to_string()))
    }

    pub(super) async fn retrieve_file(&self, id: &str) -> Reply {
        Ok(json_response(StatusCode::OK, file_object(&self.known_file(id).await?).to_string()))
    }

    pub(super) async fn delete_file(&self, id: &str) -> Reply {
        self.known_file(id).await?;
        // The record first: bytes without a record are removed at the next start, a record without bytes would be a broken file.
        if !self.state.store().delete_file(id).await? {
            return Err(file_not_found());
        }
        self.state.blobs().remove(id).await;
        Ok(json_response(StatusCode::OK, json!({"id": id, "object": "file", "deleted": true}).to_string()))
    }

    pub(super) async fn download_file(&self, id: &str) -> Reply {
        let file = self.known_file(id).await?;
        let Some(bytes) = self.state.blobs().open(id).await? else { return Err(file_not_found()) };
        let mut response = Response::new(Body::from_stream(ReaderStream::new(bytes)));
        let headers = response.headers_mut();
        // Whatever it is, a browser neither guesses nor runs it.
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
        headers
            .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(file.bytes));
        headers.insert(header::CONTENT_DISPOSITION, disposition(&file.filename));
        Ok(response)
    }

    /// The record of a file.
    pub(in crate::http) async fn known_file(&self, id: &str) -> Result<FileRecord, ApiError> {
        if !is_id(FILE_ID, id) {
            return Err(file_not_found());
        }
        self.state.store().file(id, self.now()).await?.ok_or_else(file_not_found)
    }
}

/// A file that was received whole and is not kept yet.
struct Received {
    id: String,
    upload: Upload,
    filename: String,
    content_type: String,
}

#[derive(serde::Deserialize)]
struct PurposeQuery {
    purpose: Option<String>,
}

/// The public object.
fn file_object(file: &FileRecord) -> Value {
    let FileRecord { id, created_at, expires_at, bytes, filename, purpose, content_type, sha256 } = file;
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("id", json!(id));
    put("object", json!("file"));
    put("bytes", json!(bytes));
    put("created_at", json!(created_at));
    if let Some(expires_at) = expires_at {
        put("expires_at", json!(expires_at));
    }
    put("filename", json!(filename));
    put("purpose", json!(purpose));
    put("status", json!("processed"));
    put("content_type", json!(content_type));
    put("sha256", json!(sha256));
    object.into()
}

/// RFC 6266: a plain name for old clients and the whole one in UTF-8, neither of them a path or more than a name.
fn disposition(filename: &str) -> HeaderValue {
    const LONGEST: usize = 200;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_harmless = |c: char| {
        !c.is_control()
            && !matches!(c, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let short = || filename.chars().take(LONGEST);
    let plain: String = short().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in short().map(|c| if is_harmless(c) { c } else { '_' }).collect::<String>().bytes() {
        if is_plain(char::from(byte)) { value.push(char::from(byte)) } else { value.push_str(&format!("%{byte:02X}")) }
    }
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// 404 for an id that no file has.
pub(in crate::http) fn file_not_found() -> ApiError {
    let error = ApiError::client(StatusCode::NOT_FOUND, "file_not_found", "there is no file with this id");
    ApiError { param: Some("file_id".to_owned()), ..error }
}

fn no_file() -> ApiError {
    let message = "`file` is a part of the form with a file name";
    let error = ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "missing_required_parameter", message);
    ApiError { param: Some("file".to_owned()), ..error }
}

fn too_large(most: u64) -> ApiError {
    let message =
        format!("the file is larger than {most} bytes; `uploads.max_upload_bytes` in the configuration sets the limit");
    let error = ApiError::client(StatusCode::PAYLOAD_TOO_LARGE, "file_too_large", message);
    ApiError { param: Some("file".to_owned()), ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        for (name, expected) in [
            ("a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
            ("../../x", "attachment; filename=\".._.._x\"; filename*=UTF-8''.._.._x"),
            ("C:\\x", "attachment; filename=\"C__x\"; filename*=UTF-8''C%3A_x"),
            ("a\";b\r\nX: y", "attachment; filename=\"a__b__X__y\"; filename*=UTF-8''a%22%3Bb__X%3A%20y"),
            ("é\u{202e}gpj.exe", "attachment; filename=\"__gpj.exe\"; filename*=UTF-8''%C3%A9_gpj.exe"),
        ] {
            assert_eq!(disposition(name).to_str().unwrap(), expected);
        }
        assert!(disposition(&"é".repeat(4096)).len() < 2000);
    }
}
