//! `[uploads]`: how much may be uploaded.

use super::raw::RawUploads;

/// How much may be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadsConfig {
    /// `uploads.max_upload_bytes`: one file.
    pub max_upload_bytes: u64,
    /// `uploads.max_total_upload_bytes`: all files together.
    pub max_total_upload_bytes: u64,
}

impl UploadsConfig {
    pub(super) fn resolve(raw: &RawUploads) -> Self {
        Self {
            max_upload_bytes: raw.max_upload_bytes.unwrap_or(32 << 20),
            max_total_upload_bytes: raw.max_total_upload_bytes.unwrap_or(256 << 20),
        }
    }
}
