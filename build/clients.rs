//! The vendor's small JSON endpoints as a typed client, made by progenitor.

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;
use serde_json::Value;

use crate::generator::Problems;

/// Emits `upstream_<vendor>.rs`.
///
/// The client carries a `Hook` of ours, which puts the credential in and takes progenitor's own `api-version` header out.
pub(crate) fn emit(vendor: &str, document: &Value) -> Result<TokenStream, Problems> {
    let at = format!("schemas/upstream/{vendor}/client.json");
    let document: openapiv3::OpenAPI =
        serde_json::from_value(document.clone()).map_err(|error| vec![format!("{at}: not OpenAPI 3.0: {error}")])?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_inner_type(quote!(super::Hook))
        .with_pre_hook_async(quote!(super::before_send));
    Generator::new(&settings).generate_tokens(&document).map_err(|error| vec![format!("{at}: progenitor: {error}")])
}
