//! `airelays demo`: the relay with the offline upstream, open, on a free port, with one call shown.

use std::path::PathBuf;

use clap::Args;

use anyhow::{Context as _, bail};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::explain::{as_text, explained, operation};
use super::{Session, runtime};
use crate::config::{Config, RawConfig, UpstreamKind};
use crate::contract::Reading;
use crate::contract::models::ChatCompletionsCreateRequest;
use crate::contract::table::RequestBody as _;
use crate::serve::Relay;
use crate::sse::{Framer, MAX_EVENT_BYTES};
use crate::upstream::chatgpt::models;

/// What is asked when nothing else is given.
const PROMPT: &str = "Hello! Who answers here?";

/// Try the relay offline: no login, no token, made-up answers
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays demo                        run until interrupted, with calls to copy\n  airelays demo --once \"Say hello.\"    one call, then end"
)]
pub struct DemoArgs {
    /// What to ask in the call that is shown
    #[arg(value_name = "PROMPT")]
    pub prompt: Option<String>,

    /// End after one call
    #[arg(long)]
    pub once: bool,

    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,

    /// Model to name in the call
    #[arg(long)]
    pub model: Option<String>,
}

impl DemoArgs {
    /// The settings of a demo: on loopback, with the offline upstream, without a relay token.
    #[must_use]
    pub fn overrides(&self) -> RawConfig {
        let mut raw = RawConfig::default();
        raw.server.host = Some("127.0.0.1".to_owned());
        raw.server.port = Some(self.port);
        raw.security.require_bearer_auth = Some(false);
        raw.upstream.kind = Some(UpstreamKind::Demo);
        raw
    }
}

/// Starts the relay, shows one call through it, and keeps answering.
pub(super) fn run(args: &DemoArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let scratch = Scratch::new();
    let mut overrides = args.overrides();
    if session.global.overrides().paths.data_dir.is_none() {
        overrides.paths.data_dir = Some(scratch.0.to_string_lossy().into_owned());
    }
    let mut config = session.config(overrides)?;
    // A relay that runs beside the demo keeps its socket, and a demo needs no certificate.
    config.server.unix_socket = None;
    config.server.tls = None;
    let telemetry = runtime::start_telemetry(session.environment)?;
    runtime::block_on(async {
        let relay = Relay::bind(&config).await?;
        let base_url = relay.base_url().to_owned();
        let (told, stop) = tokio::sync::oneshot::channel::<()>();
        let mut serving = Box::pin(relay.run(async {
            let _ = stop.await;
        }));
        tokio::select! {
            () = &mut serving => return Ok(()),
            shown = show(args, &config, &base_url, session) => shown?,
        }
        if !args.once {
            session.printer.text(&format!(
                "\nThe relay keeps answering at {base_url} until Ctrl-C. Try:\n\n  curl {base_url}/models\n  open {}\n",
                base_url.trim_end_matches("v1")
            ))?;
            tokio::select! {
                () = &mut serving => return Ok(()),
                _ = runtime::stop_signal() => {}
            }
        }
        let _ = told.send(());
        serving.await;
        telemetry.end().await;
        Ok(())
    })
}

/// A directory for what a demo keeps while it runs. It is made with the first thing kept.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("airelays-demo-{:016x}", rand::random::<u64>())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Most demos keep nothing, and what the system does not let go of it removes itself.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One streamed chat call, and what was made of it.
async fn show(args: &DemoArgs, config: &Config, base_url: &str, session: &mut Session<'_>) -> anyhow::Result<()> {
    let prompt = args.prompt.as_deref().unwrap_or(PROMPT);
    let preferred = || models::fallback().preferred().map(|model| model.slug.clone()).unwrap_or_default();
    let model = args.model.clone().unwrap_or_else(preferred);
    // Settings real clients send, so that there is something to see.
    let request = json!({
        "model": model,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}],
        "temperature": 0.7,
        "max_tokens": 32000,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    session.printer.text(&format!(
        "AIRelays Demo\n\n  The relay answers at {base_url}, with an upstream that is part of this program:\n  no login, no network, no model.\n\nPOST {base_url}/chat/completions\n{request:#}\n\nThe answer, as it streams\n  "
    ))?;
    let response = runtime::local_client()?
        .post(format!("{base_url}/chat/completions"))
        .json(&request)
        .send()
        .await
        .context("the relay cannot be called")?;
    let status = response.status();
    let ignored = response
        .headers()
        .get("x-airelays-ignored-parameters")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    if !status.is_success() {
        bail!("the relay answers {status}: {}", response.text().await.unwrap_or_default());
    }
    let mut events = response.bytes_stream();
    let (mut framer, mut frames, mut usage) = (Framer::new(MAX_EVENT_BYTES), Vec::new(), Value::Null);
    while let Some(chunk) = events.next().await {
        framer.push(&chunk.context("the answer broke off")?, &mut frames)?;
        for frame in frames.drain(..) {
            let Ok(mut event) = serde_json::from_str::<Value>(&frame.data) else { continue };
            if let Some(text) = event["choices"][0]["delta"]["content"].as_str() {
                session.printer.text(text)?;
            }
            if let Some(error) = event.get("error") {
                bail!("the answer broke off: {error}");
            }
            if !event["usage"].is_null() {
                usage = event["usage"].take();
            }
        }
    }
    session.printer.text(&format!(
        "\n\n  usage {usage}\n  x-airelays-ignored-parameters: {}\n\n",
        ignored.as_deref().unwrap_or("-")
    ))?;
    let operation = operation(ChatCompletionsCreateRequest::OPERATION).context("the contract has no chat operation")?;
    let reading = Reading { operation, profile: config.contract.profile, no_tools: false, explain: true };
    session.printer.text(&as_text(&explained(request.to_string().as_bytes(), reading)?))?;
    Ok(())
}
