//! `airelays explain`: what the relay would do with a request, offline.

use clap::Args;

use super::options::choice;
use crate::config::Profile;

/// Show what becomes of a request, read from standard input: verdicts, reasons, and what is sent upstream
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays explain --operation chat_completions_create < request.json\n  airelays explain --operation responses_create --profile lenient < request.json\n\nNothing is sent. The names of the operations are in `airelays contract matrix`."
)]
pub struct ExplainArgs {
    /// The operation the request is for, such as `chat_completions_create`
    #[arg(long, value_name = "OPERATION")]
    pub operation: String,

    /// Read the contract under this profile [default: the configured one]
    #[arg(long, value_parser = choice(Profile::NAMES, Profile::parse))]
    pub profile: Option<Profile>,

    /// Read it as on the `/no-tools` routes
    #[arg(long)]
    pub no_tools: bool,
}
