//! What a hostile client, a hostile backend or a sudden end could do, one file per kind.

mod bombs;
mod encoded;
mod injection;
mod isolation;
#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod permissions;
