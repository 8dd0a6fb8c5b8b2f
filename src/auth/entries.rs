//! Long texts in a keyring that takes short ones.
//!
//! The Credential Manager of Windows takes 2560 bytes, and a login is longer. What is refused as too long is written in parts under names of
//! its own; then the entry itself is replaced by one that names them. A reader finds the old text or the new one, never a mixture.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::vault::{Vault, VaultError};
use crate::secret::{Secret, hex};

/// Length of a part, in UTF-16 units: well below 2560 bytes.
const PART_UNITS: usize = 1000;

/// The entries of one user, whatever their length.
#[derive(Debug, Clone)]
pub(super) struct Entries {
    vault: Arc<dyn Vault>,
}

/// What an entry says whose text is in parts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    airelays_parts: Parts,
}

#[derive(Serialize, Deserialize)]
struct Parts {
    generation: String,
    count: usize,
}

impl Entries {
    pub(super) fn new(vault: Arc<dyn Vault>) -> Self {
        Self { vault }
    }

    pub(super) fn get(&self, service: &str, user: &str) -> Result<Option<Secret<String>>, VaultError> {
        let Some(text) = self.vault.get(service, user)?.map(Secret::new) else { return Ok(None) };
        let Some(parts) = parts(text.expose()) else { return Ok(Some(text)) };
        let mut whole = Secret::new(String::new());
        for user in parts.users(user) {
            // A part that is gone makes the text end early, which its reader takes for damage, as it is.
            let part = self.vault.get(service, &user)?.map(Secret::new);
            whole = Secret::new(format!("{}{}", whole.expose(), part.as_ref().map_or("", |part| part.expose())));
        }
        Ok(Some(whole))
    }

    pub(super) fn set(&self, service: &str, user: &str, text: &Secret<String>) -> Result<(), VaultError> {
        let old = self.parts_of(service, user);
        match self.vault.set(service, user, text.expose()) {
            Err(VaultError::TooLong) => self.set_in_parts(service, user, text.expose())?,
            done => done?,
        }
        self.delete_parts(service, user, old);
        Ok(())
    }

    pub(super) fn delete(&self, service: &str, user: &str) -> Result<(), VaultError> {
        let old = self.parts_of(service, user);
        self.vault.delete(service, user)?;
        self.delete_parts(service, user, old);
        Ok(())
    }

    fn set_in_parts(&self, service: &str, user: &str, text: &str) -> Result<(), VaultError> {
        let texts = split(text);
        let parts = Parts { generation: hex(&rand::random::<[u8; 4]>()), count: texts.len() };
        for (user, text) in parts.users(user).zip(texts) {
            self.vault.set(service, &user, text)?;
        }
        let index = serde_json::to_string(&Index { airelays_parts: parts }).unwrap_or_default();
        self.vault.set(service, user, &index)
    }

    fn parts_of(&self, service: &str, user: &str) -> Option<Parts> {
        parts(&self.vault.get(service, user).ok()??)
    }

    /// Housekeeping: a part that stays belongs to nothing and does no harm.
    fn delete_parts(&self, service: &str, user: &str, parts: Option<Parts>) {
        for user in parts.iter().flat_map(|parts| parts.users(user)) {
            let _ = self.vault.delete(service, &user);
        }
    }
}

impl Parts {
    fn users(&self, user: &str) -> impl Iterator<Item = String> {
        (1..=self.count).map(move |number| format!("{user}|{}|{number}", self.generation))
    }
}

fn parts(text: &str) -> Option<Parts> {
    serde_json::from_str(text).ok().map(|Index { airelays_parts }| airelays_parts)
}

fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut units) = (Vec::new(), 0, 0);
    for (at, character) in text.char_indices() {
        if units + character.len_utf16() > PART_UNITS {
            parts.push(&text[start..at]);
            (start, units) = (at, 0);
        }
        units += character.len_utf16();
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    /// Takes 2560 bytes of UTF-16, like Windows.
    #[derive(Debug, Default)]
    struct Small(Mutex<BTreeMap<String, String>>);

    impl Vault for Small {
        fn get(&self, service: &str, user: &str) -> Result<Option<String>, VaultError> {
            Ok(self.0.lock().unwrap().get(&format!("{service}/{user}")).cloned())
        }

        fn set(&self, service: &str, user: &str, text: &str) -> Result<(), VaultError> {
            if text.encode_utf16().count() * 2 > 2560 {
                return Err(VaultError::TooLong);
            }
            self.0.lock().unwrap().insert(format!("{service}/{user}"), text.to_owned());
            Ok(())
        }

        fn delete(&self, service: &str, user: &str) -> Result<(), VaultError> {
            self.0.lock().unwrap().remove(&format!("{service}/{user}"));
            Ok(())
        }
    }

    #[test]
    fn a_text_of_any_length_comes_back_and_leaves_nothing() {
        let vault = Arc::new(Small::default());
        let entries = Entries::new(Arc::clone(&vault) as Arc<dyn Vault>);
        for (text, count) in
            [("short".to_owned(), 1), ("aé𝄞".repeat(2000), 9), ("x".repeat(5000), 6), (String::new(), 1)]
        {
            entries.set("s", "u", &Secret::new(text.clone())).unwrap();
            assert_eq!(entries.get("s", "u").unwrap().unwrap().expose(), &text);
            assert_eq!(vault.0.lock().unwrap().len(), count, "{} characters", text.chars().count());
        }
        entries.set("s", "u", &Secret::new("x".repeat(5000))).unwrap();
        entries.delete("s", "u").unwrap();
        assert!(vault.0.lock().unwrap().is_empty());
        assert!(entries.get("s", "u").unwrap().is_none());
    }
}
