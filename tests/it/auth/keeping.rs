//! Where a login is kept, what is found there, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use airelays::auth::{Place, Vault, VaultError};

use super::*;

/// A keyring of its own.
#[derive(Debug, Default)]
struct Keyring {
    entries: Mutex<BTreeMap<(String, String), String>>,
    reads: Mutex<usize>,
    is_locked: bool,
}

impl Keyring {
    fn text(&self, service: &str) -> Option<String> {
        self.entries.lock().unwrap().iter().find(|((of, _), _)| of == service).map(|(_, text)| text.clone())
    }

    fn reads(&self) -> usize {
        *self.reads.lock().unwrap()
    }

    fn check(&self) -> Result<(), VaultError> {
        if self.is_locked { Err(VaultError::Unavailable("it is locked".to_owned())) } else { Ok(()) }
    }
}

impl Vault for Keyring {
    fn get(&self, service: &str, user: &str) -> Result<Option<String>, VaultError> {
        self.check()?;
        *self.reads.lock().unwrap() += 1;
        Ok(self.entries.lock().unwrap().get(&(service.to_owned(), user.to_owned())).cloned())
    }

    fn set(&self, service: &str, user: &str, text: &str) -> Result<(), VaultError> {
        self.check()?;
        self.entries.lock().unwrap().insert((service.to_owned(), user.to_owned()), text.to_owned());
        Ok(())
    }

    fn delete(&self, service: &str, user: &str) -> Result<(), VaultError> {
        self.check()?;
        self.entries.lock().unwrap().remove(&(service.to_owned(), user.to_owned()));
        Ok(())
    }
}

fn with(setup: &Setup, storage: AuthStorage, keyring: &Arc<Keyring>) -> Auth {
    let vault: Arc<dyn Vault> = Arc::<Keyring>::clone(keyring);
    Auth::open(AuthSettings { storage, vault: Some(vault), ..setup.settings() })
}

/// The user of the entries of a directory, as the Python package makes it.
fn user(directory: &Path) -> String {
    use sha2::{Digest, Sha256};
    let resolved = std::fs::canonicalize(directory).unwrap();
    format!("cli|{}", airelays::secret::hex(&Sha256::digest(resolved.to_str().unwrap())[..8]))
}

#[tokio::test]
async fn auto_moves_a_renewed_login_into_the_keyring() {
    let setup = Setup::ending(NOW).await;
    let keyring = Arc::new(Keyring::default());
    let auth = with(&setup, AuthStorage::Auto, &keyring);
    auth.access().await.unwrap();
    assert!(!setup.file().exists());
    let written: Value = serde_json::from_str(&keyring.text("AIRelays Auth").unwrap()).unwrap();
    assert_eq!(written["tokens"]["refresh_token"], "rt-1");
    let place = Place::Keyring { service: "AIRelays Auth".to_owned(), user: user(setup.home.path()) };
    assert_eq!(auth.status().await.place, place);
    let reads = keyring.reads();
    for _ in 0..10 {
        auth.access().await.unwrap();
    }
    assert_eq!(keyring.reads(), reads, "a keyring may be slow and is not asked for every call");
    // Another process writes a newer one, and says so.
    let other = with(&setup, AuthStorage::Auto, &keyring);
    let refused = other.access().await.unwrap().access_token;
    setup.idp.set_expiry(NOW + 1000);
    std::fs::remove_file(setup.home.path().join("auth-state.json")).unwrap();
    other.access_instead_of(&refused).await.unwrap();
    assert_eq!(auth.access().await.unwrap().access_token.expose(), &access_token("2", NOW + 1000));
}

#[tokio::test]
async fn without_a_keyring_auto_uses_the_file() {
    let setup = Setup::ending(NOW).await;
    let locked = Arc::new(Keyring { is_locked: true, ..Keyring::default() });
    with(&setup, AuthStorage::Auto, &locked).access().await.unwrap();
    assert_eq!(setup.written()["tokens"]["refresh_token"], "rt-1");
    let status = with(&setup, AuthStorage::Auto, &locked).status().await;
    assert_eq!((status.state.name(), status.place), ("ready", Place::File(setup.file())));
    assert!(status.keyring.unwrap().is_err());
    let error = with(&setup, AuthStorage::Keyring, &locked).access().await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("upstream_auth_error", "the system's keyring cannot be used: it is locked")
    );
}

/// There is no session bus here, or none with a Secret Service; where there is one, the entry of this directory is missing.
#[tokio::test]
async fn the_systems_keyring_is_no_condition() {
    let setup = Setup::ending(4_102_444_800).await;
    let auth = Auth::open(AuthSettings { storage: AuthStorage::Auto, ..setup.settings() });
    assert!(auth.access().await.is_ok());
    assert!(auth.status().await.keyring.is_some());
}

#[tokio::test]
async fn the_one_renewed_last_counts() {
    let setup = Setup::ending(4_102_444_800).await;
    let keyring = Arc::new(Keyring::default());
    let mut older = login(4_102_444_800);
    older["last_refresh"] = json!("2026-08-05T00:00:00Z");
    older["tokens"]["access_token"] = json!("older");
    keyring.set("AIRelays Auth", &user(setup.home.path()), &older.to_string()).unwrap();
    let auth = with(&setup, AuthStorage::Auto, &keyring);
    assert_eq!(auth.access().await.unwrap().access_token.expose(), &access_token("0", 4_102_444_800));
}

#[tokio::test]
async fn entries_of_an_older_release_are_moved() {
    let setup = Setup::empty().await;
    let keyring = Arc::new(Keyring::default());
    keyring.set("AIRelay Auth", &user(setup.home.path()), &login(4_102_444_800).to_string()).unwrap();
    let auth = with(&setup, AuthStorage::Keyring, &keyring);
    let status = auth.status().await;
    assert_eq!(status.state.name(), "ready");
    assert!(status.legacy.is_some());
    auth.access().await.unwrap();
    assert!(keyring.text("AIRelay Auth").is_none() && keyring.text("AIRelays Auth").is_some());
    assert!(auth.status().await.legacy.is_none());
}

#[tokio::test]
async fn a_file_of_an_older_release_is_moved() {
    let setup = Setup::empty().await;
    let (new, old) = (setup.home.path().join(".airelays"), setup.home.path().join(".airelay"));
    std::fs::create_dir(&old).unwrap();
    std::fs::write(old.join("auth.json"), login(4_102_444_800).to_string()).unwrap();
    let auth = Auth::open(settings(&new, &setup.idp.issuer()));
    assert_eq!(auth.status().await.legacy, Some(Place::File(old.join("auth.json"))));
    auth.access().await.unwrap();
    assert!(new.join("auth.json").exists() && !old.join("auth.json").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let setup = Setup::ending(NOW).await;
    let mode = |name: &str| std::fs::metadata(setup.home.path().join(name)).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(setup.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    setup.auth().status().await;
    assert_eq!(mode("auth.json"), 0o600, "tightened");
    setup.auth().access().await.unwrap();
    assert_eq!(["auth.json", "auth-state.json", "auth.lock"].map(mode), [0o600; 3]);
    let names = std::fs::read_dir(setup.home.path()).unwrap().count();
    assert_eq!(names, 3, "nothing is left behind");
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_not_followed() {
    let setup = Setup::empty().await;
    let elsewhere = setup.home.path().join("elsewhere");
    std::fs::write(&elsewhere, login(4_102_444_800).to_string()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, setup.file()).unwrap();
    let error = setup.auth().access().await.unwrap_err().to_string();
    assert!(error.contains("symbolic link"), "{error}");
}

#[tokio::test]
async fn states_and_what_they_say() {
    let setup = Setup::empty().await;
    let mut texts = Vec::new();
    let mut of_another = login(4_102_444_800);
    of_another["bound_account_id"] = json!("account-9");
    let no_refresh = json!({"tokens": {"access_token": access_token("0", NOW)}});
    for contents in [
        None,
        Some("{}".to_owned()),
        Some(json!({"OPENAI_API_KEY": "sk-secret"}).to_string()),
        Some("{\"tokens\": \"eyJ-secret\"}".to_owned()),
        Some(no_refresh.to_string()),
        Some(of_another.to_string()),
        Some(login(4_102_444_800).to_string()),
    ] {
        if let Some(contents) = contents {
            std::fs::write(setup.file(), contents).unwrap();
        }
        let status = setup.auth().status().await;
        let error = setup.auth().access().await.err();
        let text = error
            .as_ref()
            .map_or("-".to_owned(), ToString::to_string)
            .replace(setup.home.path().to_str().unwrap(), "~");
        texts.push(format!("{} {} {text}", status.state.name(), error.map_or("-", |error| error.code())));
    }
    insta::assert_snapshot!(texts.join("\n"), @"
    missing upstream_auth_missing there is no upstream login in ~/auth.json; run `airelays login`
    incomplete upstream_auth_incomplete the upstream login in ~/auth.json has no access token; run `airelays login`
    incomplete upstream_auth_incomplete the upstream login in ~/auth.json has no access token, only an API key; run `airelays login`
    corrupt upstream_auth_error the upstream login in ~/auth.json is damaged (line 1, column 23); run `airelays login`, which keeps the damaged one aside
    expired upstream_auth_refresh_failed the upstream login in ~/auth.json has expired and has no refresh token; run `airelays login`
    account_mismatch upstream_auth_account_mismatch the upstream login in ~/auth.json is of another account than the one this relay is bound to; run `airelays login` with the account it should use
    ready - -
    ");
    assert_eq!(setup.idp.exchanges(), 0);
}

#[tokio::test]
async fn logout_revokes_and_deletes() {
    let setup = Setup::ending(NOW).await;
    let auth = setup.auth();
    let out = auth.logout().await.unwrap();
    assert_eq!((out.deleted, out.revoked), (true, Some(Ok(()))));
    assert!(!setup.file().exists());
    let body: Value = serde_json::from_str(&setup.idp.seen("/oauth/revoke")[0].body).unwrap();
    assert_eq!(body, json!({"token": "rt-0", "token_type_hint": "refresh_token", "client_id": "client-1"}));
    let again = auth.logout().await.unwrap();
    assert_eq!((again.deleted, again.revoked), (false, None));
    assert_eq!(auth.access().await.unwrap_err().code(), "upstream_auth_missing");
}
