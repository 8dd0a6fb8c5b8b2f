//! What events and requests cost in processor time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::Connection;
use crate::process::{Keeps, Server};
use crate::report::{Report, median};
use crate::{Bench, Dialect, client, requests};

/// How often the processes are started anew: where their memory happens to lie is part of what they cost.
const STARTS: usize = 5;
/// How often each is measured between two starts, in turns. What counts is the median of all: whatever else the machine does now and then falls on
/// single rounds.
const ROUNDS: usize = 3;

/// Streams of the paced measurement; with their pace, 10,000 events a second.
const STREAMS: usize = 200;
const INTERVAL_MS: u64 = 20;
/// How long all of them run before the measurement begins, and how long it goes on.
const WARM_UP: Duration = Duration::from_millis(300);
const WINDOW: Duration = Duration::from_millis(1500);

/// Connections that send one request after the other.
const CALLERS: usize = 8;
/// Requests of each in one round.
const REQUESTS: usize = 300;

/// Deltas of an answer that comes in one piece.
const DELTAS: usize = 20;

/// Streams of one event at a time, as a model makes them: each event is a read from the backend and a write to the client.
pub(crate) async fn events(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    for dialect in Dialect::BOTH {
        let mut taken = [const { Vec::new() }; 3];
        for _ in 0..STARTS {
            let servers = [bench.reference()?, bench.relay()?, bench.relay_as_delivered()?];
            for _ in 0..ROUNDS {
                for (taken, server) in taken.iter_mut().zip(&servers) {
                    taken.push(per_event(server, dialect).await?);
                }
            }
        }
        let [reference, relay, keeping] = taken.map(median);
        report.ratio(&format!("{}: event streamed", dialect.name()), "µs of CPU", reference, relay, Some(1.3));
        report.ratio("  the same with log and state", "µs of CPU", reference, keeping, None);
    }
    Ok(())
}

/// Processor time per event while all streams run, in microseconds.
async fn per_event(server: &Server, dialect: Dialect) -> anyhow::Result<f64> {
    let deltas = (WARM_UP * 2 + WINDOW).as_millis() as u64 / INTERVAL_MS + 10;
    let request: Arc<[u8]> = dialect.request(&format!("paced:{deltas}:{INTERVAL_MS}"), true).into();
    let seen = Arc::new(AtomicUsize::new(0));
    let mut streams = JoinSet::new();
    for _ in 0..STREAMS {
        let mut connection = Connection::open(server.port).await?;
        let (request, seen) = (Arc::clone(&request), Arc::clone(&seen));
        streams.spawn(async move {
            connection
                .exchange(&request, |piece| {
                    seen.fetch_add(events_in(piece), Ordering::Relaxed);
                })
                .await
        });
    }
    sleep(WARM_UP).await;
    let before = (server.cpu()?, seen.load(Ordering::Relaxed));
    sleep(WINDOW).await;
    let after = (server.cpu()?, seen.load(Ordering::Relaxed));
    finish(streams).await?;
    Ok((after.0 - before.0).as_secs_f64() * 1e6 / (after.1 - before.1) as f64)
}

/// Answers of 20 deltas that come at once, streamed on: as one chunk of the transfer coding, and as one for each event.
pub(crate) async fn bursts(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let (reference, relay) = (bench.reference()?, bench.relay()?);
    for (kind, what) in [("burst", "in one chunk"), ("chunks", "in as many chunks")] {
        for dialect in Dialect::BOTH {
            let request = dialect.request(&format!("{kind}:{DELTAS}"), true);
            let [reference_us, relay_us] = in_turns(bench, Keeps::Nothing, &request).await?;
            let name = format!("{}: streamed request, {DELTAS} deltas {what}", dialect.name());
            report.ratio(&name, "µs of CPU", reference_us, relay_us, None);
            let pieces = [pieces(&reference, &request).await?, pieces(&relay, &request).await?];
            report.figure("  the same: written in", "pieces", Some(pieces[0]), pieces[1], Some(1.0));
        }
    }
    Ok(())
}

/// How many pieces an answer is written in, on average.
async fn pieces(server: &Server, request: &[u8]) -> anyhow::Result<f64> {
    const ANSWERS: usize = 100;
    let mut connection = Connection::open(server.port).await?;
    let mut pieces = 0;
    for _ in 0..ANSWERS {
        pieces += connection.exchange(request, |_| ()).await?.pieces;
    }
    Ok(pieces as f64 / ANSWERS as f64)
}

/// Answers of 20 deltas as one JSON body.
pub(crate) async fn whole_requests(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    for (dialect, most) in [(Dialect::Chat, Some(3.0)), (Dialect::Responses, None)] {
        let request = dialect.request(&format!("burst:{DELTAS}"), false);
        let [reference_us, relay_us] = in_turns(bench, Keeps::Nothing, &request).await?;
        let name = format!("{}: request answered as JSON, {DELTAS} deltas", dialect.name());
        report.ratio(&name, "µs of CPU", reference_us, relay_us, most);
        let [reference_us, relay_us] = in_turns(bench, Keeps::Everything, &request).await?;
        report.ratio("  the same with log and state", "µs of CPU", reference_us, relay_us, None);
    }
    let body = requests::long_chat(&format!("load:burst:{DELTAS}; be brief."));
    let request = client::post("/v1/chat/completions", &body);
    let [reference, relay] = in_turns(bench, Keeps::Nothing, &request).await?;
    report.ratio("chat: the same with 20 KB of messages and tools", "µs of CPU", reference, relay, None);
    Ok(())
}

/// Processor time per request of both servers, in microseconds.
async fn in_turns(bench: &Bench, keeps: Keeps, request: &[u8]) -> anyhow::Result<[f64; 2]> {
    let mut taken = [const { Vec::new() }; 2];
    for _ in 0..STARTS {
        let servers = [bench.reference()?, bench.relay_that(keeps)?];
        for round in 0..=ROUNDS {
            for (taken, server) in taken.iter_mut().zip(&servers) {
                let took = per_request(server, request).await?;
                // The first round is for warming up.
                taken.extend((round > 0).then_some(took));
            }
        }
    }
    Ok(taken.map(median))
}

async fn per_request(server: &Server, request: &[u8]) -> anyhow::Result<f64> {
    let request: Arc<[u8]> = request.into();
    let mut callers = JoinSet::new();
    let before = server.cpu()?;
    for _ in 0..CALLERS {
        let mut connection = Connection::open(server.port).await?;
        let request = Arc::clone(&request);
        callers.spawn(async move {
            for _ in 0..REQUESTS {
                connection.exchange(&request, |_| ()).await?;
            }
            Ok(client::Read::default())
        });
    }
    finish(callers).await?;
    Ok((server.cpu()? - before).as_secs_f64() * 1e6 / (CALLERS * REQUESTS) as f64)
}

async fn finish(mut tasks: JoinSet<anyhow::Result<client::Read>>) -> anyhow::Result<()> {
    while let Some(done) = tasks.join_next().await {
        done.context("a client task failed")??;
    }
    Ok(())
}

fn events_in(piece: &[u8]) -> usize {
    memchr::memmem::find_iter(piece, b"\n\n").count()
}
