//! What processes that share a login tell one another about it: `auth-state.json` beside it. There is no secret in it.
//!
//! **Shape**: `{"generation": string, "exchange"?: {"login": string, "at": integer}, "exchanged"?: {"login": string, "at": integer},
//! "refresh_failure"?: {"login": string, "code": string, "message": string, "at": integer}}`; `login` is a fingerprint, `at` in unix seconds.
//! A note about another login than the one that is stored says nothing, so that none has to be taken back.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::RefreshFailure;
use crate::private_file;

/// The notes of a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Notes {
    /// Changes with each write to the keyring, which cannot be watched itself.
    pub(super) generation: String,
    /// An exchange for this login was begun and not heard of again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exchange: Option<Note>,
    /// This login came from an exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exchanged: Option<Note>,
    /// The provider will not renew this login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refresh_failure: Option<FailureNote>,
}

/// Something that happened to a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// The login's fingerprint.
    pub(super) login: String,
    /// When, in unix seconds.
    pub(super) at: u64,
}

/// A renewal that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FailureNote {
    pub(super) login: String,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) at: u64,
}

impl Notes {
    /// The failure that this login ended with.
    pub(super) fn failure_of(&self, login: &str) -> Option<RefreshFailure> {
        let note = self.refresh_failure.as_ref().filter(|note| note.login == login)?;
        let FailureNote { login: _, code, message, at } = note.clone();
        Some(RefreshFailure { code, message, since: at, is_permanent: true })
    }

    /// When an exchange for this login was begun that was not heard of again.
    pub(super) fn cut_off(&self, login: &str) -> Option<u64> {
        self.exchange.as_ref().filter(|note| note.login == login).map(|note| note.at)
    }
}

/// The file the notes are in.
#[derive(Debug)]
pub(super) struct NotesFile(PathBuf);

impl NotesFile {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self(data_dir.join("auth-state.json"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The notes; none where there are none that make sense. They only save work, and no login depends on them.
    pub(super) fn read(&self) -> Notes {
        std::fs::read(&self.0).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    pub(super) fn write(&self, notes: &Notes) -> io::Result<()> {
        private_file::replace(&self.0, &serde_json::to_vec(notes).unwrap_or_default())
    }
}
