//! The command line: one file per subcommand, [`printer`] for everything that is written.
//!
//! Exit codes: 0 when it worked, 1 when it did not, 2 when the usage or the configuration is refused, 130 and 143 when a second Ctrl-C or SIGTERM
//! cut it off.

mod account;
mod client_setup;
pub mod completions;
pub mod config;
pub mod contract;
pub mod demo;
pub mod doctor;
pub mod explain;
mod init;
pub mod login;
pub mod logout;
pub mod logs;
pub mod models;
pub mod options;
#[cfg(feature = "otlp")]
mod otlp;
pub mod printer;
mod runtime;
pub mod serve;
mod session;
pub mod state;
pub mod status;
mod time;
mod token;
pub mod usage;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{ConfigError, Environment};
use options::GlobalOptions;
use printer::Printer;
use runtime::{Signal, Stopped};
pub use session::Session;

/// Name used in titles and in JSON.
pub const APP_NAME: &str = "AIRelays";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "airelays",
    version,
    about = "An OpenAI-compatible API in front of your own ChatGPT subscription",
    after_help = "Examples:\n  airelays demo                 try it offline, without a login\n  airelays init                 create the relay token and a configuration file\n  airelays login                log in with a ChatGPT account\n  airelays serve                run the relay\n  airelays status               what is set up, and what to do next\n  airelays doctor               what is wrong, and what to do about it\n  airelays token show           tell the token that clients send\n\nExit codes: 0 it worked, 1 it did not, 2 the usage or the configuration is refused,\n130 or 143 a second Ctrl-C or SIGTERM cut it off.",
    max_term_width = 100,
    propagate_version = false,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    global: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Login(login::LoginArgs),
    Serve(serve::ServeArgs),
    Status(status::StatusArgs),
    Doctor(doctor::DoctorArgs),
    Demo(demo::DemoArgs),
    Logout(logout::LogoutArgs),
    Token(token::TokenArgs),
    Models(models::ModelsArgs),
    Usage(usage::UsageArgs),
    State(state::StateArgs),
    Logs(logs::LogsArgs),
    Config(config::ConfigArgs),
    Explain(explain::ExplainArgs),
    Contract(contract::ContractArgs),
    Completions(completions::CompletionsArgs),
}

/// How a run of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It worked.
    Success,
    /// It did not.
    Failure,
    /// The usage or the configuration is refused.
    Refused,
    /// Ctrl-C ended it before it had finished.
    Interrupted,
    /// SIGTERM ended it before it had finished.
    Terminated,
}

/// Runs the program: parses the arguments, does what they say, and tells what went wrong.
pub fn run(arguments: impl IntoIterator<Item = OsString>, environment: &dyn Environment) -> Exit {
    let Cli { global, command } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help and version are answers too, and go to standard output. Nobody is left to tell if that is closed.
            let _ = answer.print();
            return if answer.use_stderr() { Exit::Refused } else { Exit::Success };
        }
    };
    let mut session = Session { global, environment, printer: Printer::new(environment) };
    match command.run(&mut session) {
        Ok(()) => Exit::Success,
        Err(error) if is_closed_pipe(&error) => Exit::Success,
        Err(error) => {
            session.printer.error(&error);
            match error.downcast_ref::<Stopped>() {
                Some(Stopped(Signal::Interrupt)) => Exit::Interrupted,
                Some(Stopped(Signal::Terminate)) => Exit::Terminated,
                None if error.is::<ConfigError>() => Exit::Refused,
                None => Exit::Failure,
            }
        }
    }
}

impl Command {
    fn run(self, session: &mut Session<'_>) -> anyhow::Result<()> {
        match self {
            Self::Init(args) => init::run(&args, session),
            Self::Token(args) => token::run(&args, session),
            Self::Login(args) => login::run(&args, session),
            Self::Logout(args) => logout::run(&args, session),
            Self::Status(args) => status::run(&args, session),
            Self::Doctor(args) => doctor::run(&args, session),
            Self::Serve(args) => serve::run(&args, session),
            Self::Demo(args) => demo::run(&args, session),
            Self::Models(args) => models::run(&args, session),
            Self::Logs(args) => logs::run(&args, session),
            Self::Usage(args) => usage::run(&args, session),
            Self::State(args) => state::run(&args, session),
            Self::Config(args) => config::run(&args, session),
            Self::Completions(args) => completions::run(&args, session),
            Self::Explain(args) => explain::run(&args, session),
            Self::Contract(args) => contract::run(&args, session),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Refused => 2,
            // 128 and the signal's number, as shells have it.
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}

/// Whether the reader of our output went away, as in `airelays … | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<std::io::Error>();
    cause.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_count_before_and_after_the_subcommand() {
        for arguments in [["airelays", "--data-dir", "/a", "init"], ["airelays", "init", "--data-dir", "/a"]] {
            let cli = Cli::try_parse_from(arguments).unwrap();
            assert_eq!(cli.global.overrides().paths.data_dir.as_deref(), Some("/a"), "{arguments:?}");
        }
    }
}
