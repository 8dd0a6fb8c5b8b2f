//! The Unix socket: for its owner only, and gone when the relay is.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket as Unbound, UnixStream};

use super::guard::Transport;
use super::socket::BACKLOG;
use crate::private_file;

/// Who may connect: the owner.
const MODE: u32 = 0o600;

/// A listener at a path; dropping it removes the path.
#[derive(Debug)]
pub(super) struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
    /// Device and inode of the socket that is ours.
    identity: (u64, u64),
}

impl UnixSocket {
    /// Listens at a path. A socket that nobody answers on, left behind by a relay that was killed, is replaced.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AddrInUse`] when somebody answers there, [`io::ErrorKind::AlreadyExists`] when there is something that is no socket,
    /// and whatever the file system says.
    pub(super) async fn listen(path: &Path) -> io::Result<Self> {
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            private_file::create_directory(directory)?;
        }
        remove_stale(path).await?;
        let socket = Unbound::new_stream()?;
        socket.bind(path)?;
        // Nobody can connect before it listens.
        fs::set_permissions(path, fs::Permissions::from_mode(MODE))?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Self { listener, path: path.to_owned(), identity: identity(path)? })
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Transport>> {
        let (stream, _) = self.listener.accept().await?;
        Ok(Box::new(stream))
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        // Another relay may have put its own there.
        if identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

async fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is something that is no socket"));
        }
        Ok(_) => {}
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
        Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "somebody answers there")),
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|found| (found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_at_a_time_for_the_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("run/relay.sock");
        let socket = UnixSocket::listen(&path).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(UnixSocket::listen(&path).await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
        UnixStream::connect(&path).await.unwrap();
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn only_a_dead_socket_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("relay.sock");
        fs::write(&path, "notes").unwrap();
        assert_eq!(UnixSocket::listen(&path).await.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        fs::remove_file(&path).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let socket = UnixSocket::listen(&path).await.unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "somebody else's").unwrap();
        drop(socket);
        assert!(path.exists(), "it is not ours");
    }
}
