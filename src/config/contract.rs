//! `[contract]`: how strictly the contract is read.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

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

/// For the schema of the configuration file.
impl JsonSchema for Profile {
    fn schema_name() -> Cow<'static, str> {
        "Profile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": Self::NAMES})
    }
}
