//! `airelays login`: a login upstream, with a browser here or on another machine.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::account::{Account, next_steps};
use super::printer::{Printer, View};
use super::time::period;
use super::{APP_NAME, Session, runtime};
use crate::auth::{Auth, AuthSettings, AuthStatus, BrowserLogin, DeviceLogin, LoginError, LoginEvent};
use crate::config::{Config, Environment, RawConfig};
use crate::security::RelayToken;

/// Log in upstream with a ChatGPT account
#[derive(Debug, Clone, Default, Args)]
#[command(
    after_help = "Examples:\n  airelays login                        with the browser of this machine\n  airelays login --no-browser           print the address instead of opening it\n  airelays login --device               with a browser on any other machine, by a code\n  airelays login --workspace-id ID      only accept a login of this workspace\n\nOver SSH and without a display, the login by code is chosen by itself; `--no-browser` keeps the one by address, which\nneeds port 1455 of this machine (ssh -L 1455:127.0.0.1:1455 …). Ctrl-C ends the login and leaves things as they were.\nThe login is this program's own; that of the Codex CLI is neither read nor changed."
)]
pub struct LoginArgs {
    /// Log in by a code that is entered in a browser on any machine
    #[arg(long, conflicts_with = "no_browser")]
    pub device: bool,

    /// Do not open the browser, only print the address
    #[arg(long)]
    pub no_browser: bool,

    /// Workspace the login must be of
    #[arg(long, value_name = "ID")]
    pub workspace_id: Option<String>,

    /// Answer in JSON; what to do is told on standard error
    #[arg(long)]
    pub json: bool,
}

/// The two ways to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Browser,
    Device,
}

impl Flow {
    fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Device => "device",
        }
    }
}

/// Logs in.
pub(super) fn run(args: &LoginArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(RawConfig::default())?;
    runtime::start_log(session.environment);
    let (flow, why) = flow(args, session.environment);
    let mut teller = Teller { printer: &mut session.printer, is_json: args.json, is_waiting: false };
    teller.begin(flow, why);
    let outcome = runtime::block_on(async {
        let auth = Auth::open(AuthSettings::from(&config));
        tokio::select! {
            outcome = log_in(&auth, args, flow, &config, &mut teller) => Ok(outcome),
            _ = runtime::stop_signal() => Ok(Err(LoginError::Cancelled)),
        }
    });
    teller.end();
    let status = match outcome? {
        Ok(status) => status,
        Err(LoginError::Cancelled) => bail!("the login was cancelled; nothing was changed"),
        Err(error) => return Err(error.into()),
    };
    let account = Account::new(status);
    if args.json {
        session.printer.json(&json!({
            "logged_in": true,
            "flow": flow.name(),
            "auth": account.json(&config),
            "next_steps": steps(&config, &account),
        }))?;
    } else {
        let view = account.section(View::new("The login is made"), &config);
        session.printer.view(&view.steps("Next Steps", &steps(&config, &account)))?;
    }
    Ok(())
}

fn steps(config: &Config, account: &Account) -> Vec<String> {
    next_steps(config, RelayToken::load(&config.security).is_ok(), Some(account))
}

async fn log_in(
    auth: &Auth,
    args: &LoginArgs,
    flow: Flow,
    config: &Config,
    teller: &mut Teller<'_>,
) -> Result<AuthStatus, LoginError> {
    let (workspace_id, timeout) = (args.workspace_id.clone(), config.auth.login_timeout);
    let mut tell = |event| teller.tell(event);
    match flow {
        Flow::Browser => {
            let open_browser = config.auth.browser_open && !args.no_browser;
            auth.login_browser(BrowserLogin { open_browser, workspace_id, timeout }, &mut tell).await
        }
        Flow::Device => auth.login_device(DeviceLogin { workspace_id, timeout }, &mut tell).await,
    }
}

/// Which way to go, and why when nobody said so.
fn flow(args: &LoginArgs, environment: &dyn Environment) -> (Flow, Option<&'static str>) {
    let is_set = |names: &[&str]| names.iter().any(|name| environment.filled(name).is_some());
    if args.device {
        (Flow::Device, None)
    } else if args.no_browser {
        (Flow::Browser, None)
    } else if is_set(&["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"]) {
        (Flow::Device, Some("This is an SSH session"))
    } else if cfg!(all(unix, not(target_os = "macos"))) && !is_set(&["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]) {
        (Flow::Device, Some("There is no display here"))
    } else {
        (Flow::Browser, None)
    }
}

/// Tells a person what to do and how it goes: beside the result, or instead of it when that is JSON.
struct Teller<'a> {
    printer: &'a mut Printer,
    is_json: bool,
    /// Whether a line of progress stands there.
    is_waiting: bool,
}

impl Teller<'_> {
    fn begin(&mut self, flow: Flow, why: Option<&str>) {
        let title = match flow {
            Flow::Browser => format!("{APP_NAME} Login\n"),
            Flow::Device => format!("{APP_NAME} Device Login\n"),
        };
        self.say(&title);
        if let Some(why) = why {
            self.say(&format!("\n  {why}, so this is the login by code; `--no-browser` is the one by address.\n"));
        }
    }

    fn tell(&mut self, event: LoginEvent) {
        match event {
            LoginEvent::Browser { url, redirect_uri, opened } => {
                let what = if opened {
                    "A browser opens with the provider's page. If none does, go to"
                } else {
                    "Go to this address with a browser on this machine"
                };
                self.say(&format!(
                    "\n  {what}:\n\n  {url}\n\n  The browser comes back to {redirect_uri}. Ctrl-C ends the login.\n\n"
                ));
            }
            LoginEvent::Device { verification_url, user_code, expires_in } => {
                let good = period(expires_in.as_secs());
                self.say(&format!(
                    "\n  1. Go to {verification_url} with a browser on any machine, and log in.\n  2. Enter the code {user_code}, which is good for {good}.\n\n  Only enter a code you asked for yourself, and share it with nobody. Ctrl-C ends the login.\n\n"
                ));
            }
            LoginEvent::Waiting { remaining } => self.wait(remaining),
            LoginEvent::TurnedAway { reason } => {
                self.say(&format!("  A callback was turned away ({reason}); still waiting for the right one.\n"));
            }
            LoginEvent::Exchanging => self.say("  The provider said yes; fetching the tokens.\n\n"),
        }
    }

    fn wait(&mut self, remaining: Duration) {
        self.is_waiting = true;
        let line = format!("  Waiting, for {} at most", period(remaining.as_secs()));
        // A login goes on without anybody reading along; the same holds below.
        let _ = self.printer.progress(&line);
    }

    fn say(&mut self, text: &str) {
        self.end();
        let _ = if self.is_json { self.printer.note(text) } else { self.printer.text(text) };
    }

    /// Takes away the line of progress.
    fn end(&mut self) {
        if std::mem::take(&mut self.is_waiting) {
            let _ = self.printer.progress("");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_way_is_chosen_by_where_the_person_sits() {
        let flow = |args: LoginArgs, variables: &[(&str, &str)]| {
            let environment: BTreeMap<_, _> =
                variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let (flow, why) = super::flow(&args, &environment);
            (flow, why.is_some())
        };
        let plain = LoginArgs::default;
        assert_eq!(flow(plain(), &[("DISPLAY", ":0")]), (Flow::Browser, false));
        assert_eq!(flow(plain(), &[("WAYLAND_DISPLAY", "wayland-0")]), (Flow::Browser, false));
        assert_eq!(flow(plain(), &[]), (Flow::Device, true));
        assert_eq!(flow(plain(), &[("DISPLAY", ":10"), ("SSH_CONNECTION", "::1 1 ::1 22")]), (Flow::Device, true));
        assert_eq!(
            flow(LoginArgs { no_browser: true, ..plain() }, &[("SSH_TTY", "/dev/pts/1")]),
            (Flow::Browser, false)
        );
        assert_eq!(flow(LoginArgs { device: true, ..plain() }, &[("DISPLAY", ":0")]), (Flow::Device, false));
    }
}
