//! `[contract]`: how strictly the contract is read.

use super::choice::choice;
use super::raw::RawContract;

choice! {
    /// What becomes of fields the backend cannot honour.
    Profile {
        /// The verdicts as written: such a field refuses the request.
        Strict = "strict",
        /// A row's milder verdict where it has one: the field is left out, and a header says so.
        Lenient = "lenient",
    }
}

/// How strictly the contract is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractConfig {
    /// `contract.profile`: what a request gets that does not choose one itself.
    pub profile: Profile,
}

impl ContractConfig {
    pub(super) fn resolve(raw: &RawContract) -> Self {
        Self { profile: raw.profile.unwrap_or(Profile::Strict) }
    }
}
