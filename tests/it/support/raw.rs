//! A client that writes what it is told, right or wrong, and reads what comes.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than anything here should take, by a paused clock too.
const PATIENCE: Duration = Duration::from_secs(600);

/// One connection.
pub(crate) struct Raw {
    stream: Box<dyn Stream>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Raw {
    pub(crate) async fn connect(address: &str) -> Self {
        Self::on(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) fn on(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self { stream: Box::new(stream) }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends as long as the other side takes it; tells whether it has taken all.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Everything up to the end of the connection.
    pub(crate) async fn rest(self) -> String {
        String::from_utf8(self.rest_in_bytes().await).unwrap()
    }

    /// The same, if the connection ends as it should.
    pub(crate) async fn try_rest(mut self) -> Option<String> {
        let mut text = String::new();
        self.stream.read_to_string(&mut text).await.ok().map(|_| text)
    }

    /// The same, text or not.
    pub(crate) async fn rest_in_bytes(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await;
        read.unwrap_or_else(|_| panic!("the connection stays open")).unwrap();
        bytes
    }

    /// The same, while a byte is sent every so often.
    pub(crate) async fn rest_dribbling(self, every: Duration) -> String {
        let (mut reader, mut writer) = tokio::io::split(self.stream);
        let mut bytes = Vec::new();
        let dribble = async {
            while writer.write_all(b"x").await.is_ok() {
                tokio::time::sleep(every).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            // What is sent into a closed connection resets it.
            _ = reader.read_to_end(&mut bytes) => {}
            () = dribble => {}
        }
        String::from_utf8(bytes).unwrap()
    }

    /// Waits for the end of the connection, however it comes.
    pub(crate) async fn closed(mut self) {
        let mut scrap = vec![0; 64 << 10];
        let end = async { while self.stream.read(&mut scrap).await.is_ok_and(|read| read > 0) {} };
        assert!(tokio::time::timeout(PATIENCE, end).await.is_ok(), "the connection stays open");
    }

    /// What has come when it contains this.
    pub(crate) async fn until(&mut self, wanted: &str) -> String {
        let (mut text, mut piece, mut searched) = (String::new(), vec![0; 64 << 10], 0);
        while !text[searched..].contains(wanted) {
            searched = text.len().saturating_sub(wanted.len());
            let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut piece)).await;
            let read = read.unwrap_or_else(|_| panic!("no `{wanted}` in `{text}`")).unwrap();
            assert_ne!(read, 0, "the connection ended after `{text}`");
            text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        }
        text
    }
}

/// Sends bytes on a new connection, and gives back everything up to its end.
pub(crate) async fn exchange(address: &str, bytes: impl AsRef<[u8]>) -> String {
    let mut raw = Raw::connect(address).await;
    raw.send(bytes).await;
    raw.rest().await
}
