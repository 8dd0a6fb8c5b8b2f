//! What a person is told while a login waits for them.

use std::time::Duration;

/// How to log in with a browser on this machine.
#[derive(Debug, Clone)]
pub struct BrowserLogin {
    /// Whether to open the browser; the address is told either way.
    pub open_browser: bool,
    /// The only workspace to accept; several are divided by commas.
    pub workspace_id: Option<String>,
    /// How long to wait for the user.
    pub timeout: Duration,
}

/// How to log in with a browser on another machine.
#[derive(Debug, Clone)]
pub struct DeviceLogin {
    /// The only workspace to accept; several are divided by commas.
    pub workspace_id: Option<String>,
    /// How long to wait for the user; the provider's codes end after 15 minutes.
    pub timeout: Duration,
}

/// What happens during a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginEvent {
    /// The listener is up and the user can go to this address.
    Browser {
        /// The provider's page.
        url: String,
        /// Where the browser comes back to.
        redirect_uri: String,
        /// Whether a browser was started.
        opened: bool,
    },
    /// The user can enter this code on any machine.
    Device {
        /// The provider's page.
        verification_url: String,
        /// What to enter there.
        user_code: String,
        /// How long the code is good.
        expires_in: Duration,
    },
    /// Still waiting. Comes every few seconds.
    Waiting {
        /// How long it goes on at most.
        remaining: Duration,
    },
    /// A callback was turned away; the login goes on.
    TurnedAway {
        /// Why, in a few words.
        reason: &'static str,
    },
    /// The user is done; the tokens are being fetched.
    Exchanging,
}

/// Is told what happens during a login.
pub type Progress<'a> = &'a mut (dyn FnMut(LoginEvent) + Send);

/// What a logout did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedOut {
    /// Whether there was anything to delete.
    pub deleted: bool,
    /// Whether the provider took the tokens back; `Err` says why not, `None` when there were none.
    pub revoked: Option<Result<(), String>>,
}
