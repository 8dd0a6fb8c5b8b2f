//! The listener: what it takes for a request, how long it waits, how many it lets in, and how it ends.

mod caps;
mod departures;
mod framing;
#[cfg(target_os = "linux")]
mod load;
mod shutdown;
mod sockets;
mod timeouts;

/// Whoever reaches it is let in.
fn open(raw: &mut airelays::config::RawConfig) {
    raw.security.require_bearer_auth = Some(false);
}

/// A whole request for the demo.
fn asking(prompt: &str, stream: bool) -> String {
    let body =
        serde_json::json!({"model": "gpt-5.5", "stream": stream, "messages": [{"role": "user", "content": prompt}]})
            .to_string();
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
