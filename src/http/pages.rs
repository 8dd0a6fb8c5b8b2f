//! The pages for people: what the relay is set to, and what it does with each field.
//!
//! Pure functions from values to HTML. No script, nothing from elsewhere, one style sheet inside the page, allowed by its hash. Everything
//! that is not written here is escaped.

mod compatibility;
mod landing;

use std::fmt;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

pub use compatibility::{CompatibilityFilter, compatibility_page};
pub use landing::{LandingPage, Login, NextStep};

const STYLE: &str = include_str!("pages/style.css");

static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// Value of the `Content-Security-Policy` header that goes with every page: only its own style sheet, and forms that ask the relay itself.
#[must_use]
pub fn content_security_policy() -> &'static str {
    &CONTENT_SECURITY_POLICY
}

/// A whole page around a body that is HTML already.
fn page(title: &str, body: &str) -> String {
    let title = Escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// Text that shows as it is, in an element or in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '"' => formatter.write_str("&quot;"),
            '\'' => formatter.write_str("&#39;"),
            other => fmt::Write::write_char(formatter, other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        assert_eq!(
            Escaped("<a href=\"x\">'&'</a>").to_string(),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
    }

    #[test]
    fn a_page_needs_nothing_from_elsewhere() {
        let page = page("a < b", "<p>hi</p>\n");
        assert!(page.contains("<title>a &lt; b</title>"));
        for word in ["<script", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(word), "{word}");
        }
        assert!(content_security_policy().starts_with("default-src 'none'; style-src 'sha256-"));
    }
}
