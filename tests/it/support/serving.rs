//! `airelays serve` as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use super::home::Home;

/// A running `airelays serve`; dropping it ends it.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) address: String,
    /// Kept open, so that what the program says at its end does not fail.
    _stdout: BufReader<ChildStdout>,
}

impl Serving {
    /// With the demo upstream on a free port.
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--port", "0", "--upstream", "demo"], arguments].concat();
        Self::spawn(home.command(&arguments, &[]))
    }

    /// What this command serves.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "it ended without listening");
            if let Some(address) = line.strip_prefix("  Address:") {
                break address.trim().to_owned();
            }
        };
        Self { child, address, _stdout: stdout }
    }

    /// The status of `GET /v1/models` with a token.
    pub(crate) fn status(&self, token: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET /v1/models HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap()
    }

    /// Sends it a signal such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// How many descriptors it has open, but for the traffic log, which opens with the first record.
    #[cfg(target_os = "linux")]
    pub(crate) fn descriptors(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap();
        let targets = open.map(|entry| std::fs::read_link(entry.unwrap().path()));
        targets.filter(|target| !target.as_ref().is_ok_and(|target| target.extension() == Some("log".as_ref()))).count()
    }

    /// How much memory it has in use, in bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident_bytes(&self) -> usize {
        self.told("VmRSS:")
    }

    /// How much memory it has had in use at most.
    #[cfg(target_os = "linux")]
    pub(crate) fn most_resident_bytes(&self) -> usize {
        self.told("VmHWM:")
    }

    #[cfg(target_os = "linux")]
    fn told(&self, name: &str) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }
}

/// The same program, started by a shell that runs this line first.
#[cfg(unix)]
pub(crate) fn after(line: &str, program: &Command) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{line}; exec \"$0\" \"$@\"")]).arg(program.get_program()).args(program.get_args());
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(program.get_current_dir().unwrap()).stdin(Stdio::null());
    command
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
