//! The processes of a run, and what the system says of them. Each is ended with the value that holds it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;
use serde_json::json;

/// A server that runs beside this process.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) port: u16,
}

/// What a relay writes to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Nothing, like the reference.
    Nothing,
    /// What it does unless told otherwise: the traffic log with bodies, and responses for 24 hours; and it asks the keyring for a login.
    Everything,
}

impl Server {
    /// The backend.
    pub(crate) fn backend() -> anyhow::Result<Self> {
        Self::start(Command::new(std::env::current_exe()?).arg("backend"))
    }

    /// The reference in front of a backend.
    pub(crate) fn reference(backend: &Self) -> anyhow::Result<Self> {
        let url = format!("http://127.0.0.1:{}/responses", backend.port);
        Self::start(Command::new(std::env::current_exe()?).args(["reference", &url]))
    }

    /// The relay in front of a backend, as it is released, with its files in `home`.
    pub(crate) fn relay(backend: &Self, home: &Path, keeps: Keeps) -> anyhow::Result<Self> {
        let auth = home.join("auth.json");
        airelays::private_file::write(&auth, login().to_string().as_bytes())?;
        // A file that has just been written is read again for every request, in case it changes within a tick of the clock.
        std::fs::File::options().write(true).open(auth)?.set_modified(SystemTime::now() - Duration::from_secs(3600))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_airelays"));
        command.args(["serve", "--no-auth", "--port", "0"]).env_clear();
        command.env("HOME", home).env("AIRELAYS_DATA_DIR", home);
        // More than anybody opens by accident, for the streams that are opened at once.
        command.env("AIRELAYS_MAX_CONNECTIONS", "10000");
        command.env("AIRELAYS_UPSTREAM_BASE_URL", format!("http://127.0.0.1:{}", backend.port));
        // The load is to be measured, not the limits; and its requests name no port.
        command.envs(
            ["RATE_LIMIT_PER_MINUTE", "RATE_LIMIT_BURST", "CONCURRENT_REQUESTS_PER_IP"]
                .map(|limit| (format!("AIRELAYS_{limit}"), "1000000")),
        );
        command.env("AIRELAYS_ALLOWED_HOSTS", "127.0.0.1");
        if keeps == Keeps::Nothing {
            command.env("AIRELAYS_LOGGING_ENABLED", "false").env("AIRELAYS_RESPONSE_TTL_HOURS", "0");
            command.env("AIRELAYS_AUTH_STORAGE", "file");
        }
        Self::start(&mut command)
    }

    /// Starts a process that tells its port in a line such as `Address: 127.0.0.1:4711`.
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the process has no output")?;
        let mut lines = BufReader::new(output).lines();
        let port = lines.find_map(|line| {
            let (label, value) = line.as_deref().ok()?.split_once(':')?;
            (label.trim() == "Address").then(|| value.rsplit(':').next()?.trim().parse().ok())?
        });
        match port {
            Some(port) => Ok(Self { child, port }),
            None => {
                let _ = child.kill();
                anyhow::bail!("a process ended without telling its port: {}", child.wait()?);
            }
        }
    }

    /// Processor time so far, user and system, all threads, dead ones included.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let id = Pid::from_raw(self.child.id().try_into()?);
        Ok(clock_getcpuclockid(id)?.now()?.into())
    }

    /// Resident memory now, in KiB.
    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        self.status("VmRSS:")
    }

    /// The most resident memory there ever was, in KiB.
    pub(crate) fn peak_kib(&self) -> anyhow::Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let value = status.lines().find_map(|line| line.strip_prefix(name)).context("an odd status file")?;
        Ok(value.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A login for nobody: the token is signed by no one and ends in 2100.
fn login() -> serde_json::Value {
    let claims = json!({"exp": 4_102_444_800_u64, "https://api.openai.com/auth": {"chatgpt_account_id": "account-1"}});
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
    json!({"tokens": {"id_token": token, "access_token": token, "refresh_token": "none", "account_id": "account-1"}})
}
