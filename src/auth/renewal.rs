//! New tokens for a login: when, and never twice for one refresh token.
//!
//! A refresh token can be used once. Therefore one exchange runs at a time: within the process by a mutex, between processes by a [`Lock`]; whoever
//! gets there reads the login again and takes a newer one as it is. The exchange runs in a task of its own, because a caller that goes away must
//! not take a used refresh token with it, and what it brings is written down before anybody uses it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::document::{Login, Need};
use super::error::{AuthError, RefreshFailure, StoreError};
use super::lock::{self, Lock};
use super::notes::{FailureNote, Note, Notes};
use super::provider::{Provider, ProviderError};
use super::settings::AuthSettings;
use super::store::{Store, Stored};
use super::vault::VaultError;
use crate::secret::Secret;

/// At most one exchange in this time, whatever the clock says about the tokens, and none in this time after one that came to nothing.
const AT_MOST_EVERY: Duration = Duration::from_secs(10);
/// A keyring that has not answered by then is waiting for somebody who is not there.
const STORE_TIMEOUT: Duration = Duration::from_secs(30);

/// Why new tokens are wanted.
#[derive(Debug, Clone)]
pub(super) enum Cause {
    /// The access token is over, or soon will be.
    Due,
    /// The backend refused this access token.
    Refused(Secret<String>),
}

/// Everything a login is made of while the program runs.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) settings: AuthSettings,
    pub(super) store: Store,
    pub(super) provider: Provider,
    /// Held while the login is being changed.
    changing: tokio::sync::Mutex<Changes>,
    /// A login that could not be written down. It is the only one that still works.
    unsaved: Mutex<Option<Arc<Login>>>,
}

/// What has been tried.
#[derive(Debug, Default)]
struct Changes {
    /// The last renewal that came to nothing, and whose it was.
    failed: Option<(String, Instant, AuthError)>,
    /// When this process last got new tokens, by a clock that nobody sets, and what login they made.
    exchanged: Option<(String, Instant)>,
}

impl Keeper {
    pub(super) fn new(settings: AuthSettings) -> Self {
        Self {
            store: Store::new(&settings),
            provider: Provider::new(&settings),
            settings,
            changing: tokio::sync::Mutex::default(),
            unsaved: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> u64 {
        self.settings.clock.now()
    }

    /// Whether a login wants new tokens, at this process's own moment.
    pub(super) fn is_due(&self, login: &Login) -> bool {
        login.need(self.now().saturating_add(self.settings.renew_early.as_secs())) != Need::None
    }

    /// Works on the store away from the threads that serve.
    pub(super) async fn with_store<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let keeper = Arc::clone(self);
        let working = spawn_blocking(move || work(&keeper.store));
        let unavailable = |why: &str| E::from(StoreError::Keyring(VaultError::Unavailable(why.to_owned())));
        match tokio::time::timeout(STORE_TIMEOUT, working).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(unavailable("it broke off")),
            Err(_) => Err(unavailable("it does not answer; is it waiting to be unlocked?")),
        }
    }

    /// The login to use, if it can be used or renewed at all.
    pub(super) async fn load(self: &Arc<Self>, anew: bool) -> Result<Stored, AuthError> {
        let stored = match self.unsaved() {
            Some(login) => Stored { login, place: self.store.place(), is_legacy: false },
            None => match self.store.unchanged().filter(|_| !anew) {
                Some(stored) => stored,
                None => self.with_store(move |store| store.load(anew)).await?,
            },
        };
        self.check(&stored)?;
        Ok(stored)
    }

    /// Why a login cannot be used or renewed.
    pub(super) fn check(&self, stored: &Stored) -> Result<(), AuthError> {
        let Stored { login, place, .. } = stored;
        let place = || place.clone();
        if !login.is_of_bound_account() {
            return Err(AuthError::AccountMismatch { place: place() });
        }
        match (&login.access_token, &login.refresh_token, login.need(self.now())) {
            (None, None, _) => Err(AuthError::Incomplete { place: place(), found: login.instead() }),
            (Some(_), None, Need::Now) => Err(AuthError::Expired { place: place() }),
            (Some(_) | None, _, _) => Ok(()),
        }
    }

    /// Why no call could be made now, as far as can be told from here.
    pub(super) async fn problem(self: &Arc<Self>) -> Result<(), AuthError> {
        let stored = self.load(false).await?;
        let failure = self.notes().await?.failure_of(&stored.login.fingerprint());
        match failure {
            Some(failure) if stored.login.need(self.now()) == Need::Now => Err(failure.into()),
            Some(_) | None => Ok(()),
        }
    }

    /// Sees to it that the login does not need new tokens for this cause any more, or that there are none.
    pub(super) async fn renew(self: Arc<Self>, cause: Cause) -> Result<Stored, AuthError> {
        let mut changes = self.changing.lock().await;
        let stored = self.load(false).await?;
        match self.renew_stored(&mut changes, &cause, stored.clone()).await {
            Ok(stored) => Ok(stored),
            // The old tokens stay, and go on while they are good.
            Err(error) if matches!(cause, Cause::Due) && stored.login.need(self.now()) != Need::Now => {
                tracing::warn!(%error, "the upstream login goes on with its old access token");
                Ok(stored)
            }
            Err(error) => Err(error),
        }
    }

    async fn renew_stored(
        self: &Arc<Self>,
        changes: &mut Changes,
        cause: &Cause,
        stored: Stored,
    ) -> Result<Stored, AuthError> {
        if !self.applies(cause, &stored.login) {
            return Ok(stored);
        }
        let fingerprint = stored.login.fingerprint();
        if let Some(error) = changes.failure_of(&fingerprint) {
            // Someone may have logged in meanwhile, where that cannot be seen from outside.
            if self.load(true).await?.login.fingerprint() == fingerprint {
                return Err(error);
            }
        }
        if changes.has_just_got(&fingerprint) {
            return Ok(stored);
        }
        let outcome = self.renew_locked(cause).await;
        if let Ok(renewed) = &outcome
            && renewed.login.fingerprint() != fingerprint
        {
            changes.exchanged = Some((renewed.login.fingerprint(), Instant::now()));
        }
        // Whoever waits for the same gets the same answer, and does not try in turn what takes long to fail.
        changes.failed = outcome.as_ref().err().map(|error| (fingerprint, Instant::now(), error.clone()));
        outcome
    }

    async fn renew_locked(self: &Arc<Self>, cause: &Cause) -> Result<Stored, AuthError> {
        let lock = self.lock().await?;
        let stored = self.load(true).await?;
        let outcome = self.renew_alone(cause, stored).await;
        drop(lock);
        outcome
    }

    async fn lock(&self) -> Result<Lock, StoreError> {
        Lock::acquire(&lock::path(&self.settings.data_dir), self.settings.lock_timeout).await
    }

    /// The part that only one process does at a time.
    async fn renew_alone(self: &Arc<Self>, cause: &Cause, stored: Stored) -> Result<Stored, AuthError> {
        if !self.applies(cause, &stored.login) {
            return Ok(stored);
        }
        let (notes, now) = (self.notes().await?, self.now());
        let fingerprint = stored.login.fingerprint();
        if let Some(failure) = notes.failure_of(&fingerprint) {
            return Err(failure.into());
        }
        if let Some(at) = notes.exchanged.as_ref().filter(|note| note.login == fingerprint).map(|note| note.at)
            && now.abs_diff(at) < AT_MOST_EVERY.as_secs()
        {
            // It has just come from the provider. If a clock says that it is over, the clock is wrong; if the backend says so, a newer one will not
            // please it either.
            return Ok(stored);
        }
        let Some(refresh_token) = stored.login.refresh_token.clone() else { return Ok(stored) };
        let exchange = Note { login: fingerprint.clone(), at: now };
        // Where this cannot be written, new tokens could not be either, and the refresh token is better kept.
        self.write_notes(Notes { exchange: Some(exchange), ..notes.clone() }).await?;
        match self.provider.renew(&refresh_token).await {
            Ok(tokens) => {
                let login = Arc::new(stored.login.renewed(tokens, self.now()));
                tracing::info!(expires_at = login.expires_at, "the upstream login has new tokens");
                self.keep(login, stored, notes).await
            }
            Err(error) => self.give_up(&stored, notes, error).await,
        }
    }

    /// Writes new tokens down.
    async fn keep(self: &Arc<Self>, login: Arc<Login>, old: Stored, notes: Notes) -> Result<Stored, AuthError> {
        let saved = self.save(Arc::clone(&login), Some(&old)).await;
        // Only now: until the tokens are written down, the exchange counts as cut off.
        let exchanged = Some(Note { login: login.fingerprint(), at: self.now() });
        if let Err(error) = self.write_notes(Notes { exchange: None, exchanged, refresh_failure: None, ..notes }).await
        {
            tracing::warn!(%error, "the renewal cannot be noted");
        }
        match saved {
            Ok(stored) => {
                self.check(&stored)?;
                Ok(stored)
            }
            Err(error) => {
                tracing::error!(%error, "the new tokens cannot be written down; they will be lost when the program ends");
                *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&login));
                Ok(Stored { login, ..old })
            }
        }
    }

    async fn give_up(
        self: &Arc<Self>,
        stored: &Stored,
        notes: Notes,
        error: ProviderError,
    ) -> Result<Stored, AuthError> {
        let login = stored.login.fingerprint();
        // A program that knows no lock, such as an older release, may have been faster.
        let newer = self.load(true).await?;
        if error.is_permanent() && newer.login.fingerprint() != login {
            return Ok(newer);
        }
        let now = self.now();
        let failure = failure(&error, now, notes.cut_off(&login));
        tracing::warn!(code = failure.code, is_permanent = failure.is_permanent, "{failure}");
        let exchange = if error.is_in_doubt() { Some(Note { login: login.clone(), at: now }) } else { None };
        let refresh_failure = if failure.is_permanent {
            let RefreshFailure { code, message, since, .. } = failure.clone();
            Some(FailureNote { login, code, message, at: since })
        } else {
            None
        };
        self.write_notes(Notes { exchange, refresh_failure, ..notes }).await?;
        Err(failure.into())
    }

    /// Keeps a login that was made anew. Nothing that was said about the old one counts any more.
    pub(super) async fn replace(self: &Arc<Self>, login: Arc<Login>) -> Result<Stored, StoreError> {
        let mut changes = self.changing.lock().await;
        let lock = self.lock().await?;
        let old = self.with_store(|store| store.load(true)).await.ok();
        let stored = self.save(login, old.as_ref()).await?;
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).take();
        changes.failed = None;
        drop(lock);
        Ok(stored)
    }

    /// Moves a login that is still in a place of an older release to today's.
    pub(super) async fn take_over(self: &Arc<Self>, stored: Stored) -> Stored {
        let moving = async {
            let _changes = self.changing.lock().await;
            let lock = self.lock().await?;
            let stored = self.load(true).await?;
            if !stored.is_legacy {
                return Ok(stored);
            }
            let moved = self.save(Arc::clone(&stored.login), Some(&stored)).await?;
            drop(lock);
            tracing::info!(from = %stored.place, to = %moved.place, "the upstream login of an older release was moved");
            Ok::<_, AuthError>(moved)
        };
        match moving.await {
            Ok(moved) => moved,
            Err(error) => {
                tracing::warn!(%error, from = %stored.place, "the upstream login of an older release stays where it is");
                stored
            }
        }
    }

    /// Deletes the login; says whether there was one.
    pub(super) async fn delete(self: &Arc<Self>) -> Result<bool, StoreError> {
        let mut changes = self.changing.lock().await;
        let lock = self.lock().await?;
        let deleted = self.with_store(Store::delete).await?;
        let unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).take();
        changes.failed = None;
        drop(lock);
        Ok(deleted || unsaved.is_some())
    }

    /// Tries again to write down what could not be written.
    pub(super) async fn save_unsaved(self: &Arc<Self>) {
        let Some(login) = self.unsaved() else { return };
        // It stays in memory otherwise, as was said when it came there.
        let _ = self.replace(login).await;
    }

    async fn save(self: &Arc<Self>, login: Arc<Login>, old: Option<&Stored>) -> Result<Stored, StoreError> {
        let left = old.filter(|old| old.is_legacy).map(|old| old.place.clone());
        self.with_store(move |store| {
            let stored = store.save(&login)?;
            if let Some(Err(error)) = left.map(|place| store.leave(&place)) {
                tracing::warn!(%error, "the login of an older release could not be removed");
            }
            Ok(stored)
        })
        .await
    }

    fn applies(&self, cause: &Cause, login: &Login) -> bool {
        match cause {
            Cause::Due => self.is_due(login),
            Cause::Refused(token) => login.has_access_token(token),
        }
    }

    fn unsaved(&self) -> Option<Arc<Login>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn notes(self: &Arc<Self>) -> Result<Notes, StoreError> {
        self.with_store(|store| Ok(store.notes())).await
    }

    /// Only the keyring's own writes change the generation.
    async fn write_notes(self: &Arc<Self>, notes: Notes) -> Result<(), StoreError> {
        self.with_store(move |store| {
            let generation = store.notes().generation;
            store.write_notes(&Notes { generation, ..notes })
        })
        .await
    }
}

impl Changes {
    /// What the last renewal of this login ended with, if another one would be too early or in vain.
    fn failure_of(&self, login: &str) -> Option<AuthError> {
        let (of, at, error) = self.failed.as_ref()?;
        let is_permanent = matches!(error, AuthError::Refresh(RefreshFailure { is_permanent: true, .. }));
        let counts = is_permanent || at.elapsed() < AT_MOST_EVERY;
        (of == login && counts).then(|| error.clone())
    }

    /// Whether this login is so new that whatever asks for another one is wrong: a clock that was set, or a backend that will not like the next one
    /// either.
    fn has_just_got(&self, login: &str) -> bool {
        self.exchanged.as_ref().is_some_and(|(of, at)| of == login && at.elapsed() < AT_MOST_EVERY)
    }
}

fn failure(error: &ProviderError, since: u64, cut_off: Option<u64>) -> RefreshFailure {
    let is_permanent = error.is_permanent();
    let advice = match (is_permanent, cut_off) {
        (true, Some(_)) => {
            "; an earlier renewal was cut off before the new tokens were written down; run `airelays login`"
        }
        (true, None) => "; run `airelays login`",
        (false, _) => "; it will be tried again",
    };
    RefreshFailure { code: error.code.clone(), message: format!("{}{advice}", error.message), since, is_permanent }
}
