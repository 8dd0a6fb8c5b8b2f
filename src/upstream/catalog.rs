//! The models an upstream offers.

use std::sync::Arc;

/// A list of models and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelCatalog {
    /// The models, in the vendor's order.
    pub models: Arc<[ModelEntry]>,
    /// Where the list is from.
    pub source: CatalogSource,
    /// The vendor's version of the list.
    pub etag: Option<String>,
}

/// Where a list of models is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogSource {
    /// Asked for just now.
    Live,
    /// Asked for a little earlier.
    Cached,
    /// Part of this program, because the vendor could not be asked.
    Fallback {
        /// Which list it is, such as `bundled fallback, openai/codex 0.147.0`.
        name: String,
        /// Why the vendor's own list is not to be had; empty when it was not asked for.
        reason: String,
    },
}

impl std::fmt::Display for CatalogSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Live => f.write_str("live"),
            Self::Cached => f.write_str("cached"),
            Self::Fallback { name, reason } if reason.is_empty() => f.write_str(name),
            Self::Fallback { name, reason } => write!(f, "{name}: {reason}"),
        }
    }
}

/// One model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelEntry {
    /// The name to put into `model`.
    pub slug: String,
    /// The name for people; the slug when the vendor gives none.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// `list` or `hide`, an open set; `list` when the vendor does not say.
    pub visibility: String,
    /// Place in the order of preference, the lowest first; unnamed places are last.
    pub priority: i64,
    /// Whether requests take the Responses Lite form.
    pub use_responses_lite: bool,
    /// Tokens of a request and its answer together.
    pub context_window: Option<u64>,
    /// The same with long context.
    pub max_context_window: Option<u64>,
    /// Names of the reasoning efforts on offer, weakest first; an open set.
    pub reasoning_efforts: Vec<String>,
    /// Effort when a request names none.
    pub default_reasoning_effort: Option<String>,
    /// Whether summaries of the reasoning can be asked for.
    pub supports_reasoning_summaries: Option<bool>,
    /// Verbosity when a request names none.
    pub default_verbosity: Option<String>,
    /// Whether several tool calls may come in one answer.
    pub supports_parallel_tool_calls: Option<bool>,
    /// Kinds of input the model reads, such as `text` and `image`; empty when unknown.
    pub input_modalities: Vec<String>,
    /// Names of the service tiers on offer.
    pub service_tiers: Vec<String>,
    /// Oldest client version that may use the model, `X.Y.Z`.
    pub minimal_client_version: Option<String>,
}

impl ModelEntry {
    /// Whether the vendor shows the model to people; hidden ones may work all the same.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.visibility == "list"
    }
}

impl ModelCatalog {
    /// The model of this name.
    #[must_use]
    pub fn find(&self, slug: &str) -> Option<&ModelEntry> {
        self.models.iter().find(|model| model.slug == slug)
    }

    /// The model to use when nobody named one: the listed one with the lowest `priority`.
    #[must_use]
    pub fn preferred(&self) -> Option<&ModelEntry> {
        self.models.iter().filter(|model| model.is_listed()).min_by_key(|model| model.priority)
    }
}
