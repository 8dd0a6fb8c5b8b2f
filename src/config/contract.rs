//! `[contract]`: how strictly the contract is read.

use super::raw::RawContract;
use crate::contract::Profile;

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
