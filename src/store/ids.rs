//! Ids of what the relay keeps.

use rand::RngExt as _;
use rand::distr::Alphanumeric;

/// Longest id that is looked up, in bytes; vendors' ids of items are longer than ours.
const MAX_ID_BYTES: usize = 256;

/// A new id: the prefix and 24 random letters and digits (142 bits).
#[must_use]
pub fn new_id(prefix: &str) -> String {
    let mut id = String::with_capacity(prefix.len() + 24);
    id.push_str(prefix);
    id.extend(rand::rng().sample_iter(Alphanumeric).take(24).map(char::from));
    id
}

/// Whether a text could be an id with this prefix: letters, digits, `_` and `-` only.
///
/// What could not is not looked up, so that nothing a client writes into a path gets near a file or a query.
#[must_use]
pub fn is_id(prefix: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else { return false };
    let is_plain = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    is_plain && !rest.is_empty() && text.len() <= MAX_ID_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_are_ids_and_differ() {
        let (one, other) = (new_id("file-"), new_id("file-"));
        assert!(is_id("file-", &one) && one.len() == 29, "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn what_is_no_id_is_not_looked_up() {
        for text in ["file-", "file-..", "file-../x", "file-%2e", "file-a b", "file-a\0", "file-é", "conv_a", ""] {
            assert!(!is_id("file-", text), "{text:?}");
        }
        assert!(!is_id("file-", &format!("file-{}", "a".repeat(300))));
    }
}
