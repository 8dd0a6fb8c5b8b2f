//! `airelays models`: the models on offer, asked of the upstream.

use clap::Args;
use serde_json::{Value, json};

use super::options::UpstreamOption;
use super::printer::View;
use super::{APP_NAME, Session, account, runtime};
use crate::serve;
use crate::upstream::{CatalogSource, ModelCatalog, ModelEntry, RequestContext};

/// List the models on offer
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays models\n  airelays models --json\n  airelays models --upstream demo     the list that is part of this program\n\nThe list is asked of the upstream, with the stored login. `*` marks the reasoning effort used when a request names none."
)]
pub struct ModelsArgs {
    #[command(flatten)]
    upstream: UpstreamOption,

    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Asks for the list and shows it.
pub(super) fn run(args: &ModelsArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(args.upstream.overrides())?;
    runtime::start_log(session.environment);
    let (upstream, login) = serve::upstream(&config)?;
    let catalog = runtime::block_on(async {
        Ok(account::settled(login.as_ref(), upstream.models(RequestContext::default())).await?)
    })?;
    if let CatalogSource::Fallback { reason, .. } = &catalog.source
        && !reason.is_empty()
    {
        session.printer.warning(&format!(
            "the upstream could not be asked, so this is the list that is part of this program: {reason}"
        ))?;
    }
    if args.json {
        session.printer.json(&as_json(&catalog))?;
    } else {
        session.printer.view(&view(&catalog))?;
    }
    Ok(())
}

/// **Shape**: `{"source": "live" | "cached" | "fallback", "source_detail": string, "models": [{"id", "display_name", "listed": boolean,
/// "context_window": integer | null, "max_context_window": integer | null, "reasoning_efforts": [string], "default_reasoning_effort": string | null,
/// "input_modalities": [string], "service_tiers": [string], "minimal_client_version": string | null}]}`
fn as_json(catalog: &ModelCatalog) -> Value {
    let kind = match &catalog.source {
        CatalogSource::Live => "live",
        CatalogSource::Cached => "cached",
        CatalogSource::Fallback { .. } => "fallback",
    };
    let models: Vec<Value> = catalog
        .models
        .iter()
        .map(|model| {
            json!({
                "id": model.slug,
                "display_name": model.display_name,
                "listed": model.is_listed(),
                "context_window": model.context_window,
                "max_context_window": model.max_context_window,
                "reasoning_efforts": model.reasoning_efforts,
                "default_reasoning_effort": model.default_reasoning_effort,
                "input_modalities": model.input_modalities,
                "service_tiers": model.service_tiers,
                "minimal_client_version": model.minimal_client_version,
            })
        })
        .collect();
    json!({"source": kind, "source_detail": catalog.source.to_string(), "models": models})
}

fn view(catalog: &ModelCatalog) -> View {
    let header = ["ID", "CONTEXT", "EFFORTS", "LISTED"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(catalog.models.iter().map(row)).collect();
    View::new(format!("{APP_NAME} Models"))
        .section("Source")
        .field("List", &catalog.source)
        .section("Models")
        .table(&rows)
}

fn row(model: &ModelEntry) -> Vec<String> {
    let default = model.default_reasoning_effort.as_deref();
    let efforts = model.reasoning_efforts.iter().map(|effort| {
        let mark = if default == Some(effort) { "*" } else { "" };
        format!("{effort}{mark}")
    });
    let efforts: Vec<String> = efforts.collect();
    vec![
        model.slug.clone(),
        model.context_window.map_or_else(|| "?".to_owned(), tokens),
        if efforts.is_empty() { "-".to_owned() } else { efforts.join(" ") },
        if model.is_listed() { "yes" } else { "no" }.to_owned(),
    ]
}

/// A number of tokens with its thousands apart: `272 000`.
fn tokens(count: u64) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 272_000, 1_050_000].map(tokens), ["0", "999", "1 000", "272 000", "1 050 000"]);
    }
}
