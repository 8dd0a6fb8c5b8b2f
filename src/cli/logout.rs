//! `airelays logout`: ends the login upstream.

use clap::Args;
use serde_json::json;

use super::printer::View;
use super::{APP_NAME, Session, runtime};
use crate::auth::{Auth, AuthSettings, LoggedOut};
use crate::config::RawConfig;

/// Take the upstream login back and delete it
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays logout\n  airelays logout --json\n\nThe provider is asked to take the tokens back; the login is deleted even if it cannot be reached."
)]
pub struct LogoutArgs {
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Logs out.
///
/// **Shape**: `{"deleted": boolean, "revoked": boolean | null, "revoke_problem": string | null}`
pub(super) fn run(args: &LogoutArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(RawConfig::default())?;
    runtime::start_log(session.environment);
    let auth = Auth::open(AuthSettings::from(&config));
    let LoggedOut { deleted, revoked } = runtime::block_on(async { Ok(auth.logout().await?) })?;
    let problem = revoked.as_ref().and_then(|revoked| revoked.as_ref().err());
    if args.json {
        session.printer.json(&json!({
            "deleted": deleted,
            "revoked": revoked.as_ref().map(Result::is_ok),
            "revoke_problem": problem,
        }))?;
        return Ok(());
    }
    let view = View::new(format!("{APP_NAME} Logout"))
        .section("Upstream Session")
        .field("Upstream auth", if deleted { "deleted" } else { "already empty" });
    let view = match &revoked {
        Some(Ok(())) => view.field("Revoked", "yes"),
        Some(Err(problem)) => view
            .field("Revoked", format!("no: {problem}"))
            .line("The tokens end by themselves; the account's security settings end all of its sessions at once."),
        None => view,
    };
    Ok(session.printer.view(&view)?)
}
