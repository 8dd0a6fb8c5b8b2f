//! A client that does as little as it can, so that the machine is left to what is measured.

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that sends one request after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What was read and not used yet.
    buffer: Vec<u8>,
    /// How much of the beginning of `buffer` was used.
    used: usize,
}

/// How the body of an answer is delimited.
enum Framing {
    Chunked,
    Length(usize),
}

/// An answer that was read to its end.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Read {
    /// Pieces of the body, as the sender framed them.
    pub(crate) pieces: usize,
    /// Size of the body.
    pub(crate) bytes: usize,
}

impl Connection {
    /// Connects to a port of this machine.
    pub(crate) async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096), used: 0 })
    }

    /// Sends a request and reads the answer, giving each piece of its body to `piece`.
    pub(crate) async fn exchange(&mut self, request: &[u8], mut piece: impl FnMut(&[u8])) -> anyhow::Result<Read> {
        self.stream.write_all(request).await?;
        let mut read = Read::default();
        let mut take = |bytes: &[u8]| {
            read.pieces += 1;
            read.bytes += bytes.len();
            piece(bytes);
        };
        match self.head().await? {
            Framing::Length(length) => {
                self.fill(length).await?;
                take(&self.buffer[self.used..self.used + length]);
                self.used += length;
            }
            Framing::Chunked => loop {
                let line_end = self.find(b"\r\n").await?;
                let size = std::str::from_utf8(&self.buffer[self.used..line_end])?;
                let size = usize::from_str_radix(size, 16).context("a chunk without its size")?;
                self.used = line_end + 2;
                self.fill(size + 2).await?;
                if size == 0 {
                    self.used += 2;
                    break;
                }
                take(&self.buffer[self.used..self.used + size]);
                self.used += size + 2;
            },
        }
        Ok(read)
    }

    async fn head(&mut self) -> anyhow::Result<Framing> {
        let end = self.find(b"\r\n\r\n").await?;
        let head = std::str::from_utf8(&self.buffer[self.used..end])?.to_ascii_lowercase();
        anyhow::ensure!(head.starts_with("http/1.1 200 "), "the answer is not good: {head}");
        self.used = end + 4;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        Ok(match length {
            Some(length) => Framing::Length(length.parse()?),
            None => Framing::Chunked,
        })
    }

    /// Reads on until the buffer has `needle` and says where.
    async fn find(&mut self, needle: &[u8]) -> anyhow::Result<usize> {
        loop {
            if let Some(at) = memchr::memmem::find(&self.buffer[self.used..], needle) {
                return Ok(self.used + at);
            }
            self.read().await?;
        }
    }

    /// Reads on until there are so many unused bytes.
    async fn fill(&mut self, length: usize) -> anyhow::Result<()> {
        while self.buffer.len() - self.used < length {
            self.read().await?;
        }
        Ok(())
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        if self.used == self.buffer.len() {
            self.buffer.clear();
        } else {
            self.buffer.drain(..self.used);
        }
        self.used = 0;
        anyhow::ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the answer was cut");
        Ok(())
    }
}

/// A `POST` with a JSON body.
pub(crate) fn post(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A `GET`.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").into_bytes()
}
