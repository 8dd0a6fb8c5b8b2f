//! Writes outputs to `OUT_DIR`, touching a file only when its content changes.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use serde_json::Value;

use crate::generator::Problems;

pub(crate) struct Output {
    folder: PathBuf,
}

impl Output {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(crate) fn code(&mut self, name: &str, sources: &str, tokens: TokenStream) -> Result<(), Problems> {
        let file = syn::parse2::<syn::File>(tokens)
            .map_err(|error| vec![format!("{name}: generated code does not parse: {error}")])?;
        self.text(
            name,
            &format!("// Made by build.rs from {sources}. Edit those, not this.\n\n{}", prettyplease::unparse(&file)),
        )
    }

    pub(crate) fn json(&mut self, name: &str, value: &Value) -> Result<(), Problems> {
        let text = serde_json::to_string_pretty(value).map_err(|error| vec![format!("{name}: {error}")])?;
        self.text(name, &format!("{text}\n"))
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) -> Result<(), Problems> {
        let path = self.folder.join(name);
        if std::fs::read_to_string(&path).is_ok_and(|current| current == text) {
            return Ok(());
        }
        std::fs::write(&path, text).map_err(|error| vec![format!("{}: {error}", path.display())])
    }
}
