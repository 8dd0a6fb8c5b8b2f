//! `airelays completions`: a script that teaches a shell the command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Session};

/// Write a completion script for a shell
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays completions bash > ~/.local/share/bash-completion/completions/airelays\n  airelays completions zsh > \"${fpath[1]}/_airelays\"\n  airelays completions fish > ~/.config/fish/completions/airelays.fish\n  airelays completions powershell >> $PROFILE"
)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Writes the script.
pub(super) fn run(args: &CompletionsArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "airelays", &mut script);
    Ok(session.printer.text(&String::from_utf8_lossy(&script))?)
}
