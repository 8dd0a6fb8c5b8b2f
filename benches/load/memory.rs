//! Starting, memory, and whether streams arrive whole and in time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::backend::micros_now;
use crate::client::{self, Connection};
use crate::process::Server;
use crate::report::{Report, median};
use crate::{Bench, Dialect, MODEL};

/// How often the relay is started.
const STARTS: usize = 15;

const LONG_STREAM: usize = 100_000;
/// Events that lie in two pieces are not counted.
const ALMOST_ALL: usize = LONG_STREAM - LONG_STREAM / 100;
/// Where the growth of a long stream is counted from.
const SETTLED: usize = 10_000;

const MANY_STREAMS: usize = 2_000;
/// All of them go on for ten seconds.
const STREAMING: Duration = Duration::from_secs(10);
/// 50 events a second, which is more than two processors can do for so many streams; and 5, which they can.
const PACES_MS: [u64; 2] = [20, 200];
/// An event that takes longer from the backend's write to the client's read is late.
const LATE_US: u64 = 1_000_000;

const IMAGE_BYTES: usize = 5_000_000;
const IMAGES: usize = 20;

/// From starting the program to its first answers, and what it uses when nothing is asked of it.
pub(crate) async fn start(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let health = client::get("/healthz");
    let chat = Dialect::Chat.request("burst:1", false);
    let (mut answered_ms, mut chat_ms, mut idle_mib) = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..STARTS {
        let begun = Instant::now();
        let relay = bench.relay_as_delivered()?;
        let mut connection = Connection::open(relay.port).await?;
        connection.exchange(&health, |_| ()).await?;
        answered_ms.push(begun.elapsed().as_secs_f64() * 1e3);
        connection.exchange(&chat, |_| ()).await?;
        chat_ms.push(begun.elapsed().as_secs_f64() * 1e3);
        drop(relay);
        for (relay, idle_mib) in [bench.relay()?, bench.relay_as_delivered()?].iter().zip(&mut idle_mib) {
            Connection::open(relay.port).await?.exchange(&health, |_| ()).await?;
            sleep(Duration::from_millis(100)).await;
            idle_mib.push(relay.resident_kib()? as f64 / 1024.0);
        }
    }
    let [nothing_kept, delivered] = idle_mib;
    report.figure("from start to the first answer, median", "ms", None, median(answered_ms), Some(25.0));
    report.figure("from start to the first model's answer, median", "ms", None, median(chat_ms), None);
    report.figure("memory when idle, median", "MiB", None, median(nothing_kept), Some(15.0));
    report.figure("  the same with log, state and keyring", "MiB", None, median(delivered), None);
    Ok(())
}

/// A request with an image of megabytes.
pub(crate) async fn image(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let url = format!("data:image/png;base64,{}", "iVBORw0KGgoAAAAN".repeat(IMAGE_BYTES / 16));
    let body = serde_json::json!({"model": MODEL, "messages": [{"role": "user", "content": [
        {"type": "text", "text": "load:burst:20; what is this?"}, {"type": "image_url", "image_url": {"url": url}}]}]});
    let request = client::post("/v1/chat/completions", &body.to_string());
    let small = Dialect::Chat.request("burst:20", false);
    let (mut cpu, mut peaks) = ([Duration::ZERO; 2], [Vec::new(), Vec::new()]);
    for _ in 0..3 {
        for (index, server) in [bench.reference()?, bench.relay()?].into_iter().enumerate() {
            let mut connection = Connection::open(server.port).await?;
            connection.exchange(&small, |_| ()).await?;
            let (idle_kib, idle_cpu) = (server.resident_kib()?, server.cpu()?);
            for number in 0..IMAGES {
                connection.exchange(&request, |_| ()).await?;
                if number == 0 {
                    peaks[index].push((server.peak_kib()? - idle_kib) as f64 * 1024.0 / IMAGE_BYTES as f64);
                }
            }
            cpu[index] += server.cpu()? - idle_cpu;
        }
    }
    let [reference, relay] = cpu.map(|cpu| cpu.as_secs_f64() * 1e3 / (3 * IMAGES) as f64);
    report.ratio("chat: request with an image of 5 MB", "ms of CPU", reference, relay, Some(5.0));
    let [reference, relay] = peaks.map(median);
    report.figure("the same: peak above idle", "× its size", Some(reference), relay, Some(5.0));
    Ok(())
}

/// Streams of 100,000 events, as fast as they go.
pub(crate) async fn long_streams(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let reference = long_stream(&bench.reference()?, Dialect::Responses).await?;
    for dialect in Dialect::BOTH {
        let relay = long_stream(&bench.relay()?, dialect).await?;
        let name = format!("{}: growth over {LONG_STREAM} events", dialect.name());
        report.figure(&name, "KiB", Some(reference), relay, None);
    }
    Ok(())
}

/// How much more memory there is at the end of a long stream than near its beginning, in KiB.
async fn long_stream(server: &Server, dialect: Dialect) -> anyhow::Result<f64> {
    let mut connection = Connection::open(server.port).await?;
    let request = dialect.request(&format!("flood:{LONG_STREAM}"), true);
    let (mut events, mut settled_kib, mut last_kib) = (0, None, 0);
    connection
        .exchange(&request, |piece| {
            events += memchr::memmem::find_iter(piece, b"\"delta\":").count();
            if events >= SETTLED && settled_kib.is_none() {
                settled_kib = server.resident_kib().ok();
            }
            if events >= ALMOST_ALL && last_kib == 0 {
                last_kib = server.resident_kib().unwrap_or_default();
            }
        })
        .await?;
    anyhow::ensure!(events >= ALMOST_ALL, "only {events} events came");
    Ok(last_kib as f64 - settled_kib.context("no memory was read")? as f64)
}

/// Two thousand streams at a time, fifty events a second each.
pub(crate) async fn many_streams(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    for interval_ms in PACES_MS {
        at_pace(bench, report, interval_ms).await?;
    }
    Ok(())
}

async fn at_pace(bench: &Bench, report: &mut Report, interval_ms: u64) -> anyhow::Result<()> {
    let reference = many(&bench.reference()?, Dialect::Responses, interval_ms).await?;
    for dialect in Dialect::BOTH {
        let relay = many(&bench.relay()?, dialect, interval_ms).await?;
        let pace = 1000 / interval_ms;
        let name = |what: &str| format!("{}: {MANY_STREAMS} streams, {pace}/s each: {what}", dialect.name());
        report.figure(&name("cut"), "streams", Some(reference.cut), relay.cut, Some(0.0));
        report.figure(&name("later than 1 s"), "events", Some(reference.late), relay.late, Some(0.0));
        report.figure(&name("on the way, median"), "ms", Some(reference.median_ms), relay.median_ms, None);
        report.figure(&name("on the way, 99 of 100"), "ms", Some(reference.p99_ms), relay.p99_ms, None);
        report.figure(&name("on the way, longest"), "ms", Some(reference.longest_ms), relay.longest_ms, None);
        report.figure(&name("memory of each"), "KiB", Some(reference.each_kib), relay.each_kib, Some(60.0));
        report.ratio(&name("event"), "µs of CPU", reference.event_us, relay.event_us, None);
    }
    Ok(())
}

struct Many {
    cut: f64,
    late: f64,
    median_ms: f64,
    p99_ms: f64,
    longest_ms: f64,
    each_kib: f64,
    event_us: f64,
}

async fn many(server: &Server, dialect: Dialect, interval_ms: u64) -> anyhow::Result<Many> {
    let events = STREAMING.as_millis() as usize / interval_ms as usize;
    let small = dialect.request("burst:20", true);
    Connection::open(server.port).await?.exchange(&small, |_| ()).await?;
    let (idle_kib, idle_cpu) = (server.resident_kib()?, server.cpu()?);
    let request: Arc<[u8]> = dialect.request(&format!("paced:{events}:{interval_ms}"), true).into();
    let mut streams = JoinSet::new();
    for number in 0..MANY_STREAMS {
        let mut connection = Connection::open(server.port).await?;
        let request = Arc::clone(&request);
        streams.spawn(async move {
            let mut delays = Delays::default();
            let read = connection.exchange(&request, |piece| delays.read(dialect, piece)).await;
            (read.is_ok(), delays.delays_us)
        });
        // Spread over one interval, as unrelated streams are.
        if number % 100 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
    let (mut cut, mut all_us, mut peak_kib) = (0, Vec::with_capacity(MANY_STREAMS * events), 0);
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    loop {
        tokio::select! {
            done = streams.join_next() => {
                let Some(done) = done else { break };
                let (is_whole, delays_us) = done.context("a client task failed")?;
                cut += usize::from(!is_whole || delays_us.len() != events);
                all_us.extend(delays_us);
            }
            _ = ticks.tick() => peak_kib = peak_kib.max(server.resident_kib()?),
        }
    }
    let cpu = server.cpu()? - idle_cpu;
    all_us.sort_unstable();
    let at = |share: f64| all_us.get((all_us.len() as f64 * share) as usize).copied().unwrap_or_default() as f64 / 1e3;
    Ok(Many {
        cut: cut as f64,
        late: all_us.iter().filter(|delay| **delay > LATE_US).count() as f64,
        median_ms: at(0.5),
        p99_ms: at(0.99),
        longest_ms: all_us.last().copied().unwrap_or_default() as f64 / 1e3,
        each_kib: peak_kib.saturating_sub(idle_kib) as f64 / MANY_STREAMS as f64,
        event_us: cpu.as_secs_f64() * 1e6 / all_us.len() as f64,
    })
}

/// How long each delta was on its way: the backend writes into it when it was sent.
#[derive(Default)]
struct Delays {
    delays_us: Vec<u64>,
    /// The last bytes of the piece before: pieces need not end where events do.
    rest: Vec<u8>,
}

impl Delays {
    fn read(&mut self, dialect: Dialect, piece: &[u8]) {
        let before: &[u8] = match dialect {
            Dialect::Chat => b"content\":\"@",
            Dialect::Responses => b"delta\":\"@",
        };
        let now = micros_now();
        self.rest.extend_from_slice(piece);
        let mut used = 0;
        for at in memchr::memmem::find_iter(&self.rest, before) {
            let digits = at + before.len()..at + before.len() + 16;
            let Some(text) = self.rest.get(digits.clone()) else { break };
            let sent_at = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u64>().ok());
            self.delays_us.extend(sent_at.map(|sent_at| now.saturating_sub(sent_at)));
            used = digits.end;
        }
        let keep = used.max(self.rest.len().saturating_sub(before.len() + 16));
        self.rest.drain(..keep);
    }
}
