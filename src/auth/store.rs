//! Where a login is kept: the keyring, the file, or whichever there is.
//!
//! With `auto` a login may be in both places, for instance after a renewal on a day without a keyring; the one that was renewed last counts.
//! Everything here blocks, and is called away from the threads that serve. Whatever changes something is called with the [`Lock`](super::lock::Lock).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use super::AuthSettings;
use super::document::{Damage, Login};
use super::entries::Entries;
use super::error::{AuthError, StoreError};
use super::file::AuthFile;
use super::notes::{Notes, NotesFile};
use super::settings::Clock;
use super::status::Place;
use super::vault::{SystemVault, VaultError};
use crate::config::AuthStorage;
use crate::secret::hex;
use crate::watched_file::{FileStamp, look_at};

/// The service of our keyring entries.
pub(super) const KEYRING_SERVICE: &str = "AIRelays Auth";

/// It, and that of an older release.
const SERVICES: [&str; 2] = [KEYRING_SERVICE, "AIRelay Auth"];

/// A login and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) login: Arc<Login>,
    pub(super) place: Place,
    /// Whether that is a place of an older release.
    pub(super) is_legacy: bool,
}

/// Where a login is kept.
#[derive(Debug)]
pub(super) struct Store {
    storage: AuthStorage,
    clock: Clock,
    file: AuthFile,
    legacy_file: Option<AuthFile>,
    entries: Entries,
    /// Today's entry first, then those of older releases.
    entry_places: Vec<(&'static str, String)>,
    keyring_check: OnceLock<Result<(), VaultError>>,
    /// The notes' generation, and what the keyring held then.
    known: Mutex<Option<(String, Stored)>>,
    /// What the files looked like when the login was loaded last, and the login.
    last_loaded: Mutex<Option<(Vec<Option<FileStamp>>, Stored)>>,
    notes: NotesFile,
}

impl Store {
    pub(super) fn new(settings: &AuthSettings) -> Self {
        let AuthSettings { data_dir, legacy_data_dir, .. } = settings;
        let directories = std::iter::once(data_dir).chain(legacy_data_dir);
        let entry_places =
            directories.flat_map(|directory| SERVICES.map(|service| (service, entry_user(directory)))).collect();
        Self {
            storage: settings.storage,
            clock: settings.clock.clone(),
            file: AuthFile::new(data_dir.join("auth.json")),
            legacy_file: legacy_data_dir.as_ref().map(|directory| AuthFile::new(directory.join("auth.json"))),
            entries: Entries::new(settings.vault.clone().unwrap_or_else(|| Arc::new(SystemVault))),
            entry_places,
            keyring_check: OnceLock::new(),
            known: Mutex::default(),
            last_loaded: Mutex::default(),
            notes: NotesFile::new(data_dir),
        }
    }

    /// Where a login goes, without looking.
    pub(super) fn place(&self) -> Place {
        if self.storage == AuthStorage::Keyring { self.entry_place(0) } else { self.file.place() }
    }

    pub(super) fn notes(&self) -> Notes {
        self.notes.read()
    }

    pub(super) fn write_notes(&self, notes: &Notes) -> Result<(), StoreError> {
        self.notes.write(notes).map_err(|error| StoreError::file("write", self.notes.path(), &error))
    }

    /// Whether the keyring can be used; `None` when the settings do not ask for it. Found out once.
    pub(super) fn keyring(&self) -> Option<&Result<(), VaultError>> {
        let check = || {
            let (service, user) = &self.entry_places[0];
            let checked = self.entries.get(service, user).map(drop);
            if let (Err(error), AuthStorage::Auto) = (&checked, self.storage) {
                tracing::debug!(%error, "the upstream login is kept in a file");
            }
            checked
        };
        (self.storage != AuthStorage::File).then(|| self.keyring_check.get_or_init(check))
    }

    /// The login that was loaded last, while no file looks different since. Unlike everything else here it does not block for longer than two or
    /// three looks at metadata take, so that a call upstream need not wait for another thread.
    pub(super) fn unchanged(&self) -> Option<Stored> {
        let seen = self.look()?;
        let last_loaded = self.last_loaded.lock().unwrap_or_else(PoisonError::into_inner);
        last_loaded.as_ref().filter(|(known, _)| *known == seen).map(|(_, stored)| stored.clone())
    }

    /// The login there is. `anew` asks the keyring even when nobody noted a change.
    pub(super) fn load(&self, anew: bool) -> Result<Stored, AuthError> {
        // Before anything is read: a change in between shows the next time.
        let seen = self.look();
        let found = self.find(anew);
        // A keyring may get a login without any file changing, unless it was found there: then another would come with new notes.
        let is_settled =
            |stored: &Stored| matches!(stored.place, Place::Keyring { .. }) || !matches!(self.keyring(), Some(Ok(())));
        let last_loaded = seen.zip(found.as_ref().ok().filter(|found| !found.is_legacy && is_settled(found)).cloned());
        *self.last_loaded.lock().unwrap_or_else(PoisonError::into_inner) = last_loaded;
        found
    }

    fn look(&self) -> Option<Vec<Option<FileStamp>>> {
        let files = std::iter::once(&self.file).chain(&self.legacy_file).map(AuthFile::path);
        look_at(files.chain([self.notes.path()]))
    }

    fn find(&self, anew: bool) -> Result<Stored, AuthError> {
        let in_keyring = self.load_keyring(anew)?;
        let in_file = if self.storage == AuthStorage::Keyring { Ok(None) } else { self.load_file(&self.file, false) };
        let refreshed_at = |stored: &Stored| stored.login.last_refresh_at();
        match (in_keyring, in_file) {
            (Some(entry), Ok(Some(file))) if refreshed_at(&file) > refreshed_at(&entry) => Ok(file),
            (Some(entry), _) => Ok(entry),
            (None, Ok(Some(file))) => Ok(file),
            (None, Err(error)) => Err(error),
            (None, Ok(None)) => self.load_legacy()?.ok_or_else(|| AuthError::Missing { place: self.place() }),
        }
    }

    /// Keeps a login, and removes it from where it is not kept any more.
    pub(super) fn save(&self, login: &Arc<Login>) -> Result<Stored, StoreError> {
        match self.keyring() {
            Some(Ok(())) => match self.save_in_keyring(login) {
                Ok(stored) => return Ok(stored),
                Err(error) if self.storage == AuthStorage::Keyring => return Err(error),
                Err(error) => tracing::warn!(%error, "the upstream login goes into a file"),
            },
            Some(Err(error)) if self.storage == AuthStorage::Keyring => return Err(error.clone().into()),
            Some(Err(_)) | None => {}
        }
        self.file.write(login, self.clock.now())?;
        Ok(Stored { login: Arc::clone(login), place: self.file.place(), is_legacy: false })
    }

    /// Removes a login from a place of an older release.
    pub(super) fn leave(&self, place: &Place) -> Result<(), StoreError> {
        match place {
            Place::Keyring { service, user } => Ok(self.entries.delete(service, user)?),
            Place::File(path) => {
                self.legacy_file.iter().filter(|file| file.path() == path).try_for_each(|file| file.delete().map(drop))
            }
        }
    }

    /// Removes the login from everywhere; says whether there was one.
    pub(super) fn delete(&self) -> Result<bool, StoreError> {
        let mut deleted = self.file.delete()?;
        if let Some(file) = &self.legacy_file {
            deleted |= file.delete()?;
        }
        match self.keyring() {
            Some(Ok(())) => {
                for (service, user) in &self.entry_places {
                    deleted |= self.entries.get(service, user)?.is_some();
                    self.entries.delete(service, user)?;
                }
            }
            Some(Err(error)) if self.storage == AuthStorage::Keyring => return Err(error.clone().into()),
            Some(Err(_)) | None => {}
        }
        self.write_notes(&Notes { generation: generation(), ..Notes::default() })?;
        Ok(deleted)
    }

    /// Damaged logins that were kept aside.
    pub(super) fn kept_aside(&self) -> Vec<PathBuf> {
        self.file.kept_aside()
    }

    fn load_keyring(&self, anew: bool) -> Result<Option<Stored>, AuthError> {
        match self.keyring() {
            None => return Ok(None),
            Some(Err(error)) if self.storage == AuthStorage::Keyring => {
                return Err(StoreError::from(error.clone()).into());
            }
            Some(Err(_)) => return Ok(None),
            Some(Ok(())) => {}
        }
        let generation = self.notes().generation;
        if !anew && let Some(known) = self.known(&generation) {
            return Ok(Some(known));
        }
        let found = match self.load_entry(0) {
            Err(error @ AuthError::Store(_)) if self.storage == AuthStorage::Auto => {
                tracing::warn!(%error, "the keyring is left out");
                return Ok(None);
            }
            found => found?,
        };
        // That there is none is not remembered: a login made by another program is to be found.
        self.remember(found.clone().map(|found| (generation, found)));
        Ok(found)
    }

    fn load_file(&self, file: &AuthFile, is_legacy: bool) -> Result<Option<Stored>, AuthError> {
        Ok(file.read()?.map(|login| Stored { login, place: file.place(), is_legacy }))
    }

    fn load_legacy(&self) -> Result<Option<Stored>, AuthError> {
        if let Some(Ok(())) = self.keyring() {
            for number in 1..self.entry_places.len() {
                if let Some(stored) = self.load_entry(number)? {
                    return Ok(Some(Stored { is_legacy: true, ..stored }));
                }
            }
        }
        match &self.legacy_file {
            Some(file) if self.storage != AuthStorage::Keyring => self.load_file(file, true),
            Some(_) | None => Ok(None),
        }
    }

    fn load_entry(&self, number: usize) -> Result<Option<Stored>, AuthError> {
        let (service, user) = &self.entry_places[number];
        let Some(text) = self.entries.get(service, user).map_err(StoreError::from)? else { return Ok(None) };
        let place = self.entry_place(number);
        match Login::parse(text.expose().as_bytes()) {
            Ok(login) => Ok(Some(Stored { login: Arc::new(login), place, is_legacy: false })),
            Err(Damage { line, column }) => Err(AuthError::Corrupt { place, line, column }),
        }
    }

    fn save_in_keyring(&self, login: &Arc<Login>) -> Result<Stored, StoreError> {
        let (service, user) = &self.entry_places[0];
        self.entries.set(service, user, &login.write())?;
        let stored = Stored { login: Arc::clone(login), place: self.entry_place(0), is_legacy: false };
        let notes = Notes { generation: generation(), ..self.notes() };
        self.write_notes(&notes)?;
        self.remember(Some((notes.generation, stored.clone())));
        // What is in the keyring now must not stay readable in a file.
        self.file.delete()?;
        Ok(stored)
    }

    fn entry_place(&self, number: usize) -> Place {
        let (service, user) = &self.entry_places[number];
        Place::Keyring { service: (*service).to_owned(), user: user.clone() }
    }

    fn known(&self, generation: &str) -> Option<Stored> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(known, _)| known == generation).map(|(_, stored)| stored.clone())
    }

    fn remember(&self, known: Option<(String, Stored)>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

impl StoreError {
    pub(super) fn file(doing: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::File { doing, path: path.display().to_string(), problem: error.to_string() }
    }
}

fn generation() -> String {
    hex(&rand::random::<[u8; 8]>())
}

/// The user of the keyring entries of a data directory, as the Python package made it.
fn entry_user(data_dir: &Path) -> String {
    let absolute = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    let resolved = resolve(&absolute);
    // Windows writes full paths in a longer form that other programs do not use.
    let digest = Sha256::digest(resolved.to_string_lossy().trim_start_matches(r"\\?\").as_bytes());
    format!("cli|{}", &hex(&digest)[..16])
}

/// The path without links, as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    match (std::fs::canonicalize(path), path.parent(), path.file_name()) {
        (Ok(resolved), _, _) => resolved,
        (Err(_), Some(parent), Some(name)) => resolve(parent).join(name),
        (Err(_), _, _) => path.to_owned(),
    }
}
