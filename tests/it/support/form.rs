//! Forms as clients send them.

use super::relay::{Answered, Running, answered};

/// What is between the parts.
pub(crate) const BOUNDARY: &str = "a-boundary-of-the-tests";

/// A part of a form: its headers below `Content-Disposition: form-data`, and its bytes.
pub(crate) struct Part(String, Vec<u8>);

/// A part that is text.
pub(crate) fn text(name: &str, value: &str) -> Part {
    Part(format!("; name=\"{name}\""), value.into())
}

/// A part that is a file.
pub(crate) fn file(filename: &str, bytes: &[u8]) -> Part {
    Part(format!("; name=\"file\"; filename=\"{filename}\"\r\nContent-Type: text/plain"), bytes.into())
}

/// The bytes of a form.
pub(crate) fn body(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for Part(headers, bytes) in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data{headers}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Running {
    /// A request that sends a form.
    pub(crate) fn form(&self, path: &str, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        self.request("POST", path).header("content-type", content_type).body(body)
    }

    /// Uploads a file.
    pub(crate) async fn upload(&self, filename: &str, bytes: &[u8]) -> Answered {
        answered(self.form("/v1/files", body(&[text("purpose", "user_data"), file(filename, bytes)]))).await
    }

    /// Uploads a file and gives its id.
    pub(crate) async fn uploaded(&self, filename: &str, bytes: &[u8]) -> String {
        let answer = self.upload(filename, bytes).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Sends a request without a body.
    pub(crate) async fn delete(&self, path: &str) -> Answered {
        answered(self.request("DELETE", path)).await
    }
}
