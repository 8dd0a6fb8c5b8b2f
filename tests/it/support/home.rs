//! A home directory of its own for the program as people run it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A home directory that nothing has run in yet.
pub(crate) struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The same for a file that only its owner may read.
    pub(crate) fn write_private(&self, path: &str, text: &str) {
        airelays::private_file::write(&self.path(path), text.as_bytes()).unwrap();
    }

    pub(crate) fn config(&self) -> String {
        self.redact(&fs::read_to_string(self.path(".config/airelays/config.toml")).unwrap())
    }

    pub(crate) fn token(&self) -> String {
        fs::read_to_string(self.path(".airelays/relay-token")).unwrap().trim_end().to_owned()
    }

    /// Runs the program with these arguments, and tells exit code, standard output and standard error.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let output = self.command(arguments, variables).output().unwrap();
        let mut text = format!("exit: {}\n", output.status.code().unwrap());
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                text.push_str(&format!("---- {name}\n{}", std::str::from_utf8(bytes).unwrap()));
            }
        }
        self.redact(&text)
    }

    /// The program with these arguments, and no variables but these and the home directory.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_airelays"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.directory.path())
            .env("USERPROFILE", self.directory.path())
            .env("TZ", "UTC")
            .envs(variables.iter().copied())
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    /// Hides what differs from run to run: the home directory, the token that is in its file now, the version.
    pub(crate) fn redact(&self, text: &str) -> String {
        let text = text.replace(self.directory.path().to_str().unwrap(), "[home]");
        let text = text.replace(concat!("airelays ", env!("CARGO_PKG_VERSION")), "airelays [version]");
        if !self.path(".airelays/relay-token").exists() {
            return text;
        }
        let token = self.token();
        let is_token =
            token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if is_token { text.replace(&token, "[token]") } else { text }
    }
}
