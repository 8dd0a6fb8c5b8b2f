//! The whole relay under load, beside a bare proxy under the same load.
//!
//! `cargo bench --bench load` starts three processes on loopback and drives them: a backend that costs next to nothing, the relay as it is released,
//! and a reference that passes bytes on. What is told is what the relay uses of the processor and of memory, and how many times that of the
//! reference it is; times by the clock are told only where nothing else makes sense. Both are measured in turns, so that whatever else the machine
//! does falls on both. Names choose some of the measurements: `cargo bench --bench load -- events image`.

#![expect(clippy::print_stdout, reason = "a report on the terminal is what this program is for")]

mod backend;
mod client;
#[path = "../samples/events.rs"]
mod events;
mod memory;
mod process;
mod processor;
mod reference;
mod report;
#[path = "../samples/requests.rs"]
mod requests;

use tokio::net::TcpListener;

use process::{Keeps, Server};
use report::Report;

/// Model of all requests; the relay knows it without asking the backend for its list.
const MODEL: &str = "gpt-5.5";

fn main() -> anyhow::Result<()> {
    // Cargo passes `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["backend"] => backend::serve(listen().await?).await,
            ["reference", url] => reference::serve(listen().await?, url.to_owned()).await,
            ref names => measure(names).await,
        }
    })
}

/// Listens on a free port and tells it to the parent.
async fn listen() -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("Address: {}", listener.local_addr()?);
    Ok(listener)
}

async fn measure(names: &[&str]) -> anyhow::Result<()> {
    let wanted = |name: &str| names.is_empty() || names.contains(&name);
    let bench = Bench { backend: Server::backend()?, home: tempfile::tempdir()? };
    let mut report = Report::new();
    if wanted("start") {
        memory::start(&bench, &mut report).await?;
    }
    if wanted("events") {
        processor::events(&bench, &mut report).await?;
    }
    if wanted("bursts") {
        processor::bursts(&bench, &mut report).await?;
    }
    if wanted("requests") {
        processor::whole_requests(&bench, &mut report).await?;
    }
    if wanted("image") {
        memory::image(&bench, &mut report).await?;
    }
    if wanted("long") {
        memory::long_streams(&bench, &mut report).await?;
    }
    if wanted("many") {
        memory::many_streams(&bench, &mut report).await?;
    }
    Ok(())
}

/// What all measurements share.
struct Bench {
    backend: Server,
    /// Where the relay keeps its files.
    home: tempfile::TempDir,
}

impl Bench {
    fn relay(&self) -> anyhow::Result<Server> {
        self.relay_that(Keeps::Nothing)
    }

    fn relay_as_delivered(&self) -> anyhow::Result<Server> {
        self.relay_that(Keeps::Everything)
    }

    fn relay_that(&self, keeps: Keeps) -> anyhow::Result<Server> {
        Server::relay(&self.backend, self.home.path(), keeps)
    }

    fn reference(&self) -> anyhow::Result<Server> {
        Server::reference(&self.backend)
    }
}

/// What the client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Chat,
    Responses,
}

impl Dialect {
    const BOTH: [Self; 2] = [Self::Chat, Self::Responses];

    fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
        }
    }

    /// A request whose prompt holds a directive for the backend.
    fn request(self, directive: &str, stream: bool) -> Vec<u8> {
        let prompt = format!("load:{directive}; and otherwise a prompt of ordinary length, such as people write it");
        match self {
            Self::Chat => client::post(
                "/v1/chat/completions",
                &serde_json::json!({"model": MODEL, "stream": stream, "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}]}).to_string(),
            ),
            Self::Responses => client::post(
                "/v1/responses",
                &serde_json::json!({"model": MODEL, "stream": stream, "instructions": "Be brief.", "input": prompt}).to_string(),
            ),
        }
    }
}
