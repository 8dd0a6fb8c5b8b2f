//! The ChatGPT subscription backend, used with the user's own login.

mod claims;
pub mod credentials;

pub use credentials::{CredentialStore, Credentials, CredentialsError};
