//! The backend's model list: read tolerantly, kept for five minutes, replaced by a bundled one when it cannot be had.
//!
//! The list is server-driven and gated by client version and plan, so a live one is always better than ours; but a relay that cannot list its models
//! is of no use to most clients, so a failed fetch gives the bundled list and says so. Concurrent callers share one fetch.
//!
//! Source: openai/codex `models-manager/src/manager.rs`, release 0.147.0; `fixtures/upstream/models/models.response.json`, verified 2026-08-06.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::contract::tables::CHATGPT_MODELS_FALLBACK;
use crate::contract::wire::ErrorClass;
use crate::translate::hub::UpstreamError;
use crate::upstream::{CatalogSource, ModelCatalog, ModelEntry};

/// How long a fetched list is used without asking again unless configured otherwise; an answer's `x-models-etag` may tell of a newer one before.
const FRESH_FOR: Duration = Duration::from_secs(300);

/// How long after a failed fetch the next one is tried.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// A list as the backend sent it.
#[derive(Debug, Clone)]
pub(super) struct Fetched {
    pub(super) models: Arc<[ModelEntry]>,
    pub(super) etag: Option<String>,
}

/// The list in use.
#[derive(Debug)]
pub(super) struct ModelCache {
    /// How long a fetched list is used without asking again.
    fresh_for: Duration,
    state: Mutex<State>,
    /// Held while a fetch is under way, so that there is one at a time.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// The last list the backend gave.
    fetched: Option<Fetched>,
    /// Whether an answer named another version than that of `fetched`.
    outdated: bool,
    /// The last other version that an answer named; each counts once, should the list never come to bear its name.
    noted_etag: Option<String>,
    /// What callers get, and until when.
    current: Option<(Arc<ModelCatalog>, Instant)>,
}

impl Default for ModelCache {
    fn default() -> Self {
        Self::new(FRESH_FOR)
    }
}

impl ModelCache {
    /// An empty cache that uses a fetched list for this long.
    pub(super) fn new(fresh_for: Duration) -> Self {
        Self { fresh_for, state: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// The list in use, fetched when there is none or it is old.
    ///
    /// # Errors
    ///
    /// What `fetch` gave, when that is of class auth: a bundled list would hide that there is no login.
    pub(super) async fn get<F, Fut>(&self, fetch: F) -> Result<Arc<ModelCatalog>, UpstreamError>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Fetched, UpstreamError>>,
    {
        if let Some(catalog) = self.current() {
            return Ok(catalog);
        }
        let _turn = self.fetching.lock().await;
        if let Some(catalog) = self.current() {
            return Ok(catalog);
        }
        match fetch().await {
            Ok(fetched) => Ok(self.keep(fetched)),
            Err(error) if error.class == ErrorClass::Auth => Err(error),
            Err(error) => Ok(self.make_do(&error)),
        }
    }

    /// Whether a model takes the Lite form.
    ///
    /// Any list will do, however old, so that a request seldom waits for one; only a model that none of them knows, or the news of another list, is worth
    /// a fetch. A model that no list knows takes the plain form.
    pub(super) async fn wants_lite<F, Fut>(&self, slug: &str, fetch: F) -> bool
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Fetched, UpstreamError>>,
    {
        let in_list = |models: &[ModelEntry]| {
            models.iter().find(|model| model.slug == slug).map(|model| model.use_responses_lite)
        };
        let known = {
            let state = self.lock();
            match &state.fetched {
                Some(_) if state.outdated => None,
                Some(fetched) => in_list(&fetched.models),
                None => in_list(&fallback().models),
            }
        };
        match known {
            Some(lite) => lite,
            None => self.get(fetch).await.ok().and_then(|catalog| in_list(&catalog.models)).unwrap_or(false),
        }
    }

    /// Takes note of the version an answer names: another one than ours means that the list in use is old.
    pub(super) fn note_etag(&self, etag: &str) {
        let mut state = self.lock();
        let known = state.fetched.as_ref().and_then(|fetched| fetched.etag.as_deref());
        let told_before = state.noted_etag.as_deref() == Some(etag);
        if known.is_some_and(|known| known != etag) && !told_before {
            state.noted_etag = Some(etag.to_owned());
            state.outdated = true;
            state.current = None;
        }
    }

    fn current(&self) -> Option<Arc<ModelCatalog>> {
        let state = self.lock();
        let (catalog, until) = state.current.as_ref()?;
        (Instant::now() < *until).then(|| Arc::clone(catalog))
    }

    fn keep(&self, fetched: Fetched) -> Arc<ModelCatalog> {
        let mut state = self.lock();
        state.current = Some((catalog(&fetched, CatalogSource::Cached), Instant::now() + self.fresh_for));
        let live = catalog(&fetched, CatalogSource::Live);
        state.fetched = Some(fetched);
        state.outdated = false;
        live
    }

    /// The backend's last list if there was one, else ours.
    fn make_do(&self, error: &UpstreamError) -> Arc<ModelCatalog> {
        tracing::warn!(%error, "the model list could not be fetched");
        let mut state = self.lock();
        let made_do = match &state.fetched {
            Some(fetched) => catalog(fetched, CatalogSource::Cached),
            None => Arc::new(fallback_because(&error.message)),
        };
        state.current = Some((Arc::clone(&made_do), Instant::now() + RETRY_AFTER));
        made_do
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn catalog(fetched: &Fetched, source: CatalogSource) -> Arc<ModelCatalog> {
    Arc::new(ModelCatalog { models: Arc::clone(&fetched.models), source, etag: fetched.etag.clone() })
}

/// The list that is part of the program.
///
/// Source: `schemas/upstream/chatgpt/wire.json#/models_fallback`.
#[must_use]
pub fn fallback() -> &'static ModelCatalog {
    static FALLBACK: OnceLock<ModelCatalog> = OnceLock::new();
    FALLBACK.get_or_init(|| {
        let list: Value = serde_json::from_str(CHATGPT_MODELS_FALLBACK).unwrap_or_default();
        let name = list.get("named").and_then(Value::as_str).unwrap_or("bundled fallback").to_owned();
        let source = CatalogSource::Fallback { name, reason: String::new() };
        ModelCatalog { models: models(&list).unwrap_or_default().into(), source, etag: None }
    })
}

fn fallback_because(reason: &str) -> ModelCatalog {
    let mut catalog = fallback().clone();
    if let CatalogSource::Fallback { reason: why, .. } = &mut catalog.source {
        reason.clone_into(why);
    }
    catalog
}

/// Reads the answer of the models route: `{"models": [{"slug": string, …}]}`. None when it is no such thing.
///
/// Entries without a slug are skipped; a member that is missing or of an unexpected type is taken as absent.
#[must_use]
pub fn models(document: &Value) -> Option<Vec<ModelEntry>> {
    Some(document.get("models")?.as_array()?.iter().filter_map(entry).collect())
}

fn entry(model: &Value) -> Option<ModelEntry> {
    let text = |name: &str| model.get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| model.get(name).and_then(Value::as_bool);
    let whole = |name: &str| model.get(name).and_then(Value::as_u64);
    let slug = text("slug").filter(|slug| !slug.is_empty())?;
    Some(ModelEntry {
        display_name: text("display_name").unwrap_or_else(|| slug.clone()),
        description: text("description"),
        visibility: text("visibility").unwrap_or_else(|| "list".to_owned()),
        priority: model.get("priority").and_then(Value::as_i64).unwrap_or(i64::MAX),
        use_responses_lite: flag("use_responses_lite").unwrap_or(false),
        context_window: whole("context_window"),
        max_context_window: whole("max_context_window"),
        reasoning_efforts: names(model, "supported_reasoning_levels", "effort"),
        default_reasoning_effort: text("default_reasoning_level"),
        supports_reasoning_summaries: flag("supports_reasoning_summaries"),
        default_verbosity: text("default_verbosity"),
        supports_parallel_tool_calls: flag("supports_parallel_tool_calls"),
        input_modalities: names(model, "input_modalities", ""),
        service_tiers: names(model, "service_tiers", "id"),
        minimal_client_version: model.get("minimal_client_version").and_then(version),
        slug,
    })
}

/// The strings of a list, or that member of its objects.
fn names(model: &Value, list: &str, member: &str) -> Vec<String> {
    let entries = model.get(list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let name = |entry: &Value| entry.as_str().or_else(|| entry.get(member)?.as_str()).map(str::to_owned);
    entries.iter().filter_map(name).collect()
}

/// `"0.144.0"` or `[0, 144, 0]`.
fn version(value: &Value) -> Option<String> {
    if let Some(version) = value.as_str() {
        return Some(version.to_owned());
    }
    let parts: Vec<String> = value.as_array()?.iter().filter_map(Value::as_u64).map(|part| part.to_string()).collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_bundled_list_is_complete() {
        let fallback = fallback();
        assert!(fallback.models.len() >= 8);
        assert_eq!(fallback.preferred().map(|model| model.slug.as_str()), Some("gpt-5.6-sol"));
        assert_eq!(fallback.find("gpt-5.5").map(|model| model.use_responses_lite), Some(false));
        assert!(fallback.source.to_string().starts_with("bundled fallback, "));
    }

    #[test]
    fn odd_members_do_not_cost_a_model() {
        let read = models(&json!({"models": [
            {"slug": "a", "priority": "high", "minimal_client_version": [0, 99, 0], "supported_reasoning_levels": null, "new": {}},
            {"slug": ""}, {"display_name": "b"}, 7,
            {"slug": "c", "minimal_client_version": "1.2.3", "supported_reasoning_levels": [{"effort": "low"}, "odd", {}]}
        ]}));
        let read = read.unwrap();
        let versions: Vec<_> =
            read.iter().map(|model| (model.slug.as_str(), model.minimal_client_version.as_deref())).collect();
        assert_eq!(versions, [("a", Some("0.99.0")), ("c", Some("1.2.3"))]);
        assert_eq!(
            (read[0].priority, &read[1].reasoning_efforts),
            (i64::MAX, &vec!["low".to_owned(), "odd".to_owned()])
        );
        assert_eq!(models(&json!({"detail": "no"})), None);
    }
}
