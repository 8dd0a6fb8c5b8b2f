//! What the subcommands that serve have in common: the runtime, the log on standard error, the signal to stop.

use std::future::Future;
use std::io::IsTerminal as _;
use std::time::Duration;

use anyhow::Context as _;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

#[cfg(feature = "otlp")]
use super::otlp::Export;
use crate::config::Environment;
use crate::tls::install_crypto_provider;

/// What is logged when `AIRELAYS_LOG` does not say.
const DEFAULT_LOG: &str = "airelays=warn";

/// How long work that blocks, such as a write to the disk, may go on after the second request to stop.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// Runs a future to its end on all cores, and work that blocks with it, unless it was [`Stopped`].
pub(super) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the async runtime does not start")?;
    let outcome = runtime.block_on(future);
    if outcome.as_ref().is_err_and(|error| error.is::<Stopped>()) {
        runtime.shutdown_timeout(LAST_MOMENT);
    }
    outcome
}

/// Sends log lines to standard error; `AIRELAYS_LOG` takes `tracing` filter directives such as `airelays=debug`.
pub(super) fn start_log(environment: &dyn Environment) {
    // Fails when a test has set one already, which serves as well.
    let _ = tracing_subscriber::registry().with(filter(environment)).with(lines()).try_init();
}

/// Where a serving program tells what it does.
#[must_use = "the last spans are sent when it is ended"]
pub(super) struct Telemetry {
    #[cfg(feature = "otlp")]
    export: Option<Export>,
}

impl Telemetry {
    /// Sends the last spans. Whoever does not wait for that to be done loses them.
    #[cfg(feature = "otlp")]
    pub(super) async fn end(self) {
        if let Some(export) = self.export {
            // A panic in there would have nobody to tell it to.
            let _ = tokio::task::spawn_blocking(|| export.end()).await;
        }
    }

    /// Without spans there is nothing to send.
    #[cfg(not(feature = "otlp"))]
    pub(super) fn end(self) -> std::future::Ready<()> {
        std::future::ready(())
    }
}

/// The log of a program that serves. With the feature `otlp`, spans also go to the collector that the environment names.
///
/// # Errors
///
/// Variables about the collector that cannot be followed.
#[cfg(feature = "otlp")]
pub(super) fn start_telemetry(environment: &dyn Environment) -> anyhow::Result<Telemetry> {
    let export = Export::from_environment(environment)?;
    let spans = export.as_ref().map(Export::layer);
    let _ = tracing_subscriber::registry().with(lines().with_filter(filter(environment))).with(spans).try_init();
    Ok(Telemetry { export })
}

/// The log of a program that serves.
#[cfg(not(feature = "otlp"))]
pub(super) fn start_telemetry(environment: &dyn Environment) -> anyhow::Result<Telemetry> {
    start_log(environment);
    Ok(Telemetry {})
}

fn filter(environment: &dyn Environment) -> EnvFilter {
    let directives = environment.filled("AIRELAYS_LOG").unwrap_or_else(|| DEFAULT_LOG.to_owned());
    EnvFilter::try_new(&directives).unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG))
}

fn lines<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
}

/// A client for a relay on this machine: no proxy, and no look at its certificate, which is seldom made out to a loopback address. It must be told no
/// secrets.
pub(super) fn local_client() -> reqwest::Result<reqwest::Client> {
    install_crypto_provider();
    reqwest::Client::builder().no_proxy().tls_certs_only([]).tls_danger_accept_invalid_certs(true).build()
}

/// A request to stop, by the system or the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// The second request to stop, which does not wait.
#[derive(Debug, thiserror::Error)]
#[error("stopped at once; running answers were cut off")]
pub(super) struct Stopped(pub(super) Signal);

/// Resolves when the user has asked twice: the first signal lets running answers end, the second does not.
pub(super) async fn second_stop_signal() -> Signal {
    stop_signal().await;
    stop_signal().await
}

/// Resolves on Ctrl-C or, where there is such a thing, SIGTERM.
pub(super) async fn stop_signal() -> Signal {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => Signal::Interrupt,
        () = terminate => Signal::Terminate,
    }
}
