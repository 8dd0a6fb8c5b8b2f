//! What a request translation refuses, beyond what the contract's rows can say of a single field.

/// A request that cannot be put into the hub's shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslateError {
    /// Two members that only make sense together do not fit each other.
    #[error("`{param}` {message}")]
    Mismatch {
        /// The member, in OpenAI's notation: `messages[2].tool_call_id`.
        param: String,
        /// What is wrong with it and what to do; follows the name in a sentence.
        message: String,
    },
    /// A referenced item is not known to this relay any more.
    #[error("`{param}` refers to an item this relay does not hold; send the item itself instead of its id")]
    UnknownItem {
        /// The referring item, in OpenAI's notation: `input[3]`.
        param: String,
    },
}

impl TranslateError {
    pub(crate) fn mismatch(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Mismatch { param: param.into(), message: message.into() }
    }

    /// The member complained of.
    #[must_use]
    pub fn param(&self) -> &str {
        match self {
            Self::Mismatch { param, .. } | Self::UnknownItem { param } => param,
        }
    }
}
