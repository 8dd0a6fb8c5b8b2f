//! A backend that costs next to nothing: it answers every `POST` with a made-up event stream that was rendered beforehand.
//!
//! What it sends is said in the prompt, because that is what passes any relay unchanged: `load:burst:20;` for that many deltas in one write,
//! `load:chunks:20;` for the same with every event in its own chunk of the transfer coding, as the real backend has it,
//! `load:paced:500:20;` for that many deltas one by one, 20 ms apart, `load:flood:100000;` for that many as fast as they are taken.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::events::{closing, delta, deltas, opening, whole_closing};

/// Deltas in one write of a flood.
const FLOOD_WRITE: usize = 16;

/// Most bytes of a request that are searched for the directive; it stands before any large content.
const SEARCHED_BYTES: usize = 64 * 1024;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: upstream-1\r\ntransfer-encoding: chunked\r\n\r\n";

const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    Burst { count: usize },
    Chunks { count: usize },
    Paced { count: usize, interval_ms: u64 },
    Flood { count: usize },
}

/// Serves until the process ends.
pub(crate) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A connection that breaks is the caller's affair.
        connections.spawn(async move {
            let _ = answer_all(stream).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer_all(mut stream: TcpStream) -> anyhow::Result<()> {
    let mut buffer = Vec::with_capacity(4 * 1024);
    let mut burst = (None, Vec::new());
    while let Some(plan) = read_request(&mut stream, &mut buffer).await? {
        match plan {
            Some(Plan::Burst { count } | Plan::Chunks { count }) => {
                if burst.0 != plan {
                    let events = opening() + &deltas(0..count, || 0) + &whole_closing(count);
                    let chunks = match plan {
                        Some(Plan::Chunks { .. }) => events.split_inclusive("\n\n").flat_map(chunk).collect(),
                        _ => chunk(&events),
                    };
                    burst = (plan, [HEAD.as_bytes(), &chunks, LAST_CHUNK].concat());
                }
                stream.write_all(&burst.1).await?;
            }
            Some(Plan::Paced { count, interval_ms }) => {
                begin(&mut stream).await?;
                let mut ticks = tokio::time::interval(Duration::from_millis(interval_ms));
                // What is late is sent late, and all of it.
                ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
                for number in 0..count {
                    ticks.tick().await;
                    stream.write_all(&chunk(&delta(number, micros_now()))).await?;
                }
                end(&mut stream, count).await?;
            }
            Some(Plan::Flood { count }) => {
                begin(&mut stream).await?;
                for from in (0..count).step_by(FLOOD_WRITE) {
                    let numbers = from..count.min(from + FLOOD_WRITE);
                    stream.write_all(&chunk(&deltas(numbers, micros_now))).await?;
                }
                end(&mut stream, count).await?;
            }
            None => stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await?,
        }
    }
    Ok(())
}

async fn begin(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(&[HEAD.as_bytes(), &chunk(&opening())].concat()).await
}

async fn end(stream: &mut TcpStream, count: usize) -> std::io::Result<()> {
    stream.write_all(&[&chunk(&closing(count)), LAST_CHUNK].concat()).await
}

/// The next request's plan, without one when it names none; nothing at the end of the connection.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<Option<Option<Plan>>> {
    buffer.clear();
    let head_end = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
        if let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    anyhow::ensure!(!head.contains("transfer-encoding"), "the backend reads bodies of a declared length only");
    let end = head_end + length.unwrap_or(0);
    buffer.reserve(end.saturating_sub(buffer.len()));
    while buffer.len() < end {
        anyhow::ensure!(stream.read_buf(buffer).await? > 0, "the request broke off");
    }
    Ok(Some(plan(&buffer[head_end..end.min(head_end + SEARCHED_BYTES)])))
}

fn plan(body: &[u8]) -> Option<Plan> {
    let from = memchr::memmem::find(body, b"load:")? + 5;
    let length = memchr::memchr(b';', &body[from..])?;
    let directive = std::str::from_utf8(&body[from..from + length]).ok()?;
    let (kind, numbers) = directive.split_once(':')?;
    let mut numbers = numbers.split(':').map(str::parse);
    let count = numbers.next()?.ok()?;
    match kind {
        "burst" => Some(Plan::Burst { count }),
        "chunks" => Some(Plan::Chunks { count }),
        "paced" => Some(Plan::Paced { count, interval_ms: numbers.next()?.ok()? as u64 }),
        "flood" => Some(Plan::Flood { count }),
        _ => None,
    }
}

fn chunk(data: &str) -> Vec<u8> {
    let mut chunk = Vec::with_capacity(data.len() + 16);
    chunk.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
    chunk.extend_from_slice(data.as_bytes());
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// Now, in microseconds; the same clock in every process of this machine.
pub(crate) fn micros_now() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}
