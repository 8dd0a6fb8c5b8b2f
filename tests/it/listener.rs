//! The listener: what it takes for a request, how long it waits, how many it lets in, and how it ends.

mod caps;
mod departures;
mod framing;
#[cfg(target_os = "linux")]
mod load;
mod shutdown;
mod sockets;
mod timeouts;

use crate::support::home::Home;
use crate::support::relay::{Running, open_before};
use crate::support::serving::Serving;

/// An open relay with the demo upstream that may be called as `localhost`, without its port.
async fn demo() -> Running {
    Running::with(open).await
}

/// Whoever reaches it is let in.
fn open(raw: &mut airelays::config::RawConfig) {
    raw.security.require_bearer_auth = Some(false);
    raw.server.allowed_hosts = Some(vec!["localhost".to_owned()]);
}

/// The same in front of a backend.
fn before(base: &str) -> impl FnOnce(&mut airelays::config::RawConfig) {
    move |raw| {
        open_before(base)(raw);
        open(raw);
    }
}

/// The same as a process of its own, with these variables.
fn serving(home: &Home, variables: &[(&str, &str)]) -> Serving {
    let common = [
        ("AIRELAYS_ALLOWED_HOSTS", "localhost"),
        ("AIRELAYS_UPSTREAM_KIND", "demo"),
        ("AIRELAYS_RATE_LIMIT_BURST", "1000000"),
        ("AIRELAYS_CONCURRENT_REQUESTS_PER_IP", "1000000"),
    ];
    let variables = [&common[..], variables].concat();
    Serving::spawn(home.command(&["serve", "--port", "0", "--no-auth"], &variables))
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
